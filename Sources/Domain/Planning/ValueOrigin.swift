/// Where a value that goes with a study came from. What a person typed, and what the files say of
/// the patient, is never replaced without a mark.
public enum ValueOrigin: Sendable, Codable, Equatable {
  /// The program's own beginning: an empty text, the default service level.
  case initial
  /// The files say so.
  case file
  /// A person typed or chose it.
  case typed
  /// A template filled it in; its name.
  case template(String)
}

/// A value in the place of what the files say.
public struct StudyOverride: Sendable, Codable, Equatable {
  public var value: String
  public var origin: ValueOrigin

  public init(_ value: String, origin: ValueOrigin = .typed) {
    self.value = value
    self.origin = origin
  }
}
