/// What a person did at the terminal.
public enum InputEvent: Sendable, Equatable {
  case key(Key)
  case mouse(Mouse)
  /// Text pasted as a whole (bracketed paste); may contain anything.
  case paste(String)
  case resize(Size)
  case focus(Bool)
  /// The terminal said whether its background is light.
  case background(isLight: Bool)
}

/// A key press.
public struct Key: Sendable, Hashable {
  public enum Code: Sendable, Hashable {
    /// A printable character.
    case character(Character)
    case enter, escape, tab, backTab, backspace, delete, insert
    case up, down, left, right, home, end, pageUp, pageDown
    /// F1…F24.
    case function(Int)
  }

  public struct Modifiers: OptionSet, Sendable, Hashable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }
    public static let shift = Modifiers(rawValue: 1)
    public static let alt = Modifiers(rawValue: 2)
    public static let control = Modifiers(rawValue: 4)
  }

  public var code: Code
  /// Shift is not reported for printable characters: they carry it in their case.
  public var modifiers: Modifiers

  public init(_ code: Code, _ modifiers: Modifiers = []) {
    self.code = code
    self.modifiers = modifiers
  }

  /// A printable character, or Ctrl with it.
  public static func character(_ character: Character, _ modifiers: Modifiers = []) -> Key {
    Key(.character(character), modifiers)
  }
}

/// A mouse report (SGR 1006).
public struct Mouse: Sendable, Hashable {
  public enum Action: Sendable, Hashable { case press, drag, release, wheelUp, wheelDown }
  public enum Button: Sendable, Hashable { case left, middle, right, none }
  public var action: Action
  public var button: Button
  public var point: Point
  public var modifiers: Key.Modifiers

  public init(
    action: Action, button: Button, point: Point, modifiers: Key.Modifiers = []
  ) {
    self.action = action
    self.button = button
    self.point = point
    self.modifiers = modifiers
  }
}
