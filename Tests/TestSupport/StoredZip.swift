public import Foundation

/// A ZIP archive of uncompressed entries, written by hand (APPNOTE 6.3): for tests of what takes
/// archives, without a program that makes them.
public enum StoredZip {
  /// - Parameter entries: names and bytes.
  public static func make(_ entries: [(String, Data)]) -> Data {
    var out = Data()
    var directory = Data()
    for (text, bytes) in entries {
      let offset = out.count
      let name = Data(text.utf8)
      var common = Data()
      for number in [20, 0x0800, 0] { common.append(le16(number)) }
      for number in [0, Int(crc32(bytes)), bytes.count, bytes.count] {
        common.append(le32(number))
      }
      common.append(le16(name.count))
      for part in [le32(0x0403_4B50), common, le16(0), name, bytes] { out.append(part) }
      directory.append(le32(0x0201_4B50))
      directory.append(le16(3 << 8 | 20))
      directory.append(common)
      for _ in 0..<4 { directory.append(le16(0)) }
      for part in [le32(0x81A4_0000), le32(offset), name] { directory.append(part) }
    }
    let start = out.count
    out.append(directory)
    out.append(le32(0x0605_4B50))
    for number in [0, 0, entries.count, entries.count] { out.append(le16(number)) }
    for part in [le32(directory.count), le32(start), le16(0)] { out.append(part) }
    return out
  }

  private static func le16(_ value: Int) -> Data {
    Data([UInt8(value & 255), UInt8(value >> 8 & 255)])
  }

  private static func le32(_ value: Int) -> Data {
    var data = le16(value & 0xFFFF)
    data.append(le16(value >> 16 & 0xFFFF))
    return data
  }

  private static func crc32(_ bytes: Data) -> UInt32 {
    var sum: UInt32 = 0xFFFF_FFFF
    for byte in bytes {
      sum ^= UInt32(byte)
      for _ in 0..<8 { sum = sum & 1 == 1 ? (sum >> 1) ^ 0xEDB8_8320 : sum >> 1 }
    }
    return ~sum
  }
}
