import Domain
import Foundation
import TestSupport
import Testing

@testable import Documents

@Suite struct ReceiptPDFTests {
  private func text(_ evidence: UploadEvidence) async throws -> (text: String, SignedReceipt) {
    let signed = try SignedReceipt(
      ReceiptSamples.receipt(evidence), with: ReceiptSamples.key)
    let file = FileManager.default.temporaryDirectory
      .appendingPathComponent("receipt-\(UUID().uuidString).pdf")
    defer { try? FileManager.default.removeItem(at: file) }
    try ReceiptPDF(signed).data().write(to: file)
    let child = try await ChildProcess.run("pdftotext", ["-layout", file.path, "-"])
    #expect(child.exitStatus == 0 && child.errors.isEmpty, "\(child.errors)")
    return (child.output, signed)
  }

  @Test(.enabled(if: ChildProcess.find("pdftotext") != nil, "needs poppler-utils"))
  func everyPageNamesThePatientAndEveryInstanceIsThere() async throws {
    let (text, signed) = try await text(
      ReceiptSamples.evidence(.stored, files: 180, proven: 127, proof: .verified))
    let pages = text.split(separator: "\u{C}").filter { $0.contains("page") }
    #expect(pages.count > 5)
    for page in pages {
      #expect(page.contains("DEMO, ANNA") && page.contains("1.2.3"))
      #expect(page.contains("NOT PROVEN: 127 of 180 instances"))
      #expect(page.contains("of \(pages.count)\n"))
    }
    for number in 1...180 { #expect(text.contains("  1.2.3.\(number) "), "instance \(number)") }
    #expect(text.contains(signed.fingerprint) && text.contains(signed.digest))
    #expect(text.contains(signed.signature.base64EncodedString()))
    #expect(text.contains("queued -> sending") || text.contains("queued {U+2192} sending"))
  }

  @Test(.enabled(if: ChildProcess.find("pdftotext") != nil, "needs poppler-utils"))
  func foreignTextIsNotLost() async throws {
    var evidence = ReceiptSamples.evidence()
    evidence.detail.upload.study.patientName = "ДЕМО^Иван"
    evidence.detail.upload.study.studyDescription = "Größe \u{E000} 😀"
    let (text, _) = try await text(evidence)
    #expect(text.contains("DEMO, Ivan"))
    #expect(text.contains("Größe {U+E000}"))
    #expect(text.contains("transliterated or given by their number"))
    #expect(!text.contains("?"))
  }

  @Test func textThatFitsIsLeftAlone() {
    #expect(PDFCharacters.readable("Ärzte – “fine” (1)") == "Ärzte – “fine” (1)")
    #expect(PDFCharacters.readable("a\u{85}b") == "a{U+0085}b")
    #expect(PlainPDF.wrap("one two three", columns: 8) == ["one two", "three"])
  }
}
