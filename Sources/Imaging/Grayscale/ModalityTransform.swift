import DICOM

/// Turns stored values into those of the modality, such as Hounsfield units (DICOM PS3.3 C.11.1).
public enum ModalityTransform: Sendable, Equatable {
  case rescale(slope: Double, intercept: Double)
  case lookup(LookupTable)

  public static let identity = ModalityTransform.rescale(slope: 1, intercept: 0)

  /// The modality value of a stored value.
  public func value(_ stored: Double) -> Double {
    switch self {
    case .rescale(let slope, let intercept): stored * slope + intercept
    case .lookup(let table): Double(table.value(stored))
    }
  }

  /// The lowest and highest modality value of a range of stored values.
  func range(_ stored: ClosedRange<Double>) -> ClosedRange<Double> {
    switch self {
    case .rescale:
      let ends = [value(stored.lowerBound), value(stored.upperBound)]
      return min(ends[0], ends[1])...max(ends[0], ends[1])
    case .lookup(let table):
      return Double(table.entries.min() ?? 0)...Double(table.entries.max() ?? 0)
    }
  }

  /// Reads what holds for a frame. The table wins over slope and intercept: a data set shall have
  /// one of them only.
  init(_ groups: FunctionalGroups, isSigned: Bool) {
    if let item = groups.dataSet.items(.modalityLUTSequence).first,
      let table = LookupTable(item: item, isSigned: isSigned)
    {
      self = .lookup(table)
      return
    }
    let holder = groups.holder(of: .pixelValueTransformation)
    let slope = holder.double(.rescaleSlope) ?? 1
    // A slope of zero would make every pixel the same: nothing that a writer can have meant.
    self = .rescale(slope: slope == 0 ? 1 : slope, intercept: holder.double(.rescaleIntercept) ?? 0)
  }
}
