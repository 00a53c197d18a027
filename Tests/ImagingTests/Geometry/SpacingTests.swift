import DICOM
import Imaging
import Testing

/// Millimetres only where a file proves them, and what kind they are.
@Suite struct SpacingTests {
  private static let imager = DICOM.Tag(0x0018, 0x1164)
  private static let calibration = DICOM.Tag(0x0028, 0x0A02)
  private static let scanned = DICOM.Tag(0x0018, 0x2010)

  private func spacing(_ texts: [DICOM.Tag: String]) -> PixelSpacing? {
    ImageScale(dataSet: Fixtures.dataSet(texts), frame: 0).spacing
  }

  @Test func crossSections() {
    let scale = ImageScale(
      dataSet: Fixtures.dataSet([.modality: "MR", .pixelSpacing: "0.8\\0.4"]), frame: 0)
    #expect(scale.spacing == PixelSpacing(row: 0.8, column: 0.4, basis: .patient))
    #expect(scale.pixelAspect == 2)
    #expect(scale.spacing?.note == "")
  }

  @Test func projections() {
    #expect(spacing([.modality: "DX", Self.imager: "0.1\\0.1"])?.basis == .detectorPlane)
    #expect(
      spacing([.modality: "DX", Self.imager: "0.1\\0.1", .pixelSpacing: "0.1\\0.1"])?.basis
        == .detectorPlane)
    #expect(
      spacing([.modality: "XA", Self.imager: "0.1\\0.1", .pixelSpacing: "0.07\\0.07"])?.basis
        == .calibrated("method not said"))
    #expect(
      spacing([
        .modality: "DX", Self.imager: "0.1\\0.1", .pixelSpacing: "0.07\\0.07",
        Self.calibration: "FIDUCIAL",
      ])?.note == "calibrated: fiducial")
    #expect(spacing([.modality: "CR", .pixelSpacing: "0.2\\0.2"])?.basis == .detectorPlane)
    #expect(spacing([.modality: "MG", Self.scanned: "0.05\\0.05"])?.note == "detector plane")
  }

  /// Every combination of what may be there or wrong: a length is in millimetres only with a valid
  /// spacing, and says so when it is the detector's.
  @Test func neverMillimetresWithoutProof() {
    let values = ["", "0.5\\0.5", "0\\0", "-1\\-1", "0.5", "x\\y", "1e9\\1e9"]
    for modality in ["CT", "DX", "US", "XA", ""] {
      for pixel in values {
        for detector in values {
          for type in ["", "GEOMETRY"] {
            var texts: [DICOM.Tag: String] = [.modality: modality]
            if !pixel.isEmpty { texts[.pixelSpacing] = pixel }
            if !detector.isEmpty { texts[Self.imager] = detector }
            if !type.isEmpty { texts[Self.calibration] = type }
            let scale = ImageScale(dataSet: Fixtures.dataSet(texts), frame: 0)
            let length = ImageMeasurement.distance(
              ImagePoint(x: 0, y: 0), ImagePoint(x: 30, y: 40), scale: scale)
            let isProven = pixel == "0.5\\0.5" || detector == "0.5\\0.5"
            #expect((length.unit == .millimetres) == isProven, "\(texts)")
            #expect(length.value == (isProven ? 25 : 50))
            let isProjection = ["DX", "XA"].contains(modality) || detector == "0.5\\0.5"
            let isRaw =
              isProven && (pixel != "0.5\\0.5" || (type.isEmpty && isProjection))
            #expect(length.note == (isRaw ? "detector plane" : isProven ? expected(type) : ""))
          }
        }
      }
    }
  }

  private func expected(_ type: String) -> String {
    type.isEmpty ? "" : "calibrated: \(type.lowercased())"
  }

  @Test func ultrasoundRegions() {
    func region(_ left: UInt32, _ right: UInt32, delta: Double, unit: UInt16 = 3) -> DataSet {
      func long(_ element: UInt16, _ value: UInt32) -> Element {
        Element(
          tag: DICOM.Tag(0x0018, element), vr: .ul,
          value: .bytes((0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }))
      }
      func double(_ element: UInt16, _ value: Double) -> Element {
        Element(
          tag: DICOM.Tag(0x0018, element), vr: .fd,
          value: .bytes((0..<8).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) }))
      }
      return DataSet(elements: [
        Fixtures.words(DICOM.Tag(0x0018, 0x6012), [1]),
        Fixtures.words(DICOM.Tag(0x0018, 0x6024), [unit]),
        Fixtures.words(DICOM.Tag(0x0018, 0x6026), [unit]), long(0x6018, left), long(0x601A, 0),
        long(0x601C, right), long(0x601E, 99), double(0x602C, delta), double(0x602E, -delta),
      ])
    }
    let scale = ImageScale(
      dataSet: Fixtures.dataSet(
        [.modality: "US"],
        sequences: [
          DICOM.Tag(0x0018, 0x6011): [
            region(0, 99, delta: 0.05), region(100, 199, delta: 0.1),
            region(0, 999, delta: 1, unit: 4),
          ]
        ]), frame: 0)
    #expect(scale.regions.count == 2)
    func length(_ a: Double, _ b: Double) -> String {
      ImageMeasurement.distance(
        ImagePoint(x: a, y: 10), ImagePoint(x: b, y: 10), scale: scale
      ).text
    }
    #expect(length(10, 30) == "10.0 mm")
    #expect(length(110, 130) == "20.0 mm")
    // From one region into the other, and outside of both.
    #expect(length(90, 120) == "30.0 px")
    #expect(length(300, 310) == "10.0 px")
  }

  @Test func anglesAndAspect() throws {
    let vertex = ImagePoint(x: 0, y: 0)
    func angle(_ a: ImagePoint, _ b: ImagePoint, _ scale: ImageScale) -> Double? {
      ImageMeasurement.angle(a, vertex: vertex, b, scale: scale)?.value
    }
    let square = ImageScale()
    let right = try #require(angle(ImagePoint(x: 5, y: 0), ImagePoint(x: 0, y: 3), square))
    #expect(abs(right - 90) < 1e-9)
    #expect(angle(vertex, ImagePoint(x: 1, y: 1), square) == nil)
    // Pixels twice as high as wide: (2, 1) is at 45 degrees.
    let high = ImageScale(pixelAspect: 2)
    let half = try #require(angle(ImagePoint(x: 1, y: 0), ImagePoint(x: 2, y: 1), high))
    #expect(abs(half - 45) < 1e-9)
    #expect(
      ImageScale(
        dataSet: Fixtures.dataSet([DICOM.Tag(0x0028, 0x0034): "2\\1"]), frame: 0
      ).pixelAspect == 2)
  }

  @Test func ellipses() throws {
    let columns = 40
    let values = (0..<(columns * 30)).map { Int16($0 % 97 - 20) }
    let frame = Fixtures.frame(values, columns: columns)
    let parameters = Fixtures.parameters(
      Fixtures.dataSet([.modality: "CT", .rescaleSlope: "2", .rescaleIntercept: "-1000"]))
    let scale = ImageScale(
      dataSet: Fixtures.dataSet([.modality: "CT", .pixelSpacing: "0.5\\0.5"]), frame: 0)
    let (a, b) = (ImagePoint(x: 3.2, y: 4.5), ImagePoint(x: 21.7, y: 15.1))
    let found = try #require(
      EllipseStatistics(in: frame, from: b, to: a, parameters: parameters, scale: scale))
    var inside: [Double] = []
    for y in 0..<30 {
      for x in 0..<columns {
        let dx = (Double(x) + 0.5 - 12.45) / 9.25
        let dy = (Double(y) + 0.5 - 9.8) / 5.3
        if dx * dx + dy * dy <= 1 { inside.append(Double(values[y * columns + x]) * 2 - 1000) }
      }
    }
    let mean = inside.reduce(0, +) / Double(inside.count)
    let variance = inside.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(inside.count)
    #expect(found.count == inside.count)
    #expect(abs(found.mean - mean) < 1e-9)
    #expect(abs(found.standardDeviation - variance.squareRoot()) < 1e-9)
    #expect(found.minimum == inside.min() && found.maximum == inside.max())
    #expect(found.unit == "HU" && found.area.text == "38.5 mm²")
    // Outside of the image, without area, or of colour there is nothing to say.
    #expect(
      EllipseStatistics(
        in: frame, from: ImagePoint(x: 90, y: 90), to: ImagePoint(x: 99, y: 99),
        parameters: parameters, scale: scale) == nil)
    #expect(
      EllipseStatistics(in: frame, from: a, to: a, parameters: parameters, scale: scale) == nil)
    #expect(
      EllipseStatistics(
        in: frame, from: ImagePoint(x: .nan, y: 0), to: a, parameters: parameters, scale: scale)
        == nil)
    let huge = EllipseStatistics(
      in: frame, from: ImagePoint(x: -500, y: -500), to: ImagePoint(x: 600, y: 600),
      parameters: parameters, scale: ImageScale())
    #expect(huge?.count == values.count && huge?.area.unit == .squarePixels)
  }
}
