import DICOM
import Domain
import Foundation

extension ReportDocument {
  /// Who answers for the report: the verifying observer, else the author or observer, else the
  /// physician who read the study (PS3.3 C.17.2, C.7.2.1).
  static func signer(of set: DataSet) -> String {
    // Several sign when one reads and another supervises.
    let verifying = set.items(Tag(0x0040, 0xA073)).prefix(4)
      .map { spoken($0.string(Tag(0x0040, 0xA075)) ?? "") }.filter { !$0.isEmpty }
    if !verifying.isEmpty { return verifying.joined(separator: ", ") }
    let observer = set.items(.contentSequence).first {
      // Person Observer Name (121008, DCM).
      $0.items(.conceptNameCodeSequence).first?.string(.codeValue) == "121008"
    }
    let candidates = [
      set.items(Tag(0x0040, 0xA078)).first?.string(.personName),
      observer?.string(.personName),
      set.string(Tag(0x0008, 0x1060)),
      set.string(Tag(0x0070, 0x0084)),
    ]
    for case let name? in candidates {
      let words = spoken(name)
      if !words.isEmpty { return words }
    }
    return ""
  }

  /// `Family^Given^Middle^Prefix^Suffix` as one says it (PS3.5 section 6.2.1).
  static func spoken(_ name: String) -> String {
    let groups = name.split(separator: "=", omittingEmptySubsequences: false)
    let group = groups.first { !$0.allSatisfy { $0 == "^" || $0 == " " } } ?? ""
    let parts = group.split(separator: "^", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    func part(_ index: Int) -> String { index < parts.count ? parts[index] : "" }
    return [part(3), part(1), part(2), part(0), part(4)].filter { !$0.isEmpty }
      .joined(separator: " ")
  }

  /// Verification Date Time (0040,A030), else Content Date and Time (0008,0023), (0008,0033).
  static func signingTime(of set: DataSet, _ timeZone: TimeZone) -> Date? {
    let zone = set.string(Tag(0x0008, 0x0201)).flatMap(offset) ?? timeZone
    if let text = set.items(Tag(0x0040, 0xA073)).last?.string(Tag(0x0040, 0xA030)),
      let date = moment(text, zone)
    {
      return date
    }
    guard let day = set.date(.contentDate) else { return nil }
    return moment(day + (set.time(.contentTime) ?? ""), zone)
  }

  /// A DT value, `YYYYMMDDHHMMSS.FFFFFF&ZZXX`, from its first eight digits on.
  static func moment(_ text: String, _ timeZone: TimeZone) -> Date? {
    let sign = text.firstIndex { $0 == "+" || $0 == "-" }
    let zone = sign.flatMap { offset(String(text[$0...])) } ?? timeZone
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    func number(_ from: Int, _ count: Int) -> Int? {
      digits.count >= from + count ? Int(digits.dropFirst(from).prefix(count)) : nil
    }
    guard let year = number(0, 4), let month = number(4, 2), let day = number(6, 2) else {
      return nil
    }
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = zone
    let parts = DateComponents(
      year: year, month: month, day: day, hour: number(8, 2) ?? 0, minute: number(10, 2) ?? 0,
      second: number(12, 2) ?? 0)
    return (1...12).contains(month) && (1...31).contains(day) ? calendar.date(from: parts) : nil
  }

  /// `+HHMM` or `-HHMM`.
  private static func offset(_ text: String) -> TimeZone? {
    guard text.count == 5, let sign = text.first, sign == "+" || sign == "-",
      let number = Int(text.dropFirst()), number <= 1400
    else { return nil }
    let seconds = (number / 100 * 60 + number % 100) * 60
    return TimeZone(secondsFromGMT: sign == "-" ? -seconds : seconds)
  }
}
