/// A picture: 8 bits a sample, grey or RGB, rows from the top.
public struct Raster: Sendable, Equatable {
  public let width: Int
  public let height: Int
  /// 1 for grey, 3 for red, green and blue.
  public let channels: Int
  /// `width * height * channels` samples; 0 is black.
  public let pixels: [UInt8]

  /// - Parameter pixels: filled with black or cut when their number does not fit.
  public init(width: Int, height: Int, channels: Int = 1, pixels: [UInt8]) {
    self.width = max(0, width)
    self.height = max(0, height)
    self.channels = channels == 3 ? 3 : 1
    let count = self.width * self.height * self.channels
    if pixels.count == count {
      self.pixels = pixels
    } else {
      let kept = pixels.prefix(count)
      self.pixels = kept + Array(repeating: 0, count: count - kept.count)
    }
  }

  /// The picture in another size: each sample is the average of the area that it covers.
  public func scaled(width newWidth: Int, height newHeight: Int) -> Raster {
    if newWidth == width, newHeight == height { return self }
    guard width > 0, height > 0, newWidth > 0, newHeight > 0 else {
      return Raster(width: newWidth, height: newHeight, channels: channels, pixels: [])
    }
    var result: [UInt8] = []
    result.reserveCapacity(newWidth * newHeight * channels)
    pixels.withUnsafeBufferPointer { pixels in
      for y in 0..<newHeight {
        let rows = Self.span(y, newHeight, height)
        for x in 0..<newWidth {
          let columns = Self.span(x, newWidth, width)
          let count = rows.count * columns.count
          for channel in 0..<channels {
            var sum = count / 2
            for row in rows {
              var place = (row * width + columns.lowerBound) * channels + channel
              for _ in columns {
                sum += Int(pixels[place])
                place += channels
              }
            }
            result.append(UInt8(clamping: sum / count))
          }
        }
      }
    }
    return Raster(width: newWidth, height: newHeight, channels: channels, pixels: result)
  }

  /// The part of a picture; what lies outside is left out.
  public func cropped(x: Int, y: Int, width newWidth: Int, height newHeight: Int) -> Raster {
    let left = min(max(0, x), width)
    let top = min(max(0, y), height)
    let right = min(max(left, x + newWidth), width)
    let bottom = min(max(top, y + newHeight), height)
    var part: [UInt8] = []
    part.reserveCapacity((right - left) * (bottom - top) * channels)
    for row in top..<bottom {
      part += pixels[((row * width + left) * channels)..<((row * width + right) * channels)]
    }
    return Raster(width: right - left, height: bottom - top, channels: channels, pixels: part)
  }

  /// The source samples of a target sample; at least one.
  private static func span(_ index: Int, _ count: Int, _ source: Int) -> Range<Int> {
    let first = index * source / count
    return first..<max(first + 1, (index + 1) * source / count)
  }
}

extension Raster {
  /// The brightness of a colour (ITU-R BT.601, in 256ths).
  @inline(__always)
  static func brightness(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
    let sum: Int = 77 * Int(red) + 150 * Int(green) + 29 * Int(blue)
    return UInt8(sum >> 8)
  }

  /// The brightness of a colour picture.
  var withoutColor: Raster {
    guard channels == 3 else { return self }
    let gray = (0..<(width * height)).map { index in
      Self.brightness(pixels[3 * index], pixels[3 * index + 1], pixels[3 * index + 2])
    }
    return Raster(width: width, height: height, pixels: gray)
  }
}

/// A picture over cells, for terminals with graphics. It fills the area exactly; how many samples it
/// has is the drawer's choice.
public struct ImageOverlay: Sendable, Equatable {
  public var area: Rect
  public var raster: Raster

  public init(area: Rect, raster: Raster) {
    self.area = area
    self.raster = raster
  }
}
