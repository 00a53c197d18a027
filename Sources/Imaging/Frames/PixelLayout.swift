import DICOM

/// Where the frames of a file lie.
enum PixelLayout: Sendable {
  /// One frame after another.
  /// - `swapsPairs`: bytes were written as big endian 16-bit words.
  case native(Element.Location, isBigEndian: Bool, swapsPairs: Bool)
  /// Compressed, in fragments.
  case encapsulated(FragmentMap)

  init(_ element: Element, in opened: OpenedFile, format: PixelFormat) throws(FrameError) {
    let file = opened.file
    switch element.value {
    case .fragments(let pixels):
      self = .encapsulated(
        try FragmentMap(
          pixels, frameCount: format.frameCount,
          extended: Self.extendedOffsets(opened, frameCount: format.frameCount),
          values: opened.values))
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

  /// The values of Extended Offset Table (7FE0,0001); none when there are not as many as frames.
  private static func extendedOffsets(_ opened: OpenedFile, frameCount: Int) -> [Int] {
    let tag = Tag(0x7FE0, 0x0001)
    var dataSet = opened.file.dataSet
    guard var element = dataSet[tag] else { return [] }
    if element.bytes == nil, let location = element.location, location.length == frameCount * 8,
      let bytes = try? opened.values.bytes(location)
    {
      element.value = .bytes(bytes)
    }
    element.vr = .ov
    dataSet[tag] = element
    let offsets = (dataSet.ints(tag) ?? []).compactMap { $0 }
    return offsets.count == frameCount ? offsets : []
  }
}
