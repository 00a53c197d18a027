/// Brings the displayed part of an image to the samples of a viewport.
public enum Resampler {
  /// The picture that a viewport shows: as large as the viewport, black where there is no image.
  /// Made smaller, each sample is the average of the area that it covers.
  public static func render(_ image: DisplayImage, _ projection: Projection) -> DisplayImage {
    let viewport = projection.viewport
    guard image.width == projection.image.width, image.height == projection.image.height,
      viewport.width > 0, viewport.height > 0
    else {
      return DisplayImage(
        width: viewport.width, height: viewport.height, channels: image.channels)
    }
    let isTransposed = projection.isTransposed
    let columns = Taps(
      count: isTransposed ? viewport.height : viewport.width, offset: projection.x.offset,
      step: projection.x.step, source: image.width)
    let rows = Taps(
      count: isTransposed ? viewport.width : viewport.height, offset: projection.y.offset,
      step: projection.y.step, source: image.height)
    let upright = resample(image, columns, rows)
    return isTransposed ? transposed(upright) : upright
  }

  /// Rows first, which runs along memory, into one line of sums; then columns of that line.
  private static func resample(
    _ image: DisplayImage, _ columns: Taps, _ rows: Taps
  ) -> DisplayImage {
    let channels = image.channels
    let line = image.width * channels
    var result = DisplayImage(
      width: columns.first.count, height: rows.first.count, channels: channels)
    let targetLine = result.width * channels
    var sums = [Float](repeating: 0, count: line)
    image.pixels.withUnsafeBufferPointer { source in
      result.pixels.withUnsafeMutableBufferPointer { target in
        sums.withUnsafeMutableBufferPointer { sums in
          for row in rows.first.indices {
            let needed = rows.range(of: row)
            guard !needed.isEmpty else { continue }
            sums.update(repeating: 0)
            for (place, sourceRow) in needed.enumerated() {
              let weight = rows.weights[rows.start[row] + place]
              add(source, from: sourceRow * line, weight: weight, to: sums)
            }
            let out = UnsafeMutableBufferPointer(
              rebasing: target[(row * targetLine)..<((row + 1) * targetLine)])
            // Two calls, so that the common one is compiled for one channel.
            if channels == 1 {
              gather(sums, columns, channels: 1, into: out)
            } else {
              gather(sums, columns, channels: channels, into: out)
            }
          }
        }
      }
    }
    return result
  }

  private static func add(
    _ source: UnsafeBufferPointer<UInt8>, from start: Int, weight: Float,
    to sums: UnsafeMutableBufferPointer<Float>
  ) {
    // Checked once for the line, not for each sample, so that the loop runs in vector registers.
    guard start >= 0, start + sums.count <= source.count, let from = source.baseAddress,
      let to = sums.baseAddress
    else { return }
    for index in 0..<sums.count { to[index] += Float(from[start + index]) * weight }
  }

  @inline(__always)
  private static func gather(
    _ sums: UnsafeMutableBufferPointer<Float>, _ columns: Taps, channels: Int,
    into out: UnsafeMutableBufferPointer<UInt8>
  ) {
    // ``Taps`` made all places lie within the line: checked there, not for each sample.
    guard let sums = sums.baseAddress, let out = out.baseAddress else { return }
    columns.weights.withUnsafeBufferPointer { weights in
      columns.start.withUnsafeBufferPointer { starts in
        columns.first.withUnsafeBufferPointer { firsts in
          guard let weights = weights.baseAddress, let starts = starts.baseAddress else { return }
          for (column, first) in firsts.enumerated() {
            let start = starts[column]
            let count = starts[column + 1] - start
            for channel in 0..<channels {
              var sum: Float = 0.5
              for place in 0..<count {
                sum += sums[(first + place) * channels + channel] * weights[start + place]
              }
              out[column * channels + channel] = sum >= 255 ? 255 : UInt8(sum)
            }
          }
        }
      }
    }
  }

  private static func transposed(_ image: DisplayImage) -> DisplayImage {
    let channels = image.channels
    var result = DisplayImage(width: image.height, height: image.width, channels: channels)
    image.pixels.withUnsafeBufferPointer { source in
      result.pixels.withUnsafeMutableBufferPointer { target in
        for y in 0..<image.height {
          for x in 0..<image.width {
            for channel in 0..<channels {
              target[(x * image.height + y) * channels + channel] =
                source[(y * image.width + x) * channels + channel]
            }
          }
        }
      }
    }
    return result
  }
}
