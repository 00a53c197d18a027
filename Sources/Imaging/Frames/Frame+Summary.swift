import Crypto
public import DICOM
import Foundation

extension Frame {
  /// Digest, range and mean of the values.
  public var summary: FrameSummary {
    switch pixels {
    case .uint8(let values): integers(values)
    case .int16(let values): integers(values)
    case .uint16(let values): integers(values)
    case .int32(let values): integers(values)
    case .uint32(let values): integers(values)
    case .float32(let values): floats(values.map { Double($0) })
    case .float64(let values): floats(values)
    }
  }

  private var shape: [Int] {
    samplesPerPixel > 1 ? [rows, columns, samplesPerPixel] : [rows, columns]
  }

  private func integers<Value: FixedWidthInteger>(_ values: [Value]) -> FrameSummary {
    let words = values.map { UInt32(truncatingIfNeeded: $0).littleEndian }
    let sum = values.reduce(0) { $0 + Int($1) }
    let mean = Double(sum) / Double(Swift.max(1, values.count))
    return FrameSummary(
      kind: "int32le", sha256: Self.digest(words), shape: shape,
      min: .integer(Int(values.min() ?? 0)), max: .integer(Int(values.max() ?? 0)),
      mean: (mean * 1e6).rounded() / 1e6)
  }

  private func floats(_ values: [Double]) -> FrameSummary {
    let words = values.map { $0.bitPattern.littleEndian }
    let mean = values.reduce(0, +) / Double(Swift.max(1, values.count))
    return FrameSummary(
      kind: "float64", sha256: Self.digest(words), shape: shape,
      min: .number(values.min() ?? 0), max: .number(values.max() ?? 0), mean: mean)
  }

  private static func digest<Word: FixedWidthInteger>(_ words: [Word]) -> String {
    var hash = SHA256()
    words.withUnsafeBytes { hash.update(data: Data($0)) }
    return hash.finalize().map { byte in
      let text = String(byte, radix: 16)
      return text.count < 2 ? "0" + text : text
    }.joined()
  }
}
