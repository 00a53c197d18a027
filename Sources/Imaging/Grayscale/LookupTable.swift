import DICOM

/// A lookup table of a Modality LUT or VOI LUT Sequence item (DICOM PS3.3 C.11.1.1.1, C.11.2.1.1).
public struct LookupTable: Sendable, Equatable {
  /// The input that the first entry stands for; lower ones get the first entry.
  public let firstMapped: Int
  /// At least one entry; inputs beyond the last get the last.
  public let entries: [UInt16]
  /// Significant bits of an entry, 8…16.
  public let bitsPerEntry: Int

  /// Nil without entries, or when an entry has more bits than announced.
  public init?(firstMapped: Int, entries: [UInt16], bitsPerEntry: Int) {
    guard !entries.isEmpty, (8...16).contains(bitsPerEntry) else { return nil }
    self.firstMapped = firstMapped
    self.entries = entries
    self.bitsPerEntry = bitsPerEntry
  }

  /// Reads an item's descriptor and data.
  /// - Parameter isSigned: whether the inputs can be negative; decides how the first mapped value
  ///   is read, since a descriptor in implicit VR does not say.
  /// - Returns: nil when descriptor and data do not fit each other.
  init?(item: DataSet, isSigned: Bool) {
    guard let descriptor = item[.lutDescriptor], let head = descriptor.bytes, head.count >= 6,
      let data = item[.lutData]?.bytes
    else { return nil }
    func word(_ bytes: [UInt8], _ index: Int) -> UInt16 {
      UInt16(bytes[2 * index]) | UInt16(bytes[2 * index + 1]) << 8
    }
    let announced = Int(word(head, 0))
    let count = announced == 0 ? 65_536 : announced
    let first = word(head, 1)
    let entries: [UInt16]
    if data.count >= 2 * count {
      entries = (0..<count).map { word(data, $0) }
    } else if data.count >= count, word(head, 2) <= 8 {
      entries = data.prefix(count).map(UInt16.init)
    } else {
      return nil
    }
    // Some writers announce 16 bits, or nonsense, for entries of fewer: the entries tell.
    let used = 16 - (entries.max() ?? 0).leadingZeroBitCount
    let bits = Int(word(head, 2))
    self.init(
      firstMapped: isSigned || descriptor.vr == .ss
        ? Int(Int16(bitPattern: first)) : Int(first),
      entries: entries, bitsPerEntry: (max(8, used)...16).contains(bits) ? bits : max(8, used))
  }

  /// The entry for an input.
  public func value(_ input: Double) -> UInt16 {
    // Also right for what is not a number.
    guard input >= Double(firstMapped) else { return entries[0] }
    let place = (input - Double(firstMapped)).rounded(.down)
    return place < Double(entries.count) ? entries[Int(place)] : entries[entries.count - 1]
  }

  /// The largest value that the entries' bits can hold.
  public var maximum: Int { (1 << bitsPerEntry) - 1 }
}
