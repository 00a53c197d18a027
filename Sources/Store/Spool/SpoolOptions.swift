import CLinux
public import Domain
public import Foundation

/// How much the spool may take of the disk.
public struct SpoolOptions: Sendable {
  /// Bytes that stay free on the disk, whatever is staged: the store itself, logs and other programs
  /// need room to go on.
  public var reserveBytes: Int64
  /// The most bytes that the spool may hold; nil for as many as the disk has room for.
  public var quotaBytes: Int64?
  /// Bytes that this user may still write below a path; nil when it cannot be told, and a copy is
  /// tried without asking.
  public var freeBytes: @Sendable (String) -> Int64?

  public init(
    reserveBytes: Int64 = 1 << 30, quotaBytes: Int64? = nil,
    freeBytes: @escaping @Sendable (String) -> Int64? = { SpoolOptions.diskFree($0) }
  ) {
    self.reserveBytes = reserveBytes
    self.quotaBytes = quotaBytes
    self.freeBytes = freeBytes
  }

  /// What the environment asks for: `RADRELAY_SPOOL_QUOTA` and `RADRELAY_SPOOL_RESERVE`, sizes such
  /// as `50 GB`, `800MB` or a number of bytes; else what the settings say.
  /// - Throws: ``StoreError/invalid(_:)`` for what is no size: a quota that is not understood must
  ///   not be taken for none.
  public static func read(
    _ environment: [String: String] = ProcessInfo.processInfo.environment,
    settings: [Setting: String] = [:]
  ) throws -> SpoolOptions {
    var options = SpoolOptions()
    func size(_ name: String, _ setting: Setting) throws -> Int64? {
      let said = [(name, environment[name]), (setting.rawValue, settings[setting])]
      guard let (name, text) = said.first(where: { $0.1?.isEmpty == false }), let text,
        text != "off"
      else { return nil }
      guard let number = Self.bytes(in: text) else {
        throw StoreError.invalid("\(name) is \"\(text)\"; write a size, for example 50 GB.")
      }
      return number
    }
    options.quotaBytes = try size("RADRELAY_SPOOL_QUOTA", .spoolQuota)
    options.reserveBytes =
      try size("RADRELAY_SPOOL_RESERVE", .spoolReserve) ?? options.reserveBytes
    return options
  }

  /// A size, or `off`, as it is kept.
  /// - Throws: ``StoreError/invalid(_:)`` in words.
  public static func checked(_ text: String) throws -> String {
    let text = text.trimmingCharacters(in: .whitespaces)
    if text.isEmpty || text.lowercased() == "off" { return "off" }
    guard let bytes = bytes(in: text) else {
      throw StoreError.invalid("\"\(text)\" is no size; write one, for example 50 GB, or off.")
    }
    let words = Spool.size(bytes)
    return Self.bytes(in: words) == bytes ? words : "\(bytes) B"
  }

  /// The bytes of a size in words; nil for what is none.
  static func bytes(in text: String) -> Int64? {
    let units: [String: Int64] = [
      "": 1, "B": 1, "KB": 1_000, "MB": 1_000_000, "GB": 1_000_000_000, "TB": 1_000_000_000_000,
    ]
    let digits = text.prefix { ("0"..."9").contains($0) }
    let unit = text.dropFirst(digits.count).trimmingCharacters(in: .whitespaces).uppercased()
    guard let number = Int64(digits), let factor = units[unit] else { return nil }
    let (bytes, overflow) = number.multipliedReportingOverflow(by: factor)
    return overflow ? nil : bytes
  }

  /// What statvfs(3) says: blocks for unprivileged users times their size.
  public static func diskFree(_ path: String) -> Int64? {
    var info = statvfs()
    guard statvfs(path, &info) == 0 else { return nil }
    let (bytes, overflow) = UInt64(info.f_bavail)
      .multipliedReportingOverflow(by: UInt64(info.f_frsize))
    return overflow ? .max : Int64(clamping: bytes)
  }
}

/// A file whose only copy that RadRelay answers for lies in the spool.
public struct StagedFile: Sendable, Equatable {
  /// Its name in the spool: an identifier, never taken from data.
  public var name: String
  /// Absolute path.
  public var path: String
  public var byteCount: Int64
  /// Modification time, nanoseconds since 1970, and inode.
  public var modifiedAt: Int64
  public var inode: UInt64
  /// Of the bytes as they were written; lower-case hexadecimal.
  public var sha256: String
}

/// What the spool holds.
public struct SpoolUsage: Sendable, Equatable {
  public var files: Int
  public var bytes: Int64
}
