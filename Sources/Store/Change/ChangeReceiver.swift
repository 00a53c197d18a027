import CLinux
@preconcurrency import Dispatch
import Foundation

/// Hears that another process committed something. Costs nothing while nobody does.
final class ChangeReceiver: Sendable {
  let name: String
  private let folderDescriptor: Int32
  private let source: any DispatchSourceRead

  /// - Parameter received: called on a queue of its own, once for all notices that wait.
  init(folder: String, received: @escaping @Sendable () -> Void) throws {
    let folderDescriptor = try ChangeSocket.openFolder(folder)
    let name = "\(getpid())-\(UInt32.random(in: 0 ... .max))" + ChangeSocket.suffix
    let descriptor: Int32
    do { descriptor = try ChangeSocket.make() } catch {
      close(folderDescriptor)
      throw error
    }
    let bound = ChangeSocket.withAddress(folderDescriptor, name) { bind(descriptor, $0, $1) }
    guard bound == 0 else {
      let reason = systemReason()
      close(descriptor)
      close(folderDescriptor)
      throw StoreError.inaccessible(path: folder + "/" + name, reason: reason)
    }
    _ = fchmodat(folderDescriptor, name, 0o600, 0)
    self.name = name
    self.folderDescriptor = folderDescriptor
    source = DispatchSource.makeReadSource(
      fileDescriptor: descriptor, queue: DispatchQueue(label: "radrelay.store.changes"))
    source.setEventHandler {
      var buffer = [UInt8](repeating: 0, count: 16)
      while recv(descriptor, &buffer, buffer.count, 0) >= 0 {}
      received()
    }
    source.setCancelHandler { close(descriptor) }
    source.resume()
  }

  deinit {
    unlinkat(folderDescriptor, name, 0)
    close(folderDescriptor)
    source.cancel()
  }
}
