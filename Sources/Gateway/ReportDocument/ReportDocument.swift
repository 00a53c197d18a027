import DICOM
public import Foundation

/// What a radiologist wrote, taken from a DICOM object: a structured report (PS3.3 A.35) or an
/// encapsulated PDF (PS3.3 A.45.1).
public struct ReportDocument: Sendable, Equatable {
  /// Plain text with headings and indentation; for a PDF what can be read out of it.
  public var text: String
  /// Who signed, as `Given Family`; empty when the object does not say.
  public var radiologist: String
  /// True when it is complete and verified; a PDF unless it says that it is not.
  public var isFinal: Bool
  /// Verification, or else content date and time.
  public var signedAt: Date?
  public var pdf: Data?
  public var documentTitle: String
  /// True when it says that it is an addendum, by its title or a section of its own.
  public var isAddendum: Bool
  /// SOP Instance UIDs of the documents that it takes the place of or adds to (Predecessor
  /// Documents Sequence, PS3.3 C.17.2).
  public var predecessors: [String]

  public init(
    text: String, radiologist: String, isFinal: Bool, signedAt: Date?, pdf: Data?,
    documentTitle: String, isAddendum: Bool = false, predecessors: [String] = []
  ) {
    self.text = text
    self.radiologist = radiologist
    self.isFinal = isFinal
    self.signedAt = signedAt
    self.pdf = pdf
    self.documentTitle = documentTitle
    self.isAddendum = isAddendum
    self.predecessors = predecessors
  }

  /// Reads a report object.
  /// - Parameter timeZone: for times without an offset; where the radiologist works.
  /// - Throws: ``ReportDocumentError``.
  public static func extract(
    fromDICOM bytes: Data, timeZone: TimeZone = .current,
    readPDF: @Sendable (Data) async -> String? = { await PDFText.read($0) }
  ) async throws -> ReportDocument {
    var options = ReadOptions()
    options.maximumValueBytes = maximumBytes
    options.maximumTotalBytes = 2 * maximumBytes
    options.maximumInflatedBytes = 2 * maximumBytes
    options.maximumDepth = StructuredReportText.maximumDepth + 8
    options.maximumElements = 500_000
    let file: DICOMFile
    do {
      file = try DICOMFile.read(bytes: Array(bytes), name: "report", options: options)
    } catch {
      throw ReportDocumentError.unreadable(error.description)
    }
    if let problem = file.problem { throw ReportDocumentError.unreadable(problem.description) }
    let set = file.dataSet
    if set[.encapsulatedDocument] != nil { return try await document(set, timeZone, readPDF) }
    if set[.contentSequence] != nil || set.string(.modality) == "SR" {
      return report(set, timeZone)
    }
    throw ReportDocumentError.notAReport
  }

  /// The largest value that is read, which is the largest PDF.
  static let maximumBytes = 64 << 20

  private static func report(_ set: DataSet, _ timeZone: TimeZone) -> ReportDocument {
    let title = set.items(.conceptNameCodeSequence).first?.string(.codeMeaning) ?? ""
    return ReportDocument(
      text: StructuredReportText.render(set), radiologist: signer(of: set),
      isFinal: set.string(.completionFlag) == "COMPLETE"
        && set.string(.verificationFlag) == "VERIFIED",
      signedAt: signingTime(of: set, timeZone), pdf: nil, documentTitle: title,
      isAddendum: isAddendum(set, title: title), predecessors: predecessors(of: set))
  }

  private static func document(
    _ set: DataSet, _ timeZone: TimeZone, _ readPDF: @Sendable (Data) async -> String?
  ) async throws -> ReportDocument {
    guard var bytes = set[.encapsulatedDocument]?.bytes else {
      throw ReportDocumentError.unreadable(
        "the encapsulated document is larger than \(maximumBytes >> 20) MiB")
    }
    // Encapsulated Document Length (0042,0015) tells the padding byte from the document.
    if let length = set.int(Tag(0x0042, 0x0015)), length > 0, length < bytes.count {
      bytes.removeLast(bytes.count - length)
    }
    guard Data(bytes.prefix(1024)).range(of: Data("%PDF-".utf8)) != nil else {
      throw ReportDocumentError.notAReport
    }
    let pdf = Data(bytes)
    let title =
      set.string(Tag(0x0042, 0x0010)).flatMap { $0.isEmpty ? nil : $0 }
      ?? set.items(.conceptNameCodeSequence).first?.string(.codeMeaning) ?? ""
    let read = await readPDF(pdf)?.trimmingCharacters(in: .whitespacesAndNewlines) ?? ""
    return ReportDocument(
      text: read.isEmpty ? "The report is a PDF; open it with p." : read,
      radiologist: signer(of: set), isFinal: set.string(.verificationFlag) != "UNVERIFIED",
      signedAt: signingTime(of: set, timeZone), pdf: pdf, documentTitle: title,
      isAddendum: isAddendum(set, title: title), predecessors: predecessors(of: set))
  }
}

/// Why an object gives no report; holds no patient data.
public enum ReportDocumentError: Error, Sendable, Equatable {
  /// In words.
  case unreadable(String)
  /// Neither a structured report nor an encapsulated PDF.
  case notAReport
}
