import DICOM
import Domain
import Foundation
import Imaging
import Screen
import Testing

@testable import Workstation

/// Measuring, tiles, the list of series, attributes, several studies.
@Suite struct ViewerPartsTests {
  let samples = ViewerSamples()

  /// A distance across the whole picture, by keys.
  private func measured(_ samples: ViewerSamples) -> Stage {
    var stage = Stage.viewing(samples)
    stage.press("d", "Space", viewing: samples)
    for _ in 0..<4 { stage.press("→", viewing: samples) }
    stage.press("Space", viewing: samples)
    return stage
  }

  @Test func distancesAreMillimetresOnlyWhereThatIsProven() throws {
    let stage = measured(samples)
    let found = try #require(stage.viewer.measurements.first)
    #expect(found.lines.count == 1 && found.lines[0].hasSuffix(" mm"))
    #expect(stage.text.contains(found.lines[0]))
    var pixels = samples
    pixels.facts = { ViewerSamples.facts(series: $0, position: $1, spacing: false) }
    #expect(try #require(measured(pixels).viewer.measurements.first).lines[0].hasSuffix(" px"))
    var detector = samples
    detector.facts = {
      ViewerSamples.facts(
        series: $0, position: $1, spacing: false,
        extra: [ViewerSamples.element(Tag(0x0018, 0x1164), .ds, "0.2\\0.2")])
    }
    let text = try #require(measured(detector).viewer.measurements.first).lines[0]
    #expect(text.hasSuffix("mm (detector plane)"))
  }

  /// On the smallest screen what a tool finds has a row of its own, and nothing else gives way.
  @Test func whatAToolFindsIsSeenOnASmallScreen() {
    var stage = Stage.viewing(samples, 40, 20)
    stage.press("x", viewing: samples)
    for part in ["probe", " HU", "W 80 L 40", "zoom 1", "1 cell =", "NOT FOR DIAGNOSTIC USE"] {
      #expect(stage.text.contains(part), "\(part)")
    }
    stage.press("Esc", viewing: samples)
    #expect(!stage.text.contains(" HU"))
  }

  @Test func aMeasurementBelongsToItsImage() throws {
    var stage = measured(samples)
    let words = try #require(stage.viewer.measurements.first).lines[0]
    stage.press("↓", viewing: samples)
    // The tool has the arrows; scrolling goes on with Page Down.
    #expect(stage.text.contains(words))
    stage.press("PgDn", viewing: samples)
    #expect(!stage.text.contains(words))
    stage.press("PgUp", viewing: samples)
    #expect(stage.text.contains(words))
    stage.press("Backspace", viewing: samples)
    #expect(stage.viewer.measurements.isEmpty)
  }

  @Test func ellipsesAndAngles() throws {
    var stage = Stage.viewing(samples)
    stage.press("e")
    stage.mouse(.press, 38, 11)
    stage.mouse(.drag, 42, 13)
    stage.mouse(.release, 42, 13)
    stage.serve(samples)
    let ellipse = try #require(stage.viewer.measurements.first)
    #expect(ellipse.lines[0] == "mean 40 ± 0 HU")
    #expect(ellipse.lines[2].contains("mm²"))
    stage.press("a", "Space", "→", "→", "→", "Space", "↓", "↓", "Space", viewing: samples)
    #expect(try #require(stage.viewer.measurements.last).lines == ["90°"])
  }

  @Test func theProbeShowsHounsfieldUnits() {
    var stage = Stage.viewing(samples)
    stage.press("x", viewing: samples)
    #expect(stage.text.contains(": 40 HU"))
    #expect(stage.draw().cursorVisible)
    for _ in 0..<12 { stage.press("→", viewing: samples) }
    #expect(stage.text.contains(": -1000 HU"))
    stage.press("Esc")
    #expect(!stage.text.contains("HU"))
  }

