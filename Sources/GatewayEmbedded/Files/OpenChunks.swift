import Domain
import Foundation
import Gateway
import Synchronization

/// The files of chunks that are being written now, by upload. A file is open while a chunk is on
/// its way into it.
final class OpenChunks: Sendable {
  /// A chunk that was begun and neither kept nor dropped.
  struct Pending: Sendable {
    let upload: UploadID
    let container: ChunkContainer
    let offset: Int64
    let room: Int64
  }

  private struct Folder {
    var flush: GroupFlush
    var names = DurableNames()
    var open: [String: (container: ChunkContainer, users: Int)] = [:]
    /// The file for chunks of unknown place, and the end of what is spoken for in it.
    var segment: String
    var end: Int64 = 0
    /// What was given up in it, to be used again.
    var free: [Range<Int64>] = []

    mutating func reserve(_ room: Int64) -> Int64 {
      if let index = free.firstIndex(where: { $0.upperBound - $0.lowerBound >= room }) {
        let range = free[index]
        let rest = range.lowerBound + room..<range.upperBound
        if rest.isEmpty { free.remove(at: index) } else { free[index] = rest }
        return range.lowerBound
      }
      defer { end += room }
      return end
    }

    mutating func beginSegment() {
      segment = "s" + OpenChunks.randomName()
      end = 0
      free = []
    }
  }

  private struct State {
    var folders: [UploadID: Folder] = [:]
    var pending: [String: Pending] = [:]
  }
  private let state = Mutex(State())
  private let root: URL

  init(root: URL) { self.root = root }

  func folder(_ upload: UploadID) -> URL { root.appendingPathComponent(upload.rawValue) }

  /// Finds a place for a chunk of at most `room` bytes.
  /// - Parameters:
  ///   - token: names the chunk until ``end(_:size:)``.
  ///   - whole: the file and its offset in it, when the place is fixed.
  func begin(_ token: String, _ upload: UploadID, whole: ChunkPlace?, room: Int) throws -> Pending {
    try state.withLock { state in
      var folder = try state.folders[upload] ?? makeFolder(upload)
      // What the disk has of a file that could not be flushed is not known: a new one then.
      if folder.open[folder.segment]?.container.isBroken == true { folder.beginSegment() }
      let isUsable = whole.map { folder.open[$0.file]?.container.isBroken != true } ?? false
      let place =
        (isUsable ? whole : nil)
        ?? ChunkPlace(file: folder.segment, offset: folder.reserve(Int64(room)))
      // Its bytes are about to be others.
      folder.names.forgetWhole(place.file)
      let container =
        try folder.open[place.file]?.container
        ?? ChunkContainer(
          self.folder(upload).appendingPathComponent(place.file), folder: folder.flush,
          names: folder.names)
      folder.open[place.file] = (container, (folder.open[place.file]?.users ?? 0) + 1)
      let pending = Pending(
        upload: upload, container: container, offset: place.offset, room: Int64(room))
      state.folders[upload] = folder
      state.pending[token] = pending
      return pending
    }
  }

  /// Only once for each upload and process.
  private func makeFolder(_ upload: UploadID) throws -> Folder {
    let url = folder(upload)
    let root = root
    let isNamed = Flag()
    try Disk.makeFolder(url)
    return Folder(
      flush: GroupFlush {
        try Disk.sync(folder: url)
        guard !isNamed.value.load(ordering: .acquiring) else { return }
        try Disk.sync(folder: root)
        isNamed.value.store(true, ordering: .releasing)
      }, segment: "s" + Self.randomName())
  }

  private final class Flag: Sendable { let value = Atomic(false) }

  func pending(_ token: String) -> Pending? { state.withLock { $0.pending[token] } }

  /// Ends a chunk's being on its way; the file is closed with the last.
  /// - Parameter size: the bytes that count; 0 when it is given up.
  func end(_ token: String, size: Int) {
    state.withLock { state in
      guard let pending = state.pending.removeValue(forKey: token),
        var folder = state.folders[pending.upload]
      else { return }
      let name = pending.container.name
      if let entry = folder.open[name] {
        folder.open[name] = entry.users > 1 ? (entry.container, entry.users - 1) : nil
      }
      let used = pending.offset + Int64(size)
      let reserved = pending.offset + pending.room
      if name == folder.segment, used < reserved {
        if folder.end == reserved {
          folder.end = used
        } else {
          folder.free.append(used..<reserved)
        }
      }
      state.folders[pending.upload] = folder
    }
  }

  /// A chunk was kept where it is a whole file.
  func keep(_ measured: MeasuredBytes, of pending: Pending) {
    guard pending.offset == 0 else { return }
    state.withLock {
      $0.folders[pending.upload]?.names.insert(whole: measured, named: pending.container.name)
    }
  }

  /// True for a chunk that this process received and measured, flushed, and has not written over:
  /// reading it again would only show what the system still has in memory of it.
  func hasKept(_ chunk: ChunkRecord, of upload: UploadID) -> Bool {
    guard let place = ChunkPlace(chunk.place), place.offset == 0 else { return false }
    return state.withLock { $0.folders[upload]?.names.whole(place.file) }
      == MeasuredBytes(size: chunk.size, sha256: chunk.sha256)
  }

  /// Forgets an upload whose folder is removed.
  func forget(_ upload: UploadID) { state.withLock { $0.folders[upload] = nil } }

  static func randomName() -> String {
    String(UInt64.random(in: .min ... .max), radix: 36)
      + String(UInt64.random(in: .min ... .max), radix: 36)
  }
}
