import DICOM
import Foundation
import Imaging
import Testing

/// Windows against whole-number arithmetic, value by value.
@Suite struct WindowTests {
  @Test(arguments: [
    (80, 80), (-1200, 1500), (81, 400), (600, 1500), (0, 1), (1, 2), (2, 3), (4096, 4096),
    (-3, 255),
    (255, 256), (65_535, 65_535),
  ])
  func linearIsExact(_ twiceCenter: Int, _ width: Int) {
    let voi = VOITransform.linear(center: Double(twiceCenter) / 2, width: Double(width))
    for x in -5000...70_000 {
      let wanted = Reference.linear(x, twiceCenter: twiceCenter, width: width)
      if voi.brightness(Double(x)) != wanted {
        Issue.record("\(x): \(voi.brightness(Double(x))) for \(wanted)")
        return
      }
    }
  }

  @Test(arguments: [(80, 80), (0, 1), (1, 1), (255, 255), (-500, 7), (4095, 4096)])
  func linearExactIsExact(_ twiceCenter: Int, _ width: Int) {
    let voi = VOITransform.window(
      GrayWindow(center: Double(twiceCenter) / 2, width: Double(width)), .linearExact)
    for x in -5000...5000 {
      #expect(
        voi.brightness(Double(x)) == Reference.exact(x, twiceCenter: twiceCenter, width: width))
    }
  }

  /// 1 / (1 + exp(−4 t)) is (1 + tanh(2 t)) / 2.
  @Test func sigmoid() {
    let voi = VOITransform.window(GrayWindow(center: 40, width: 400), .sigmoid)
    for x in stride(from: -1000.0, through: 1000, by: 0.5) {
      let wanted = 127.5 * (1 + tanh(2 * (x - 40) / 400))
      #expect(abs(Double(voi.brightness(x)) - wanted) <= 0.51)
    }
    #expect(voi.brightness(40) == 128)
  }

  /// Every stored value of a frame, through rescale, window and inversion.
  @Test(arguments: [false, true], [12, 16])
  func wholeFrames(_ isInverse: Bool, _ bits: Int) {
    let half = 1 << (bits - 1)
    let values = (-half..<half).map { Int16($0) }
    let frame = Fixtures.frame(values, columns: 256, bits: bits)
    var parameters = Fixtures.parameters(
      Fixtures.dataSet([.rescaleSlope: "2", .rescaleIntercept: "-1024", .modality: "CT"]))
    parameters.isInverse = isInverse
    var renderer = FrameRenderer()
    let image = renderer.render(frame, parameters, voi: .linear(center: 40, width: 400))
    for (stored, found) in zip(values, image.pixels) {
      let gray = Reference.linear(Int(stored) * 2 - 1024, twiceCenter: 80, width: 400)
      let wanted = isInverse ? 255 - gray : gray
      if found != wanted { Issue.record("\(stored): \(found) for \(wanted)") }
    }
    // The same again, from the table that is kept.
    let again = renderer.render(frame, parameters, voi: .linear(center: 40, width: 400))
    #expect(again == image)
    let other = renderer.render(frame, parameters, voi: .linear(center: 300, width: 1500))
    #expect(other != image)
  }

  @Test func otherNumbers() {
    var renderer = FrameRenderer()
    let parameters = Fixtures.parameters(DataSet())
    let voi = VOITransform.linear(center: 128, width: 256)
    func pixels(_ buffer: PixelBuffer, bits: Int, signed: Bool = false) -> [UInt8] {
      let frame = Frame(
        columns: 3, rows: 1, bitsAllocated: bits, bitsStored: bits, isSigned: signed,
        photometric: .monochrome2, pixels: buffer)!
      return renderer.render(frame, parameters, voi: voi).pixels
    }
    #expect(pixels(.uint8([0, 100, 255]), bits: 8) == [0, 100, 255])
    #expect(pixels(.uint16([0, 100, 65_535]), bits: 16) == [0, 100, 255])
    #expect(pixels(.int32([-5, 100, 70_000]), bits: 32, signed: true) == [0, 100, 255])
    #expect(pixels(.uint32([0, 100, .max]), bits: 32) == [0, 100, 255])
    #expect(pixels(.float32([-.infinity, 100, .infinity]), bits: 32) == [0, 100, 255])
    #expect(pixels(.float64([.nan, 100, 1e300]), bits: 64) == [0, 100, 255])
    // Eight bits kept in sixteen.
    let wide = Frame(
      columns: 3, rows: 1, bitsAllocated: 16, bitsStored: 8, isSigned: false,
      photometric: .monochrome2, pixels: .uint16([0, 100, 255]))!
    #expect(renderer.render(wide, parameters, voi: voi).pixels == [0, 100, 255])
  }

  @Test func presets() {
    let head = Fixtures.parameters(
      Fixtures.dataSet([.modality: "CT", .rescaleIntercept: "-1024", .rescaleSlope: "1"]))
    #expect(
      WindowPreset.presets(for: head).map(\.name)
        == ["lung", "mediastinum", "bone", "brain", "stroke", "abdomen"])
    #expect(WindowPreset.named("Lung")?.window == GrayWindow(center: -600, width: 1500))
    #expect(WindowPreset.named("liver") == nil)
    #expect(WindowPreset.presets(for: Fixtures.parameters(DataSet())).isEmpty)
  }
}
