/// How a data set is encoded (DICOM PS3.5 section 10 and annex A).
public struct TransferSyntax: Hashable, Sendable {
  public let uid: String

  public init(uid: String) { self.uid = uid }

  public static let implicitLittleEndian = TransferSyntax(uid: "1.2.840.10008.1.2")
  public static let explicitLittleEndian = TransferSyntax(uid: "1.2.840.10008.1.2.1")
  public static let deflated = TransferSyntax(uid: "1.2.840.10008.1.2.1.99")
  public static let explicitBigEndian = TransferSyntax(uid: "1.2.840.10008.1.2.2")

  public var isExplicit: Bool { self != .implicitLittleEndian }
  public var isBigEndian: Bool { self == .explicitBigEndian }

  /// True when the bytes after the file meta information are one raw deflate stream.
  public var isDeflated: Bool {
    self == .deflated || uid == "1.2.840.10008.1.2.4.95" || uid == "1.2.840.10008.1.2.4.205"
  }

  /// True when pixel data comes in fragments.
  public var isEncapsulated: Bool {
    switch self {
    case .implicitLittleEndian, .explicitLittleEndian, .explicitBigEndian, .deflated: false
    default: true
    }
  }

  /// True when the syntax itself loses information (PS3.5 section 8.2); one that may hold both
  /// counts as lossy.
  public var isLossy: Bool {
    let lossy = ["50", "51", "81", "91", "93", "203", "112"]
    guard uid.hasPrefix("1.2.840.10008.1.2.4.") else { return false }
    let number = uid.dropFirst("1.2.840.10008.1.2.4.".count).prefix { $0 != "." }
    // From 100 on: video.
    return lossy.contains(String(number)) || (Int(number).map { (100...108).contains($0) } ?? false)
  }

  /// The registered name, or the identifier itself.
  public var name: String { UIDRegistry.standard[uid]?.name ?? uid }
}
