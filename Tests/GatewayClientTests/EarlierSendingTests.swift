import Domain
import Foundation
import GatewayClient
import Store
import TestSupport
import Testing
import Wire

@testable import Sync

@Suite("Earlier sendings", .timeLimit(.minutes(5)))
struct EarlierSendingTests {
  private func draft(_ paths: [String], study: String = "1.2.3") throws -> StudyDraft {
    StudyDraft(
      study: StudySummary(
        studyInstanceUID: study, patientName: "DOE^JANE", patientID: "P1", studyDate: "20260101",
        modality: "CT", instanceCount: paths.count),
      serviceLevel: .routine, clinicalHistory: "", files: try paths.map(Bench.draft))
  }

  private func day(_ date: Date) -> String { "then" }

  /// Sent, sent again with more images, sent again: all, the new ones, none.
  @Test func onlyNewImagesAreLeft() async throws {
    try await withBench(extensions: true) { bench in
      let paths = try bench.write([700, 800, 900, 1000, 1100, 1200])
      let first = try draft(Array(paths.prefix(4)))
      let before = await bench.engine.allEarlierSendings(of: [first])
      #expect(before == [EarlierSending(source: .gateway)])
      let id = try await bench.enqueue(Array(paths.prefix(4)))
      // Waiting in the queue counts, too.
      let queued = try #require(await bench.engine.allEarlierSendings(of: [first]).first)
      #expect(queued.known.count == 4 && queued.known.values.allSatisfy { $0.standing == .queued })
      #expect(
        queued.summary(of: first.files).sentence(day: day)
          == "already in the queue since then, all 4 images")
      let upload = try await bench.settle(id)
      #expect(upload.state.isProven)

      let whole = try draft(paths)
      let earlier = try #require(await bench.engine.allEarlierSendings(of: [whole]).first)
      #expect(earlier.known.values.allSatisfy { $0.standing == .sent && $0.isCompared })
      #expect(earlier.summary(of: whole.files).verdict == .append(new: 2, of: 6))
      let rest = try #require(whole.sending(after: earlier))
      #expect(rest.files.map(\.path) == Array(paths.suffix(2)) && rest.study.instanceCount == 2)
      #expect(
        rest.notes == ["Left out 4 of 6 images that were sent before: upload session-3."]
          || rest.notes.first?.hasPrefix("Left out 4 of 6 images") == true)
      #expect(rest.notes[0].contains(try #require(upload.remoteID)))
      // Asked in threes, as the gateway wants it.
      #expect(bench.gateway.requests("POST known") == 2 + 2 + 2)
      #expect(first.sending(after: earlier) == nil)
      #expect(
        earlier.summary(of: first.files).sentence(day: day)
          == "already there: sent then, all 4 images")
      var forced = first
      forced.force(because: "lost on the other side")
      #expect(forced.sending(after: earlier) == forced)
      #expect(forced.reasons == [UploadReason(.duplicateForced, "lost on the other side")])
    }
  }

  /// The same images from another workstation: only the gateway knows, and bytes are compared.
  @Test func theGatewayKnowsAndOtherBytesAreAConflict() async throws {
    try await withBench(extensions: true) { bench in
      let paths = try bench.write([700, 800])
      let whole = try draft(paths)
      let digests = try paths.map { try #require(bench.digests([$0]).first) }
      func instance(_ index: Int, _ sha256: String?) -> KnownInstancesAnswer.Instance {
        .init(
          sopInstanceUID: whole.files[index].sopInstanceUID, uploadID: "other", state: "committed",
          sha256: sha256, at: WireDate(Date()))
      }
      bench.gateway.know([instance(0, digests[0])])
      var earlier = await bench.engine.allEarlierSendings(of: [whole])[0]
      #expect(earlier.summary(of: whole.files).verdict == .append(new: 1, of: 2))
      bench.gateway.know([instance(1, String(repeating: "0", count: 64))])
      earlier = await bench.engine.allEarlierSendings(of: [whole])[0]
      #expect(earlier.summary(of: whole.files).verdict == .conflict(1, of: 2))
      #expect(whole.sending(after: earlier) == nil)
      // Nothing to compare with: known, and said to be so.
      bench.gateway.know([instance(1, nil)])
      earlier = await bench.engine.allEarlierSendings(of: [whole])[0]
      #expect(earlier.summary(of: whole.files).verdict == .alreadyThere(2))
      #expect(earlier.compared.summary(of: whole.files).verdict == .append(new: 1, of: 2))
      // Unreadable: never left out.
      try FileManager.default.removeItem(atPath: paths[0])
      earlier = await bench.engine.allEarlierSendings(of: [whole])[0]
      #expect(earlier.known[whole.files[0].sopInstanceUID] == nil)
    }
  }

  /// A queued upload whose file is gone stands in nobody's way, nor does a cancelled one.
  @Test func whatCannotArriveAnyMoreDoesNotCount() async throws {
    try await withBench(extensions: false) { bench in
      let paths = try bench.write([700])
      let copies = try bench.write([700], study: "copy")
      try FileManager.default.removeItem(atPath: copies[0])
      try FileManager.default.copyItem(atPath: paths[0], toPath: copies[0])
      var again = try draft(copies)
      again.files[0].sopInstanceUID = try Bench.draft(paths[0]).sopInstanceUID
      let id = try await bench.enqueue(paths)
      var earlier = await bench.engine.allEarlierSendings(of: [again])[0]
      // A plain gateway is not asked: it has no such question.
      #expect(earlier.source == .storeOnly && bench.gateway.requests("POST known") == 0)
      #expect(earlier.summary(of: again.files).verdict == .alreadyThere(1))
      try FileManager.default.removeItem(atPath: paths[0])
      earlier = await bench.engine.allEarlierSendings(of: [again])[0]
      #expect(earlier.summary(of: again.files).verdict == .new)
      try FileManager.default.copyItem(atPath: copies[0], toPath: paths[0])
      try await bench.store.command(.cancel, id, at: bench.clock.now)
      #expect(
        await bench.engine.allEarlierSendings(of: [again])[0].summary(of: again.files).verdict
          == .new)
    }
  }

  /// An answer that lies, and no answer: said so, and the store's own uploads count all the same.
  @Test func aGatewayThatCannotBeAsked() async throws {
    try await withBench(extensions: true) { bench in
      let paths = try bench.write([700])
      _ = try await bench.enqueue(paths)
      let whole = try draft(paths)
      bench.gateway.arm(.knowsOtherImages)
      var earlier = await bench.engine.allEarlierSendings(of: [whole])[0]
      guard case .notAsked(let why) = earlier.source else {
        Issue.record("\(earlier.source)")
        return
      }
      #expect(why.contains("other images") && earlier.known.count == 1)
      // Whoever hands over study after study does not ask again at once.
      let asked = bench.gateway.requests("POST known")
      _ = await bench.engine.allEarlierSendings(of: [whole], sparing: true)
      #expect(bench.gateway.requests("POST known") == asked)
      earlier = await bench.engine.allEarlierSendings(of: [whole])[0]
      #expect(earlier.source == .gateway)
      try await bench.engine.logout()
      earlier = await bench.engine.allEarlierSendings(of: [whole])[0]
      #expect(earlier.source == .notAsked("nobody is logged in") && earlier.known.count == 1)
    }
  }

  @Test func aStudyThatOnlyLooksAlikeIsPointedOut() async throws {
    try await withBench(extensions: true) { bench in
      let first = try bench.write([700], study: "one")
      let second = try bench.write([800], study: "two")
      _ = try await bench.settle(try await bench.enqueue(first, study: "1.2.3"))
      let other = try draft(second, study: "1.2.4")
      let earlier = await bench.engine.allEarlierSendings(of: [other])[0]
      #expect(
        earlier.summary(of: other.files).sentence(day: day)
          == "the same name, date and modality was sent then")
      #expect(other.sending(after: earlier) == other)
    }
  }

  /// The same from another workstation: only the gateway knows. Asked in twos, as it wants it.
  @Test func theGatewayKnowsStudiesThatLookAlike() async throws {
    try await withBench(extensions: true) { bench in
      bench.gateway.rememberStranger(name: "DOE^JANE", date: "20260101", modality: "CT")
      let paths = try bench.write([700])
      var drafts = try (0..<5).map { try draft(paths, study: "1.2.\($0)") }
      drafts[1].study.patientName = "ROE^JOHN"
      let earlier = await bench.engine.allEarlierSendings(of: drafts)
      #expect(earlier.map { $0.similarAt != nil } == [true, false, true, true, true])
      #expect(earlier.allSatisfy { $0.source == .gateway && $0.known.isEmpty })
      #expect(bench.gateway.requests("POST known") == 3)
    }
  }

  /// What a person forces goes out with its reason, which the gateway is told once for each init.
  @Test func reasonsGoWithTheSession() async throws {
    try await withBench(extensions: true) { bench in
      bench.gateway.rememberStranger(name: "DOE^JANE", date: "20260101", modality: "CT")
      let paths = try bench.write([700])
      let id = try await bench.enqueue(paths)
      #expect(try await bench.settle(id).state == .duplicate)
      await #expect(throws: StoreError.self) {
        try await bench.store.command(.force, id, reason: "  ", at: bench.clock.now)
      }
      try await bench.store.command(.force, id, reason: "asked for by PACS", at: bench.clock.now)
      #expect(try await bench.settle(id).state.isProven)
      let wanted = [ReasonMessage(kind: "duplicate_forced", text: "asked for by PACS")]
      #expect(bench.gateway.inits.last?.reasons == wanted)
      #expect(
        try await bench.store.work(id)?.reasons
          == [UploadReason(.duplicateForced, "asked for by PACS")])
    }
  }
}
