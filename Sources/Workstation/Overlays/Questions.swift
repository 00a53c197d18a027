/// A line that goes away by itself.
public struct Toast: Sendable, Equatable {
  /// What colour may say; the words must say it too.
  public enum Tone: Sendable, Equatable { case plain, waiting, alarm }
  public var text: String
  public var tone: Tone
  public init(_ text: String, _ tone: Tone = .plain) {
    self.text = text
    self.tone = tone
  }
}

/// A question with yes or no.
public struct Confirmation: Sendable, Equatable {
  public var id: String
  public var title: String
  public var text: String
  /// The verb on the key that does it: `Cancel upload`.
  public var action: String
  /// Another thing that can be done, on `b`; nil when there is none. The answer's text is then this.
  public var alternative: String?

  public init(
    id: String, title: String, text: String, action: String, alternative: String? = nil
  ) {
    self.alternative = alternative
    self.id = id
    self.title = title
    self.text = text
    self.action = action
  }
}

/// A question that wants a line of text.
public struct Prompt: Sendable, Equatable {
  public var id: String
  public var title: String
  public var text: String
  /// What stands in the field at first.
  public var initial: String
  /// Characters at most; a counter is shown up to 1,000.
  public var limit: Int
  /// True refuses an empty answer.
  public var isRequired: Bool

  public init(
    id: String, title: String, text: String, initial: String = "", limit: Int = 500,
    isRequired: Bool = true
  ) {
    self.id = id
    self.title = title
    self.text = text
    self.initial = initial
    self.limit = limit
    self.isRequired = isRequired
  }
}
