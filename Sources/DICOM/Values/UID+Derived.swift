import Crypto
import Foundation

extension UID {
  /// An identifier that always comes out the same for the same parts: a name-based UUID (RFC 9562
  /// version 8, from SHA-256) under the root `2.25` (PS3.5 section B.2).
  public static func derived(from parts: [String]) -> String {
    var hash = SHA256()
    for part in parts {
      // The length goes in too: no two lists of parts run together to the same bytes.
      withUnsafeBytes(of: UInt64(part.utf8.count).bigEndian) { hash.update(bufferPointer: $0) }
      hash.update(data: Array(part.utf8))
    }
    var bytes = Array(hash.finalize().prefix(16))
    bytes[6] = bytes[6] & 0x0F | 0x80
    bytes[8] = bytes[8] & 0x3F | 0x80
    return make(bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) })
  }
}
