import CLinux
import Foundation

/// Unix datagram sockets of the processes that have a store open, in a folder beside it.
///
/// A notice is one byte without meaning: "read the revisions". Whoever misses one because its
/// queue is full has others waiting that say the same.
enum ChangeSocket {
  static let suffix = ".notify"

  static func make() throws -> Int32 {
    let type = Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    let descriptor = socket(AF_UNIX, type, 0)
    guard descriptor >= 0 else {
      throw StoreError.inaccessible(path: "a socket", reason: systemReason())
    }
    return descriptor
  }

  /// A socket address holds 107 bytes: a descriptor of the folder makes a long path short.
  static func withAddress<T: SignedInteger>(
    _ folder: Int32, _ name: String, _ body: (UnsafePointer<sockaddr>, socklen_t) -> T
  ) -> T {
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = "/proc/self/fd/\(folder)/\(name)"
    guard path.utf8.count < MemoryLayout.size(ofValue: address.sun_path) else {
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

  static func openFolder(_ path: String) throws -> Int32 {
    try securePrivateFolder(path)
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw StoreError.inaccessible(path: path, reason: systemReason())
    }
    return descriptor
  }
}

/// Tells the other processes that something was committed.
final class ChangeSender: Sendable {
  private let folder: String
  private let folderDescriptor: Int32
  private let descriptor: Int32
  private let ownName: String?

  /// - Parameter ownName: the socket of this store's receiver, which needs no notice.
  init(folder: String, except ownName: String?) throws {
    self.folder = folder
    self.ownName = ownName
    folderDescriptor = try ChangeSocket.openFolder(folder)
    do { descriptor = try ChangeSocket.make() } catch {
      close(folderDescriptor)
      throw error
    }
  }

  deinit {
    close(descriptor)
    close(folderDescriptor)
  }

  /// Sends the byte to every other socket of the folder; sockets of dead processes are removed.
  func notifyOthers() {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else { return }
    for name in names where name.hasSuffix(ChangeSocket.suffix) && name != ownName {
      var byte: UInt8 = 1
      let sent = ChangeSocket.withAddress(folderDescriptor, name) { address, length in
        sendto(descriptor, &byte, 1, Int32(MSG_DONTWAIT), address, length)
      }
      if sent < 0, errno == ECONNREFUSED { unlinkat(folderDescriptor, name, 0) }
    }
  }
}
