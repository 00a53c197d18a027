# Two commands do everything on a fresh Debian machine with Swift: `make run` and `make test`.
# The first build compiles the dependencies and takes several minutes; later ones take seconds.

SWIFT    ?= swift
# What the build links; what the tests start besides.
BUILD_PACKAGES = libncurses-dev libsqlite3-dev zlib1g-dev libdcmtk-dev libopenjp2-7-dev libcharls-dev libqrencode-dev
TEST_PACKAGES  = orthanc orthanc-dicomweb dcmtk tmux poppler-utils python3 zbar-tools openssl iproute2 nftables
BENCH_PACKAGES = nginx-light curl g++ libgdcm-dev
CHECK_IMPORTS  = --explicit-target-dependency-import-check error
# The Swift runtime inside the program: half the time to its first frame.
RELEASE        = -c release --static-swift-stdlib

.PHONY: run build release test soak soak-line fuzz check format bench clean packages test-packages bench-packages

run: packages ## builds and opens RadRelay on an embedded gateway with demonstration data
	$(SWIFT) build $(RELEASE) --product radrelay
	$(SWIFT) build $(RELEASE) --product radrelay-decoder
	$(SWIFT) build $(RELEASE) --product radrelay-gateway
	@exec .build/release/radrelay demo

build: packages ## debug build of everything
	$(SWIFT) build $(CHECK_IMPORTS)

release: packages ## optimised build of everything
	$(SWIFT) build $(RELEASE) $(CHECK_IMPORTS)

test: packages test-packages ## format check, build, all tests
	$(MAKE) check
	$(SWIFT) build --build-tests $(CHECK_IMPORTS)
	Resources/scripts/run-tests.py

soak: packages test-packages ## what takes long: kills, power cuts, bad lines, a whole day; then what was left behind
	$(SWIFT) build --build-tests $(CHECK_IMPORTS)
	RADRELAY_SOAK=1 $(SWIFT) test --skip-build --no-parallel --filter "SoakTests|KillTests|PowerCutTests|WholeDayTests|$(LINE_TESTS)"
	Resources/scripts/leftovers.py

LINE_TESTS = LossyLineTests|SatelliteTests|SuspendTests|WrongAnswererTests
soak-line: packages test-packages ## of these what concerns bad lines: losses of 0 to 50 %, 384 kbit/s, sleep, new addresses
	$(SWIFT) build --build-tests $(CHECK_IMPORTS)
	RADRELAY_SOAK=1 $(SWIFT) test --skip-build --no-parallel --filter "$(LINE_TESTS)"

RUNS = 200000
fuzz: packages ## fuzzes every parser with the address sanitizer, RUNS executions each
	Resources/scripts/fuzz.sh $(RUNS)

check: ## the format that `make format` makes
	$(SWIFT) format lint --strict --recursive Package.swift Resources Sources Tests

format: ## formats every Swift file
	$(SWIFT) format --in-place --recursive Package.swift Resources Sources Tests

bench: release bench-packages ## the figures of the README
	.build/release/radrelay-bench all

clean:
	$(SWIFT) package clean

packages:
	@Resources/scripts/apt-packages.sh $(BUILD_PACKAGES)

test-packages:
	@Resources/scripts/apt-packages.sh $(TEST_PACKAGES)

bench-packages:
	@Resources/scripts/apt-packages.sh $(BENCH_PACKAGES)
