import Foundation

/// RLE Lossless (DICOM PS3.5 annex G): planes of bytes, each packed on its own, the most
/// significant byte of a sample first.
public enum RLE {
  /// What contradicts the format.
  public enum Problem: Error, Equatable, Sendable {
    /// Fewer than the 64 bytes of the header.
    case noHeader(bytes: Int)
    /// Another number of segments than the samples have bytes.
    case segmentCount(found: Int, expected: Int)
    /// A segment begins before the header ends, before its predecessor, or beyond the data.
    case segmentOffset(segment: Int, offset: Int)
    /// A segment ends before all of its bytes are there.
    case shortSegment(segment: Int, bytes: Int, expected: Int)

    public var words: String {
      switch self {
      case .noHeader(let bytes): "its RLE data has \(bytes) bytes, expected a header of 64"
      case .segmentCount(let found, let expected):
        "its RLE data has \(found) segments, expected \(expected)"
      case .segmentOffset(let segment, let offset):
        "its RLE segment \(segment + 1) is said to begin at byte \(offset), which cannot be"
      case .shortSegment(let segment, let bytes, let expected):
        "its RLE segment \(segment + 1) has \(bytes) bytes, expected \(expected)"
      }
    }
  }

  private static let headerBytes = 64
  private static let mostSegments = 15

  /// Unpacks one frame.
  /// - Parameters:
  ///   - planes: segments that the frame must have: samples times bytes of a sample.
  ///   - planeBytes: pixels of the frame; each plane is unpacked to so many bytes.
  /// - Returns: the planes one after another, as they stand in the data.
  public static func planes(_ data: UnsafeRawBufferPointer, planes: Int, planeBytes: Int)
    throws(Problem) -> [UInt8]
  {
    let ranges = try segments(data, planes: planes)
    var failure: Problem?
    let result = [UInt8](unsafeUninitializedCapacity: planes * planeBytes) { buffer, count in
      let all = UnsafeMutableRawBufferPointer(buffer)
      for (index, range) in ranges.enumerated() {
        let plane = UnsafeMutableRawBufferPointer(
          rebasing: all[index * planeBytes..<(index + 1) * planeBytes])
        let written = unpack(UnsafeRawBufferPointer(rebasing: data[range]), into: plane)
        if written < planeBytes {
          failure = .shortSegment(segment: index, bytes: written, expected: planeBytes)
          return
        }
      }
      count = planes * planeBytes
    }
    if let failure { throw failure }
    return result
  }

  /// Where each segment lies; each ends where the next begins.
  private static func segments(_ data: UnsafeRawBufferPointer, planes: Int)
    throws(Problem) -> [Range<Int>]
  {
    guard data.count >= headerBytes else { throw .noHeader(bytes: data.count) }
    func word(_ index: Int) -> Int {
      Int(UInt32(littleEndian: data.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)))
    }
    let count = word(0)
    guard count == planes, count <= mostSegments else {
      throw .segmentCount(found: count, expected: planes)
    }
    var starts: [Int] = []
    for index in 0..<count {
      let offset = word(index + 1)
      guard offset >= (starts.last ?? headerBytes), offset <= data.count else {
        throw .segmentOffset(segment: index, offset: offset)
      }
      starts.append(offset)
    }
    return starts.indices.map { index in
      starts[index]..<(index + 1 < count ? starts[index + 1] : data.count)
    }
  }

  /// Unpacks one segment (PS3.5 G.3.2); what does not fit is left out.
  /// - Returns: bytes written.
  private static func unpack(
    _ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer
  ) -> Int {
    guard let from = source.baseAddress, let to = target.baseAddress else { return 0 }
    var read = 0
    var written = 0
    // Runs are short: blocks of 16 bytes, which may reach beyond the run but not beyond these marks,
    // are quicker than calls for exact lengths.
    let lastRead = source.count - longestRun - block
    let lastWritten = target.count - longestRun - block
    while read <= lastRead && written <= lastWritten {
      let control = Int(source[read])
      read += 1
      if control < 128 {
        var done = 0
        repeat {
          let bytes = (from + read + done).loadUnaligned(as: SIMD16<UInt8>.self)
          (to + written + done).storeBytes(of: bytes, as: SIMD16<UInt8>.self)
          done += block
        } while done <= control
        read += control + 1
        written += control + 1
      } else if control > 128 {
        let bytes = SIMD16<UInt8>(repeating: source[read])
        let length = 257 - control
        var done = 0
        repeat {
          (to + written + done).storeBytes(of: bytes, as: SIMD16<UInt8>.self)
          done += block
        } while done < length
        read += 1
        written += length
      }
    }
    while read < source.count && written < target.count {
      let control = Int(source[read])
      read += 1
      // Every length is cut to what is left on both sides before a byte is touched.
      if control < 128 {
        let length = min(control + 1, source.count - read, target.count - written)
        memcpy(to + written, from + read, length)
        read += length
        written += length
      } else if control > 128 {
        guard read < source.count else { break }
        let length = min(257 - control, target.count - written)
        memset(to + written, Int32(source[read]), length)
        read += 1
        written += length
      }
    }
    return written
  }

  /// Bytes that one control byte stands for, at most, with the control byte.
  private static let longestRun = 129
  private static let block = 16
}
