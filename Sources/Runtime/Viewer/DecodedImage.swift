import DICOM
import Imaging
import Workstation

/// One frame, decoded, with what its file says of it.
struct DecodedImage: Sendable {
  let facts: ImageFacts
  /// Memory that it takes, about.
  let byteCount: Int

  /// Decodes a frame. Blocks.
  init(_ reader: FrameReader, frame index: Int) throws(FrameError) {
    let frame = try reader.frame(index)
    let dataSet = reader.file.dataSet
    facts = ImageFacts(
      frame: frame, parameters: DisplayParameters(reader, frame: index),
      scale: ImageScale(dataSet: dataSet, frame: index),
      letters: OrientationLetters(dataSet: dataSet, frame: index),
      slice: Self.slice(dataSet, frame: index),
      lossy: Self.lossy(dataSet, syntax: reader.file.transferSyntax),
      cineRate: Self.cineRate(dataSet))
    byteCount = frame.pixels.count * reader.format.bytesPerSample + 4_096
  }

  /// A picture without patient.
  init?(gray pixels: [UInt8], width: Int, height: Int) {
    guard
      let frame = Frame(
        columns: width, rows: height, bitsAllocated: 8, bitsStored: 8, isSigned: false,
        photometric: .monochrome2, pixels: .uint8(pixels))
    else { return nil }
    facts = ImageFacts(
      frame: frame,
      parameters: DisplayParameters(dataSet: DataSet(), frame: 0, photometric: .monochrome2))
    byteCount = pixels.count
  }

  private static func slice(_ dataSet: DataSet, frame: Int) -> SlicePlane? {
    guard let plane = ImagePlane(dataSet: dataSet, frame: frame) else { return nil }
    let normal = plane.normal
    return SlicePlane(
      normal: SIMD3(normal.x, normal.y, normal.z), depth: plane.depth,
      frameOfReference: dataSet.string(.frameOfReferenceUID) ?? "")
  }

  private static let lossyCompression = Tag(0x0028, 0x2110)
  private static let lossyRatio = Tag(0x0028, 0x2112)

  /// Transfer syntaxes that always lose, and those that may.
  private static let lossySyntaxes: Set<String> = [
    "1.2.840.10008.1.2.4.50", "1.2.840.10008.1.2.4.51", "1.2.840.10008.1.2.4.81",
  ]
  private static let perhapsLossy: Set<String> = [
    "1.2.840.10008.1.2.4.91", "1.2.840.10008.1.2.4.93", "1.2.840.10008.1.2.4.203",
  ]

  /// What is to be said of loss: once lost is lost, whatever the file is stored as now
  /// (PS3.3 C.7.6.1.1.5).
  private static func lossy(_ dataSet: DataSet, syntax: TransferSyntax) -> String {
    let word = dataSet.string(lossyCompression) ?? ""
    if word == "01" || lossySyntaxes.contains(syntax.uid) {
      let ratios = (dataSet.doubles(lossyRatio) ?? []).compactMap { $0 }.filter { $0 > 1 }
      guard let last = ratios.last, last < 10_000 else { return "lossy" }
      return "lossy \(Int(last.rounded())):1"
    }
    return perhapsLossy.contains(syntax.uid) && word != "00" ? "perhaps lossy" : ""
  }

  /// Recommended Display Frame Rate, Cine Rate, or what Frame Time (ms) means.
  private static func cineRate(_ dataSet: DataSet) -> Double? {
    let rates = [Tag(0x0008, 0x2144), Tag(0x0018, 0x0040)].compactMap { dataSet.double($0) }
    if let rate = rates.first(where: { $0 > 0 && $0.isFinite }) { return rate }
    guard let time = dataSet.double(Tag(0x0018, 0x1063)), time > 0, time.isFinite else {
      return nil
    }
    return 1_000 / time
  }
}
