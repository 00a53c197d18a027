/// What the samples of a pixel mean (DICOM PS3.3 C.7.6.3.1.2). The raw value is the defined term.
public enum PhotometricInterpretation: String, Sendable, CaseIterable {
  case monochrome1 = "MONOCHROME1"
  case monochrome2 = "MONOCHROME2"
  case paletteColor = "PALETTE COLOR"
  case rgb = "RGB"
  case ybrFull = "YBR_FULL"
  case ybrFull422 = "YBR_FULL_422"
  /// Retired, and never seen in practice with other than ``ybrFull`` sampling.
  case ybrPartial422 = "YBR_PARTIAL_422"
  case ybrPartial420 = "YBR_PARTIAL_420"
  case ybrICT = "YBR_ICT"
  case ybrRCT = "YBR_RCT"

  /// 3 for colour, 1 for grey values and palette indices.
  public var samplesPerPixel: Int {
    switch self {
    case .monochrome1, .monochrome2, .paletteColor: 1
    default: 3
    }
  }

  /// True when the samples are luminance and two colour differences.
  public var isLuminanceChrominance: Bool {
    switch self {
    case .ybrFull, .ybrFull422, .ybrPartial422, .ybrPartial420, .ybrICT, .ybrRCT: true
    default: false
    }
  }
}
