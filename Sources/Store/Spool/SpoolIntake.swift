import CLinux
public import Domain
import Foundation
import Synchronization

/// One handover into the spool: room was promised for it, and what it stages has no row yet.
///
///     let intake = try await store.beginIntake(bytes: total)
///     do {
///       draft.files = try draft.files.map { try intake.copy($0) }
///       _ = try await store.enqueue([draft], owner: owner, now: now)
///     } catch {
///       intake.discard()
///       throw error
///     }
///
/// Keep the object until ``Store/enqueue(_:owner:now:)`` has returned: as long as it lives, no
/// process takes what it staged for leftovers. A process that dies leaves files without a row, which
/// are removed a day later. Its calls block; any thread may make them, several at once.
public final class SpoolIntake: Sendable {
  private struct State {
    var promised: Int64
    var staged: [String] = []
  }
  private let spool: Spool
  private let lock: Int32
  private let state: Mutex<State>
  /// How much room is asked for at a time when more comes than was announced.
  private static let step: Int64 = 16 << 20

  /// - Parameter bytes: what is going to be written, 0 when nobody knows: room is then asked for
  ///   while writing.
  init(_ spool: Spool, bytes: Int64) throws {
    try securePrivateFolder(spool.folder)
    try spool.admit(bytes)
    do {
      lock = try openPrivateFile(spool.lockPath)
    } catch {
      spool.settle(bytes)
      throw error
    }
    self.spool = spool
    state = Mutex(State(promised: bytes))
    while flock(lock, LOCK_SH) != 0, errno == EINTR {}
  }

  deinit {
    spool.settle(state.withLock { $0.promised })
    close(lock)
  }

  /// Copies a file that a scan found, as long as it is the file that was found.
  /// - Returns: the draft of the copy, with its digest, and ``Domain/DraftFile/origin`` set.
  /// - Throws: ``StoreError/source(path:reason:)`` when it is gone, changed or unreadable,
  ///   ``StoreError/diskFull(path:)``, ``StoreError/noRoom(_:)``.
  public func copy(_ file: DraftFile) throws -> DraftFile {
    let source = try SpoolSource(file)
    let staged = try stage { sink in
      try source.read { try sink.write($0) }
      try source.checkUnchanged()
    }
    return file.staged(as: staged)
  }

  /// Takes a file into the spool whose bytes somebody writes.
  /// - Parameter write: whatever it throws, nothing stays behind.
  /// - Returns: the file: complete, digested, on the disk under its name.
  public func stage(_ write: (SpoolSink) throws -> Void) throws -> StagedFile {
    let sink = try SpoolSink(folder: spool.folder) { bytes in try self.use(bytes) }
    do {
      try write(sink)
      let file = try sink.finish()
      try spool.flush()
      state.withLock { $0.staged.append(file.name) }
      return file
    } catch {
      sink.abandon()
      throw error
    }
  }

  /// Removes everything that was staged: the handover did not come about. Not to be called after
  /// ``Store/enqueue(_:owner:now:)`` took the files over.
  public func discard() {
    let names = state.withLock { state in
      defer { state.staged = [] }
      return state.staged
    }
    for name in names { unlink(spool.folder + "/" + name) }
    if !names.isEmpty { try? spool.flush() }
  }

  /// Removes a file that was staged and is not handed over.
  public func remove(_ path: String) {
    guard let name = spool.name(of: path) else { return }
    let isOurs = state.withLock { state in
      let count = state.staged.count
      state.staged.removeAll { $0 == name }
      return state.staged.count < count
    }
    if isOurs { unlink(path) }
  }

  /// Files staged so far.
  public var stagedCount: Int { state.withLock { $0.staged.count } }

  /// Takes written bytes from what was promised, and asks for more when that is not enough.
  private func use(_ bytes: Int64) throws {
    let missing = state.withLock { max(0, bytes - $0.promised) }
    if missing > 0 {
      let more = max(missing, Self.step)
      try spool.admit(more)
      state.withLock { $0.promised += more }
    }
    state.withLock { $0.promised = max(0, $0.promised - bytes) }
    // From here on the disk itself says that they are gone.
    spool.settle(bytes)
  }
}

extension DraftFile {
  /// The same instance, read from the spool.
  public func staged(as copy: StagedFile) -> DraftFile {
    var file = self
    file.origin = origin ?? (archiveEntry.map { path + "!" + $0 } ?? path)
    file.archiveEntry = nil
    file.staging = nil
    file.path = copy.path
    file.byteCount = copy.byteCount
    file.modifiedAt = copy.modifiedAt
    file.inode = copy.inode
    file.sha256 = copy.sha256
    return file
  }
}
