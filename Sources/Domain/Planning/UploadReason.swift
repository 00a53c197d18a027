/// Why a person decided against a safeguard. Kept in the upload's history and told to the gateway,
/// whose audit log keeps it.
public struct UploadReason: Sendable, Codable, Equatable {
  public enum Kind: String, Sendable, Codable, CaseIterable {
    /// Files of several patients go out as one study.
    case mixedPatients = "mixed_patients"
    /// Values that identify the patient are not those of the files.
    case identityChanged = "identity_changed"
    /// A study goes out although it was sent before.
    case duplicateForced = "duplicate_forced"
  }

  /// Reasons that one upload may have, and characters (Unicode scalars) that each may have.
  public static let limit = 8
  public static let textLimit = 500

  public var kind: Kind
  /// What the person wrote, 1 to 500 characters.
  public var text: String

  public init(_ kind: Kind, _ text: String) {
    self.kind = kind
    self.text = text
  }

  /// True when there is something written and not too much.
  public var isValid: Bool {
    !text.allSatisfy(\.isWhitespace) && text.unicodeScalars.count <= Self.textLimit
  }
}
