/// Whether the description of an image and its pixel data agree (DICOM PS3.3 C.7.6.3, PS3.5 section
/// 8).
enum ImageCheck {
  static func findings(_ file: DICOMFile) -> [Finding] {
    let set = file.dataSet
    guard let pixels = set[.pixelData], let allocated = set.int(.bitsAllocated) else { return [] }
    var findings: [Finding] = []
    func error(_ tag: Tag, _ message: String) {
      findings.append(Finding(.error, path: DICOMJSON.key(tag), tag: tag, message))
    }
    if allocated != 1 && (allocated % 8 != 0 || !(8...64).contains(allocated)) {
      error(.bitsAllocated, "\(allocated) is neither 1 nor a multiple of 8")
    }
    if let stored = set.int(.bitsStored) {
      if stored < 1 || stored > allocated {
        error(.bitsStored, "\(stored) of \(allocated) allocated bits")
      }
      if let high = set.int(.highBit), high != stored - 1 {
        error(.highBit, "is \(high), expected \(stored - 1), one less than Bits Stored")
      }
    }
    if case .fragments(let fragments) = pixels.value {
      if !file.transferSyntax.isEncapsulated {
        error(.pixelData, "is encapsulated, \(file.transferSyntax.name) is not")
      }
      if fragments.fragments.contains(where: { $0.length % 2 == 1 }) {
        error(.pixelData, "a fragment has an odd length")
      }
      if fragments.fragments.isEmpty { error(.pixelData, "has no fragments") }
      return findings
    }
    if file.transferSyntax.isEncapsulated {
      error(.pixelData, "is not encapsulated, as \(file.transferSyntax.name) asks")
    } else if let expected = expectedBytes(set, allocated), let length = pixels.location?.length {
      if length != expected {
        error(.pixelData, "has \(length) bytes, the description of the image asks for \(expected)")
      }
    }
    return findings
  }

  /// Nil when a number is missing or out of range.
  private static func expectedBytes(_ set: DataSet, _ allocated: Int) -> Int? {
    guard let rows = set.int(.rows), let columns = set.int(.columns),
      (1...0xFFFF).contains(rows), (1...0xFFFF).contains(columns), (1...64).contains(allocated)
    else { return nil }
    let samples = set.int(.samplesPerPixel) ?? 1
    let frames = set.int(.numberOfFrames) ?? 1
    guard (1...4).contains(samples), (1...1_000_000).contains(frames) else { return nil }
    // Two pixels share their colour samples in 4:2:2 (PS3.3 C.7.6.3.1.2).
    let isHalved = set.string(.photometricInterpretation) == "YBR_FULL_422" && samples == 3
    let bits = rows * columns * (isHalved ? 2 : samples) * allocated
    let bytes = (bits * frames + 7) / 8
    return bytes + bytes % 2
  }
}
