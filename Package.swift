// swift-tools-version: 6.2
import PackageDescription

// The module graph. One-way arrows: what a target may import stands here and in
// Tests/LayeringTests/layers.tsv, which a test compares with every `import` line.

let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("MemberImportVisibility"),
  .enableUpcomingFeature("InternalImportsByDefault"),
]

let grdb = Target.Dependency.product(name: "GRDB", package: "GRDB.swift")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let cryptoExtras = Target.Dependency.product(name: "CryptoExtras", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let arguments = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let httpClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let nioCore = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP1 = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let nioFoundation = Target.Dependency.product(name: "NIOFoundationCompat", package: "swift-nio")
let httpTypes = Target.Dependency.product(name: "HTTPTypes", package: "swift-http-types")
let hummingbird = Target.Dependency.product(name: "Hummingbird", package: "hummingbird")
let hummingbirdCore = Target.Dependency.product(name: "HummingbirdCore", package: "hummingbird")
let hummingbirdTesting = Target.Dependency.product(
  name: "HummingbirdTesting", package: "hummingbird")
let jwt = Target.Dependency.product(name: "JWTKit", package: "jwt-kit")
let lifecycle = Target.Dependency.product(
  name: "ServiceLifecycle", package: "swift-service-lifecycle")
let unixSignals = Target.Dependency.product(
  name: "UnixSignals", package: "swift-service-lifecycle")
let toml = Target.Dependency.product(name: "TOMLKit", package: "TOMLKit")
let subprocess = Target.Dependency.product(name: "Subprocess", package: "swift-subprocess")

func module(_ name: String, _ dependencies: [Target.Dependency], path: String? = nil) -> Target {
  .target(name: name, dependencies: dependencies, path: path, swiftSettings: strict)
}

/// A module that is optimised in debug builds, too: it computes pixel by pixel while a person waits.
func optimised(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .target(
    name: name, dependencies: dependencies,
    swiftSettings: strict + [.unsafeFlags(["-O"], .when(configuration: .debug))])
}

func program(
  _ name: String, _ dependencies: [Target.Dependency], linking: [LinkerSetting] = []
) -> Target {
  .executableTarget(
    name: name, dependencies: dependencies, swiftSettings: strict, linkerSettings: linking)
}

/// Less work for the dynamic loader at every start: relative relocations packed (26 KB read instead
/// of 3 MB), no table of 160,000 symbols for libraries that there are none of.
let quickStart: [LinkerSetting] = [
  .unsafeFlags(
    [
      "-use-ld=lld", "-Xlinker", "-z", "-Xlinker", "pack-relative-relocs", "-Xlinker",
      "--no-export-dynamic",
    ], .when(platforms: [.linux], configuration: .release))
]

func tests(
  _ name: String, _ dependencies: [Target.Dependency], exclude: [String] = [],
  resources: [Resource] = []
) -> Target {
  .testTarget(
    name: name, dependencies: dependencies, exclude: exclude, resources: resources,
    swiftSettings: strict)
}

let package = Package(
  name: "RadRelay",
  platforms: [.macOS(.v15)],
  products: [
    .executable(name: "radrelay", targets: ["radrelay"]),
    .executable(name: "radrelay-decoder", targets: ["radrelay-decoder"]),
    .executable(name: "radrelay-gateway", targets: ["radrelay-gateway"]),
    .executable(name: "radrelay-bench", targets: ["radrelay-bench"]),
    // For tests: preloaded into the programs, it writes down what they flush (Tests/PowerLog).
    .library(name: "power-log", type: .dynamic, targets: ["CPowerLog"]),
  ],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/apple/swift-crypto", exact: "4.5.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/swift-server/async-http-client", exact: "1.37.0"),
    .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
    .package(url: "https://github.com/apple/swift-http-types", exact: "1.8.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", exact: "2.28.1"),
    .package(url: "https://github.com/vapor/jwt-kit", exact: "5.7.1"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", exact: "2.13.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", exact: "0.6.0"),
    .package(url: "https://github.com/swiftlang/swift-subprocess", exact: "1.0.2"),
  ],
  targets: [
    // Shared by both programs.
    .target(
      name: "Assets", path: "Resources", exclude: ["man", "scripts", "systemd"],
      sources: ["Assets.swift"], resources: [.copy("data")], swiftSettings: strict),
    .systemLibrary(name: "CZlib"),
    .systemLibrary(name: "CIconv"),
    module("DICOM", ["Assets", "CZlib", "CIconv", crypto]),
    .systemLibrary(name: "CQREncode"),
    module("QRCode", ["CQREncode"]),
    // What radrelay and its decoder process say to each other.
    .target(name: "CDecoder"),
    optimised("Imaging", ["DICOM", "CDecoder", crypto]),
    module("Domain", ["DICOM"]),
    module("Wire", ["Domain"]),
    // Files that people keep: receipts, PDF.
    module("Documents", ["Domain", crypto]),
    module("Demonstration", ["Assets", "DICOM", "Imaging", "Domain"]),

    // Decompression, in a program of its own: a broken file can end nothing else, and radrelay
    // itself starts without these libraries.
    .target(
      name: "Codecs", dependencies: ["CDecoder"],
      linkerSettings: ["dcmjpeg", "dcmdata", "oflog", "ofstd", "charls", "openjp2"].map {
        .linkedLibrary($0)
      }),
    .executableTarget(name: "radrelay-decoder", dependencies: ["Codecs", "CDecoder"]),

    // The workstation: store, synchronisation, screen.
    .systemLibrary(name: "CLinux"),
    module("Store", ["Domain", "CLinux", grdb, crypto]),
    module("Intake", ["Domain", "DICOM", "CLinux"]),
    module("Sync", ["Store", "Wire", "Domain", "DICOM", crypto, logging]),
    module(
      "GatewayClient",
      [
        "Sync", "Wire", "Domain", "CZlib", httpClient, nioCore, nioHTTP1, nioPosix, nioFoundation,
        crypto,
        logging,
      ]),
    optimised("Screen", []),
    module("Workstation", ["Screen", "Imaging", "Domain"]),
    .target(
      name: "CNCurses",
      linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]),
    optimised("Terminal", ["Screen", "CNCurses", "CLinux", "CZlib"]),
    module(
      "Runtime",
      [
        "Workstation", "Store", "Sync", "Terminal", "Imaging", "Screen", "Documents", "Domain",
        "DICOM", "CLinux",
        toml, logging,
      ]),

    // The gateway.
    module(
      "Gateway",
      [
        "Wire", "Documents", "Domain", "DICOM", "QRCode", "CZlib", hummingbird, hummingbirdCore,
        httpClient,
        httpTypes, nioCore, nioHTTP1, nioPosix, nioFoundation, subprocess, jwt, crypto,
        cryptoExtras, logging, lifecycle,
      ]),
    module(
      "GatewayEmbedded",
      ["Gateway", "Wire", "Domain", "DICOM", grdb, crypto, logging, nioCore, nioPosix]),

    // Programs: arguments and wiring only.
    program(
      "radrelay",
      [
        "Runtime", "Workstation", "Store", "Sync", "GatewayClient", "Demonstration", "Intake",
        "Terminal",
        "Screen", "Imaging",
        "Documents", "Domain", "DICOM", "Wire", "QRCode", "CLinux", arguments, logging,
      ], linking: quickStart),
    program(
      "radrelay-gateway",
      [
        "Gateway", "GatewayEmbedded", "Demonstration", "Domain", "DICOM", "Wire", hummingbird,
        arguments, logging, lifecycle, unixSignals,
      ]),
    program(
      "radrelay-bench",
      [
        "Store", "Sync", "GatewayClient", "DICOM", "Imaging", "Screen", "Terminal", "Domain",
        "Wire",
        "CLinux", arguments, logging, crypto,
      ]),

    // Tests mirror the sources; each needs nothing but what it tests.
    .target(
      name: "TestSupport",
      dependencies: [
        "Domain", "Wire", "DICOM", "CLinux", "CZlib", hummingbird, hummingbirdCore, nioCore,
        httpTypes, crypto, logging,
      ],
      path: "Tests/TestSupport", swiftSettings: strict),
    tests("DICOMTests", ["DICOM", "Domain", "TestSupport", "CZlib"]),
    .executableTarget(
      name: "decoder-fault", dependencies: ["CDecoder"], path: "Tests/DecoderFault"),
    tests(
      "ImagingTests",
      [
        "Imaging", "DICOM", "Demonstration", "Domain", "TestSupport", "CDecoder",
        "radrelay-decoder", "decoder-fault",
      ]),
    tests("DomainTests", ["Domain", "Wire", "DICOM"]),
    tests("DocumentsTests", ["Documents", "Domain", "TestSupport", crypto]),
    tests("IntakeTests", ["Intake", "Domain", "DICOM", "Demonstration", "TestSupport"]),
    tests("StoreTests", ["Store", "Domain", "TestSupport", grdb]),
    tests("SyncTests", ["Sync", "Store", "Wire", "Domain", "TestSupport", crypto]),
    tests(
      "GatewayClientTests",
      ["GatewayClient", "Sync", "Store", "Wire", "Domain", "TestSupport", crypto]),
    tests("ScreenTests", ["Screen"]),
    tests(
      "WorkstationTests", ["Workstation", "Screen", "Imaging", "DICOM", "Domain"],
      exclude: ["Golden"]),
    .executableTarget(
      name: "terminal-probe", dependencies: ["Terminal", "Screen", "CLinux"],
      path: "Tests/TerminalProbe", swiftSettings: strict),
    tests(
      "TerminalTests",
      ["Terminal", "Screen", "CLinux", "TestSupport", "terminal-probe"]),
    tests(
      "RuntimeTests",
      [
        "Runtime", "Workstation", "Store", "Sync", "Terminal", "Screen", "Imaging", "DICOM",
        "Domain",
        "TestSupport",
      ]),
    tests(
      "GatewayTests",
      [
        "Gateway", "GatewayEmbedded", "QRCode", "Wire", "Domain", "DICOM", "CZlib", "TestSupport",
        grdb, nioCore, hummingbird,
        hummingbirdTesting, hummingbirdCore, httpTypes, crypto, logging, lifecycle,
      ]),
    .target(name: "CPowerLog", path: "Tests/PowerLog"),
    tests(
      "EndToEndTests",
      [
        "Store", "Domain", "Wire", "DICOM", "Demonstration", "Gateway", "GatewayEmbedded",
        "TestSupport", "CLinux", grdb, crypto,
      ]),
    tests("LayeringTests", [], exclude: ["layers.tsv"]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
