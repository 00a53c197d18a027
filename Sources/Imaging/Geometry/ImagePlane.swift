public import DICOM

/// Where an image lies in the patient (Image Plane Module, DICOM PS3.3 C.7.6.2).
public struct ImagePlane: Sendable, Equatable {
  /// The centre of the first pixel.
  public let position: Vector3
  /// Where columns count up, length 1.
  public let rowDirection: Vector3
  /// Where rows count up, length 1.
  public let columnDirection: Vector3
  /// Distance of columns, mm.
  public let columnSpacing: Double
  /// Distance of rows, mm.
  public let rowSpacing: Double

  /// Reads what holds for a frame; nil unless position, orientation and spacing are all there and
  /// make sense.
  public init?(dataSet: DataSet, frame: Int) {
    let groups = FunctionalGroups(dataSet, frame: frame)
    guard
      let directions = Self.directions(groups),
      let position = Vector3(
        groups.holder(of: .planePosition).doubles(.imagePositionPatient) ?? []),
      let spacing = groups.holder(of: .pixelMeasures).doubles(.pixelSpacing),
      spacing.count == 2, let rowSpacing = spacing[0], let columnSpacing = spacing[1],
      rowSpacing > 0, columnSpacing > 0
    else { return nil }
    self.position = position
    (rowDirection, columnDirection) = directions
    self.rowSpacing = rowSpacing
    self.columnSpacing = columnSpacing
  }

  /// The direction that is at a right angle to the image.
  public var normal: Vector3 { rowDirection.cross(columnDirection) }

  /// How far along its normal the image lies: slices sort by it.
  public var depth: Double { position.dot(normal) }

  /// The place of a point of the image, mm.
  public func place(of point: ImagePoint) -> Vector3 {
    position + rowDirection * ((point.x - 0.5) * columnSpacing)
      + columnDirection * ((point.y - 0.5) * rowSpacing)
  }

  /// The point of the image that lies nearest to a place, and how far in front of the image the
  /// place is, along the normal, mm.
  public func point(nearest place: Vector3) -> (point: ImagePoint, distance: Double) {
    let offset = place + -position
    return (
      ImagePoint(
        x: offset.dot(rowDirection) / columnSpacing + 0.5,
        y: offset.dot(columnDirection) / rowSpacing + 0.5),
      offset.dot(normal)
    )
  }

  /// The two directions of Image Orientation (Patient), made exact; nil unless they are of length 1
  /// and at a right angle, as the standard demands, to within what writers round.
  static func directions(_ groups: FunctionalGroups) -> (row: Vector3, column: Vector3)? {
    guard
      let cosines = groups.holder(of: .planeOrientation).doubles(.imageOrientationPatient),
      cosines.count == 6, let row = Vector3(cosines[..<3]), let column = Vector3(cosines[3...]),
      abs(row.length - 1) < 0.01, abs(column.length - 1) < 0.01, abs(row.dot(column)) < 0.01
    else { return nil }
    return (row * (1 / row.length), column * (1 / column.length))
  }
}

/// A point of an image in its own pixels: the first pixel's centre is (0.5, 0.5), the upper left
/// corner of the image (0, 0).
public struct ImagePoint: Sendable, Hashable {
  /// In columns.
  public var x: Double
  /// In rows.
  public var y: Double

  public init(x: Double, y: Double) {
    self.x = x
    self.y = y
  }
}
