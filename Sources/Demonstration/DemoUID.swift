internal import DICOM
public import Foundation

/// Identifiers that follow from a name, so that demonstration data is the same in every run.
public enum DemoUID {
  /// A UID under 2.25.
  static func make(_ name: String) -> String { UID.make(uuid(name)) }

  /// A UUID of version 8 (RFC 9562 section 5.8): two FNV-1a hashes of the name.
  public static func uuid(_ name: String) -> UUID {
    var high: UInt64 = 0xCBF2_9CE4_8422_2325
    var low: UInt64 = 0x8422_2325_CBF2_9CE4
    for byte in "radrelay demonstration \(name)".utf8 {
      high = (high ^ UInt64(byte)) &* 0x100_0000_01B3
      low = (low ^ UInt64(byte ^ 0x5A)) &* 0x100_0000_01B3
      low ^= high >> 29
    }
    high = (high & ~0xF000) | 0x8000
    low = (low & 0x3FFF_FFFF_FFFF_FFFF) | 0x8000_0000_0000_0000
    let bytes = [high, low].flatMap { word in
      (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
    }
    return bytes.withUnsafeBytes { UUID(uuid: $0.loadUnaligned(as: uuid_t.self)) }
  }
}

/// SplitMix64: a reproducible source of numbers.
struct DemoRandom: RandomNumberGenerator {
  private var state: UInt64
  init(seed: UInt64) { state = seed }
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Dates as DICOM writes them, in UTC.
enum DemoDate {
  static func parts(_ date: Date) -> (date: String, time: String) {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = .gmt
    let part = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
    func digits(_ value: Int?, _ count: Int) -> String {
      let text = String(value ?? 0)
      return String(repeating: "0", count: max(0, count - text.count)) + text
    }
    return (
      digits(part.year, 4) + digits(part.month, 2) + digits(part.day, 2),
      digits(part.hour, 2) + digits(part.minute, 2) + digits(part.second, 2)
    )
  }
}
