import Foundation
import TestSupport

/// What goes out while processes are killed: three studies of small, middle and large files, 24 MB
/// or (in a soak run) 100 MB in all. On a busy machine the line looks slow, and what can be compressed
/// would be: here every byte of a file is one on the wire.
struct KillLoad {
  static let isSoak = ProcessInfo.processInfo.environment["RADRELAY_SOAK"] == "1"
  /// What can be under way when a process dies: four chunks of 1 MiB.
  static let inFlight: Int64 = 4 << 20

  let studies: [SyntheticStudy]
  let folder: URL
  var byteCount: Int64 { studies.reduce(0) { $0 + $1.byteCount } }
  var files: [SyntheticStudy.File] { studies.flatMap(\.files) }

  init(_ workplace: ClientWorkplace) throws {
    let scale = Self.isSoak ? 4 : 1
    studies = [
      try SyntheticStudy(files: 60 * scale, rows: 128, seed: 1, isIncompressible: true),
      try SyntheticStudy(files: 55 * scale, rows: 362, seed: 2, isIncompressible: true),
      try SyntheticStudy(
        files: Self.isSoak ? 10 : 2, rows: 1_350, seed: 3, isIncompressible: true),
    ]
    folder = try workplace.makeFolder("studies")
    for (number, study) in studies.enumerated() {
      for file in study.files {
        try file.bytes.write(to: folder.appendingPathComponent("\(number)-\(file.id).dcm"))
      }
    }
  }

  /// After how many bytes on the wire the next kill comes: at random, and never so late that the
  /// kills after it would meet nothing.
  /// - Parameters:
  ///   - sent: bytes that are acknowledged.
  ///   - done: kills so far, of `kills`.
  func nextKill(
    sent: Int64, done: Int, of kills: Int, using random: inout SeededRandom
  ) -> Int64 {
    // One share is left over, so that the last kill too meets an upload.
    let share = max(0, byteCount - sent) / Int64(max(1, kills - done + 1))
    return .random(in: 0...max(64 << 10, share + share / 2), using: &random)
  }
}

/// What the kills of a test met.
struct KillTally {
  private(set) var kills = 0
  /// Kills that met chunks on their way, and these chunks' bytes.
  private(set) var whileSending = 0
  private(set) var bytes: Int64 = 0

  mutating func count(_ onTheWay: CountingRelay.OnTheWay) {
    kills += 1
    bytes += onTheWay.bytes
    if onTheWay.chunks > 0 { whileSending += 1 }
  }
}
