/// Writes data sets as DICOM files: Part 10, explicit VR little endian, lengths defined.
public enum DICOMWriter {
  /// RadRelay's own identifier as the writer of a file (PS3.10 section 7.1).
  public static let implementationClassUID = "2.25.190344278213105206147264915383207158641"
  /// At most 16 characters.
  public static let implementationVersionName = "RADRELAY"

  /// The bytes of a file.
  /// - Parameter dataSet: must have SOP Class UID and SOP Instance UID; group 0002 is made here.
  /// - Throws: ``DICOMError/unwritable(tag:problem:)`` for missing identifiers, values too long for
  ///   their representation, and values that were located but not read.
  public static func part10(_ dataSet: DataSet) throws(DICOMError) -> [UInt8] {
    guard let sopClass = dataSet.string(.sopClassUID), UID.isValid(sopClass) else {
      throw .unwritable(tag: .sopClassUID, problem: "it needs a SOP Class UID")
    }
    guard let instance = dataSet.string(.sopInstanceUID), UID.isValid(instance) else {
      throw .unwritable(tag: .sopInstanceUID, problem: "it needs a SOP Instance UID")
    }
    var meta = DataSet()
    meta.set(.fileMetaVersion, .ob, bytes: [0, 1])
    meta.set(.mediaStorageSOPClassUID, .ui, sopClass)
    meta.set(.mediaStorageSOPInstanceUID, .ui, instance)
    meta.set(.transferSyntaxUID, .ui, TransferSyntax.explicitLittleEndian.uid)
    meta.set(.implementationClassUID, .ui, implementationClassUID)
    meta.set(.implementationVersionName, .sh, implementationVersionName)
    let metaBytes = try encode(meta)
    var length = DataSet()
    length.set(.fileMetaGroupLength, .ul, ints: [metaBytes.count])
    var output = [UInt8](repeating: 0, count: 128)
    output += Array("DICM".utf8)
    output += try encode(length)
    output += metaBytes
    try append(dataSet, to: &output) { $0.tag.group > 0x0002 }
    return output
  }

  /// The elements of a data set in explicit VR little endian, without preamble and file meta
  /// information.
  public static func encode(_ dataSet: DataSet) throws(DICOMError) -> [UInt8] {
    var output: [UInt8] = []
    try append(dataSet, to: &output) { _ in true }
    return output
  }

  private static func append(
    _ dataSet: DataSet, to output: inout [UInt8], where isWanted: (Element) -> Bool
  ) throws(DICOMError) {
    for element in dataSet.elements where isWanted(element) { try append(element, to: &output) }
  }

  private static func append(_ element: Element, to output: inout [UInt8]) throws(DICOMError) {
    var value: [UInt8]
    switch element.value {
    case .bytes(let bytes):
      value = bytes
      if value.count % 2 == 1 {
        value.append(element.vr.isText && element.vr != .ui ? UInt8(ascii: " ") : 0)
      }
    case .items(let items):
      value = []
      for item in items {
        let body = try encode(item)
        append16(Tag.item.group, &value)
        append16(Tag.item.element, &value)
        try append32(body.count, element.tag, &value)
        value += body
      }
    case .fragments, .located:
      throw .unwritable(tag: element.tag, problem: "its value is not in memory")
    }
    append16(element.tag.group, &output)
    append16(element.tag.element, &output)
    let vr = element.vr.isPlausible ? element.vr : .un
    output.append(UInt8(truncatingIfNeeded: vr.rawValue >> 8))
    output.append(UInt8(truncatingIfNeeded: vr.rawValue))
    if vr.hasLongLength || !vr.isStandard {
      append16(0, &output)
      try append32(value.count, element.tag, &output)
    } else {
      guard let length = UInt16(exactly: value.count) else {
        throw .unwritable(
          tag: element.tag, problem: "\(value.count) bytes are too long for the type \(vr)")
      }
      append16(length, &output)
    }
    output += value
  }

  private static func append16(_ value: UInt16, _ output: inout [UInt8]) {
    output.append(UInt8(truncatingIfNeeded: value))
    output.append(UInt8(truncatingIfNeeded: value >> 8))
  }

  private static func append32(_ value: Int, _ tag: Tag, _ output: inout [UInt8])
    throws(DICOMError)
  {
    guard let length = UInt32(exactly: value), length != .max else {
      throw .unwritable(tag: tag, problem: "\(value) bytes are too long for any element")
    }
    for shift in [0, 8, 16, 24] { output.append(UInt8(truncatingIfNeeded: length >> shift)) }
  }
}