  @Test func tilesScrollTogetherByPosition() {
    var stage = Stage.viewing(samples)
    stage.press("n", viewing: samples)
    #expect(stage.viewer.tiles.map(\.series) == [0, 1])
    for _ in 0..<3 { stage.press("↓", viewing: samples) }
    // 15 mm are the fourth slice of 5 mm and the seventh of 2.5 mm.
    #expect(stage.viewer.tiles.map(\.position) == [3, 6])
    stage.press("Tab", "↓", viewing: samples)
    #expect(stage.viewer.tiles.map(\.position) == [3, 7])
    stage.press("↓", viewing: samples)
    #expect(stage.viewer.tiles.map(\.position) == [4, 8])
    stage.press("y", "End", viewing: samples)
    #expect(stage.viewer.tiles.map(\.position) == [4, 37])
    stage.press("n", viewing: samples)
    #expect(stage.viewer.tiles.count == 4)
    stage.press("n", viewing: samples)
    #expect(stage.viewer.tiles.map(\.series) == [1])
    #expect(stage.viewer.tile.position == 37)
  }

  /// The scout has no position that can be compared: it stays.
  @Test func nothingFollowsWithoutProof() {
    var stage = Stage.viewing(samples)
    stage.press("n", "n", "PgDn", viewing: samples)
    #expect(stage.viewer.tiles[2].position == 0)
  }

  @Test func theListOfSeries() {
    var stage = Stage.viewing(samples)
    stage.press("s", viewing: samples)
    #expect(stage.text.contains("Series") && stage.text.contains("Head 2 mm"))
    stage.press("↓", "↓", "Enter", viewing: samples)
    #expect(stage.text.contains("series 3/3   image 1/2"))
    #expect(!stage.viewer.isChoosingSeries)
    stage.press("s", "Esc", viewing: samples)
    #expect(!stage.viewer.isChoosingSeries && stage.state.pane == .viewer)
  }

  @Test func attributesAreSearchedAndFolded() {
    var stage = Stage.viewing(samples)
    stage.press("m", viewing: samples)
    #expect(stage.text.contains("Patient's Name"))
    stage.press("/")
    stage.type("referenced uid")
    stage.settle(SampleStore())
    stage.press("Enter")
    stage.settle(SampleStore())
    #expect(stage.viewer.metadata?.visible == [2, 3, 4])
    stage.press("Esc")
    #expect(stage.viewer.metadata?.visible.count == 6)
    stage.press("j", "j", "Enter")
    #expect(stage.viewer.metadata?.visible == [0, 1, 2, 5])
    stage.press("Esc", viewing: samples)
    #expect(stage.viewer.metadata == nil)
    #expect(stage.text.contains("image 1/38"))
  }

  @Test func studiesAreNeverMixed() {
    var two = samples
    var other = ViewerSamples.study
    other.summary.patientName = "山田^太郎"
    other.summary.patientID = "55"
    two.studies.append(other)
    var stage = Stage.viewing(two)
    stage.press("S", viewing: two)
    #expect(stage.text.contains("ID 55") && !stage.text.contains("PATEL"))
    #expect(stage.text.contains("study 2/2"))
    stage.press("S", viewing: two)
    #expect(stage.text.contains("PATEL"))
  }

  @Test func thePictureOfACase() {
    var stage = Stage.viewing(samples)
    var picture = samples
    picture.studies = [
      ViewerStudy(
        summary: StudySummary(studyDescription: "Old fracture"),
        series: [ViewerSeries(description: "Old fracture", images: [ViewerImage(file: 0)])],
        hasPatient: false)
    ]
    stage.press("q")
    stage.effects = stage.state.go(to: .viewer)
    stage.effects += stage.state.send(.viewer, .reveal(.images(.paths(["/x"]))))
    stage.serve(picture)
    #expect(stage.text.contains("Old fracture · teaching case · no patient"))
    #expect(stage.text.contains("NOT FOR DIAGNOSTIC USE"))
  }

  /// Loss, mixed patients and missing slices are said.
  @Test func warningsAreShown() {
    var other = samples
    other.facts = { ViewerSamples.facts(series: $0, position: $1, lossy: "lossy 12:1") }
    other.studies[0].series[0].notes = ["2 slices missing"]
    let stage = Stage.viewing(other, 200, 60)
    #expect(stage.text.contains("lossy 12:1"))
    #expect(stage.text.contains("! 2 slices missing"))
  }
}
