import DICOM
import Imaging
import Testing

/// Orientation letters stand only where something proves them.
@Suite struct OrientationTests {
  private func letters(_ texts: [DICOM.Tag: String]) -> [String]? {
    OrientationLetters(dataSet: Fixtures.dataSet(texts), frame: 0)
      .map { [$0.left, $0.top, $0.right, $0.bottom] }
  }

  @Test func fromCosines() {
    #expect(letters([.imageOrientationPatient: "1\\0\\0\\0\\1\\0"]) == ["R", "A", "L", "P"])
    #expect(letters([.imageOrientationPatient: "0\\1\\0\\0\\0\\-1"]) == ["A", "H", "P", "F"])
    #expect(letters([.imageOrientationPatient: "1\\0\\0\\0\\0\\-1"]) == ["R", "H", "L", "F"])
    // Tilted by 30 degrees about the left-right axis: the second letter appears.
    #expect(
      letters([.imageOrientationPatient: "1\\0\\0\\0\\0.8660254\\-0.5"]) == ["R", "AH", "L", "PF"])
    // By 10 degrees only: it would be noise.
    #expect(
      letters([.imageOrientationPatient: "1\\0\\0\\0\\0.9848078\\-0.1736482"])
        == ["R", "A", "L", "P"])
  }

  @Test func fromPatientOrientation() {
    let tag = DICOM.Tag(0x0020, 0x0020)
    #expect(letters([tag: "L\\F"]) == ["R", "H", "L", "F"])
    #expect(letters([tag: "AR\\FA"]) == ["PL", "HP", "AR", "FA"])
    // The cosines win.
    #expect(
      letters([tag: "A\\F", .imageOrientationPatient: "1\\0\\0\\0\\1\\0"]) == ["R", "A", "L", "P"])
  }

  @Test(arguments: [
    "", "\\", "L", "L\\R", "L\\L", "X\\F", "LR\\F", "LAHF\\P", "L\\F\\A", "l\\f", "L\\",
  ])
  func nothingFromNonsense(_ text: String) {
    #expect(letters([DICOM.Tag(0x0020, 0x0020): text]) == nil)
  }

  @Test(arguments: [
    "", "1\\0\\0", "0\\0\\0\\0\\0\\0", "1\\0\\0\\1\\0\\0", "2\\0\\0\\0\\1\\0",
    "1\\0\\0\\0.5\\0.9\\0",
    "nan\\0\\0\\0\\1\\0", "1\\0\\0\\0\\1\\0\\0", "a\\b\\c\\d\\e\\f",
  ])
  func nothingFromBrokenCosines(_ text: String) {
    #expect(letters([.imageOrientationPatient: text]) == nil)
    #expect(
      ImagePlane(
        dataSet: Fixtures.dataSet([
          .imageOrientationPatient: text, .imagePositionPatient: "0\\0\\0",
          .pixelSpacing: "1\\1",
        ]), frame: 0) == nil)
  }

  @Test func animalsHaveOtherLetters() {
    let axial = "1\\0\\0\\0\\1\\0"
    #expect(
      letters([.imageOrientationPatient: axial, DICOM.Tag(0x0010, 0x2210): "QUADRUPED"]) == nil)
    #expect(letters([.imageOrientationPatient: axial, DICOM.Tag(0x0010, 0x2210): "BIPED"]) != nil)
  }

  /// The letters go with the pixels, however the image is turned and mirrored.
  @Test func turnedWithTheImage() throws {
    let letters = try #require(
      OrientationLetters(
        dataSet: Fixtures.dataSet([.imageOrientationPatient: "1\\0\\0\\0\\1\\0"]), frame: 0))
    // Marked at the middle of each edge: what letter each pixel stands for.
    let marks: [UInt8: String] = [10: "R", 20: "A", 30: "L", 40: "P"]
    let image = DisplayImage(
      width: 3, height: 3, pixels: [0, 20, 0, 10, 0, 30, 0, 40, 0])
    let viewport = Viewport(width: 3, height: 3)
    let extent = ImageExtent(width: 3, height: 3)
    for turns in 0..<4 {
      for flips in 0..<4 {
        var view = ViewTransform()
        for _ in 0..<turns { view.turn() }
        if flips & 1 == 1 { view.flipHorizontally() }
        if flips & 2 == 2 { view.flipVertically() }
        let shown = Resampler.render(image, view.projection(of: extent, in: viewport)).pixels
        let turned = letters.turned(
          quarterTurns: view.quarterTurns, isMirrored: view.isMirrored)
        #expect(marks[shown[3]] == turned.left, "\(turns) turns, flips \(flips)")
        #expect(marks[shown[1]] == turned.top)
        #expect(marks[shown[5]] == turned.right)
        #expect(marks[shown[7]] == turned.bottom)
      }
    }
  }

  @Test func planes() throws {
    let plane = try #require(
      ImagePlane(
        dataSet: Fixtures.dataSet([
          .imageOrientationPatient: "0\\1\\0\\0\\0\\-1", .imagePositionPatient: "5\\-100\\200",
          .pixelSpacing: "2\\0.5",
        ]), frame: 0))
    // 20 columns are 10 mm to the back, 3 rows 6 mm to the feet.
    let place = plane.place(of: ImagePoint(x: 20.5, y: 3.5))
    #expect(place == Vector3(5, -90, 194))
    let back = plane.point(nearest: Vector3(8, -90, 194))
    #expect(abs(back.point.x - 20.5) < 1e-9 && abs(back.point.y - 3.5) < 1e-9)
    #expect(plane.normal == Vector3(-1, 0, 0) && back.distance == -3)
    #expect(plane.depth == -5)
  }
}
