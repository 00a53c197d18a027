/// Puts a template that was changed in two places together again, field by field.
public struct TemplateMerge: Sendable, Equatable {
  public var values: TemplateValues
  /// The template with the values that lost, under a name that says so; nil when no field was changed
  /// on both sides.
  public var lost: TemplateValues?

  /// What the name of a template with the losing values ends with.
  public static let suffix = " (from the other device)"

  /// - Parameters:
  ///   - base: what both sides began with; empty for a template that is new on both.
  ///   - present: what is kept now.
  ///   - edit: what came.
  ///   - editIsLater: a field that both changed takes the later side's value.
  public init(
    base: TemplateValues, present: TemplateValues, edit: TemplateValues, editIsLater: Bool
  ) {
    values = present
    var other = present
    var isContested = false
    for field in TemplateField.allCases where edit[field] != base[field] {
      let mine = edit[field]
      let theirs = present[field]
      if theirs == base[field] || theirs == mine {
        values[field] = mine
        other[field] = mine
      } else {
        isContested = true
        values[field] = editIsLater ? mine : theirs
        other[field] = editIsLater ? theirs : mine
      }
    }
    guard isContested else { return }
    other[.name] = Self.named(other[.name])
    lost = other
  }

  private static func named(_ name: String) -> String {
    var name = name
    if name.hasSuffix(suffix) { return name }
    while name.unicodeScalars.count + suffix.unicodeScalars.count > TemplateField.name.limit {
      name.removeLast()
    }
    return name + suffix
  }

  /// What stands here once the gateway has answered for a change while the person went on changing:
  /// the answer, and over it what was changed since.
  public static func rebased(
    _ local: TemplateValues, sent: TemplateValues, answer: TemplateValues
  ) -> TemplateValues {
    var values = answer
    for field in TemplateField.allCases where local[field] != sent[field] {
      values[field] = local[field]
    }
    return values
  }
}
