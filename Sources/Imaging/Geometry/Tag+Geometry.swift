import DICOM

// What geometry is read from (DICOM PS3.6).
extension Tag {
  static let patientOrientation = Tag(0x0020, 0x0020)
  static let anatomicalOrientationType = Tag(0x0010, 0x2210)
  static let planeOrientation = Tag(0x0020, 0x9116)
  static let planePosition = Tag(0x0020, 0x9113)
  static let pixelMeasures = Tag(0x0028, 0x9110)

  static let imagerPixelSpacing = Tag(0x0018, 0x1164)
  static let nominalScannedPixelSpacing = Tag(0x0018, 0x2010)
  static let pixelAspectRatio = Tag(0x0028, 0x0034)
  static let pixelSpacingCalibrationType = Tag(0x0028, 0x0A02)
  static let pixelSpacingCalibrationDescription = Tag(0x0028, 0x0A04)

  static let ultrasoundRegions = Tag(0x0018, 0x6011)
  static let regionSpatialFormat = Tag(0x0018, 0x6012)
  static let regionMinX0 = Tag(0x0018, 0x6018)
  static let regionMinY0 = Tag(0x0018, 0x601A)
  static let regionMaxX1 = Tag(0x0018, 0x601C)
  static let regionMaxY1 = Tag(0x0018, 0x601E)
  static let physicalUnitsX = Tag(0x0018, 0x6024)
  static let physicalUnitsY = Tag(0x0018, 0x6026)
  static let physicalDeltaX = Tag(0x0018, 0x602C)
  static let physicalDeltaY = Tag(0x0018, 0x602E)
}
