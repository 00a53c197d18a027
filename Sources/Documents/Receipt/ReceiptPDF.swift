import Domain
public import Foundation

/// A signed receipt in readable form: A4, patient and study on every page, every instance, the
/// history, and fingerprint and signature at the end. The signed JSON is the proof; this shows it.
public struct ReceiptPDF: Sendable {
  static let columns = 105
  private static let rows = 68
  private let signed: SignedReceipt

  public init(_ signed: SignedReceipt) { self.signed = signed }

  public func data() -> Data {
    let bodies = PlainPDF.paginate(lines(), rows: Self.rows)
    let pages = bodies.enumerated().map { index, body in
      header(page: index + 1, of: bodies.count) + body
    }
    return PlainPDF(fontSize: 8, leading: 10, pages: pages).data()
  }

  private var receipt: TransferReceipt { signed.receipt }

  private func header(page: Int, of count: Int) -> [String] {
    let study = receipt.study
    let verdict = receipt.isProven ? "proven" : "NOT PROVEN"
    let patient = [
      "Patient: \(PersonName.display(study.patientName))",
      study.patientBirthDate.isEmpty ? "" : "born \(study.patientBirthDate)",
      study.patientID.isEmpty ? "" : "ID \(study.patientID)",
      study.accessionNumber.isEmpty ? "" : "accession \(study.accessionNumber)",
    ].filter { !$0.isEmpty }.joined(separator: "   ")
    return [
      "RadRelay transfer receipt   \(verdict): \(receipt.counts.verified) of "
        + "\(receipt.counts.known) instances in the PACS   page \(page) of \(count)",
      fit(patient), fit("Study:   \(study.modality) \(study.studyInstanceUID)"),
      String(repeating: "-", count: Self.columns), "",
    ]
  }

  private func lines() -> [String] {
    var lines: [String] = []
    for (name, value) in signed.facts { lines += entry(name, value) }
    lines += [
      "", "Characters that this page cannot show are transliterated or given by their number,",
      "{U+5C71}; digests are shortened to 16 of 64 digits. The signed JSON file has all of it.",
      "Times are UTC; those of gateway and PACS are by the gateway's clock, the others by this",
      "workstation's. What was not said, or not kept, is shown as -.", "", "INSTANCES", "",
      "    No  SOP Instance UID                                                  state      "
        + "proof",
      "        size, SHA-256, at the gateway, answer of the PACS", "",
    ]
    for (index, instance) in receipt.instances.enumerated() {
      lines += self.lines(instance, number: index + 1)
    }
    lines += ["", "HISTORY", ""]
    for event in receipt.history { lines += entry(event.at, event.text, width: 26) }
    return lines + signature
  }

  private func lines(_ instance: TransferReceipt.Instance, number: Int) -> [String] {
    var lines = [
      fit(
        pad(String(number), 6, right: true) + "  " + pad(instance.sopInstanceUID, 64) + "  "
          + pad(instance.state, 9) + "  " + instance.proof),
      fit(
        "        \(instance.size) bytes  \(instance.sha256.map { $0.prefix(16) + "..." } ?? "-")"
          + "  gateway \(instance.gatewayStoredAt ?? "-")"),
      fit(
        "        PACS: \(instance.pacsAnswer)"
          + (instance.proof == "verified" || instance.proof == "committed"
            ? " \(instance.pacsAnsweredAt ?? "-")" : "")
          + "  heard \(instance.heardAt ?? "-")"),
    ]
    if !instance.reason.isEmpty { lines += entry("", instance.reason, width: 8) }
    return lines
  }

  private var signature: [String] {
    ["", "SIGNATURE", ""]
      + entry("algorithm", "Ed25519 over the canonical form (RFC 8785) of the member receipt")
      + entry("key", signed.key.base64EncodedString())
      + entry("fingerprint", signed.fingerprint) + entry("signed", "SHA-256 " + signed.digest)
      + entry("signature", signed.signature.base64EncodedString())
      + [
        "",
        "This document shows a signed JSON file and is no proof by itself. Check that file with",
        "    radrelay receipt verify FILE --key \(signed.keyID)",
      ]
  }

  /// A name and what belongs to it, on as many lines as it takes.
  private func entry(_ name: String, _ value: String, width: Int = 14) -> [String] {
    let text = PDFCharacters.readable(value.replacing(/[\r\n\t]+/, with: " "))
    return PlainPDF.wrap(text, columns: Self.columns - width).enumerated().map { index, part in
      pad(index == 0 ? name : "", width) + part
    }
  }

  /// One line, cut aloud when it is too long.
  private func fit(_ text: String) -> String {
    let plain = PDFCharacters.readable(text.replacing(/[\r\n\t]+/, with: " "))
    return plain.count <= Self.columns ? plain : plain.prefix(Self.columns - 3) + "..."
  }

  private func pad(_ text: String, _ width: Int, right: Bool = false) -> String {
    let space = String(repeating: " ", count: max(0, width - text.count))
    return right ? space + text : text + space
  }
}
