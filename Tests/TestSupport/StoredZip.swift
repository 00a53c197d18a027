public import Foundation

/// A ZIP archive of uncompressed entries, written by hand (APPNOTE 6.3): for tests of what takes
/// archives, without a program that makes them.
public enum StoredZip {
  public static func make(_ entries: [(name: String, bytes: Data)]) -> Data {
    var out = Data()
    var directory = Data()
    for entry in entries {
      let offset = out.count
      let name = Data(entry.name.utf8)
      let common =
        le16(20) + le16(0x0800) + le16(0) + le32(0) + le32(Int(crc32(entry.bytes)))
        + le32(entry.bytes.count) + le32(entry.bytes.count) + le16(name.count)
      out += le32(0x0403_4B50) + common + le16(0) + name + entry.bytes
      directory += le32(0x0201_4B50) + le16(3 << 8 | 20) + common
      directory += le16(0) + le16(0) + le16(0) + le16(0) + le32(0x81A4_0000) + le32(offset) + name
    }
    let start = out.count
    out += directory + le32(0x0605_4B50) + le16(0) + le16(0) + le16(entries.count)
    out += le16(entries.count) + le32(directory.count) + le32(start) + le16(0)
    return out
  }

  private static func le16(_ value: Int) -> Data {
    Data([UInt8(value & 255), UInt8(value >> 8 & 255)])
  }

  private static func le32(_ value: Int) -> Data { le16(value & 0xFFFF) + le16(value >> 16) }

  private static func crc32(_ bytes: Data) -> UInt32 {
    ~bytes.reduce(~UInt32(0)) { sum, byte in
      var sum = sum ^ UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? sum >> 1 ^ 0xEDB8_8320 : sum >> 1 }
      return sum
    }
  }
}
