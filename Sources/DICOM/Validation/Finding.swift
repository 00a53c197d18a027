/// Something that a file gets wrong.
public struct Finding: Sendable, Equatable {
  public enum Severity: String, Sendable {
    /// The standard is broken: others may refuse the file or read it wrongly.
    case error
    /// Allowed, or broken so often that others cope with it.
    case warning
  }

  public var severity: Severity
  /// Where: `00081140[1].00081155`; empty for the file as a whole.
  public var path: String
  /// The tag at the end of the path.
  public var tag: Tag?
  /// What is wrong, in words; values only where they are no patient data.
  public var message: String

  public init(_ severity: Severity, path: String = "", tag: Tag? = nil, _ message: String) {
    self.severity = severity
    self.path = path
    self.tag = tag
    self.message = message
  }

  /// `error (0010,0020) Patient ID: …`; of an element in a sequence with its path.
  public var line: String {
    guard let tag else { return "\(severity.rawValue): \(message)" }
    let name = DataDictionary.standard[tag]?.name ?? (tag.isPrivate ? "Private" : "Unknown")
    let place = path.contains("[") ? " in \(path)" : ""
    return "\(severity.rawValue): \(tag) \(name)\(place): \(message)"
  }
}
