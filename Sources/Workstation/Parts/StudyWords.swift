public import Domain
import Screen

/// A study in words for lists and details. Text comes from files: it is made safe where cells are
/// written, not here.
public enum StudyWords {
  /// Modality and description, `CT head without contrast`; the body part where there is no
  /// description, `–` where there is nothing.
  public static func title(_ study: StudySummary) -> String {
    let text = study.studyDescription.isEmpty ? study.bodyPart.lowercased() : study.studyDescription
    let modality = study.modality
    guard !text.isEmpty else { return modality.isEmpty ? "–" : modality }
    guard !modality.isEmpty else { return text }
    return says(text, modality) ? text : "\(modality) \(text)"
  }

  /// Whether a word stands in a text, by itself, in capitals or not.
  private static func says(_ text: String, _ word: String) -> Bool {
    guard text.utf8.allSatisfy({ $0 < 0x80 }), word.utf8.allSatisfy({ $0 < 0x80 }) else {
      return text.uppercased().split(whereSeparator: { !$0.isLetter })
        .contains(Substring(word.uppercased()))
    }
    // ASCII, as nearly always: without a copy, because lists ask for every row.
    return text.utf8.split(whereSeparator: { !isLetter($0) }).contains { part in
      part.elementsEqual(word.utf8) { $0 | 0x20 == $1 | 0x20 && isLetter($1) }
    }
  }

  private static func isLetter(_ byte: UInt8) -> Bool { (0x61...0x7A).contains(byte | 0x20) }

  /// What tells one patient from another: `born 1961-04-02`, sex, `ID 83-2201`, as far as known.
  public static func patientFacts(_ study: StudySummary) -> [String] {
    var facts: [String] = []
    if !study.patientBirthDate.isEmpty {
      facts.append("born \(Format.dicomDate(study.patientBirthDate))")
    }
    if !study.patientSex.isEmpty { facts.append(study.patientSex) }
    facts.append(study.patientID.isEmpty ? "no patient ID" : "ID \(study.patientID)")
    return facts
  }

  /// Study date and time as `21 Nov 2026 09:02`; `no date` when the files have none.
  public static func moment(_ study: StudySummary) -> String {
    let day = longDate(study.studyDate)
    let time = Array(study.studyTime.prefix(4))
    guard time.count == 4, time.allSatisfy({ $0.isASCII && $0.isNumber }) else { return day }
    return day + " " + String(time[0..<2]) + ":" + String(time[2..<4])
  }

  /// The study's date as `21 Nov 2026`; `no date` when the files have none.
  static func day(_ study: StudySummary) -> String { longDate(study.studyDate) }

  private static let months = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
  ]

  private static func longDate(_ value: String) -> String {
    guard !value.isEmpty else { return "no date" }
    let digits = Array(value)
    guard digits.count == 8, let month = Int(String(digits[4..<6])),
      let day = Int(String(digits[6..<8])), months.indices.contains(month - 1)
    else { return value }
    return "\(day) \(months[month - 1]) " + String(digits[0..<4])
  }
}
