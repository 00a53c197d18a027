import DICOM

/// libFuzzer: text in every character set of DICOM PS3.3 C.12.1.1.2, with and without the escape
/// sequences of ISO 2022. The first byte says which sets the data set names, the rest is the text.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzCharacterSets(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let bytes = FuzzInput.bytes(data, size)
  guard let choice = bytes.first else { return 0 }
  let text = bytes.dropFirst()
  let single = FuzzTerms.single[Int(choice & 31) % FuzzTerms.single.count]
  let extended = FuzzTerms.extended[Int(choice >> 4) % FuzzTerms.extended.count]
  for terms in [single, extended] {
    let sets = CharacterSets(terms: terms)
    for isName in [false, true] {
      let decoded = sets.decode(text, isName: isName)
      // Nothing is made up: a byte gives two scalars at most (TIS-620 and others give one).
      precondition(decoded.unicodeScalars.count <= 2 * text.count)
      if text.allSatisfy({ $0 < 0x80 && $0 != 0x1B }) {
        precondition(decoded.utf8.elementsEqual(text), "ASCII was changed")
      }
    }
  }
  // A data set that is rewritten holds the same text, as UTF-8.
  var set = DataSet(elements: [], characterSets: CharacterSets(terms: extended))
  set.set(.patientName, .pn, bytes: Array(text))
  let before = set.string(.patientName)
  set.useUTF8()
  precondition(set.string(.patientName) == before, "the name was changed")
  // What the file itself gives as its sets is outside data too.
  _ = CharacterSets(
    terms: String(decoding: text, as: UTF8.self).split(separator: "\\").map(String.init))
  return 0
}

/// Values of Specific Character Set (0008,0005).
enum FuzzTerms {
  static let single: [[String]] = [
    [], ["ISO_IR 100"], ["ISO_IR 101"], ["ISO_IR 109"], ["ISO_IR 110"], ["ISO_IR 144"],
    ["ISO_IR 127"], ["ISO_IR 126"], ["ISO_IR 138"], ["ISO_IR 148"], ["ISO_IR 203"], ["ISO_IR 13"],
    ["ISO_IR 166"], ["ISO_IR 192"], ["GB18030"], ["GBK"], ["ISO_IR 999"],
  ]
  static let extended: [[String]] = [
    ["", "ISO 2022 IR 87"], ["ISO 2022 IR 13", "ISO 2022 IR 87", "ISO 2022 IR 159"],
    ["", "ISO 2022 IR 149"], ["", "ISO 2022 IR 58"],
    ["ISO 2022 IR 100", "ISO 2022 IR 144", "ISO 2022 IR 126"], ["ISO 2022 IR 6"],
    ["ISO 2022 IR 166", "ISO 2022 IR 127"], ["ISO 2022 IR 203", "ISO 2022 IR 138"],
  ]
}
