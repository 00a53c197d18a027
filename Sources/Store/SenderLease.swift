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
    guard radrelay_lock(descriptor, 0) == 0 else {
      let code = errno
      close(descriptor)
      guard code == EAGAIN || code == EACCES || code == EINTR else {
        throw StoreError.inaccessible(path: home.senderLock, reason: systemReason(code))
      }
      return nil
    }
    return SenderLease(locked: descriptor, program, now)
  }

  private convenience init(locked descriptor: Int32, _ program: String, _ now: Date) {
    let holder = Holder(pid: getpid(), program: program, since: now)
    let text = (try? JSONEncoder().encode(holder)) ?? Data()
    // Only for messages: a disk that is full must not keep anybody from sending.
    _ = ftruncate(descriptor, 0)
    _ = text.withUnsafeBytes { pwrite(descriptor, $0.baseAddress, $0.count, 0) }
    self.init(descriptor: descriptor)
  }

  /// Who has the lease now; nil when nobody has.
  public static func holder(_ home: Home) -> Holder? {
    let descriptor = open(home.senderLock, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    // Asked, not tried: a lock taken for a moment would turn somebody else away.
    guard radrelay_is_locked(descriptor) == 1 else { return nil }
    return readText(home.senderLock)
      .flatMap { try? JSONDecoder().decode(Holder.self, from: Data($0.utf8)) }
  }

  /// Waits until nobody else has the lease and takes it: at once when the holder ends, however it
  /// does. Waiting costs nothing.
  public static func acquire(
    _ home: Home, program: String = ProcessInfo.processInfo.processName,
    now: @Sendable () -> Date = { Date() }
  ) async throws -> SenderLease {
    if let lease = try tryAcquire(home, program: program, now: now()) { return lease }
    let descriptor = try await LeaseQueue.shared.lock(home.senderLock)
    return SenderLease(locked: descriptor, program, now())
  }
}

private func release(_ descriptor: Int32) {
  _ = ftruncate(descriptor, 0)
  close(descriptor)
}
