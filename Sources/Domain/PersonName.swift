/// Makes names readable (DICOM PS3.5 section 6.2, PN: `family^given^middle^prefix^suffix`, groups
/// alphabetic, ideographic and phonetic separated by `=`).
public enum PersonName {
  /// `SURNAME, Given` in the person's own script where the name has one (the ideographic group),
  /// otherwise from the alphabetic group; `?` when there is no name.
  public static func display(_ value: String) -> String {
    let groups = value.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
    if groups.count > 1 {
      let own = readable(groups[1], uppercased: false)
      if !own.isEmpty { return own }
    }
    let latin = readable(groups.first ?? "", uppercased: true)
    return latin.isEmpty ? "?" : latin
  }

  private static func readable(_ group: String, uppercased: Bool) -> String {
    let parts = group.split(separator: "^", omittingEmptySubsequences: false)
      .map { $0.drop(while: { $0 == " " }) }
      .map { part in
        var part = part
        while part.last == " " { part = part.dropLast() }
        return String(part)
      }
    let family = parts.first ?? ""
    let given = parts.dropFirst().prefix(2).filter { !$0.isEmpty }.joined(separator: " ")
    let surname = uppercased ? family.uppercased() : family
    if surname.isEmpty { return given }
    return given.isEmpty ? surname : "\(surname), \(given)"
  }
}
