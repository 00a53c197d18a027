/// How modalities reach us (DICOM PS3.4 B, Storage Service Class; PS3.8).
public struct ReceiverOptions: Sendable, Equatable {
  /// The address to listen at, IPv4 or IPv6; `127.0.0.1` is reached from this machine only.
  public var address: String
  /// 1…65535; 0 takes a free one.
  public var port: UInt16
  /// Our application entity title, 1 to 16 characters (PS3.5 6.2).
  public var title: String
  /// Addresses that may connect; empty for all.
  public var allowed: [String]
  /// Associations at the same time; one more is turned away.
  public var mostAssociations: Int

  public init(
    address: String = "127.0.0.1", port: UInt16 = 11112, title: String = "RADRELAY",
    allowed: [String] = [], mostAssociations: Int = 8
  ) {
    self.address = address
    self.port = port
    self.title = title
    self.allowed = allowed
    self.mostAssociations = mostAssociations
  }

  /// What is wrong with the options, with what to do; nil when nothing is.
  public var problem: String? {
    let isTitle =
      (1...16).contains(title.utf8.count)
      && title.utf8.allSatisfy { (0x20...0x7E).contains($0) && $0 != 0x5C }
      && !title.allSatisfy { $0 == " " }
    guard isTitle else {
      return "An application entity title has 1 to 16 characters of ASCII without a backslash."
    }
    guard mostAssociations >= 1 else { return "At least one association must be allowed." }
    return nil
  }
}
