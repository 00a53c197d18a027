import CLinux
@preconcurrency import Dispatch
import Foundation
import Synchronization

/// A unix datagram socket of this store in the run folder, and a sender to those of others.
///
/// A notice is one byte without meaning: "read the revisions". Whoever misses one (its queue is
/// full) has others waiting that say the same. Sockets of dead processes are removed by whoever
/// cannot reach them.
final class ChangeSocket: Sendable {
  private let folder: String
  private let name: String
  private let descriptor: Int32
  private let source: any DispatchSourceRead
  private let isClosed = Mutex(false)

  init(folder: String, received: @escaping @Sendable () -> Void) throws {
    try securePrivateFolder(folder)
    self.folder = folder
    name = "\(getpid())-\(UInt32.random(in: 0 ... .max)).notify"
    let descriptor = Glibc.socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | SOCK_NONBLOCK_CLOEXEC, 0)
    guard descriptor >= 0 else {
      throw StoreError.inaccessible(path: folder, reason: systemReason())
    }
    let bound = Self.withAddress(folder, name) { address, length in
      bind(descriptor, address, length)
    }
    guard bound == 0 else {
      let reason = systemReason()
      Glibc.close(descriptor)
      throw StoreError.inaccessible(path: folder + "/" + name, reason: reason)
    }
    self.descriptor = descriptor
    _ = chmod(folder + "/" + name, 0o600)
    source = DispatchSource.makeReadSource(
      fileDescriptor: descriptor, queue: DispatchQueue(label: "radrelay.store.changes"))
    source.setEventHandler { [descriptor] in
      var buffer = [UInt8](repeating: 0, count: 16)
      var any = false
      while recv(descriptor, &buffer, buffer.count, 0) >= 0 { any = true }
      if any { received() }
    }
    source.setCancelHandler { [descriptor] in Glibc.close(descriptor) }
    source.resume()
  }

  deinit { close() }

  /// Sends the byte to every other socket of the folder.
  func notifyOthers() {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return }
    for other in names where other.hasSuffix(".notify") && other != name {
      var byte: UInt8 = 1
      let sent = Self.withAddress(folder, other) { address, length in
        sendto(descriptor, &byte, 1, Int32(MSG_DONTWAIT), address, length)
      }
      if sent < 0, errno == ECONNREFUSED { unlink(folder + "/" + other) }
    }
  }

  func close() {
    let first = isClosed.withLock { closed in
      defer { closed = true }
      return !closed
    }
    guard first else { return }
    unlink(folder + "/" + name)
    source.cancel()
  }

  /// A socket address holds 107 bytes; a descriptor of the folder makes long paths short.
  private static func withAddress<T: SignedInteger>(
    _ folder: String, _ name: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> T
  ) -> T {
    let directory = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard directory >= 0 else { return -1 }
    defer {
      let code = errno
      Glibc.close(directory)
      errno = code
    }
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = "/proc/self/fd/\(directory)/\(name)"
    let capacity = MemoryLayout.size(ofValue: address.sun_path)
    guard path.utf8.count < capacity else {
      errno = ENAMETOOLONG
      return -1
    }
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8) }
    return withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
  }
}

private let SOCK_NONBLOCK_CLOEXEC = Int32(
  SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
