import CLinux
@preconcurrency import Dispatch
import Foundation
import Synchronization

/// Changes in a folder and below it, as inotify(7) tells them. Hints only: what counts is what is
/// found when one looks. Symbolic links to folders are not followed.
final class FolderEvents: Sendable {
  enum Event: Sendable, Equatable {
    /// A file appeared, was closed by somebody who wrote to it, or was renamed to this path.
    case changed(String)
    /// A file is not there under this name any more.
    case gone(String)
    /// Events were lost or a folder vanished: everything must be looked at again.
    case lookAgain
  }

  let events: AsyncStream<Event>
  private let queue = DispatchQueue(label: "radrelay.folder-events")
  private let source: any DispatchSourceRead
  private let tree: Mutex<WatchedTree>

  /// - Throws: ``IntakeError`` when the folder cannot be watched.
  init(root: String) throws {
    let descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    guard descriptor >= 0 else { throw IntakeError.watching(root, IntakeError.reason()) }
    let (events, continuation) = AsyncStream.makeStream(of: Event.self)
    self.events = events
    var tree = WatchedTree(descriptor: descriptor, tell: { continuation.yield($0) })
    do {
      try tree.watch(root)
    } catch {
      close(descriptor)
      throw error
    }
    let source = DispatchSource.makeReadSource(fileDescriptor: descriptor, queue: queue)
    self.source = source
    self.tree = Mutex(tree)
    source.setEventHandler { [weak self] in self?.tree.withLock { $0.readEvents() } }
    source.setCancelHandler {
      close(descriptor)
      continuation.finish()
    }
    continuation.onTermination = { _ in source.cancel() }
    source.activate()
  }

  deinit { source.cancel() }
}

/// The watched folders by their inotify numbers. Used on one queue only.
private struct WatchedTree {
  let descriptor: Int32
  let tell: @Sendable (FolderEvents.Event) -> Void
  private var folders: [Int32: String] = [:]

  private static let mask =
    UInt32(IN_CLOSE_WRITE) | UInt32(IN_CREATE) | UInt32(IN_MOVED_TO)
    | UInt32(IN_MOVED_FROM) | UInt32(IN_DELETE) | UInt32(IN_DELETE_SELF) | UInt32(IN_ONLYDIR)
    | UInt32(IN_DONT_FOLLOW) | UInt32(IN_EXCL_UNLINK)

  init(descriptor: Int32, tell: @escaping @Sendable (FolderEvents.Event) -> Void) {
    self.descriptor = descriptor
    self.tell = tell
  }

  /// Watches a folder and all below it, and tells of the files that are there already.
  mutating func watch(_ folder: String) throws {
    let number = inotify_add_watch(descriptor, folder, Self.mask)
    guard number >= 0 else {
      // Gone again, or not a folder: no matter.
      if errno == ENOENT || errno == ENOTDIR, !folders.isEmpty { return }
      if errno == ENOSPC {
        throw IntakeError.watching(
          folder, "too many folders are watched; raise fs.inotify.max_user_watches (sysctl)")
      }
      throw IntakeError.watching(folder, IntakeError.reason())
    }
    folders[number] = folder
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    for name in names.sorted() {
      let path = folder + "/" + name
      var status = stat()
      guard lstat(path, &status) == 0 else { continue }
      switch status.st_mode & S_IFMT {
      case S_IFDIR: try watch(path)
      case S_IFREG: tell(.changed(path))
      default: break
      }
    }
  }

  mutating func readEvents() {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = buffer.withUnsafeMutableBytes { read(descriptor, $0.baseAddress, $0.count) }
      guard count > 0 else { return }
      buffer.withUnsafeBytes { bytes in
        parse(UnsafeRawBufferPointer(rebasing: bytes.prefix(count)))
      }
    }
  }

  /// The records of inotify(7): watch number, mask, cookie, length of the name, the name.
  private mutating func parse(_ bytes: UnsafeRawBufferPointer) {
    var offset = 0
    while offset + 16 <= bytes.count {
      let number = bytes.loadUnaligned(fromByteOffset: offset, as: Int32.self)
      let mask = bytes.loadUnaligned(fromByteOffset: offset + 4, as: UInt32.self)
      let length = Int(bytes.loadUnaligned(fromByteOffset: offset + 12, as: UInt32.self))
      guard length >= 0, offset + 16 + length <= bytes.count else { return }
      let name = bytes[(offset + 16)..<(offset + 16 + length)].prefix { $0 != 0 }
      handle(number, mask, String(decoding: name, as: UTF8.self))
      offset += 16 + length
    }
  }

  private mutating func handle(_ number: Int32, _ mask: UInt32, _ name: String) {
    if mask & UInt32(IN_Q_OVERFLOW) != 0 {
      tell(.lookAgain)
      return
    }
    if mask & UInt32(IN_IGNORED) != 0 {
      folders[number] = nil
      return
    }
    guard let folder = folders[number] else { return }
    guard !name.isEmpty else {
      tell(.lookAgain)
      return
    }
    let path = folder + "/" + name
    if mask & UInt32(IN_ISDIR) != 0 {
      if mask & (UInt32(IN_CREATE) | UInt32(IN_MOVED_TO)) != 0 {
        // Too many folders, say: what the events cannot tell, looking again from time to time can.
        do { try watch(path) } catch { tell(.lookAgain) }
      } else {
        tell(.lookAgain)
      }
    } else if mask & (UInt32(IN_MOVED_FROM) | UInt32(IN_DELETE)) != 0 {
      tell(.gone(path))
    } else {
      tell(.changed(path))
    }
  }
}
