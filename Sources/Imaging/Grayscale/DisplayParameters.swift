public import DICOM

/// What a file says about how one of its frames is to be shown; read once, kept beside the frame.
public struct DisplayParameters: Sendable, Equatable {
  /// One of the views that the file offers.
  public struct View: Sendable, Equatable {
    /// The file's explanation; empty when it gives none.
    public var name: String
    public var transform: VOITransform
  }

  public var modality: ModalityTransform
  /// What modality values are measured in: `HU`, `OD`, `BQML`, …; empty when nothing says so.
  public var unit: String
  /// Windows in the file's order, then its VOI LUTs. Empty when it has none that makes sense.
  public var views: [View]
  /// The output is inverted after VOI (Presentation LUT Shape; MONOCHROME1).
  public var isInverse: Bool
  /// Stored values that stand for “no pixel here” (Pixel Padding Value).
  public var padding: ClosedRange<Int>?
  public var overlays: [OverlayPlane]
  /// What the file says and what cannot be used, one sentence each.
  public var problems: [String]

  /// Reads what holds for a frame.
  /// - Parameters:
  ///   - frame: from 0.
  ///   - photometric: of the pixels.
  public init(dataSet: DataSet, frame: Int, photometric: PhotometricInterpretation) {
    let groups = FunctionalGroups(dataSet, frame: frame)
    let isSigned = dataSet.int(.pixelRepresentation) == 1
    modality = ModalityTransform(groups, isSigned: isSigned)
    unit = Self.unit(groups, modality)
    var problems: [String] = []
    views = Self.windows(groups, &problems)
    views += Self.tables(groups, modality, isSigned: isSigned, &problems)
    if !dataSet.items(.modalityLUTSequence).isEmpty, case .rescale = modality {
      problems.append("The Modality LUT does not fit its descriptor; stored values are shown.")
    }
    // MONOCHROME1 with the shape IDENTITY contradicts itself; then the pixels' own attribute counts.
    isInverse =
      photometric == .monochrome1 || dataSet.string(.presentationLUTShape) == "INVERSE"
    padding = Self.padding(dataSet, isSigned: isSigned)
    overlays = OverlayPlane.read(dataSet, frame: frame, &problems)
    self.problems = problems
  }

  /// What a file says about one of its frames, counted from 0.
  public init(_ reader: FrameReader, frame: Int) {
    self.init(
      dataSet: reader.file.dataSet, frame: frame, photometric: reader.format.photometric)
  }

  private static func windows(_ groups: FunctionalGroups, _ problems: inout [String]) -> [View] {
    let holder = groups.holder(of: .frameVOILUT)
    guard let centers = holder.doubles(.windowCenter), let widths = holder.doubles(.windowWidth)
    else { return [] }
    let names = holder.strings(.windowExplanation) ?? []
    let function =
      holder.string(.voiLUTFunction).flatMap(VOIFunction.init(rawValue:)) ?? .linear
    var views: [View] = []
    for index in 0..<min(centers.count, widths.count) {
      guard let center = centers[index], let width = widths[index] else { continue }
      guard width > 0 else {
        problems.append("Window \(index + 1) of the file has the width \(width) and is left out.")
        continue
      }
      views.append(
        View(
          name: names.indices.contains(index) ? names[index] : "",
          transform: .window(GrayWindow(center: center, width: width), function)))
    }
    return views
  }

  private static func tables(
    _ groups: FunctionalGroups, _ modality: ModalityTransform, isSigned: Bool,
    _ problems: inout [String]
  ) -> [View] {
    var canBeNegative = isSigned
    if case .rescale(_, let intercept) = modality, intercept < 0 { canBeNegative = true }
    var views: [View] = []
    for item in groups.holder(of: .frameVOILUT).items(.voiLUTSequence) {
      if let table = LookupTable(item: item, isSigned: canBeNegative) {
        views.append(View(name: item.string(.lutExplanation) ?? "", transform: .lookup(table)))
      } else {
        problems.append("A VOI LUT of the file does not fit its descriptor and is left out.")
      }
    }
    return views
  }

  /// C.11.1.1.2: without Rescale Type, CT values are Hounsfield units.
  private static func unit(_ groups: FunctionalGroups, _ modality: ModalityTransform) -> String {
    let dataSet = groups.dataSet
    if case .lookup = modality {
      return known(dataSet.items(.modalityLUTSequence).first?.string(.modalityLUTType))
    }
    let holder = groups.holder(of: .pixelValueTransformation)
    if let type = holder.string(.rescaleType), !type.isEmpty { return known(type) }
    switch dataSet.string(.modality) {
    case "CT" where holder[.rescaleIntercept] != nil: return "HU"
    case "PT": return known(dataSet.string(.units))
    default: return ""
    }
  }

  /// `US` is the term for “unspecified”.
  private static func known(_ unit: String?) -> String { unit == "US" ? "" : unit ?? "" }

  private static func padding(_ dataSet: DataSet, isSigned: Bool) -> ClosedRange<Int>? {
    func stored(_ tag: Tag) -> Int? {
      guard let value = dataSet.int(tag) else { return nil }
      // Written as the other of US and SS by some: the bits count.
      if isSigned, value > 0x7FFF, value <= 0xFFFF { return value - 0x1_0000 }
      return value
    }
    guard let value = stored(.pixelPaddingValue) else { return nil }
    let limit = stored(.pixelPaddingRangeLimit) ?? value
    return min(value, limit)...max(value, limit)
  }
}
