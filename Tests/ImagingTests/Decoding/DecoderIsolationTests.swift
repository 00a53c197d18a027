import DICOM
import Foundation
import TestSupport
import Testing

@testable import Imaging

/// The decoder process may break in any way: its frame is lost, with words, and nothing else.
@Suite struct DecoderIsolationTests {
  /// An image whose columns make the program of Tests/DecoderFault behave badly.
  private func reader(columns: Int, _ pool: DecoderPool) throws -> FrameReader {
    var file = PixelFile(rows: 4, columns: columns, syntax: "1.2.840.10008.1.2.4.90")
    file.fragments = [Codestreams.jpeg2000(columns: columns, rows: 4)]
    return try FrameReader(bytes: file.bytes, name: "image\(columns).dcm", decoders: pool)
  }

  @Test(arguments: [
    (1, "crashed on it (Aborted)"), (2, "crashed on it (Segmentation fault)"),
    (3, "ended with status 3"), (5, "takes more time than is allowed"),
    (6, "answered with nonsense"), (7, "answered with nonsense"),
    (9, "was ended from outside"),
  ])
  func eachWayOfBreaking(columns: Int, words: String) throws {
    let pool = DecoderPool(size: 1, executable: Programs.decoderFault)
    #expect {
      try reader(columns: columns, pool).frame(0)
    } throws: { error in
      guard case FrameError.decoderLost(let file, 0, let reason) = error else { return false }
      return file == "image\(columns).dcm" && reason.contains(words)
    }
    // The next image gets a new process.
    let frame = try reader(columns: 100, pool).frame(0)
    #expect(frame.pixels == .uint16([UInt16](repeating: 0x0707, count: 400)))
  }

  @Test func aDecoderThatHangsIsEnded() throws {
    let pool = DecoderPool(size: 1, executable: Programs.decoderFault, patience: 1)
    #expect {
      try reader(columns: 4, pool).frame(0)
    } throws: { error in
      "\(error)".contains("did not answer within 1 s") && "\(error)".contains("image4.dcm")
    }
    #expect(throws: Never.self) { try reader(columns: 100, pool).frame(0) }
  }

  /// Cutting off the shared memory would end this process at its next touch of it.
  @Test func sharedMemoryCannotBeCutOff() throws {
    let pool = DecoderPool(size: 1, executable: Programs.decoderFault)
    #expect { try reader(columns: 8, pool).frame(0) } throws: { error in
      if case FrameError.damaged = error { true } else { false }
    }
    #expect(throws: Never.self) { try reader(columns: 100, pool).frame(0) }
  }

  @Test func aProcessThatDiedWhileIdleIsReplaced() throws {
    let pool = DecoderPool(size: 1, executable: Programs.decoderFault)
    _ = try reader(columns: 100, pool).frame(0)
    let process = try #require(pool.idleProcessIDs.first)
    kill(process, SIGKILL)
    // It stays a zombie until the pool notices: wait for that, not for a time.
    while (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8))?
      .contains(") Z ") == false
    {}
    #expect(throws: Never.self) { try reader(columns: 100, pool).frame(0) }
    #expect(pool.idleProcessIDs.first != process)
  }

  @Test func aMissingOrUselessProgramIsSaid() throws {
    let missing = DecoderPool(size: 1, executable: "/nonexistent/radrelay-decoder")
    #expect { try reader(columns: 100, missing).frame(0) } throws: { error in
      "\(error)".contains("/nonexistent/radrelay-decoder cannot be started")
        && "\(error)".contains("Install radrelay-decoder beside radrelay")
    }
    let useless = DecoderPool(size: 1, executable: "/bin/false")
    #expect { try reader(columns: 100, useless).frame(0) } throws: { error in
      if case FrameError.decoderLost = error { true } else { false }
    }
  }

  @Test func aProcessCanBeStartedAhead() throws {
    let pool = DecoderPool(size: 1, executable: Programs.decoderFault)
    #expect(pool.idleProcessIDs.isEmpty)
    pool.warmUp()
    while pool.idleProcessIDs.isEmpty { sched_yield() }
    let process = pool.idleProcessIDs
    _ = try reader(columns: 100, pool).frame(0)
    #expect(pool.idleProcessIDs == process)
  }

  @Test func nothingIsLeftOfAPool() throws {
    var pool: DecoderPool? = DecoderPool(size: 1, executable: Programs.decoderFault)
    _ = try reader(columns: 100, try #require(pool)).frame(0)
    let process = try #require(pool?.idleProcessIDs.first)
    pool = nil
    #expect(!FileManager.default.fileExists(atPath: "/proc/\(process)"))
  }

  /// What the real decoder may do: nothing but compute.
  @Test(.enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"))
  func theDecoderHasGivenUpItsRights() throws {
    let folder = try #require(SharedData.dicom)
    let pool = DecoderPool(size: 1)
    let path = folder.appendingPathComponent("transcoded/ctge_jpeg_lossless_sv1.dcm").path
    _ = try FrameReader(path: path, decoders: pool).frame(0)
    let process = try #require(pool.idleProcessIDs.first)
    let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    #expect(status.contains("NoNewPrivs:\t1"))
    #expect(status.contains("Seccomp:\t2"))
    let limits = try String(contentsOfFile: "/proc/\(process)/limits", encoding: .utf8)
      .split(separator: "\n").map { $0.split(separator: " ", omittingEmptySubsequences: true) }
    func soft(_ name: String) -> Int? {
      limits.first { $0.prefix(2).joined(separator: " ") == "Max \(name)" }
        .flatMap { fields in fields.compactMap { Int($0) }.first }
    }
    #expect(soft("core") == 0)
    #expect(soft("open") == 4)
    #expect(try #require(soft("address")) < 4 << 30)
    #expect(try #require(soft("cpu")) < 60)
    // It is not dumpable, so that only root may look further.
    guard geteuid() == 0 else { return }
    let environment = try Data(contentsOf: URL(fileURLWithPath: "/proc/\(process)/environ"))
    #expect(String(decoding: environment, as: UTF8.self) == "SWIFT_BACKTRACE=enable=no\0")
    let open = try FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/fd")
    #expect(Set(open) == ["0", "1", "2", "3"])
  }
}
