import DICOM

/// Where the frames of a file lie.
enum PixelLayout: Sendable {
  /// One frame after another.
  /// - `swapsPairs`: bytes were written as big endian 16-bit words.
  case native(Element.Location, isBigEndian: Bool, swapsPairs: Bool)
  /// Compressed, in fragments.
  case encapsulated(EncapsulatedPixels)

  init(_ element: Element, in opened: OpenedFile, format: PixelFormat) throws(FrameError) {
    let file = opened.file
    switch element.value {
    case .fragments(let pixels):
      self = .encapsulated(pixels)
    case .items:
      throw .attribute(file: file.name, tag: element.tag, problem: "is a sequence")
    case .bytes, .located:
      guard let location = element.location else {
        throw .noPixelData(file: file.name)
      }
      let isBig = file.transferSyntax.isBigEndian
      self = .native(
        location, isBigEndian: isBig,
        swapsPairs: isBig && element.vr == .ow && format.bitsAllocated <= 8)
    }
  }
}
