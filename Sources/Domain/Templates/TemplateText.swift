import Foundation

/// A text with placeholders: `{{modality}}` is taken from the study, `{{indication?}}` is left for
/// the person to fill in.
public struct TemplateText: Sendable, Equatable {
  /// What a text may take from a study. Nothing of it says who the patient is.
  public enum Placeholder: String, Sendable, CaseIterable {
    /// The study's day, as 2026-11-30.
    case date
    case modality
    case description
    case bodyPart = "body_part"
  }

  /// A placeholder that a person is to fill in.
  public struct Open: Sendable, Equatable {
    /// Without braces and question mark.
    public var name: String
    /// Its characters in the text, braces included.
    public var range: Range<Int>
  }

  private enum Part: Sendable, Equatable {
    case text(String)
    case known(Placeholder)
    case open(Open)
    /// Braces that mean nothing, with what stands between them.
    case wrong(String)
  }

  private var parts: [Part] = []

  public init(_ text: String) {
    let characters = Array(text)
    var plain = ""
    var index = 0
    while index < characters.count {
      guard characters[index...].starts(with: "{{") else {
        plain.append(characters[index])
        index += 1
        continue
      }
      if !plain.isEmpty { parts.append(.text(plain)) }
      plain = ""
      let (part, end) = Self.part(characters, from: index)
      parts.append(part)
      index = end
    }
    if !plain.isEmpty { parts.append(.text(plain)) }
  }

  private static func part(_ characters: [Character], from start: Int) -> (Part, Int) {
    var end = start + 2
    while end < characters.count, characters[end] != "{", characters[end] != "}" { end += 1 }
    guard characters[end...].starts(with: "}}") else {
      return (.wrong(String(characters[start..<end])), end)
    }
    let inner = String(characters[(start + 2)..<end]).trimmingCharacters(in: .whitespaces)
    end += 2
    if let known = Placeholder(rawValue: inner) { return (.known(known), end) }
    let name = String(inner.dropLast())
    let isName =
      (1...40).contains(name.count)
      && name.allSatisfy { $0.isLetter || $0.isNumber || " _-/".contains($0) }
    guard inner.last == "?", isName else { return (.wrong(String(characters[start..<end])), end) }
    return (.open(Open(name: name, range: start..<end)), end)
  }

  /// What a person still has to fill in, in order.
  public var open: [Open] {
    parts.compactMap { if case .open(let open) = $0 { open } else { nil } }
  }

  /// Why the text cannot be a template's, in words; nil when it can.
  public var objection: String? {
    for case .wrong(let text) in parts {
      let known = Placeholder.allCases.map { "{{\($0.rawValue)}}" }.joined(separator: ", ")
      return "\(text.prefix(40)) is no placeholder; there are \(known), and {{words?}} for what is "
        + "to be filled in by hand. A template never says who the patient is"
    }
    return nil
  }

  /// The text for a study. What the study does not say is left open, for the person to fill in.
  public func expanded(for study: StudySummary) -> String {
    parts.map { part in
      switch part {
      case .text(let text), .wrong(let text): return text
      case .open(let open): return "{{\(open.name)?}}"
      case .known(let placeholder):
        let value = Self.value(placeholder, study)
        return value.isEmpty ? "{{\(placeholder.rawValue)?}}" : value
      }
    }.joined()
  }

  private static func value(_ placeholder: Placeholder, _ study: StudySummary) -> String {
    switch placeholder {
    case .date:
      let day = study.studyDate
      guard day.utf8.count == 8, day.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
        return ""
      }
      return "\(day.prefix(4))-\(day.dropFirst(4).prefix(2))-\(day.suffix(2))"
    case .modality: return study.modality
    case .description: return study.studyDescription
    case .bodyPart: return study.bodyPart
    }
  }
}

extension ClinicalHistory {
  /// Why a history is not complete, in words: a placeholder waits to be filled in. Nil when it is.
  public static func missing(in text: String) -> String? {
    TemplateText(text).open.first.map { "{{\($0.name)?}} is to be filled in" }
  }
}
