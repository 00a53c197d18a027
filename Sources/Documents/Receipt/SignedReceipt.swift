import Crypto
public import Foundation

/// A receipt with the signature of the workstation that made it.
///
/// The file is one JSON object:
///
///     {"receipt":{…},"signature":{"algorithm":"Ed25519","key":"…","key_id":"…","value":"…"}}
///
/// `value` (base64, 64 bytes) is the Ed25519 signature (RFC 8032) over the canonical form of the
/// member `receipt` (``JSONValue/canonical``), made with the public key `key` (base64, 32 bytes);
/// `key_id` is the beginning of the key's fingerprint, 16 hexadecimal digits of its SHA-256. The
/// whole file is written in canonical form, too, with a line feed behind it; it may be reformatted
/// without harm. Anybody can check it with any library for RFC 8785 and Ed25519.
///
/// What it proves: that the holder of the key said this, and that nothing was changed since. Whose
/// key it is must be known from elsewhere: compare fingerprints.
public struct SignedReceipt: Sendable {
  /// Files that are larger are not read: 20,000 instances with a long history take about 20 MB.
  public static let maximumBytes = 64 << 20

  public let receipt: TransferReceipt
  /// The canonical form of the receipt: what is signed.
  public let canonical: Data
  /// The public key, 32 bytes, and the signature, 64.
  public let key: Data
  public let signature: Data

  /// SHA-256 of the public key, 64 lower-case hexadecimal digits.
  public var fingerprint: String { ReceiptKey.fingerprint(of: key) }
  /// The first 16 digits of ``fingerprint``.
  public var keyID: String { String(fingerprint.prefix(16)) }
  /// SHA-256 of what is signed, hexadecimal.
  public var digest: String { hexadecimal(SHA256.hash(data: canonical)) }

  /// Signs a receipt.
  /// - Throws: ``ReceiptFault/contradiction(_:)``: a receipt that no reader would take is not signed.
  public init(_ receipt: TransferReceipt, with key: ReceiptKey) throws {
    if let contradiction = receipt.contradiction {
      throw ReceiptFault.contradiction(contradiction)
    }
    self.receipt = receipt
    canonical = try Self.value(of: receipt).canonical
    self.key = key.privateKey.publicKey.rawRepresentation
    signature = try key.privateKey.signature(for: canonical)
  }

  /// Reads a file and checks everything: form, signature, and that the receipt does not contradict
  /// itself.
  public init(checking file: Data) throws(ReceiptFault) {
    guard file.count <= Self.maximumBytes else {
      throw .form("the file is larger than \(Self.maximumBytes >> 20) MiB")
    }
    let value: JSONValue
    do { value = try JSONReader.read(file) } catch { throw .form("it is no JSON, \(error)") }
    guard case .object(let members) = value, let receipt = members["receipt"],
      case .object(let signature)? = members["signature"]
    else { throw .form("an object with the members receipt and signature is wanted") }
    if let other = members.keys.sorted().first(where: { !["receipt", "signature"].contains($0) }) {
      throw .form("\"\(other.prefix(40))\" stands beside the signed part")
    }
    let names = ["algorithm", "key", "key_id", "value"]
    guard signature.keys.sorted() == names else {
      throw .form("the signature must have \(names.joined(separator: ", ")), and nothing else")
    }
    guard case .string("Ed25519")? = signature["algorithm"] else {
      throw .form("the algorithm of the signature is not Ed25519")
    }
    key = try Self.bytes(signature["key"], count: 32, "key")
    self.signature = try Self.bytes(signature["value"], count: 64, "value")
    canonical = receipt.canonical
    guard let publicKey = try? Curve25519.Signing.PublicKey(rawRepresentation: key),
      publicKey.isValidSignature(self.signature, for: canonical)
    else { throw .signature }
    let identifier = String(ReceiptKey.fingerprint(of: key).prefix(16))
    guard case .string(identifier)? = signature["key_id"] else {
      throw .form("key_id is not that of the key, which is \(identifier)")
    }
    self.receipt = try Self.receipt(receipt, canonical)
    if let contradiction = self.receipt.contradiction { throw .contradiction(contradiction) }
  }

  /// The file: canonical, with a line feed at its end.
  public var file: Data {
    let members: JSONValue = .object([
      "algorithm": .string("Ed25519"), "key": .string(key.base64EncodedString()),
      "key_id": .string(keyID), "value": .string(signature.base64EncodedString()),
    ])
    // `receipt` sorts before `signature`.
    return Data(#"{"receipt":"#.utf8) + canonical + Data(#","signature":"#.utf8) + members.canonical
      + Data("}\n".utf8)
  }

  private static func value(of receipt: TransferReceipt) throws -> JSONValue {
    try JSONReader.read(try JSONEncoder().encode(receipt))
  }

  private static func bytes(
    _ value: JSONValue?, count: Int, _ name: String
  ) throws(ReceiptFault) -> Data {
    // Base64 has more than one way to write the same bytes; only one counts.
    guard case .string(let text)? = value, let data = Data(base64Encoded: text),
      data.count == count, data.base64EncodedString() == text
    else { throw .form("\(name) of the signature must be \(count) bytes in base64") }
    return data
  }

  private static func receipt(
    _ value: JSONValue, _ canonical: Data
  ) throws(ReceiptFault) -> TransferReceipt {
    guard case .object(let members) = value,
      case .string(TransferReceipt.formatName)? = members["format"]
    else { throw .form("the format is not \(TransferReceipt.formatName)") }
    guard case .integer(let version)? = members["version"],
      version == TransferReceipt.formatVersion
    else {
      throw .form(
        "it is of another version than \(TransferReceipt.formatVersion); its signature is good, "
          + "but only a newer radrelay can say what it means")
    }
    let receipt: TransferReceipt
    do {
      receipt = try JSONDecoder().decode(TransferReceipt.self, from: canonical)
      // What this program does not know would be shown to nobody.
      guard try Self.value(of: receipt).canonical == canonical else {
        throw ReceiptFault.form("the receipt has members that version 1 does not have")
      }
    } catch let fault as ReceiptFault { throw fault } catch {
      throw .form("members of the receipt are missing or of the wrong kind")
    }
    return receipt
  }
}

/// Why a receipt is not good, in words.
public enum ReceiptFault: Error, Equatable, CustomStringConvertible {
  /// It is not what a receipt looks like.
  case form(String)
  /// It was changed after it was signed, or was never signed with this key.
  case signature
  /// Properly signed, and yet it says two things that cannot both be true.
  case contradiction(String)

  public var description: String {
    switch self {
    case .form(let what): "This is no sound receipt: \(what)."
    case .signature:
      "The signature does not fit: the receipt was changed after it was signed, or was never signed "
        + "with this key."
    case .contradiction(let what): "The receipt contradicts itself: \(what)."
    }
  }
}
