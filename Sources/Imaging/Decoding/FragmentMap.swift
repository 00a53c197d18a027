import DICOM

/// Which fragments make up which frame of encapsulated pixel data (DICOM PS3.5 section A.4).
struct FragmentMap: Sendable {
  /// The fragments of each frame that was found, in order.
  let frames: [Range<Int>]
  let fragments: [Element.Location]

  /// Looks for frame boundaries: in the extended offset table, in the basic one, in the number of
  /// fragments, in the beginnings and ends of codestreams. The first that fits is taken; tables that
  /// point beside the fragments are not believed.
  /// - Parameter extended: the values of Extended Offset Table (7FE0,0001).
  init(
    _ pixels: EncapsulatedPixels, frameCount: Int, extended: [Int], values: ValueSource
  ) throws(FrameError) {
    let all = pixels.fragments
    fragments = all
    // Zero-length fragments say nothing of where a frame begins.
    let filled = all.indices.filter { all[$0].length > 0 }
    if frameCount == 1 {
      frames = [all.indices]
      return
    }
    for table in [extended, pixels.offsetTable.map { Int($0) }] where table.count == frameCount {
      if let ranges = Self.ranges(table, all) {
        frames = ranges
        return
      }
    }
    if filled.count == frameCount {
      frames = filled.map { $0..<$0 + 1 }
      return
    }
    let edges = try Self.edges(filled.map { all[$0] }, values: values)
    for starts in [edges.starts, edges.afterEnds] where starts.count == frameCount {
      frames = Self.ranges(starts.map { filled[$0] }, count: all.count)
      return
    }
    // Fewer or more frames than declared: those that can be told apart are shown.
    let starts = edges.starts.isEmpty ? edges.afterEnds : edges.starts
    frames = Self.ranges(starts.map { filled[$0] }, count: all.count)
  }

  /// The fragments of a frame; nil when it was not found.
  subscript(_ frame: Int) -> [Element.Location]? {
    guard frames.indices.contains(frame) else { return nil }
    return fragments[frames[frame]].filter { $0.length > 0 }
  }

  /// Frames from offsets that count from the first fragment's item head; nil when one of them is not
  /// where a fragment begins.
  private static func ranges(_ table: [Int], _ fragments: [Element.Location]) -> [Range<Int>]? {
    guard let first = fragments.first else { return nil }
    var starts: [Int] = []
    var next = 0
    for offset in table {
      // Both grow: one pass finds all.
      while next < fragments.count && fragments[next].offset - first.offset < offset { next += 1 }
      guard next < fragments.count, fragments[next].offset - first.offset == offset,
        starts.last.map({ $0 < next }) ?? (next == 0)
      else { return nil }
      starts.append(next)
    }
    return ranges(starts, count: fragments.count)
  }

  private static func ranges(_ starts: [Int], count: Int) -> [Range<Int>] {
    starts.indices.map { index in
      starts[index]..<(index + 1 < starts.count ? starts[index + 1] : count)
    }
  }

  /// Fragments with which a codestream begins, and fragments that follow one with which it ends.
  private static func edges(_ fragments: [Element.Location], values: ValueSource)
    throws(FrameError) -> (starts: [Int], afterEnds: [Int])
  {
    let width = 8
    var ranges: [Element.Location] = []
    for fragment in fragments {
      let length = min(width, fragment.length)
      ranges.append(Element.Location(offset: fragment.offset, length: length))
      ranges.append(
        Element.Location(offset: fragment.offset + fragment.length - length, length: length))
    }
    let total = ranges.reduce(0) { $0 + $1.length }
    let bytes: [UInt8] = try Samples.array(total) { buffer throws(FrameError) in
      do throws(DICOMError) {
        try values.read(ranges, into: buffer)
      } catch {
        throw .file(error)
      }
    }
    var starts: [Int] = []
    var afterEnds: [Int] = fragments.isEmpty ? [] : [0]
    var place = 0
    for index in fragments.indices {
      let length = ranges[2 * index].length
      let head = bytes[place..<place + length]
      let tail = bytes[place + length..<place + 2 * length]
      place += 2 * length
      if Codestream.begins(head) { starts.append(index) }
      if Codestream.ends(tail) && index + 1 < fragments.count { afterEnds.append(index + 1) }
    }
    return (starts, afterEnds)
  }
}
