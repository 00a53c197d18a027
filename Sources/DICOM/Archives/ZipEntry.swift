/// Bounds for archives: a small file must not fill memory or disk, and must not take forever.
public struct ZipLimits: Sendable {
  public var maximumEntries = 1_000_000
  /// Bytes of one entry, unpacked.
  public var maximumEntryBytes = 4 << 30
  /// Bytes of all entries together, unpacked.
  public var maximumTotalBytes = 256 << 30

  public init() {}
}

/// One file in an archive, as the archive's directory describes it.
public struct ZipEntry: Sendable {
  public enum Method: UInt16, Sendable {
    case stored = 0
    case deflated = 8
  }

  /// As in the archive, folders separated by slashes. For people only: it is never used as a path.
  public var name: String
  /// Bytes unpacked, as claimed; ``ZipArchive`` refuses an entry that holds more or less.
  public var size: Int
  /// Bytes in the archive.
  public var compressedSize: Int
  public var method: Method
  /// Why the entry cannot be read, in words; nil for one that can.
  public var objection: String?
  /// CRC-32 of the unpacked bytes, as claimed.
  var checksum: UInt32
  /// Where the local header stands.
  var headerOffset: Int
  /// The name's bytes, to be compared with the local header's.
  var nameBytes: [UInt8]

  /// True for the entry of a folder, which holds nothing.
  public var isFolder: Bool { nameBytes.last == UInt8(ascii: "/") && size == 0 }

  /// Why a name must not be used, in words. A medium has no reason for any of these; whoever
  /// unpacks with another program would write outside of the folder he chose.
  static func objection(toName name: [UInt8]) -> String? {
    if name.isEmpty { return "it has no name" }
    if name.contains(0) { return "there is a zero byte in its name" }
    if name.count > 4096 { return "its name is too long" }
    let parts = name.split(omittingEmptySubsequences: false) {
      $0 == UInt8(ascii: "/") || $0 == UInt8(ascii: "\\")
    }
    let leadsOut =
      parts.first?.isEmpty ?? true || parts.first?.last == UInt8(ascii: ":")
      || parts.contains { $0.elementsEqual("..".utf8) }
    return leadsOut ? "its name leads out of the archive" : nil
  }
}
