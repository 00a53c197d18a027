import Domain
import Foundation
import Wire

/// Makes versions of a report from the signed documents that the archive holds. Pure.
///
/// One report often comes twice, as a structured report and as a PDF: found together they are one
/// version, found one after the other the later is a version of its own. Nothing that was signed
/// is left out: where a document does not say that it takes the place of what was there, the
/// earlier text goes on below its own.
struct ReportFolding {
  /// A signed document under its SOP Instance UID.
  struct Document {
    var uid: String
    var content: ReportDocument
    /// Where its PDF is kept.
    var pdf: BlobKey?
  }

  private(set) var versions: [ReportVersionRecord]
  private let known: Int
  private let now: Date

  /// - Parameter versions: what there is, oldest first; these do not change.
  init(_ versions: [ReportVersionRecord], now: Date) {
    self.versions = versions
    known = versions.count
    self.now = now
  }

  /// Adds documents in the order in which they were signed.
  mutating func add(_ documents: [Document]) {
    let order = documents.sorted {
      ($0.content.signedAt ?? .distantPast, $0.uid) < ($1.content.signedAt ?? .distantPast, $1.uid)
    }
    for document in order { add(document) }
  }

  private mutating func add(_ document: Document) {
    guard let last = versions.last else { return append(document, .first) }
    let content = document.content
    // The same report in its other form.
    let isOtherForm =
      !content.isAddendum && content.predecessors.isEmpty
      && (content.pdf != nil ? last.pdf == nil : last.isPDFText && last.pdf != nil)
    if isOtherForm { return join(document, last) }
    append(
      document,
      content.isAddendum ? .addendum : content.predecessors.isEmpty ? .updated : .amended)
  }

  private mutating func append(_ document: Document, _ kind: ReportVersion.Kind) {
    let content = document.content
    versions.append(
      ReportVersionRecord(
        number: versions.count + 1, kind: kind, radiologist: content.radiologist,
        text: content.text, isPDFText: content.pdf != nil, pdf: document.pdf,
        signedAt: content.signedAt, receivedAt: now, sources: [document.uid]))
  }

  /// Text of the structured report, file of the PDF.
  private mutating func join(_ document: Document, _ last: ReportVersionRecord) {
    let content = document.content
    var joined = last
    joined.sources.append(document.uid)
    if content.pdf == nil {
      joined.text = content.text
      joined.isPDFText = false
    } else {
      joined.pdf = document.pdf
    }
    if joined.radiologist.isEmpty { joined.radiologist = content.radiologist }
    joined.signedAt = [last.signedAt, content.signedAt].compactMap { $0 }.max()
    if versions.count > known {
      versions[versions.count - 1] = joined
    } else {
      joined.number = versions.count + 1
      joined.kind = .updated
      joined.receivedAt = now
      joined.sources = [document.uid]
      versions.append(joined)
    }
  }
}

extension ReportVersionRecord {
  /// The text that a person reads who sees only one: the newest, and below it what it does not
  /// replace, each under a line that says what it is.
  static func text(of versions: [ReportVersionRecord]) -> String {
    guard var last = versions.last else { return "" }
    var parts = [last.text]
    for earlier in versions.dropLast().reversed() {
      if last.kind == .amended { break }
      if !parts.contains(where: { words($0).contains(words(earlier.text)) }) {
        parts.append(earlier.heading + "\n\n" + earlier.text)
      }
      last = earlier
    }
    if parts.count > 1, let newest = versions.last { parts[0] = newest.heading + "\n\n" + parts[0] }
    return parts.joined(separator: "\n\n")
  }

  /// `ADDENDUM (version 2), signed 2026-11-03 08:10 UTC by Dr. Ada Lind`.
  private var heading: String {
    let name =
      switch kind {
      case .first: "REPORT"
      case .addendum: "ADDENDUM"
      case .amended: "AMENDED REPORT"
      case .updated: "UPDATED REPORT"
      }
    let moment =
      signedAt.map {
        " signed \(WireDate($0).text().prefix(16).replacing("T", with: " ")) UTC"
      } ?? ""
    return "\(name) (version \(number))" + (moment.isEmpty && radiologist.isEmpty ? "" : ",")
      + moment + (radiologist.isEmpty ? "" : " by \(radiologist)")
  }

  private static func words(_ text: String) -> String {
    text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}
