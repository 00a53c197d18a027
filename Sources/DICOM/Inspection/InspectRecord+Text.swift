import Foundation

extension InspectRecord {
  /// The record on one line of JSON, keys sorted.
  public var json: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(self)).map { String(decoding: $0, as: UTF8.self) } ?? "{}"
  }

  /// The record for people: the path, then one indented line for each attribute that has a value.
  /// Control characters from the file are shown as U+FFFD.
  public var text: String {
    var lines = [Self.harmless(path)]
    func add(_ name: String, _ value: String) {
      let padding = String(repeating: " ", count: max(1, 27 - name.count))
      lines.append("  \(name)\(padding)\(Self.harmless(value))")
    }
    if let error {
      add("error", error)
      return lines.joined(separator: "\n")
    }
    add("Size", "\(size) bytes")
    if let sha256 { add("SHA-256", sha256) }
    for (field, value) in zip(InspectField.all, values) {
      guard let words = Self.words(value) else { continue }
      let name = field.tag == .transferSyntaxUID || field.tag == .sopClassUID
      let registered = name ? UIDRegistry.standard[words]?.name : nil
      add(field.key, registered.map { "\(words)  \($0)" } ?? words)
    }
    add("Pixel data", hasPixel ? "yes" : "no")
    if let frame0 {
      add("First frame", frame0.shape.map { "\($0)" }.joined(separator: " x "))
      let range = [frame0.min, frame0.max].map { Self.words($0) ?? "" }.joined(separator: " to ")
      add("  values", "\(range), mean \(frame0.mean)")
      add("  SHA-256 (\(frame0.kind))", frame0.sha256)
    }
    if let frame0Error { add("First frame", frame0Error) }
    if !overlayGroups.isEmpty { add("Overlays", overlayGroups.joined(separator: ", ")) }
    if let elementCount { add("Elements", "\(elementCount)") }
    if let warning { add("warning", warning) }
    return lines.joined(separator: "\n")
  }

  private static func words(_ value: InspectValue) -> String? {
    switch value {
    case .null: nil
    case .text(let text): text.isEmpty ? nil : text
    case .integer(let value): "\(value)"
    case .number(let value): value == value.rounded() ? String(format: "%.0f", value) : "\(value)"
    case .list(let values): values.map { words($0) ?? "" }.joined(separator: " \\ ")
    }
  }

  private static func harmless(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar.properties.generalCategory {
      case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate:
        result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}
