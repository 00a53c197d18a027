import Foundation

/// How a window maps values to brightness (VOI LUT Function, DICOM PS3.3 C.11.2.1.3).
public enum VOIFunction: String, Sendable, Hashable {
  case linear = "LINEAR"
  case linearExact = "LINEAR_EXACT"
  case sigmoid = "SIGMOID"
}

/// Turns modality values into brightness (DICOM PS3.3 C.11.2).
public enum VOITransform: Sendable, Equatable {
  case window(GrayWindow, VOIFunction)
  case lookup(LookupTable)

  /// A linear window.
  public static func linear(center: Double, width: Double) -> VOITransform {
    .window(GrayWindow(center: center, width: width), .linear)
  }

  /// The brightness of a modality value, 0 black to 255 white; halves are rounded up.
  public func brightness(_ value: Double) -> UInt8 {
    switch self {
    case .window(let window, .sigmoid):
      let y = 1 / (1 + exp(-4 * (value - window.center) / window.width))
      return Self.byte(floor(y * 255 + 0.5))
    case .window(let window, let function):
      // C.11.2.1.2.1: y = (x − (c − 0.5)) / (w − 1) + 0.5, and C.11.2.1.3.2: y = (x − c) / w + 0.5;
      // below a width of 1 only the exact form makes sense. As one fraction, so that whole numbers
      // are rounded exactly.
      let isExact = function == .linearExact || window.width < 1
      let divisor = isExact ? window.width : window.width - 1
      let twice = 2 * (value - window.center) + window.width
      if twice <= 0 || twice.isNaN { return 0 }
      if twice > 2 * divisor { return 255 }
      return Self.byte(floor((twice * 255 + divisor) / (2 * divisor)))
    case .lookup(let table):
      let entry = Int(table.value(value))
      return UInt8(clamping: (entry * 510 + table.maximum) / (2 * table.maximum))
    }
  }

  private static func byte(_ value: Double) -> UInt8 {
    value >= 255 ? 255 : value > 0 ? UInt8(value) : 0
  }
}
