public import DICOM

/// How far apart the pixels of an image are, and what that distance means.
public struct PixelSpacing: Sendable, Equatable {
  /// What the millimetres are measured on.
  public enum Basis: Sendable, Equatable {
    /// In the patient: cross-sectional images, ultrasound regions.
    case patient
    /// A projection that was calibrated; how, in the file's words.
    case calibrated(String)
    /// At the detector of a projection: what lies nearer to the X-ray source is smaller in truth.
    case detectorPlane
  }

  /// Distance of columns, mm.
  public var column: Double
  /// Distance of rows, mm.
  public var row: Double
  public var basis: Basis

  /// Nil unless both are positive, and of a size that pixels can have.
  public init?(row: Double?, column: Double?, basis: Basis) {
    guard let row, let column, (1e-6...1000).contains(row), (1e-6...1000).contains(column) else {
      return nil
    }
    self.row = row
    self.column = column
    self.basis = basis
  }

  /// What must stand beside a measurement: empty for the patient.
  public var note: String {
    switch basis {
    case .patient: ""
    case .calibrated(let how): how.isEmpty ? "calibrated" : "calibrated: \(how)"
    case .detectorPlane: "detector plane"
    }
  }
}

/// The spacing of an image, which in ultrasound differs from region to region; and the shape of its
/// pixels.
public struct ImageScale: Sendable, Equatable {
  /// A part of an ultrasound image with a scale of its own (DICOM PS3.3 C.8.5.5).
  public struct Region: Sendable, Equatable {
    public var columns: ClosedRange<Double>
    public var rows: ClosedRange<Double>
    public var spacing: PixelSpacing
  }

  /// Nil where millimetres are not known.
  public var spacing: PixelSpacing?
  public var regions: [Region]
  /// Height of a pixel divided by its width, 1 for square ones.
  public var pixelAspect: Double

  /// Pixels of a shape, without millimetres.
  public init(spacing: PixelSpacing? = nil, regions: [Region] = [], pixelAspect: Double = 1) {
    self.spacing = spacing
    self.regions = regions
    self.pixelAspect = pixelAspect
  }

  /// Reads what holds for a frame.
  public init(dataSet: DataSet, frame: Int) {
    spacing = Self.spacing(dataSet, frame: frame)
    regions = dataSet.items(.ultrasoundRegions).compactMap(Self.region)
    pixelAspect = 1
    if let spacing {
      pixelAspect = Self.plausible(spacing.row / spacing.column)
    } else if let region = regions.first {
      pixelAspect = Self.plausible(region.spacing.row / region.spacing.column)
    } else if let ratio = dataSet.doubles(.pixelAspectRatio), ratio.count == 2,
      let vertical = ratio[0], let horizontal = ratio[1], vertical > 0, horizontal > 0
    {
      pixelAspect = Self.plausible(vertical / horizontal)
    }
  }

  /// What a measurement over these points is to be scaled by; nil when it stays in pixels. In
  /// ultrasound all points must lie in one region.
  public func spacing(over points: [ImagePoint]) -> PixelSpacing? {
    if regions.isEmpty { return spacing }
    return regions.first { region in
      points.allSatisfy { region.columns.contains($0.x) && region.rows.contains($0.y) }
    }?.spacing
  }

  private static func plausible(_ aspect: Double) -> Double {
    (0.05...20).contains(aspect) ? aspect : 1
  }

  /// Modalities whose image is a shadow: what a pixel measures there depends on where it was.
  private static let projections: Set<String> = ["CR", "DX", "MG", "XA", "RF", "IO", "PX", "RG"]

  private static func spacing(_ dataSet: DataSet, frame: Int) -> PixelSpacing? {
    func pair(_ holder: DataSet, _ tag: Tag, _ basis: PixelSpacing.Basis) -> PixelSpacing? {
      guard let values = holder.doubles(tag), values.count == 2 else { return nil }
      return PixelSpacing(row: values[0], column: values[1], basis: basis)
    }
    let holder = FunctionalGroups(dataSet, frame: frame).holder(of: .pixelMeasures)
    let detector =
      pair(dataSet, .imagerPixelSpacing, .detectorPlane)
      ?? pair(dataSet, .nominalScannedPixelSpacing, .detectorPlane)
    guard var spacing = pair(holder, .pixelSpacing, .patient) else { return detector }
    let type = dataSet.string(.pixelSpacingCalibrationType) ?? ""
    let isProjection =
      detector != nil || projections.contains(dataSet.string(.modality) ?? "")
    if !type.isEmpty {
      let description = dataSet.string(.pixelSpacingCalibrationDescription) ?? ""
      spacing.basis = .calibrated(description.isEmpty ? type.lowercased() : description)
    } else if isProjection {
      // PS3.3 10.7.1.3: without a type, a spacing that differs from the detector's was corrected.
      let isCorrected =
        detector.map { abs($0.row - spacing.row) > 1e-6 || abs($0.column - spacing.column) > 1e-6 }
        ?? false
      spacing.basis = isCorrected ? .calibrated("method not said") : .detectorPlane
    }
    return spacing
  }

  /// Regions of pictures (spatial format 2D) measured in centimetres (unit 3) both ways.
  private static func region(_ item: DataSet) -> Region? {
    guard item.int(.regionSpatialFormat) == 1, item.int(.physicalUnitsX) == 3,
      item.int(.physicalUnitsY) == 3,
      let left = item.double(.regionMinX0), let right = item.double(.regionMaxX1), left <= right,
      let top = item.double(.regionMinY0), let bottom = item.double(.regionMaxY1), top <= bottom,
      let spacing = PixelSpacing(
        row: item.double(.physicalDeltaY).map { abs($0) * 10 },
        column: item.double(.physicalDeltaX).map { abs($0) * 10 }, basis: .patient)
    else { return nil }
    return Region(columns: left...(right + 1), rows: top...(bottom + 1), spacing: spacing)
  }
}
