/// A grey picture of signed 16-bit values: Hounsfield units, or stored values of an X-ray.
public struct GrayPlane: Sendable, Equatable {
  public let width: Int
  public let height: Int
  /// `width * height` values, rows from the top.
  public var values: [Int16]

  /// - Parameter values: filled with zeros or cut when their number does not fit.
  public init(width: Int, height: Int, values: [Int16]) {
    self.width = max(0, width)
    self.height = max(0, height)
    var values = values
    let count = self.width * self.height
    if values.count > count { values.removeLast(values.count - count) }
    while values.count < count { values.append(0) }
    self.values = values
  }

  /// The values as 16-bit words in little endian order, as DICOM stores them.
  /// - Parameters:
  ///   - offset: added to each value (1024 makes Hounsfield units positive).
  ///   - maximum: larger results are cut to it; negative ones to zero.
  public func littleEndian(offset: Int, maximum: UInt16) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: values.count * 2)
    for index in values.indices {
      let word = UInt16(clamping: min(Int(maximum), Int(values[index]) + offset))
      bytes[2 * index] = UInt8(truncatingIfNeeded: word)
      bytes[2 * index + 1] = UInt8(truncatingIfNeeded: word >> 8)
    }
    return bytes
  }

  /// The picture in 8 bits through a linear window (DICOM PS3.3 C.11.2.1.2.1).
  /// - Parameter window: centre and width in the values' unit; a width below 1 counts as 1.
  public func bytes(window: GrayWindow) -> BytePlane {
    let width = max(1, window.width)
    let scale = 255 / max(1, width - 1)
    let low = window.center - 0.5 - (width - 1) / 2
    return BytePlane(
      width: self.width, height: height,
      values: values.map { value in
        UInt8(min(255, max(0, ((Double(value) - low) * scale).rounded())))
      })
  }
}

/// A linear window (DICOM PS3.3 C.11.2): centre and width.
public struct GrayWindow: Sendable, Equatable {
  public var center: Double
  public var width: Double

  public init(center: Double, width: Double) {
    self.center = center
    self.width = width
  }

  /// Windows of daily use, in Hounsfield units.
  public static let brain = GrayWindow(center: 40, width: 80)
  public static let lung = GrayWindow(center: -600, width: 1500)
  public static let softTissue = GrayWindow(center: 50, width: 400)
}

/// A grey picture of 8 bits a pixel.
public struct BytePlane: Sendable, Equatable {
  public let width: Int
  public let height: Int
  /// `width * height` bytes, rows from the top, 0 black.
  public var values: [UInt8]

  /// - Parameter values: filled with zeros or cut when their number does not fit.
  public init(width: Int, height: Int, values: [UInt8]) {
    self.width = max(0, width)
    self.height = max(0, height)
    let count = self.width * self.height
    self.values = values.count == count ? values : Array(values.prefix(count))
    while self.values.count < count { self.values.append(0) }
  }

  /// The picture made smaller by averaging areas, its proportions kept; never made larger.
  /// - Parameter side: the longest side of the result, at least 1.
  public func downscaled(to side: Int) -> BytePlane {
    let longest = max(width, height)
    guard longest > max(1, side) else { return self }
    let ratio = Double(max(1, side)) / Double(longest)
    let newWidth = max(1, Int((Double(width) * ratio).rounded()))
    let newHeight = max(1, Int((Double(height) * ratio).rounded()))
    var result: [UInt8] = []
    result.reserveCapacity(newWidth * newHeight)
    for row in 0..<newHeight {
      let y0 = row * height / newHeight
      let y1 = max(y0 + 1, (row + 1) * height / newHeight)
      for column in 0..<newWidth {
        let x0 = column * width / newWidth
        let x1 = max(x0 + 1, (column + 1) * width / newWidth)
        var sum = 0
        for y in y0..<y1 {
          for x in x0..<x1 { sum += Int(values[y * width + x]) }
        }
        let count = (y1 - y0) * (x1 - x0)
        result.append(UInt8(clamping: (sum + count / 2) / count))
      }
    }
    return BytePlane(width: newWidth, height: newHeight, values: result)
  }
}
