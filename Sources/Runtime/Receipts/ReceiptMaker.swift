public import Documents
public import Domain
public import Foundation
public import Store

/// Makes signed receipts from the store, with the key of this workstation.
public enum ReceiptMaker {
  /// - Parameters:
  ///   - program: name and version, as the receipt is to say it.
  ///   - now: when it is made.
  /// - Throws: ``StoreError/unknownUpload(_:)``; ``StoreError/corrupt(path:reason:)`` for a key
  ///   that is none.
  public static func make(
    _ id: UploadID, of store: Store, program: String, at now: Date
  ) async throws -> SignedReceipt {
    guard let evidence = try await store.evidence(of: id) else {
      throw StoreError.unknownUpload(id)
    }
    let path = store.home.receiptKey
    let seed = try PrivateFiles.readOrMake(path) { ReceiptKey.makeSeed() }
    return try SignedReceipt(
      TransferReceipt(evidence, program: program, at: now), with: try key(seed, path))
  }

  /// The fingerprint of this workstation's key; nil when it has none yet.
  public static func ownFingerprint(_ home: Home) throws -> String? {
    try PrivateFiles.read(home.receiptKey).map { try key($0, home.receiptKey).fingerprint }
  }

  /// Writes receipt and PDF beside each other, under a name that says nothing of the patient.
  /// - Returns: the path of the PDF; the JSON has the same name with another end.
  static func save(_ signed: SignedReceipt, in folder: String) throws -> String {
    let time = signed.receipt.madeAt.filter { $0.isNumber || $0 == "T" }.prefix(15)
    let id = signed.receipt.upload.id.prefix(64).map { character in
      character.isASCII && (character.isLetter || character.isNumber) ? character : "-"
    }
    try FileManager.default.createDirectory(
      atPath: folder, withIntermediateDirectories: true,
      attributes: [.posixPermissions: 0o700])
    let path = "\(folder)/receipt-\(String(id))-\(time)Z"
    try PrivateFiles.write(signed.file, to: path + ".json")
    try PrivateFiles.write(ReceiptPDF(signed).data(), to: path + ".pdf")
    return path + ".pdf"
  }

  private static func key(_ seed: Data, _ path: String) throws -> ReceiptKey {
    guard let key = ReceiptKey(seed: seed) else {
      throw StoreError.inaccessible(
        path: path,
        reason: "it is no key of 32 bytes; restore it, or move it away for a new one to be made")
    }
    return key
  }
}
