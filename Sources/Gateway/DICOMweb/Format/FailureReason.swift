/// Failure Reason (0008,1197) of a refused instance in words (PS3.18 table I.2-2, PS3.4 B.2.3,
/// PS3.3 C.14.1.1).
public struct FailureReason: Sendable, Equatable {
  public var code: UInt16

  public init(code: UInt16) { self.code = code }

  public static let outOfResources = FailureReason(code: 0xA700)
  public static let notTheClass = FailureReason(code: 0xA900)
  public static let unreadable = FailureReason(code: 0xC000)
  public static let processing = FailureReason(code: 0x0110)
  public static let duplicate = FailureReason(code: 0x0111)

  /// For a person: what happened, then what to do.
  public var words: String {
    switch code {
    case 0xA700...0xA7FF: "the PACS is out of resources (disk or memory); it will be tried again"
    case 0xA900...0xA9FF: "the file does not fit its SOP class or its study; export it again"
    case 0xC122: "the PACS does not take this transfer syntax (compression); export it uncompressed"
    case 0xC000...0xCFFF: "the PACS cannot read the file; export it again from the modality"
    case 0x0110: "the PACS failed while processing the file; it will be tried again"
    case 0x0111: "the PACS holds another file with the same SOP Instance UID"
    case 0x0117, 0x0106: "the PACS calls the SOP Instance UID or a value invalid"
    case 0x0119: "the PACS calls SOP class and instance contradictory"
    case 0x0122, 0x0118: "the PACS does not take this SOP class; its administrator can allow it"
    case 0x0124: "the PACS does not allow the gateway to store; its administrator can allow it"
    case 0x0213: "the PACS is short of resources; it will be tried again"
    default: "the PACS refused the file"
    }
  }

  /// The words and the code, as logged and shown.
  public var description: String {
    let digits = String(code, radix: 16, uppercase: true)
    return words + " (" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits + "H)"
  }

  /// True when sending the same bytes again would end the same way.
  public var isFinal: Bool {
    switch code {
    case 0xA700...0xA7FF, 0x0110, 0x0213: false
    case 0xA900...0xA9FF, 0xC000...0xCFFF: true
    case 0x0106, 0x0111, 0x0117, 0x0118, 0x0119, 0x0122, 0x0124: true
    default: false
    }
  }
}
