import CLinux
public import Domain
import Foundation
import Synchronization

/// A chunk that is on the wire now; see ``Store/beginChunk(_:of:session:)``.
public struct ChunkAttempt: Sendable, Equatable {
  public let file: FileID
  public let chunk: Int
  /// The gateway's name of the session that it is sent in.
  public let session: String
  /// Where it is noted, and the number that tells this attempt from all others.
  let slot: Int
  let serial: Int64
}

/// What is on the wire now, noted in a file beside the store: a few records that are written over
/// and over without waiting for the disk. A killed process leaves its notes behind, and whoever
/// sends next counts them; after a power cut they may be gone, which costs a number and no data.
///
/// A transaction that counts an attempt also keeps its serial for the slot, so that a note that
/// was counted is not counted again.
final class SendingSlots: Sendable {
  /// A note that was found in the file.
  struct Note: Sendable, Equatable {
    var slot: Int
    var serial: Int64
    var file: FileID
    var chunk: Int
  }

  private struct State {
    /// Nil before the first chunk, -1 when the file cannot be used.
    var descriptor: Int32?
    var free: [Int] = []
    var count = 0
  }
  private static let recordLength = 128

  private let path: String
  private let state = Mutex(State())

  init(path: String) { self.path = path }

  deinit {
    if let descriptor = state.withLock({ $0.descriptor }), descriptor >= 0 { close(descriptor) }
  }

  /// Notes that a chunk goes out. Never in the way: a full disk must not keep anybody from sending.
  func begin(_ file: FileID, chunk: Int, session: String) -> ChunkAttempt {
    state.withLock { state in
      let slot: Int
      if let free = state.free.popLast() {
        slot = free
      } else {
        slot = state.count
        state.count += 1
      }
      let attempt = ChunkAttempt(
        file: file, chunk: chunk, session: session, slot: slot,
        serial: Int64.random(in: 1...Int64.max))
      write("\(attempt.serial) \(file.rawValue) \(chunk)", to: slot, &state)
      return attempt
    }
  }

  /// The attempt was counted.
  func end(_ attempt: ChunkAttempt) { state.withLock { $0.free.append(attempt.slot) } }

  /// Nothing of the attempt left this machine.
  func forget(_ attempt: ChunkAttempt) {
    state.withLock { state in
      write("", to: attempt.slot, &state)
      state.free.append(attempt.slot)
    }
  }

  /// The notes in the file; records that make no sense are left out.
  func notes() -> [Note] {
    guard let data = FileManager.default.contents(atPath: path) else { return [] }
    return stride(from: 0, to: data.count, by: Self.recordLength).compactMap { start in
      let record = data.dropFirst(start).prefix(Self.recordLength)
      let words = String(decoding: record, as: UTF8.self).split(whereSeparator: \.isWhitespace)
      guard words.count == 3, let serial = Int64(words[0]), let chunk = Int(words[2]) else {
        return nil
      }
      return Note(
        slot: start / Self.recordLength, serial: serial, file: FileID(String(words[1])),
        chunk: chunk)
    }
  }

  private func write(_ text: String, to slot: Int, _ state: inout State) {
    let descriptor = state.descriptor ?? (try? openPrivateFile(path)) ?? -1
    state.descriptor = descriptor
    guard descriptor >= 0 else { return }
    var record = Array(text.utf8.prefix(Self.recordLength - 1))
    record += Array(repeating: UInt8(ascii: " "), count: Self.recordLength - 1 - record.count)
    record.append(UInt8(ascii: "\n"))
    _ = record.withUnsafeBytes {
      pwrite(descriptor, $0.baseAddress, $0.count, off_t(slot * Self.recordLength))
    }
  }
}
