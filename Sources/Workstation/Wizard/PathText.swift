import Foundation

/// Paths as people type and paste them. Knows no file system.
public enum PathText {
  /// The folder above; nil for the root and for what is not absolute.
  public static func parent(_ path: String) -> String? {
    let parts = components(path)
    guard path.hasPrefix("/"), !parts.isEmpty else { return nil }
    return "/" + parts.dropLast().joined(separator: "/")
  }

  /// The last part of a path; the path itself where there is none.
  public static func name(_ path: String) -> String { components(path).last ?? path }

  /// A name inside a folder.
  public static func join(_ folder: String, _ name: String) -> String {
    folder.hasSuffix("/") ? folder + name : folder + "/" + name
  }

  /// What is meant where an absolute path stands behind another one, as in `/media//home/me` and
  /// `/media/~/cd`: the later one, as file browsers take it. Nil when the text is one path.
  public static func begunAnew(_ text: String) -> String? {
    let beginnings = ["//", "/~/"].compactMap {
      text.range(of: $0, options: .backwards)?.lowerBound
    }
    if let last = beginnings.max() { return String(text[text.index(after: last)...]) }
    return text.hasSuffix("/~") ? "~" : nil
  }

  /// What stands before the last slash and what is begun after it: `/media/us` is `/media` and
  /// `us`. A text without a slash belongs to `current`.
  public static func split(_ text: String, current: String) -> (folder: String, prefix: String) {
    if text == "~" { return ("~", "") }
    guard let slash = text.lastIndex(of: "/") else { return (current, text) }
    let folder = String(text[..<slash])
    return (folder.isEmpty ? "/" : folder, String(text[text.index(after: slash)...]))
  }

  /// The longest beginning that all names share.
  public static func commonPrefix(_ names: [String]) -> String {
    guard var prefix = names.first else { return "" }
    for name in names.dropFirst() {
      while !name.hasPrefix(prefix) { prefix.removeLast() }
    }
    return prefix
  }

  /// Paths in pasted text: one a line, or several on a line when quoted or escaped as shells and
  /// file managers do; `file:` addresses are decoded. Control characters are dropped.
  public static func pasted(_ text: String) -> [String] {
    var paths: [String] = []
    for line in text.split(whereSeparator: \.isNewline) {
      let clean = String(line.unicodeScalars.filter { $0.value >= 0x20 && $0.value != 0x7F })
      let words = shellWords(clean)
      // An unquoted path may contain blanks: only paths all through are several.
      if words.allSatisfy(looksAbsolute) {
        paths += words
      } else {
        paths.append(String(clean.drop(while: { $0 == " " })))
      }
    }
    return paths.map(decodedAddress).filter { !$0.isEmpty }
  }

  private static func looksAbsolute(_ word: String) -> Bool {
    word.hasPrefix("/") || word.hasPrefix("~") || word.hasPrefix("file://")
  }

  private static func components(_ path: String) -> [String] {
    path.split(separator: "/").map(String.init)
  }

  private static func shellWords(_ line: String) -> [String] {
    var words: [String] = []
    var word = ""
    var quote: Character?
    var isEscaped = false
    var isOpen = false
    for character in line {
      if isEscaped {
        word.append(character)
        isEscaped = false
      } else if character == "\\", quote != "'" {
        isEscaped = true
        isOpen = true
      } else if let open = quote {
        if character == open { quote = nil } else { word.append(character) }
      } else if character == "'" || character == "\"" {
        quote = character
        isOpen = true
      } else if character == " " || character == "\t" {
        if isOpen { words.append(word) }
        word = ""
        isOpen = false
      } else {
        word.append(character)
        isOpen = true
      }
    }
    if isOpen { words.append(word) }
    return words
  }

  private static func decodedAddress(_ text: String) -> String {
    guard text.hasPrefix("file://") else { return text }
    let path = text.dropFirst("file://".count).drop(while: { $0 != "/" })
    var bytes: [UInt8] = []
    var rest = Array(path.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2,
        let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
      {
        // A path cannot hold a zero byte, nor should a name carry control characters in.
        if value >= 0x20 { bytes.append(value) }
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte)
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
