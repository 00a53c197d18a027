import Crypto
import Domain
import Foundation

@testable import Documents

/// Receipts of invented uploads.
enum ReceiptSamples {
  static let key = ReceiptKey(seed: Data(repeating: 7, count: 32))!
  static let time = Date(timeIntervalSince1970: 1_795_288_848.123)

  /// - Parameter proven: how many of the instances the PACS answered for; the others are stored.
  static func evidence(
    _ state: UploadState = .committed, files: Int = 2, proven: Int = 2,
    proof: InstanceState = .committed, name: String = "DEMO^ANNA"
  ) -> UploadEvidence {
    let id = UploadID("019aa700-0000-7000-8000-000000000001")
    let upload = Upload(
      id: id, state: state,
      study: StudySummary(
        studyInstanceUID: "1.2.3", patientName: name, patientID: "P-1",
        patientBirthDate: "19700203", patientSex: "F", accessionNumber: "A-1",
        studyDate: "20261121", studyDescription: "CT \"head\"", modality: "CT", seriesCount: 1,
        instanceCount: files),
      fileCount: files, byteCount: Int64(files) * 100, owner: "anna", facility: "Northside",
      createdAt: time, updatedAt: time, startedAt: time, storedAt: time, verifiedAt: nil,
      gateway: "https://relay.example.org")
    let instances = (0..<files).map { index in
      let reached = index < proven ? proof : .stored
      return UploadFile(
        id: FileID("f\(index)"), uploadID: id, path: "/secret/place", byteCount: 100,
        sha256: String(repeating: "ab", count: 32), modifiedAt: 0, inode: 1,
        sopInstanceUID: "1.2.3.\(index + 1)", sopClassUID: "1.2.840.10008.5.1.4.1.1.2",
        seriesInstanceUID: "1.2.3.0", transferSyntaxUID: "1.2.840.10008.1.2.1", state: reached,
        evidence: InstanceEvidence(
          proof: reached, acknowledgedBytes: 100, gatewayStoredAt: time,
          pacsAnsweredAt: index < proven ? time : nil, heardAt: time))
    }
    return UploadEvidence(
      detail: UploadDetail(
        upload: upload, files: instances,
        log: [
          .init(at: time.addingTimeInterval(2), text: "stored → committed"),
          .init(at: time, text: "queued → sending"),
        ]), gatewayIDs: ["r-1"])
  }

  static func receipt(_ evidence: UploadEvidence = evidence()) -> TransferReceipt {
    TransferReceipt(evidence, program: "RadRelay test", at: time)
  }

  /// A file of any content, properly signed: what a hostile holder of a key can make.
  static func file(signing json: String) throws -> Data {
    let value = try JSONReader.read(Data(json.utf8))
    let key = key.privateKey.publicKey.rawRepresentation
    let signature: JSONValue = .object([
      "algorithm": .string("Ed25519"), "key": .string(key.base64EncodedString()),
      "key_id": .string(String(ReceiptKey.fingerprint(of: key).prefix(16))),
      "value": .string(
        try Self.key.privateKey.signature(for: value.canonical).base64EncodedString()),
    ])
    return JSONValue.object(["receipt": value, "signature": signature]).canonical
  }
}
