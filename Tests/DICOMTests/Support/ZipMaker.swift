import CZlib

/// Writes ZIP archives for tests, true ones and lying ones.
struct ZipMaker {
  struct Entry {
    var name: String
    var bytes: [UInt8]
    var isDeflated = true
    /// Sizes and checksum after the data instead of before it.
    var hasDescriptor = false
    /// 64-bit numbers in the directory.
    var isWide = false
    /// Lies.
    var claimedSize: Int?
    var claimedChecksum: UInt32?
    var localName: String?
    var flags: UInt16 = 0
    var method: UInt16?
    var mode: UInt32 = 0o100644
    /// Another entry's place.
    var offset: Int?
  }

  var entries: [Entry]
  /// Bytes before the archive.
  var prefix: [UInt8] = []
  var comment: [UInt8] = []
  var claimedEntries: Int?

  var bytes: [UInt8] {
    var out = prefix
    var directory: [UInt8] = []
    for entry in entries {
      let data = entry.isDeflated ? Deflate.raw(entry.bytes) ?? [] : entry.bytes
      let size = entry.claimedSize ?? entry.bytes.count
      let checksum =
        entry.claimedChecksum
        ?? UInt32(
          truncatingIfNeeded: entry.bytes.withUnsafeBufferPointer {
            CZlib.crc32(0, $0.baseAddress, UInt32($0.count))
          })
      let method = entry.method ?? (entry.isDeflated ? 8 : 0)
      let flags = entry.flags | (entry.hasDescriptor ? 8 : 0) | 0x0800
      let offset = entry.offset ?? out.count - prefix.count
      let name = Array((entry.localName ?? entry.name).utf8)
      out += le32(0x0403_4B50) + le16(45) + le16(flags) + le16(method) + le32(0)
      out +=
        entry.hasDescriptor
        ? le32(0) + le32(0) + le32(0)
        : le32(checksum) + le32(data.count) + le32(size)
      out += le16(UInt16(name.count)) + le16(0) + name + data
      if entry.hasDescriptor {
        out += le32(0x0807_4B50) + le32(checksum) + le32(data.count) + le32(size)
      }
      let shown = Array(entry.name.utf8)
      let extra =
        entry.isWide ? le16(1) + le16(24) + le64(size) + le64(data.count) + le64(offset) : []
      directory += le32(0x0201_4B50) + le16(3 << 8 | 45) + le16(45) + le16(flags) + le16(method)
      directory += le32(0) + le32(checksum)
      directory += entry.isWide ? le32(-1) + le32(-1) : le32(data.count) + le32(size)
      directory +=
        le16(UInt16(shown.count)) + le16(UInt16(extra.count)) + le16(0) + le16(0) + le16(0)
      directory += le32(Int(entry.mode) << 16) + (entry.isWide ? le32(-1) : le32(offset))
      directory += shown + extra
    }
    let start = out.count - prefix.count
    out += directory
    let count = claimedEntries ?? entries.count
    if entries.contains(where: \.isWide) {
      let place = out.count - prefix.count
      out += le32(0x0606_4B50) + le64(44) + le16(45) + le16(45) + le32(0) + le32(0)
      out += le64(count) + le64(count) + le64(directory.count) + le64(start)
      out += le32(0x0706_4B50) + le32(0) + le64(place) + le32(1)
      out += le32(0x0605_4B50) + le16(0) + le16(0) + le16(.max) + le16(.max) + le32(-1) + le32(-1)
    } else {
      out += le32(0x0605_4B50) + le16(0) + le16(0) + le16(UInt16(clamping: count))
      out += le16(UInt16(clamping: count)) + le32(directory.count) + le32(start)
    }
    return out + le16(UInt16(comment.count)) + comment
  }

  private func le16(_ value: UInt16) -> [UInt8] { [UInt8(value & 255), UInt8(value >> 8)] }
  private func le32(_ value: some BinaryInteger) -> [UInt8] {
    (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
  private func le64(_ value: some BinaryInteger) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
  }
}
