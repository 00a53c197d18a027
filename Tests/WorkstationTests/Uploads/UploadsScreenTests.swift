import Domain
import Screen
import Testing

@testable import Workstation

/// The uploads pane as a person sees it, at the three sizes.
@Suite struct UploadsScreenTests {
  static let sizes = [(200, 60), (80, 24), (40, 20)]

  private func stage(_ width: Int, _ height: Int) -> Stage {
    var stage = Stage.showing(.uploads, UploadSamples.store, width, height)
    stage.send(.transfer(UploadSamples.transfer))
    return stage
  }

  @Test(arguments: sizes) func queue(_ width: Int, _ height: Int) {
    GoldenScreen.expect(stage(width, height).draw(), "uploads-\(width)x\(height)")
  }

  @Test(arguments: sizes) func failed(_ width: Int, _ height: Int) {
    var stage = stage(width, height)
    for _ in 0..<8 { stage.press("j", answeredBy: UploadSamples.store) }
    GoldenScreen.expect(stage.draw(), "uploads-failed-\(width)x\(height)")
  }

  @Test(arguments: sizes) func opened(_ width: Int, _ height: Int) {
    var stage = stage(width, height)
    stage.press("Enter", answeredBy: UploadSamples.store)
    GoldenScreen.expect(stage.draw(), "uploads-open-\(width)x\(height)")
  }

  @Test(arguments: sizes) func empty(_ width: Int, _ height: Int) {
    let stage = Stage.showing(.uploads, SampleStore(), width, height)
    GoldenScreen.expect(stage.draw(), "uploads-empty-\(width)x\(height)")
  }

  @Test func offlineSaysHowOldTheRowsAre() {
    var stage = stage(80, 24)
    stage.send(.transfer(TransferStatus()))
    stage.send(.connection(.offline(since: .minutes(-30), reason: "no route to the gateway")))
    #expect(stage.text.contains("as of 09:14"))
    #expect(stage.text.contains("offline since 08:44"))
  }

  /// Green is for proof alone.
  @Test func onlyProvenIsGreen() {
    let buffer = stage(200, 60).draw()
    let green = Look()[.proven].foreground
    var rows: Set<Int> = []
    for y in 0..<buffer.size.height {
      for x in 0..<116 where buffer[x, y].style.foreground == green { rows.insert(y) }
    }
    let texts = rows.sorted().map { buffer.row($0).prefix(116).map(\.text).joined() }
    #expect(texts.count == 2)
    #expect(texts.allSatisfy { $0.contains("● verified") || $0.contains("◉ committed") })
  }

  /// Progress of one upload changes cells of its row (and of the detail), nothing else.
  @Test func progressChangesItsRowOnly() {
    var stage = stage(200, 60)
    let before = stage.draw()
    var transfer = UploadSamples.transfer
    transfer.uploads[UploadID("u2")]?.sentBytes = 152_000_000
    stage.send(.transfer(transfer))
    let after = stage.draw()
    var rows: Set<Int> = []
    var changed = 0
    for y in 0..<60 {
      for x in 0..<200 where before[x, y] != after[x, y] {
        rows.insert(y)
        changed += 1
      }
    }
    #expect(rows.count == 1)
    #expect((1...4).contains(changed))
    let row = rows.first.map { after.row($0).map(\.text).joined() } ?? ""
    #expect(row.contains("OKAFOR, Samuel") && row.contains("24 %"))
  }

  /// Moving through 100,000 rows redraws two rows until the selection rests.
  @Test func movingChangesTwoRows() {
    var store = SampleStore()
    store.uploads = (0..<100_000).map {
      UploadSamples.upload(
        "n\($0)", .queued, name: "Patient^\($0)", "CT", "head", images: $0, bytes: 1_000)
    }
    var stage = Stage.showing(.uploads, store, 200, 60)
    stage.press("j", answeredBy: store)
    let before = stage.draw()
    stage.press("j")
    let after = stage.draw()
    let rows = (0..<60).filter { y in (0..<200).contains { before[$0, y] != after[$0, y] } }
    // Two rows and the position beside the titles.
    #expect(rows.count == 3)
    #expect(rows.first.map { after.row($0).map(\.text).joined().contains("3 of 100") } == true)
    stage.press("G", answeredBy: store)
    #expect(stage.text.contains("PATIENT, 99999"))
    #expect(stage.state.uploads.list.rows.count < 1_000)
    stage.press("g", answeredBy: store)
    #expect(stage.text.contains("PATIENT, 0 "))
  }
}
