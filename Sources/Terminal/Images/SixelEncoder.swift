public import Screen

/// Sixel graphics (DEC STD 070 chapter 9): rows of six pixels, one pass for each colour.
public enum SixelEncoder {
  /// The picture at the cursor, pixel for pixel.
  /// - Parameter registers: colours that the terminal keeps, at least 2.
  public static func encode(_ raster: Raster, registers: Int = 256) -> [UInt8] {
    guard raster.width > 0, raster.height > 0 else { return [] }
    let palette =
      raster.channels == 3 ? SixelPalette.color(registers) : SixelPalette.gray(registers)
    // 1: pixels that are not drawn stay as they are.
    var result = Array("\u{1B}P0;1q\"1;1;\(raster.width);\(raster.height)".utf8)
    for (number, color) in palette.percents.enumerated() {
      result += Array("#\(number);2;\(color.red);\(color.green);\(color.blue)".utf8)
    }
    let indices = palette.indices(of: raster)
    // For each colour, the sixels of a band.
    var bands = [UInt8](repeating: 0, count: palette.percents.count * raster.width)
    var isUsed = [Bool](repeating: false, count: palette.percents.count)
    for top in stride(from: 0, to: raster.height, by: 6) {
      fill(&bands, &isUsed, indices, width: raster.width, rows: top..<min(top + 6, raster.height))
      var isFirst = true
      for color in isUsed.indices where isUsed[color] {
        if !isFirst { result.append(0x24) }
        isFirst = false
        result.append(0x23)
        appendNumber(color, to: &result)
        let line = (color * raster.width)..<((color + 1) * raster.width)
        append(bands[line], to: &result)
        bands.replaceSubrange(line, with: repeatElement(0, count: raster.width))
        isUsed[color] = false
      }
      result.append(0x2D)
    }
    result += [0x1B, 0x5C]
    return result
  }

  private static func fill(
    _ bands: inout [UInt8], _ isUsed: inout [Bool], _ indices: [UInt8], width: Int,
    rows: Range<Int>
  ) {
    bands.withUnsafeMutableBufferPointer { bands in
      indices.withUnsafeBufferPointer { indices in
        for (bit, row) in rows.enumerated() {
          for x in 0..<width {
            let color = Int(indices[row * width + x])
            bands[color * width + x] |= 1 << UInt8(bit)
            isUsed[color] = true
          }
        }
      }
    }
  }

  /// Sixels with repeats counted; nothing after the last that draws.
  private static func append(_ sixels: ArraySlice<UInt8>, to result: inout [UInt8]) {
    sixels.withUnsafeBufferPointer { sixels in
      var index = 0
      var end = sixels.count
      while end > 0, sixels[end - 1] == 0 { end -= 1 }
      while index < end {
        let value = sixels[index]
        var next = index + 1
        while next < end, sixels[next] == value { next += 1 }
        let count = next - index
        if count > 3 {
          result.append(0x21)
          appendNumber(count, to: &result)
          result.append(value + 0x3F)
        } else {
          for _ in 0..<count { result.append(value + 0x3F) }
        }
        index = next
      }
    }
  }

  private static func appendNumber(_ number: Int, to result: inout [UInt8]) {
    if number >= 10 { appendNumber(number / 10, to: &result) }
    result.append(0x30 + UInt8(number % 10))
  }
}

/// The colours of a sixel picture.
struct SixelPalette {
  /// In the protocol's unit, 0…100.
  var percents: [(red: Int, green: Int, blue: Int)]
  /// Steps of each channel; grey has one channel.
  private var steps: Int
  private var isGray: Bool

  /// Up to 64 greys: a finer step than the protocol's hundredths would make is not worth its bytes.
  static func gray(_ registers: Int) -> SixelPalette {
    let count = min(64, max(2, registers))
    return SixelPalette(
      percents: (0..<count).map { index in
        let percent = (index * 200 + count - 1) / (2 * (count - 1))
        return (percent, percent, percent)
      }, steps: count, isGray: true)
  }

  /// A cube of up to six steps a channel.
  static func color(_ registers: Int) -> SixelPalette {
    let steps = (2...6).last { $0 * $0 * $0 <= max(8, registers) } ?? 2
    func percent(_ step: Int) -> Int { step * 100 / (steps - 1) }
    let cube = (0..<(steps * steps * steps)).map { index in
      (
        red: percent(index / (steps * steps)), green: percent(index / steps % steps),
        blue: percent(index % steps)
      )
    }
    return SixelPalette(percents: cube, steps: steps, isGray: false)
  }

  /// The colour of each pixel; where steps are coarse, neighbours make up for what lies between.
  func indices(of raster: Raster) -> [UInt8] {
    let most = steps - 1
    if isGray, steps >= 32 {
      let table = (0..<256).map { UInt8(($0 * most * 2 + 255) / 510) }
      return raster.pixels.map { table[Int($0)] }
    }
    return (0..<(raster.width * raster.height)).map { pixel in
      let threshold = Self.threshold(pixel % raster.width, pixel / raster.width)
      func step(_ value: UInt8) -> Int { min(most, (Int(value) * most + threshold) / 255) }
      if isGray { return UInt8(step(raster.pixels[pixel])) }
      let place = pixel * 3
      let red = step(raster.pixels[place])
      let green = step(raster.pixels[place + 1])
      return UInt8(clamping: (red * steps + green) * steps + step(raster.pixels[place + 2]))
    }
  }

  /// Bayer's matrix of 4 by 4, in 255ths of a step.
  private static func threshold(_ x: Int, _ y: Int) -> Int {
    let matrix = [0, 8, 2, 10, 12, 4, 14, 6, 3, 11, 1, 9, 15, 7, 13, 5]
    return (2 * matrix[(y & 3) << 2 | x & 3] + 1) * 255 / 32
  }
}
