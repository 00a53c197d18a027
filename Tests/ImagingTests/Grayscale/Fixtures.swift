import DICOM
import Imaging

/// Frames and data sets for tests.
enum Fixtures {
  static func frame(
    _ values: [Int16], columns: Int, bits: Int = 16,
    photometric: PhotometricInterpretation = .monochrome2
  ) -> Frame {
    Frame(
      columns: columns, rows: values.count / columns, bitsAllocated: 16, bitsStored: bits,
      isSigned: true, photometric: photometric, pixels: .int16(values))!
  }

  static func bytes(_ values: [UInt8], columns: Int) -> Frame {
    Frame(
      columns: columns, rows: values.count / columns, bitsAllocated: 8, bitsStored: 8,
      isSigned: false, photometric: .monochrome2, pixels: .uint8(values))!
  }

  /// Elements with text values; numbers are written as text, which every reader must take.
  static func dataSet(
    _ texts: [Tag: String], sequences: [Tag: [DataSet]] = [:], extra: [Element] = []
  ) -> DataSet {
    var elements = texts.map { tag, text in
      Element(
        tag: tag, vr: DataDictionary.standard[tag].map { VR(String($0.vr.prefix(2))) } ?? .lo,
        value: .bytes(Array(text.utf8)))
    }
    elements += sequences.map { Element(tag: $0, vr: .sq, value: .items($1)) }
    return DataSet(elements: elements + extra)
  }

  static func words(_ tag: Tag, _ words: [UInt16], vr: VR = .us) -> Element {
    Element(
      tag: tag, vr: vr,
      value: .bytes(words.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }))
  }

  static func parameters(
    _ dataSet: DataSet, _ photometric: PhotometricInterpretation = .monochrome2
  )
    -> DisplayParameters
  {
    DisplayParameters(dataSet: dataSet, frame: 0, photometric: photometric)
  }
}
