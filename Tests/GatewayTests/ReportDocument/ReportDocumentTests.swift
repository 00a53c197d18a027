import Foundation
import Gateway
import TestSupport
import Testing

@Suite struct ReportDocumentTests {
  private static let hasDCMTK =
    ChildProcess.find("xml2dsr") != nil && ChildProcess.find("pdf2dcm") != nil

  @Test(.enabled(if: hasDCMTK, "needs dcmtk"))
  func structuredReportMadeByDCMTK() async throws {
    let report = try await ReportDocument.extract(fromDICOM: structuredReport())
    #expect(report.documentTitle == "Radiology Report")
    #expect(report.radiologist == "Dr. Zoë Müller")
    #expect(report.isFinal)
    #expect(report.signedAt == Date(timeIntervalSince1970: 1_762_158_600))
    #expect(report.pdf == nil)
    #expect(
      report.text == """
        RADIOLOGY REPORT

        Findings
          Finding:
            Heart size is normal. No pneumothorax, no effusion, no focal consolidation is seen.
            Größe unverändert.
          Diameter: 12.5 mm

        Impression
          Finding: Normal chest
        """)
    let draft = try await ReportDocument.extract(
      fromDICOM: structuredReport(completion: "PARTIAL", isVerified: false))
    #expect(!draft.isFinal)
    #expect(draft.radiologist == "")
  }

  @Test(.enabled(if: hasDCMTK, "needs dcmtk"))
  func encapsulatedPDFMadeByDCMTK() async throws {
    let folder = try TemporaryFolder()
    let pdf = Self.pdf("No fracture of the wrist.")
    let source = folder.url.appendingPathComponent("report.pdf")
    let target = folder.url.appendingPathComponent("report.dcm")
    try pdf.write(to: source)
    let made = try await ChildProcess.run(
      "pdf2dcm", ["+t", "Wrist report", source.path, target.path])
    try #require(made.exitStatus == 0, "\(made.errors)")
    let report = try await ReportDocument.extract(fromDICOM: Data(contentsOf: target))
    #expect(report.pdf == pdf)
    #expect(report.documentTitle == "Wrist report")
    #expect(report.isFinal)
    if ChildProcess.find("pdftotext") != nil {
      #expect(report.text == "No fracture of the wrist.")
    }
    let unread = try await ReportDocument.extract(
      fromDICOM: Data(contentsOf: target), readPDF: { _ in nil })
    #expect(unread.text == "The report is a PDF; open it with p.")
  }

  @Test(.enabled(if: ChildProcess.find("pdftotext") != nil, "needs poppler-utils"))
  func brokenPDFHasNoText() async {
    #expect(await PDFText.read(Data("%PDF-1.4 nothing".utf8)) == nil)
  }

  @Test(.enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"))
  func realReports() async throws {
    let folder = try #require(SharedData.dicom)
    func read(_ path: String) async throws -> ReportDocument {
      try await ReportDocument.extract(
        fromDICOM: Data(contentsOf: folder.appendingPathComponent(path)),
        timeZone: #require(TimeZone(secondsFromGMT: 0)))
    }
    let test = try await read("pydicom/test_files/test-SR.dcm")
    #expect(test.isFinal)
    #expect(test.radiologist == "Jörg Riesmeier, Verifying Observer")
    #expect(test.text.contains("A mass of"))
    #expect(test.signedAt == Date(timeIntervalSince1970: 982_090_066))
    let basic = try await read("pydicom/test_files/reportsi.dcm")
    #expect(!basic.text.isEmpty)
    let deflated = try await read("dicomParser/deflate/report_dfl")
    #expect(!deflated.text.isEmpty)
    // Continuous content reads as prose.
    #expect(
      deflated.text.contains(
        "This 78-year-old gentleman referred by Dr. Fukuda was also seen by Dr. Mason at the "
          + "Redlands Clinic. He has been seen in the past by Dr. Klugman."))
    let image = folder.appendingPathComponent("pydicom/test_files/CT_small.dcm")
    await #expect(throws: ReportDocumentError.notAReport) {
      try await ReportDocument.extract(fromDICOM: Data(contentsOf: image))
    }
  }

  /// Any prefix and any flipped byte of a report ends in a value or a typed error.
  @Test(.enabled(if: SharedData.folder != nil, "needs RADRELAY_SHARED"))
  func damagedReportsDoNotCrash() async throws {
    let folder = try #require(SharedData.dicom)
    let bytes = try Data(
      contentsOf: folder.appendingPathComponent("pydicom/test_files/test-SR.dcm"))
    for step in 0..<300 {
      var damaged = step % 3 == 0 ? bytes.prefix(bytes.count * step / 300) : bytes
      if step % 3 != 0 { damaged[step * 7919 % bytes.count] ^= UInt8(1 << (step % 8)) }
      do {
        _ = try await ReportDocument.extract(fromDICOM: damaged)
      } catch is ReportDocumentError {}
    }
  }

  private func structuredReport(completion: String = "COMPLETE", isVerified: Bool = true)
    async throws -> Data
  {
    let verification =
      isVerified
      ? """
      <verification flag="VERIFIED"><observer pos="1"><datetime>2025-11-03T10:30:00+02:00</datetime>
      <name><prefix>Dr.</prefix><first>Zoë</first><last>Müller</last></name>
      <organization>RadRelay</organization></observer></verification>
      """ : "<verification flag=\"UNVERIFIED\"/>"
    func concept(_ value: String, _ meaning: String) -> String {
      "<concept><value>\(value)</value><scheme><designator>DCM</designator></scheme>"
        + "<meaning>\(meaning)</meaning></concept>"
    }
    let contains = "<relationship>CONTAINS</relationship>"
    let text = """
      <?xml version="1.0" encoding="UTF-8"?>
      <report type="Enhanced SR">
      <sopclass uid="1.2.840.10008.5.1.4.1.1.88.22">EnhancedSRStorage</sopclass>
      <charset>ISO_IR 192</charset><modality>SR</modality>
      <patient><name><first>Test</first><last>Demo</last></name></patient>
      <study uid="2.25.1"/><series uid="2.25.2"><number>1</number></series>
      <instance uid="2.25.3"><number>1</number></instance>
      <document>
      <completion flag="\(completion)"/>\(verification)
      <content><date>2025-11-03</date><time>08:00:00</time>
      <container flag="SEPARATE">\(concept("18748-4", "Radiology Report"))
      <container flag="SEPARATE">\(contains)\(concept("121070", "Findings"))
      <text>\(contains)\(concept("121071", "Finding"))
      <value>Heart size is normal. No pneumothorax, no effusion, no focal consolidation is seen.
      Größe unverändert.</value></text>
      <num>\(contains)\(concept("M-02550", "Diameter"))<value>12.5</value>
      <unit><value>mm</value><scheme><designator>UCUM</designator></scheme>
      <meaning>millimeter</meaning></unit></num>
      </container>
      <container flag="SEPARATE">\(contains)\(concept("121072", "Impression"))
      <code>\(contains)\(concept("121071", "Finding"))<value>1</value>
      <scheme><designator>99TEST</designator></scheme><meaning>Normal chest</meaning></code>
      </container></container></content></document></report>
      """
    let folder = try TemporaryFolder()
    let source = folder.url.appendingPathComponent("report.xml")
    let target = folder.url.appendingPathComponent("report.dcm")
    try Data(text.utf8).write(to: source)
    let made = try await ChildProcess.run("xml2dsr", [source.path, target.path])
    try #require(made.exitStatus == 0, "\(made.errors)")
    return try Data(contentsOf: target)
  }

  /// A PDF of one page with one line.
  private static func pdf(_ line: String) -> Data {
    let stream = "BT /F1 12 Tf 72 720 Td (\(line)) Tj ET"
    let objects = [
      "<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources "
        + "<< /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>",
      "<< /Length \(stream.utf8.count) >>\nstream\n\(stream)\nendstream",
    ]
    var text = "%PDF-1.4\n"
    var offsets: [Int] = []
    for (index, object) in objects.enumerated() {
      offsets.append(text.utf8.count)
      text += "\(index + 1) 0 obj\n\(object)\nendobj\n"
    }
    let start = text.utf8.count
    text += "xref\n0 5\n0000000000 65535 f \n"
    for offset in offsets {
      text += String(repeating: "0", count: 10 - "\(offset)".count) + "\(offset) 00000 n \n"
    }
    text += "trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n\(start)\n%%EOF"
    return Data(text.utf8)
  }
}
