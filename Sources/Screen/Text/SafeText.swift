/// The one place where text from outside becomes harmless for a terminal.
///
/// Text is cut into clusters: a base character with at most four combining marks. Nothing that
/// steers a terminal, changes the direction of writing or takes no room comes out of it:
/// - C0 controls, ESC and DEL become their pictures (`␛`), C1 controls and bidirectional
///   overrides `�`, tabs a space;
/// - zero-width and other invisible characters, variation selectors, tags and skin tones vanish;
/// - a combining mark with nothing to stand on stands on `◌`;
/// - regional indicators (flags) become letters, because terminals disagree on their width.
public enum SafeText {
  /// Marks kept per base character; more of them would smear over neighbouring lines.
  static let maximumMarks = 4

  /// Columns that the text takes once it is safe.
  public static func width(_ text: String) -> Int {
    if isPlain(text) { return text.utf8.count }
    var total = 0
    forEachGlyph(text) { _, width in
      total += width
      return true
    }
    return total
  }

  /// Columns that the text takes once it is safe; nil when they are more than a limit, which is
  /// found out without reading the rest.
  static func width(_ text: String, atMost limit: Int) -> Int? {
    var total = 0
    forEachGlyph(text) { _, width in
      total += width
      return total <= limit
    }
    return total <= limit ? total : nil
  }

  /// The safe text, for places that are not cells (window titles, bells).
  public static func clean(_ text: String) -> String {
    if isPlain(text) { return text }
    var result = ""
    forEachCluster(text) { cluster, _ in
      result += cluster
      return true
    }
    return result
  }

  /// True for printable ASCII, which is safe as it is and one column a byte.
  static func isPlain(_ text: String) -> Bool {
    text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
  }

  /// Calls `body` with each safe cluster and its width (1 or 2) until it returns false.
  public static func forEachCluster(
    _ text: String, _ body: (_ cluster: String, _ width: Int) -> Bool
  ) {
    forEachGlyph(text) { body($0.text, $1) }
  }

  /// Calls `body` with each safe cluster as a glyph and its width (1 or 2) until it returns false.
  public static func forEachGlyph(
    _ text: String, _ body: (_ glyph: Glyph, _ width: Int) -> Bool
  ) {
    var pending = Glyph.empty
    var pendingWidth = 0
    var marks = 0
    for scalar in text.unicodeScalars {
      if scalar.value >= 0x20, scalar.value < 0x7F {
        if pendingWidth > 0, !body(pending, pendingWidth) { return }
        pending = Glyph(scalar)
        pendingWidth = 1
        marks = 0
        continue
      }
      let kind = classify(scalar)
      switch kind {
      case .drop: continue
      case .mark:
        if pendingWidth == 0 {
          pending = Glyph("◌")
          pendingWidth = 1
          marks = 0
        }
        if marks < maximumMarks {
          pending.append(scalar)
          marks += 1
        }
        continue
      case .base, .replaced:
        if pendingWidth > 0, !body(pending, pendingWidth) { return }
      }
      marks = 0
      switch kind {
      case .base(let width):
        pending = Glyph(scalar)
        pendingWidth = width
      case .replaced(let picture):
        pending = Glyph(picture)
        pendingWidth = 1
      case .drop, .mark: break
      }
    }
    if pendingWidth > 0 { _ = body(pending, pendingWidth) }
  }

  /// The strings of the ASCII characters, so that drawing makes none.
  static let ascii: [String] = (0..<128).map { String(Unicode.Scalar(UInt8($0))) }

  enum Kind: Equatable {
    case base(width: Int)
    case mark
    case drop
    case replaced(Unicode.Scalar)
  }

  static func classify(_ scalar: Unicode.Scalar) -> Kind {
    let value = scalar.value
    if value >= 0x20, value < 0x7F { return .base(width: 1) }
    switch value {
    case 0x09: return .replaced(" ")
    case 0..<0x20: return .replaced(Unicode.Scalar(0x2400 + value) ?? "?")
    case 0x7F: return .replaced("\u{2421}")
    case 0x80..<0xA0: return .replaced("\u{FFFD}")
    case 0xA0..<0x300: return value == 0xAD ? .drop : .base(width: 1)
    case 0x200B...0x200F, 0x2060...0x2065, 0x206A...0x206F, 0xFEFF, 0xFE00...0xFE0F: return .drop
    case 0x202A...0x202E, 0x2066...0x2069, 0x2028, 0x2029, 0x061C: return .replaced("\u{FFFD}")
    case 0x1160...0x11FF: return .mark
    case 0x115F, 0x3164, 0xFFA0, 0x17B4, 0x17B5, 0x180B...0x180F, 0x034F: return .drop
    case 0x1F3FB...0x1F3FF: return .drop
    case 0x1F1E6...0x1F1FF:
      return .replaced(Unicode.Scalar(UInt8(0x41 + (value - 0x1F1E6))))
    case 0x2500...0x25FC: return .base(width: 1)
    case 0x3400...0x9FFF, 0xAC00...0xD7A3: return .base(width: 2)
    case 0xE000...0xF8FF, 0xF0000...0x10FFFF: return .replaced("\u{FFFD}")
    default: break
    }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark: return .mark
    case .format, .control, .surrogate: return .drop
    case .unassigned, .privateUse: return .replaced("\u{FFFD}")
    default: return .base(width: WideRanges.contains(value) ? 2 : 1)
    }
  }
}
