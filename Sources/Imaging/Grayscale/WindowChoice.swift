extension DisplayParameters {
  /// What a frame is first shown with: the file's first view, else a window that fits.
  public func initialView(of frame: Frame) -> VOITransform {
    views.first?.transform ?? fittingView(of: frame)
  }

  /// A window made for a frame, for files that bring none: all values of 8-bit frames, which were
  /// made to be shown as they are; else from the darkest to the brightest percentile, without
  /// padding and the half percent at each end, where single pixels lie far out.
  public func fittingView(of frame: Frame) -> VOITransform {
    if case .uint8 = frame.pixels {
      let ends = modality.range(0...Double((1 << min(8, max(1, frame.bitsStored))) - 1))
      return Self.exact(ends)
    }
    guard let stored = Percentiles.stored(frame, padding: padding, cut: 0.005) else {
      return .linear(center: 0, width: 1)
    }
    return Self.exact(modality.range(stored))
  }

  /// The window from black at one value to white at another.
  private static func exact(_ range: ClosedRange<Double>) -> VOITransform {
    let width = range.upperBound - range.lowerBound
    guard width > 0, width.isFinite else {
      // One value only: grey, rather than black or white by chance.
      return .window(GrayWindow(center: range.lowerBound, width: 1), .linearExact)
    }
    let center = range.lowerBound + width / 2
    return .window(GrayWindow(center: center, width: width), .linearExact)
  }
}

/// The stored values between which most pixels lie.
enum Percentiles {
  /// Nil when no pixel is left.
  /// - Parameters:
  ///   - padding: values that are no pixels.
  ///   - cut: the share of pixels that may lie below, and above.
  static func stored(
    _ frame: Frame, padding: ClosedRange<Int>?, cut: Double
  ) -> ClosedRange<Double>? {
    switch frame.pixels {
    case .uint8(let values): counted(values, padding, cut)
    case .int16(let values): counted(values, padding, cut)
    case .uint16(let values): counted(values, padding, cut)
    case .int32(let values): sorted(values.map(Double.init), padding, cut)
    case .uint32(let values): sorted(values.map(Double.init), padding, cut)
    case .float32(let values): sorted(values.map(Double.init), padding, cut)
    case .float64(let values): sorted(values, padding, cut)
    }
  }

  private static func counted<Stored: FixedWidthInteger>(
    _ values: [Stored], _ padding: ClosedRange<Int>?, _ cut: Double
  ) -> ClosedRange<Double>? {
    let lowest = Int(Stored.min)
    var counts = [Int](repeating: 0, count: Int(Stored.max) - lowest + 1)
    for value in values { counts[Int(value) - lowest] += 1 }
    if let padding {
      for value in padding.clamped(to: lowest...Int(Stored.max)) where padding.contains(value) {
        counts[value - lowest] = 0
      }
    }
    let total = counts.reduce(0, +)
    guard total > 0 else { return nil }
    let beyond = Int(Double(total) * cut)
    func first(_ indices: some Sequence<Int>) -> Double {
      var seen = 0
      for index in indices {
        seen += counts[index]
        if seen > beyond { return Double(index + lowest) }
      }
      return 0
    }
    let low = first(counts.indices)
    return low...max(low, first(counts.indices.reversed()))
  }

  private static func sorted(
    _ values: [Double], _ padding: ClosedRange<Int>?, _ cut: Double
  ) -> ClosedRange<Double>? {
    let kept = values.filter { value in
      value.isFinite
        && !(padding.map { Double($0.lowerBound) <= value && value <= Double($0.upperBound) }
          ?? false)
    }.sorted()
    guard let last = kept.indices.last else { return nil }
    let beyond = Int(Double(kept.count) * cut)
    return kept[beyond]...kept[last - beyond]
  }
}
