import DICOM

// What the grayscale pipeline reads (DICOM PS3.6).
extension Tag {
  static let units = Tag(0x0054, 0x1001)
  static let pixelPaddingValue = Tag(0x0028, 0x0120)
  static let pixelPaddingRangeLimit = Tag(0x0028, 0x0121)
  static let rescaleType = Tag(0x0028, 0x1054)
  static let windowExplanation = Tag(0x0028, 0x1055)
  static let voiLUTFunction = Tag(0x0028, 0x1056)
  static let modalityLUTSequence = Tag(0x0028, 0x3000)
  static let lutDescriptor = Tag(0x0028, 0x3002)
  static let lutExplanation = Tag(0x0028, 0x3003)
  static let modalityLUTType = Tag(0x0028, 0x3004)
  static let lutData = Tag(0x0028, 0x3006)
  static let voiLUTSequence = Tag(0x0028, 0x3010)
  static let presentationLUTShape = Tag(0x2050, 0x0020)

  static let sharedFunctionalGroups = Tag(0x5200, 0x9229)
  static let perFrameFunctionalGroups = Tag(0x5200, 0x9230)
  static let frameVOILUT = Tag(0x0028, 0x9132)
  static let pixelValueTransformation = Tag(0x0028, 0x9145)
}
