import CLinux
public import Foundation

/// The right to send: exactly one process per store has it. It is a lock on a file, so the kernel
/// gives it back however the process ends.
public final class SenderLease: Sendable {
  /// Who has the lease.
  public struct Holder: Sendable, Equatable, Codable {
    public var pid: Int32
    /// The program's name, without arguments.
    public var program: String
    public var since: Date

    public init(pid: Int32, program: String, since: Date) {
      self.pid = pid
      self.program = program
      self.since = since
    }
  }

  private let descriptor: Int32

  private init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { release(descriptor) }

  /// Takes the lease if nobody has it. Hold the object as long as you send.
  /// - Returns: nil when another process (or another part of this one) has it.
  /// - Throws: ``StoreError`` when the file cannot be used.
  public static func tryAcquire(
    _ home: Home, program: String = ProcessInfo.processInfo.processName, now: Date = Date()
  ) throws -> SenderLease? {
    try securePrivateFolder(home.data)
    let descriptor = try openPrivateFile(home.senderLock)
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(descriptor)
      guard code == EWOULDBLOCK || code == EINTR else {
        throw StoreError.inaccessible(path: home.senderLock, reason: systemReason(code))
      }
      return nil
    }
    let holder = Holder(pid: getpid(), program: program, since: now)
    let text = (try? JSONEncoder().encode(holder)) ?? Data()
    // Only for messages: a disk that is full must not keep anybody from sending.
    _ = ftruncate(descriptor, 0)
    _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    return SenderLease(descriptor: descriptor)
  }

  /// Who has the lease now; nil when nobody has.
  public static func holder(_ home: Home) -> Holder? {
    let descriptor = open(home.senderLock, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    if flock(descriptor, LOCK_SH | LOCK_NB) == 0 { return nil }
    return readText(home.senderLock)
      .flatMap { try? JSONDecoder().decode(Holder.self, from: Data($0.utf8)) }
  }

  /// Waits until nobody else has the lease and takes it.
  ///
  /// - Parameter interval: between two attempts; the kernel cannot be asked to tell.
  public static func acquire(
    _ home: Home, program: String = ProcessInfo.processInfo.processName,
    interval: Duration = .seconds(2), now: @Sendable () -> Date = { Date() }
  ) async throws -> SenderLease {
    while true {
      if let lease = try tryAcquire(home, program: program, now: now()) { return lease }
      try await Task.sleep(for: interval)
    }
  }
}

private func release(_ descriptor: Int32) {
  _ = ftruncate(descriptor, 0)
  close(descriptor)
}
