import DICOM
import Domain
import Foundation
import Store
import Sync
import Testing

@testable import Runtime

/// Earlier sendings of studies with values that a person set: looked for under the identifiers under
/// which the copies go out.
@Suite struct EarlierLookTests {
  private func image(_ number: Int) throws -> Data {
    var set = DataSet()
    set.useUTF8()
    set.set(.sopClassUID, .ui, "1.2.840.10008.5.1.4.1.1.7")
    set.set(.sopInstanceUID, .ui, "1.2.3.\(number)")
    set.set(.studyInstanceUID, .ui, "1.2")
    set.set(.seriesInstanceUID, .ui, "1.2.3")
    set.set(.patientName, .pn, "Ada^Test")
    set.set(.patientID, .lo, "A")
    set.set(.modality, .cs, "OT")
    return Data(try DICOMWriter.part10(set))
  }

  @Test func copiesAreLookedForByTheirOwnIdentifiers() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("earlier-\(UUID().uuidString.prefix(8))")
    let sources = folder.appendingPathComponent("in")
    try FileManager.default.createDirectory(at: sources, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for number in 1...3 {
      try image(number).write(to: sources.appendingPathComponent("\(number).dcm"))
    }
    var studies: [ScannedStudy] = []
    for await progress in StudyScan.run(roots: [sources.path]) { studies = progress.studies }
    let found = try #require(studies.first)
    func draft(_ name: String?) -> StudyDraft {
      var draft = StudyDraft(
        study: found.study, serviceLevel: .routine, clinicalHistory: "", files: found.files)
      if let name { draft.change([.patientName: name], reason: "married") }
      return draft
    }
    let store = try Store(home: Home(folder: folder.appendingPathComponent("home").path))
    let engine = SyncEngine(store: store, makeLink: { _ in throw SyncError.loggedOut })
    let drafts = [draft(nil), draft("Byron^Ada"), draft("Lovelace^Ada")]
    func verdicts() async -> [EarlierSummary.Verdict?] {
      var verdicts: [EarlierSummary.Verdict?] = [nil, nil, nil]
      for await (index, earlier) in EarlierLook.sendings(of: drafts, by: engine) {
        #expect(earlier.source != .gateway)
        verdicts[index] = earlier.summary(of: drafts[index].files).verdict
      }
      return verdicts
    }
    #expect(await verdicts() == [.new, .new, .new])
    let copied = draft("Lovelace^Ada")
    #expect(copied.copiedByteCount > found.byteCount && draft(nil).copiedByteCount == 0)
    _ = try await RewrittenCopies.enqueue([copied], owner: .nobody, in: store, now: Date())
    #expect(await verdicts() == [.new, .new, .alreadyThere(3)])
    _ = try await store.enqueue([draft(nil)], owner: .nobody, now: Date())
    #expect(await verdicts() == [.alreadyThere(3), .new, .alreadyThere(3)])

    // A file that changed meanwhile is said to be unread, and nothing of its study is left out.
    try image(9).write(to: sources.appendingPathComponent("1.dcm"))
    for await (index, earlier) in EarlierLook.sendings(of: drafts, by: engine) where index > 0 {
      guard case .notAsked(let why) = earlier.source else {
        Issue.record("\(earlier.source)")
        continue
      }
      #expect(why.contains("changed") && earlier.known.isEmpty)
    }
  }
}
