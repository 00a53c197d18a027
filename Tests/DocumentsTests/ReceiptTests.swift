import Crypto
import Domain
import Foundation
import Testing

@testable import Documents

@Suite struct ReceiptTests {
  /// What others check must never change: these are the very bytes that are signed.
  private static let golden = #"""
    {"counts":{"bytes":200,"committed":2,"known":2,"refused":0,"stored":2,"verified":2},"facility":"Northside","format":"radrelay-transfer-receipt","gateway":"https://relay.example.org","history":[{"at":"2026-11-21T19:20:48.123Z","text":"queued → sending"},{"at":"2026-11-21T19:20:50.123Z","text":"stored → committed"}],"instances":[{"acknowledged_bytes":100,"gateway_stored_at":"2026-11-21T19:20:48.123Z","heard_at":"2026-11-21T19:20:48.123Z","pacs_answer":"same bytes","pacs_answered_at":"2026-11-21T19:20:48.123Z","proof":"committed","reason":"","series_instance_uid":"1.2.3.0","sha256":"abababababababababababababababababababababababababababababababab","size":100,"sop_class_uid":"1.2.840.10008.5.1.4.1.1.2","sop_instance_uid":"1.2.3.1","state":"committed"},{"acknowledged_bytes":100,"gateway_stored_at":"2026-11-21T19:20:48.123Z","heard_at":"2026-11-21T19:20:48.123Z","pacs_answer":"same bytes","pacs_answered_at":"2026-11-21T19:20:48.123Z","proof":"committed","reason":"","series_instance_uid":"1.2.3.0","sha256":"abababababababababababababababababababababababababababababababab","size":100,"sop_class_uid":"1.2.840.10008.5.1.4.1.1.2","sop_instance_uid":"1.2.3.2","state":"committed"}],"made_at":"2026-11-21T19:20:48.123Z","program":"RadRelay test","state":{"name":"committed","reason":"","words":"The PACS has all 2 instances and gave back, or vouched for, the very bytes of each."},"study":{"accession_number":"A-1","body_part":"","modality":"CT","patient_birth_date":"19700203","patient_id":"P-1","patient_name":"DEMO^ANNA","patient_sex":"F","series_count":1,"study_date":"20261121","study_description":"CT \"head\"","study_instance_uid":"1.2.3","study_time":""},"upload":{"bytes_sent_again":0,"first_sent_at":"2026-11-21T19:20:48.123Z","gateway_ids":["r-1"],"id":"019aa700-0000-7000-8000-000000000001","queued_at":"2026-11-21T19:20:48.123Z","resumed":0,"service_level":"routine","stored_at":"2026-11-21T19:20:48.123Z"},"user":"anna","version":1}
    """#

  private func signed(_ receipt: TransferReceipt = ReceiptSamples.receipt()) throws -> SignedReceipt
  {
    try SignedReceipt(receipt, with: ReceiptSamples.key)
  }

  @Test func canonicalFormIsStable() throws {
    #expect(String(decoding: try signed().canonical, as: UTF8.self) == Self.golden)
    #expect(!Self.golden.contains("/secret"), "paths of this machine are nobody's business")
  }

  @Test func roundTrip() throws {
    let made = try signed()
    let read = try SignedReceipt(checking: made.file)
    #expect(read.receipt == made.receipt && read.canonical == made.canonical)
    #expect(read.fingerprint == ReceiptSamples.key.fingerprint)
    #expect(read.fingerprint.count == 64 && read.fingerprint.hasPrefix(read.keyID))
    #expect(read.file == made.file)
    // Formatted for reading, it is still the same.
    let object = try JSONSerialization.jsonObject(with: made.file)
    let pretty = try JSONSerialization.data(
      withJSONObject: object, options: [.prettyPrinted, .sortedKeys])
    #expect(try SignedReceipt(checking: pretty).canonical == made.canonical)
  }

  @Test func everyChangedByteIsFound() throws {
    let file = try signed().file
    for index in file.indices {
      for change in [UInt8(1), 0x20] {
        var changed = file
        changed[index] ^= change
        // A capital in base64 or a name is another text, too; white space at the end is none.
        if index == file.endIndex - 1, changed[index] == 0x20 { continue }
        #expect(throws: ReceiptFault.self, "byte \(index) ^ \(change)") {
          try SignedReceipt(checking: changed)
        }
      }
    }
    for cut in [0, 1, 100, file.count / 2, file.count - 2] {
      #expect(throws: ReceiptFault.self) { try SignedReceipt(checking: file.prefix(cut)) }
    }
  }

  @Test(arguments: [
    (#""verified":2"#, #""verified":1"#), (#"DEMO^ANNA"#, #"DEMO^ANNE"#),
    (#""sop_instance_uid":"1.2.3.2""#, #""sop_instance_uid":"1.2.3.9""#),
    (#""size":100"#, #""size":101"#), (#""name":"committed""#, #""name":"verified""#),
  ])
  func aChangedValueIsFound(old: String, new: String) throws {
    let text = String(decoding: try signed().file, as: UTF8.self)
    let changed = text.replacing(old, with: new, maxReplacements: 1)
    try #require(changed != text)
    #expect(throws: ReceiptFault.signature) { try SignedReceipt(checking: Data(changed.utf8)) }
  }

  @Test func anInstanceTakenOutIsFound() throws {
    let text = String(decoding: try signed().file, as: UTF8.self)
    let second = try #require(text.range(of: #",{"acknowledged_bytes""#))
    let end = try #require(text.range(of: "]", range: second.lowerBound..<text.endIndex))
    let changed = text.replacingCharacters(in: second.lowerBound..<end.lowerBound, with: "")
    #expect(throws: ReceiptFault.signature) { try SignedReceipt(checking: Data(changed.utf8)) }
  }

  @Test func anotherKeyIsFound() throws {
    let made = try signed()
    let other = Curve25519.Signing.PrivateKey().publicKey.rawRepresentation.base64EncodedString()
    let text = String(decoding: made.file, as: UTF8.self)
    let changed = text.replacing(made.key.base64EncodedString(), with: other)
    #expect(throws: ReceiptFault.signature) { try SignedReceipt(checking: Data(changed.utf8)) }
    let named = text.replacing(made.keyID, with: "0000000000000000")
    #expect(throws: ReceiptFault.self) { try SignedReceipt(checking: Data(named.utf8)) }
  }

  /// Whoever holds a key may sign nonsense: it is called nonsense.
  @Test(arguments: [
    (#""verified":2"#, #""verified":1"#, "count verified"),
    (#""known":2"#, #""known":3"#, "count known"), (#""bytes":200"#, #""bytes":2"#, "count bytes"),
    (#""proof":"committed""#, #""proof":"stored""#, "instance 1 is committed, but proven stored"),
    (#""pacs_answer":"same bytes""#, #""pacs_answer":"has it""#, "instance 1 has an answer"),
    (#"The PACS has all 2"#, #"The PACS has all 3"#, "its words"),
    (#""name":"committed""#, #""name":"queued""#, "its words"),
    (#""sha256":"ab"#, #""sha256":"zz"#, "instance 1 has no proper digest"),
    (#""size":100"#, #""size":-1"#, "instance 1 has impossible sizes"),
    (#""version":1"#, #""version":2"#, "another version"),
    (#""version":1"#, #""version":1,"seal":"x""#, "members that version 1 does not have"),
    (#""version":1"#, #""version":"1""#, "another version"),
    (#""format":"radrelay-"#, #""format":"other-"#, "the format is not"),
    (#""user":"anna","#, "", "missing"),
  ])
  func signedContradictionsAreFound(old: String, new: String, words: String) throws {
    let changed = Self.golden.replacing(old, with: new, maxReplacements: 1)
    try #require(changed != Self.golden)
    let file = try ReceiptSamples.file(signing: changed)
    do {
      _ = try SignedReceipt(checking: file)
      Issue.record("\(words): not found")
    } catch {
      #expect(error.description.contains(words), "\(error)")
    }
  }

  @Test func whatIsMissingIsSaid() throws {
    let receipt = ReceiptSamples.receipt(
      ReceiptSamples.evidence(.stored, files: 180, proven: 127, proof: .verified))
    #expect(receipt.counts.known == 180 && receipt.counts.verified == 127)
    #expect(receipt.counts.stored == 180 && receipt.counts.committed == 0)
    #expect(!receipt.isProven)
    #expect(receipt.state.words.contains("Not proven: the PACS has answered for 127 of 180"))
    let read = try SignedReceipt(checking: signed(receipt).file)
    #expect(read.facts.contains { $0.value == "127 of 180 answered for" })
    #expect(read.receipt.instances.last?.pacsAnswer == "none")
    #expect(read.receipt.instances.last?.pacsAnsweredAt == nil)
  }

  /// A state that the records do not carry is signed by nobody.
  @Test(arguments: [UploadState.verified, .committed])
  func noMoreThanTheEvidence(state: UploadState) {
    let receipt = ReceiptSamples.receipt(
      ReceiptSamples.evidence(state, files: 180, proven: 127, proof: .committed))
    #expect(!receipt.isProven && receipt.state.words.hasPrefix("Not proven"))
    #expect(throws: ReceiptFault.self) { try signed(receipt) }
  }

  @Test func aPlainGatewayProvesNothing() throws {
    var evidence = ReceiptSamples.evidence(.unproven, files: 3, proven: 0)
    for index in evidence.detail.files.indices {
      evidence.detail.files[index].state = .waiting
      evidence.detail.files[index].evidence = InstanceEvidence(acknowledgedBytes: 100)
    }
    let read = try SignedReceipt(checking: signed(ReceiptSamples.receipt(evidence)).file)
    #expect(read.receipt.state.words.contains("Not proven"))
    #expect(read.receipt.state.words.contains("0 of 3"))
    #expect(read.receipt.counts.stored == 0 && !read.receipt.isProven)
  }

  @Test(arguments: ["", "{}", "[]", "null", "{\"receipt\":{}}", "{\"receipt\":1,\"signature\":{}}"])
  func badFiles(text: String) {
    #expect(throws: ReceiptFault.self) { try SignedReceipt(checking: Data(text.utf8)) }
  }

  @Test func whatStandsBesideTheSignedPartIsRefused() throws {
    let text = String(decoding: try signed().file, as: UTF8.self)
    let more = "{\"note\":\"all 500 arrived\"," + text.dropFirst()
    #expect(throws: ReceiptFault.self) { try SignedReceipt(checking: Data(more.utf8)) }
    let twice = "{\"receipt\":{}," + text.dropFirst()
    #expect(throws: ReceiptFault.self) { try SignedReceipt(checking: Data(twice.utf8)) }
    #expect(throws: ReceiptFault.self) {
      try SignedReceipt(checking: Data(count: SignedReceipt.maximumBytes + 1))
    }
  }
}
