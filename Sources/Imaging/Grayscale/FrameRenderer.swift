/// Makes the picture of a frame: modality, VOI, presentation, colour (DICOM PS3.4 N.2). Keeps the
/// last table, so that a stack under one window computes it once.
public struct FrameRenderer: Sendable {
  /// What a table depends on.
  private struct Key: Equatable {
    var bits: Int
    var isSigned: Bool
    var isWide: Bool
    var modality: ModalityTransform
    var voi: VOITransform
    var isInverse: Bool
  }

  private var key: Key?
  private var table: GrayTable?

  public init() {}

  /// The picture of a frame in its own pixels.
  /// - Parameters:
  ///   - voi: window or table; nil takes the file's first view, else a window that fits.
  ///   - isInverted: what a person asked for, on top of what the file says. Colour has neither.
  ///   - overlays: burns in the file's overlay planes.
  public mutating func render(
    _ frame: Frame, _ parameters: DisplayParameters, voi: VOITransform? = nil,
    isInverted: Bool = false, overlays: Bool = true
  ) -> DisplayImage {
    var image: DisplayImage
    switch frame.photometric {
    case .monochrome1, .monochrome2:
      let voi = voi ?? parameters.initialView(of: frame)
      image = gray(frame, parameters, voi, isInverse: parameters.isInverse != isInverted)
    case .paletteColor: image = Self.paletted(frame)
    default: image = Self.color(frame)
    }
    if overlays { for plane in parameters.overlays { plane.draw(onto: &image) } }
    return image
  }

  private mutating func gray(
    _ frame: Frame, _ parameters: DisplayParameters, _ voi: VOITransform, isInverse: Bool
  ) -> DisplayImage {
    func computed(_ values: some Sequence<Double>) -> [UInt8] {
      values.map { value in
        let brightness = voi.brightness(parameters.modality.value(value))
        return isInverse ? 255 - brightness : brightness
      }
    }
    let pixels: [UInt8]
    switch frame.pixels {
    case .uint8(let values):
      pixels = table(frame, parameters.modality, voi, isInverse: isInverse).brightness(of: values)
    case .uint16(let values):
      pixels = table(frame, parameters.modality, voi, isInverse: isInverse).brightness(of: values)
    case .int16(let values):
      pixels = table(frame, parameters.modality, voi, isInverse: isInverse).brightness(of: values)
    case .int32(let values): pixels = computed(values.lazy.map(Double.init))
    case .uint32(let values): pixels = computed(values.lazy.map(Double.init))
    case .float32(let values): pixels = computed(values.lazy.map(Double.init))
    case .float64(let values): pixels = computed(values)
    }
    return DisplayImage(width: frame.columns, height: frame.rows, pixels: pixels)
  }

  private mutating func table(
    _ frame: Frame, _ modality: ModalityTransform, _ voi: VOITransform, isInverse: Bool
  ) -> GrayTable {
    var isWide = true
    if case .uint8 = frame.pixels { isWide = false }
    let key = Key(
      bits: frame.bitsStored, isSigned: frame.isSigned, isWide: isWide, modality: modality,
      voi: voi, isInverse: isInverse)
    if let table, self.key == key { return table }
    let made = GrayTable(
      bits: key.bits, isSigned: key.isSigned, isWide: isWide, modality: modality, voi: voi,
      isInverse: isInverse)
    self.key = key
    table = made
    return made
  }

  /// Indices through the file's palette.
  private static func paletted(_ frame: Frame) -> DisplayImage {
    var image = DisplayImage(width: frame.columns, height: frame.rows, channels: 3)
    guard let palette = frame.palette else { return image }
    func fill<Stored: FixedWidthInteger>(_ values: [Stored]) {
      // One look per index that occurs, not one per pixel.
      var colors: [Stored: (r: UInt8, g: UInt8, b: UInt8)] = [:]
      var last = (stored: Stored.min, color: palette.rgb8(Int(clamping: Stored.min)))
      var place = 0
      for stored in values {
        if stored != last.stored {
          let color = colors[stored] ?? palette.rgb8(Int(clamping: stored))
          colors[stored] = color
          last = (stored, color)
        }
        image.pixels[place] = last.color.r
        image.pixels[place + 1] = last.color.g
        image.pixels[place + 2] = last.color.b
        place += 3
      }
    }
    switch frame.pixels {
    case .uint8(let values): fill(values)
    case .uint16(let values): fill(values)
    case .int16(let values): fill(values)
    case .int32(let values): fill(values)
    case .uint32(let values): fill(values)
    case .float32, .float64: break
    }
    return image
  }

  /// Colour as it is; of more than 8 bits, the upper ones.
  private static func color(_ frame: Frame) -> DisplayImage {
    let channels = frame.samplesPerPixel == 3 ? 3 : 1
    if case .uint8(let values) = frame.pixels, frame.bitsStored == 8 {
      return DisplayImage(
        width: frame.columns, height: frame.rows, channels: channels, pixels: values)
    }
    let most = Double((1 << min(32, max(1, frame.bitsStored))) - 1)
    let pixels = (0..<frame.pixels.count).map { index in
      let value = (frame.pixels.value(at: index) ?? 0) / most * 255
      return value >= 255 ? 255 : value > 0 ? UInt8(value + 0.5) : 0
    }
    return DisplayImage(
      width: frame.columns, height: frame.rows, channels: channels, pixels: pixels)
  }
}
