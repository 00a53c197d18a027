/// A media type with its parameters, as in Content-Type and Accept (RFC 9110 section 8.3.1).
public struct MediaType: Sendable, Equatable {
  /// `type/subtype` in lower case.
  public var name: String
  /// Names in lower case, values without quotes.
  public var parameters: [String: String]

  /// Reads one media type; nil when it has no `/`.
  public init?(_ text: some StringProtocol) {
    let pieces = Self.split(String(text), at: ";")
    guard let first = pieces.first, first.contains("/") else { return nil }
    name = first.lowercased()
    parameters = [:]
    for piece in pieces.dropFirst() {
      guard let equals = piece.firstIndex(of: "=") else { continue }
      let key = piece[..<equals].trimmed.lowercased()
      var value = piece[piece.index(after: equals)...].trimmed
      if value.count >= 2, value.hasPrefix("\""), value.hasSuffix("\"") {
        value = String(value.dropFirst().dropLast())
      }
      if parameters[key] == nil { parameters[key] = value }
    }
  }

  /// The entries of an Accept header; what cannot be read is left out.
  public static func list(_ header: String) -> [MediaType] {
    split(header, at: ",").compactMap { MediaType($0) }
  }

  /// Splits at a separator that stands outside of quotes.
  private static func split(_ text: String, at separator: Character) -> [String] {
    var pieces = [""]
    var isQuoted = false
    for character in text {
      if character == "\"" { isQuoted.toggle() }
      if character == separator && !isQuoted {
        pieces.append("")
      } else {
        pieces[pieces.count - 1].append(character)
      }
    }
    return pieces.map { $0[...].trimmed }
  }
}

extension Substring {
  fileprivate var trimmed: String {
    var rest = self
    while let first = rest.first, first == " " || first == "\t" { rest.removeFirst() }
    while let last = rest.last, last == " " || last == "\t" { rest.removeLast() }
    return String(rest)
  }
}
