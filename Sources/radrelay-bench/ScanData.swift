import DICOM
import Foundation

/// Files to scan, like those of `tools/peers/gen_big.py`.
enum ScanData {
  /// Small files with long headers: 25 a folder, without extensions, as PACS media have them.
  static func makeSmall(_ count: Int, in root: String) throws {
    for index in 0..<count {
      var header = header("MR", "1.2.840.10008.5.1.4.1.1.4", index, perSeries: 25, perStudy: 100)
      var items: [DataSet] = []
      for number in 0..<6 {
        var modifier = code("G-\(number)", "modifier")
        modifier.set(Tag(0x0008, 0x0105), .cs, "99BENCH")
        var item = code("T-\(number)", "Meaning of code \(number)")
        item.set(Tag(0x0008, 0x2220), items: [modifier])
        items.append(item)
      }
      header.set(Tag(0x0008, 0x2218), items: items)
      for element in 0x10..<0x28 {
        header.set(
          Tag(0x0029, 0x1000 + UInt16(element)), .lo, "private value \(element) of \(index)")
      }
      header.set(Tag(0x0029, 0x1040), .ob, bytes: [UInt8](repeating: 0x5A, count: 2_600))
      image(&header, rows: 32, columns: 32)
      let folder = "\(root)/P\(index / 100)/S\(index / 25 % 4)"
      try write(header, folder, String(format: "%08d", index % 25 + 1), isFirst: index % 25 == 0)
    }
  }

  /// Images of 512 x 512, 16 bit: 100 a folder.
  static func makeImages(_ count: Int, in root: String) throws {
    for index in 0..<count {
      var header = header("CT", "1.2.840.10008.5.1.4.1.1.2", index, perSeries: 100, perStudy: 200)
      header.set(Tag(0x0029, 0x1010), .ob, bytes: [UInt8](repeating: 0xA5, count: 2_000))
      image(&header, rows: 512, columns: 512)
      let folder = "\(root)/P\(index / 200)/S\(index / 100 % 2 + 1)"
      try write(
        header, folder, String(format: "IM%05d.dcm", index % 100 + 1), isFirst: index % 100 == 0)
    }
  }

  private static func header(
    _ modality: String, _ sopClass: String, _ index: Int, perSeries: Int, perStudy: Int
  ) -> DataSet {
    let study = index / perStudy
    var header = DataSet()
    header.useUTF8()
    header.set(.imageType, .cs, "ORIGINAL", "PRIMARY", "AXIAL")
    header.set(.sopClassUID, .ui, sopClass)
    header.set(.sopInstanceUID, .ui, "1.2.826.0.1.3680043.10.1511.\(modality.count).1.\(index)")
    for tag in [Tag.studyDate, .seriesDate, .acquisitionDate, .contentDate] {
      header.set(tag, .da, "20260101")
    }
    for tag in [Tag.studyTime, .seriesTime, .acquisitionTime, .contentTime] {
      header.set(tag, .tm, "101112.000000")
    }
    header.set(.accessionNumber, .sh, "A\(study)")
    header.set(.modality, .cs, modality)
    header.set(.manufacturer, .lo, "BENCH")
    header.set(.institutionName, .lo, "Invented Hospital")
    header.set(.studyDescription, .lo, "Synthetic study of the bench")
    header.set(.seriesDescription, .lo, "Series \(index / perSeries)")
    header.set(.patientName, .pn, "Bench^Patient \(study)")
    header.set(.patientID, .lo, "BENCH-\(study)")
    header.set(.patientBirthDate, .da, "19700101")
    header.set(.patientSex, .cs, "O")
    header.set(.bodyPartExamined, .cs, "ABDOMEN")
    header.set(.studyInstanceUID, .ui, "1.2.826.0.1.3680043.10.1511.2.\(modality.count).\(study)")
    header.set(
      .seriesInstanceUID, .ui,
      "1.2.826.0.1.3680043.10.1511.3.\(modality.count).\(index / perSeries)")
    header.set(.seriesNumber, .is, ints: [index / perSeries % 4 + 1])
    header.set(.instanceNumber, .is, ints: [index % perSeries + 1])
    header.set(.imagePositionPatient, .ds, doubles: [-190, -190, 1.5 * Double(index % perSeries)])
    header.set(.imageOrientationPatient, .ds, doubles: [1, 0, 0, 0, 1, 0])
    header.set(Tag(0x0029, 0x0010), .lo, "RADRELAY BENCH")
    return header
  }

  private static func code(_ value: String, _ meaning: String) -> DataSet {
    var item = DataSet()
    item.set(.codeValue, .sh, value)
    item.set(.codingSchemeDesignator, .sh, "SRT")
    item.set(.codeMeaning, .lo, meaning)
    return item
  }

  private static func image(_ header: inout DataSet, rows: Int, columns: Int) {
    header.set(.samplesPerPixel, .us, ints: [1])
    header.set(.photometricInterpretation, .cs, "MONOCHROME2")
    header.set(.rows, .us, ints: [rows])
    header.set(.columns, .us, ints: [columns])
    header.set(.bitsAllocated, .us, ints: [16])
    header.set(.bitsStored, .us, ints: [12])
    header.set(.highBit, .us, ints: [11])
    header.set(.pixelRepresentation, .us, ints: [0])
    header.set(.pixelData, .ow, bytes: [UInt8](repeating: 0x41, count: rows * columns * 2))
  }

  private static func write(_ set: DataSet, _ folder: String, _ name: String, isFirst: Bool) throws
  {
    if isFirst {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }
    try Data(DICOMWriter.part10(set)).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
  }
}
