@testable import DICOM

/// Makes data sets by chance, the same ones in every run: every representation, private blocks,
/// unknown types, nested sequences with and without lengths, text in several character sets.
struct DataSetMaker {
  var random: SplitMix64

  init(seed: UInt64) { random = SplitMix64(state: seed) }

  static let representations: [VR] = [
    .ae, .at, .as, .cs, .da, .ds, .dt, .fd, .fl, .is, .lo, .lt, .ob, .od, .of, .ol, .ov, .ow, .pn,
    .sh, .sl, .ss, .st, .sv, .tm, .uc, .ui, .ul, .un, .ur, .us, .ut, .uv,
  ]

  static let characterSets: [(term: String, letters: [[UInt8]])] = [
    ("", [[0x41], [0x7A], [0x20]]),
    ("ISO_IR 100", [[0x41], [0xE9], [0xFC]]),
    ("ISO_IR 144", [[0xB8], [0xDB], [0x41]]),
    ("ISO_IR 192", [Array("é".utf8), Array("山".utf8), Array("ب".utf8), [0x41]]),
    ("GB18030", [[0xCD, 0xF5], [0xD0, 0xA1], [0x41]]),
  ]

  mutating func file() -> DataSet {
    let set = Self.characterSets[int(0..<Self.characterSets.count)]
    var data = dataSet(depth: 0, letters: set.letters)
    if !set.term.isEmpty { data.set(.specificCharacterSet, .cs, set.term) }
    data.characterSets = CharacterSets(terms: set.term.isEmpty ? [] : [set.term])
    data.set(.sopClassUID, .ui, "1.2.840.10008.5.1.4.1.1.7")
    data.set(.sopInstanceUID, .ui, "1.2.\(int(1..<1_000_000))")
    return data
  }

  mutating func dataSet(depth: Int, letters: [[UInt8]]) -> DataSet {
    var set = DataSet()
    for _ in 0..<int(0..<10) {
      // Private blocks, attributes of the standard, attributes that nobody knows.
      let tag: Tag =
        switch int(0..<4) {
        case 0: Tag(0x0029, 0x1000 + UInt16(int(0..<256)))
        case 1: Tag(0x0009, 0x0010)
        case 2: Tag(0x7777, UInt16(int(0x1000..<0x2000)))
        default: Tag(UInt16(int(4..<0x40)) * 2, UInt16(int(1..<0x3000)))
        }
      if depth < 3, int(0..<5) == 0 {
        var items: [DataSet] = []
        for _ in 0..<int(0..<4) {
          var item = dataSet(depth: depth + 1, letters: letters)
          item.isOpen = bool()
          items.append(item)
        }
        var element = Element(tag: tag, vr: .sq, value: .items(items))
        if bool() { element.form = .undefinedLength }
        set[tag] = element
      } else {
        let vr = Self.representations[int(0..<Self.representations.count)]
        set[tag] = Element(tag: tag, vr: vr, value: .bytes(value(vr, letters)))
      }
    }
    return set
  }

  /// A value of even length.
  mutating func value(_ vr: VR, _ letters: [[UInt8]]) -> [UInt8] {
    var bytes: [UInt8] = []
    if vr.usesCharacterSet {
      for _ in 0..<int(0..<20) { bytes += letters[int(0..<letters.count)] }
      if bytes.count % 2 == 1 { bytes.append(0x20) }
    } else if vr.isText {
      for _ in 0..<int(0..<8) { bytes.append(UInt8(int(0x30..<0x3A))) }
      if bytes.count % 2 == 1 { bytes.append(vr == .ui ? 0 : 0x20) }
    } else {
      for _ in 0..<8 * int(0..<5) { bytes.append(UInt8(int(0..<256))) }
    }
    return bytes
  }

  mutating func int(_ range: Range<Int>) -> Int { Int.random(in: range, using: &random) }
  mutating func bool() -> Bool { int(0..<2) == 0 }
}

/// The same numbers in every run.
struct SplitMix64: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
