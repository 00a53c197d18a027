/// Amounts of bytes as a person types them: `500M`, `1.5G`, `256k`.
public enum ByteAmount {
  /// Bytes; `k`, `M`, `G`, `T` count in steps of 1,024, a `B` behind them changes nothing. Nil for
  /// anything else, for less than one byte and for more than 1,024 T.
  public static func parse(_ text: some StringProtocol) -> Int64? {
    var digits = text.trimmingPrefix { $0 == " " }.lowercased()
    while digits.hasSuffix(" ") { digits.removeLast() }
    if digits.hasSuffix("b") { digits.removeLast() }
    var factor = 1.0
    if let unit = digits.last, let power = ["k": 1.0, "m": 2, "g": 3, "t": 4][unit] {
      for _ in 0..<Int(power) { factor *= 1_024 }
      digits.removeLast()
    }
    guard !digits.isEmpty, digits.utf8.count <= 18,
      digits.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }),
      let number = Double(digits)
    else { return nil }
    let bytes = (number * factor).rounded()
    guard bytes >= 1, bytes <= 1_125_899_906_842_624 else { return nil }
    return Int64(bytes)
  }

  /// As ``parse(_:)`` reads it, in the largest unit that leaves no remainder: `256k`.
  public static func text(_ bytes: Int64) -> String {
    for (unit, factor) in [("T", 1 << 40), ("G", 1 << 30), ("M", 1 << 20), ("k", 1 << 10)]
      as [(
        String, Int64
      )] where bytes >= factor && bytes % factor == 0
    {
      return "\(bytes / factor)\(unit)"
    }
    return String(bytes)
  }
}
