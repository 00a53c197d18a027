#!/bin/sh
# Fuzzes every parser with libFuzzer and the address sanitizer: builds Tests/Fuzz against the sources
# of DICOM and Imaging in .build/fuzz, begins with small files of the program's own writers (and of
# RADRELAY_SHARED), and fails with the path of the input that crashed.
#
#   fuzz.sh [RUNS [TARGET ...]]     RUNS executions per target (200,000), of all targets or the named
#   FUZZ_SECONDS=600 fuzz.sh …      and no longer than this for each
#
# An input that crashed, once more:
#   FUZZ_ASSETS=Resources FUZZ_MEDIA=.build/fuzz/media .build/fuzz/FuzzZip FILE
set -eu
cd "$(dirname "$0")/../.."
runs=${1:-200000}
[ $# -gt 0 ] && shift
all="DataSet CharacterSets Zip Directory RLE Frames Codestream"
targets=${*:-$all}
for target in $targets; do
  [ -f "Tests/Fuzz/Fuzz$target.swift" ] || {
    echo "There is no fuzz target $target; there are: $all" >&2
    exit 2
  }
done

here=$PWD
work=$here/.build/fuzz
mkdir -p "$work/modules" "$work/seeds" "$work/media/images" "$work/outside"
# Optimised, since executions count; with assertions.
flags="-O -assert-config Debug -wmo -swift-version 6 -package-name radrelay -parse-as-library
  -enable-upcoming-feature ExistentialAny -enable-upcoming-feature MemberImportVisibility
  -enable-upcoming-feature InternalImportsByDefault -enable-testing
  -I $work/modules -Xcc -ISources/CDecoder/include
  -Xcc -fmodule-map-file=Sources/CZlib/module.modulemap
  -Xcc -fmodule-map-file=Sources/CIconv/module.modulemap
  -Xcc -fmodule-map-file=$work/modules/CDecoder.modulemap"
instrumented="-sanitize=fuzzer,address"
printf 'module CDecoder { header "%s/Sources/CDecoder/include/CDecoder.h" export * }\n' "$here" \
  >"$work/modules/CDecoder.modulemap"

# module NAME FILES: compiles a module unless that was done after its files and the modules before it
# changed last. (An object that comes out the same keeps its time.)
built=
module() {
  name=$1
  shift
  object=$work/modules/$name.o
  stamp=$work/modules/$name.stamp
  before=$built
  built="$built $object"
  # shellcheck disable=SC2086
  if [ -f "$stamp" ] && [ -z "$(find "$@" $before -newer "$stamp")" ]; then return; fi
  echo "compiling $name" >&2
  # shellcheck disable=SC2086 — lists of words are wanted.
  swiftc $flags $instrumented -module-name "$name" -emit-module \
    -emit-module-path "$work/modules/$name.swiftmodule" -emit-object -o "$object" \
    $(find "$@" -name '*.swift')
  touch "$stamp"
}
PATH=$PATH:$(dirname "$(readlink -f "$(command -v swiftc)")")
module Crypto Tests/Fuzz/Support/Crypto.swift
module Assets Resources/Assets.swift Tests/Fuzz/Support/AssetsBundle.swift
module DICOM Sources/DICOM
module Imaging Sources/Imaging
clang -O1 -fsanitize=address -ISources/CDecoder/include -c Sources/CDecoder/channel.c \
  -o "$work/modules/CDecoder.new"
cmp -s "$work/modules/CDecoder.new" "$work/modules/CDecoder.o" ||
  cp "$work/modules/CDecoder.new" "$work/modules/CDecoder.o"
objects="$work/modules/Crypto.o $work/modules/Assets.o $work/modules/DICOM.o
  $work/modules/Imaging.o $work/modules/CDecoder.o"

# program NAME FLAGS FILES: links a program with all modules, unless it is newer than them.
program() {
  name=$1
  sanitizers=$2
  shift 2
  # shellcheck disable=SC2086
  if [ -f "$work/$name" ] && [ -z "$(find "$@" $objects -newer "$work/$name")" ]; then return; fi
  echo "compiling $name" >&2
  # shellcheck disable=SC2086
  swiftc $flags $sanitizers -module-name "$name" -o "$work/$name" "$@" $objects -lz 2>"$work/$name.link" ||
    {
      cat "$work/$name.link" >&2
      exit 1
    }
}
# Stacks of allocations cost half of the time, and an input that crashed can be run again with them.
export ASAN_OPTIONS=detect_leaks=0:malloc_context_size=1:quarantine_size_mb=32
export FUZZ_ASSETS="$here/Resources" FUZZ_MEDIA="$work/media" SWIFT_BACKTRACE=enable=no

# What a DICOMDIR may lead to, and a link that leads out.
: >"$work/media/images/a1"
: >"$work/outside/a1"
[ -L "$work/media/out" ] || ln -s ../outside "$work/media/out"

program FuzzSeeds "-sanitize=address" Tests/Fuzz/Seeds/*.swift \
  Tests/DICOMTests/Support/DataSetMaker.swift Tests/DICOMTests/Support/Deflate.swift \
  Tests/DICOMTests/Support/DirectoryMaker.swift Tests/DICOMTests/Support/ZipMaker.swift \
  Tests/ImagingTests/Frames/PixelFile.swift Tests/ImagingTests/Decoding/RLEPacker.swift \
  Tests/ImagingTests/Decoding/Programs.swift
real=
[ -n "${RADRELAY_SHARED:-}" ] && [ -d "$RADRELAY_SHARED/data/dicom/open" ] &&
  real=$RADRELAY_SHARED/data/dicom/open
# shellcheck disable=SC2086
"$work/FuzzSeeds" "$work/seeds" $real

failed=0
for target in $targets; do
  program "Fuzz$target" "$instrumented" "Tests/Fuzz/Fuzz$target.swift" \
    Tests/Fuzz/Support/FuzzInput.swift
  mkdir -p "$work/corpus/$target" "$work/crashes/$target"
  log=$work/$target.log
  status=0
  "$work/Fuzz$target" -runs="$runs" -max_len=4096 -timeout=20 -rss_limit_mb=2048 -detect_leaks=0 \
    -max_total_time="${FUZZ_SECONDS:-0}" -print_final_stats=1 -dict=Tests/Fuzz/dicom.dict -artifact_prefix="$work/crashes/$target/" \
    "$work/corpus/$target" "$work/seeds/$target" >"$log" 2>&1 || status=$?
  executed=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  speed=$(sed -n 's/^stat::average_exec_per_sec: *//p' "$log")
  edges=$(sed -n 's/.*cov: \([0-9]*\).*/\1/p' "$log" | tail -1)
  if [ "$status" = 0 ]; then
    echo "$target: ${executed:-0} executions, ${speed:-?} a second, ${edges:-?} edges, no crash"
  else
    failed=1
    crash=$(sed -n 's/.*Test unit written to //p' "$log" | tail -1)
    echo "$target: FAILED after ${executed:-?} executions: ${crash:-see $log}" >&2
    grep -E 'ERROR|Fatal error|SUMMARY' "$log" | head -5 >&2 || true
  fi
done
exit $failed
