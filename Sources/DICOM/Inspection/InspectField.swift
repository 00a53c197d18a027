import Foundation

/// A value as JSON knows it.
public enum InspectValue: Sendable, Equatable {
  case null
  case text(String)
  case integer(Int)
  case number(Double)
  case list([InspectValue])
}

/// One attribute of an ``InspectRecord``.
public struct InspectField: Sendable {
  /// The key: a DICOM keyword.
  public let key: String
  let tag: Tag

  /// The attributes of a record, in order.
  public static let all: [InspectField] = [
    field("TransferSyntaxUID", .transferSyntaxUID), field("SOPClassUID", .sopClassUID),
    field("SOPInstanceUID", .sopInstanceUID), field("StudyInstanceUID", .studyInstanceUID),
    field("SeriesInstanceUID", .seriesInstanceUID), field("PatientName", .patientName),
    field("PatientID", .patientID), field("StudyDate", .studyDate), field("Modality", .modality),
    field("Rows", .rows), field("Columns", .columns), field("NumberOfFrames", .numberOfFrames),
    field("BitsAllocated", .bitsAllocated), field("BitsStored", .bitsStored),
    field("HighBit", .highBit), field("PixelRepresentation", .pixelRepresentation),
    field("SamplesPerPixel", .samplesPerPixel),
    field("PlanarConfiguration", .planarConfiguration),
    field("PhotometricInterpretation", .photometricInterpretation),
    field("SpecificCharacterSet", .specificCharacterSet), field("WindowCenter", .windowCenter),
    field("WindowWidth", .windowWidth), field("RescaleSlope", .rescaleSlope),
    field("RescaleIntercept", .rescaleIntercept), field("InstanceNumber", .instanceNumber),
    field("ImagePositionPatient", .imagePositionPatient), field("SeriesNumber", .seriesNumber),
  ]

  /// Everything is walked, so that damage at the end is found; large values are not kept.
  static let options: ReadOptions = {
    var options = ReadOptions()
    options.maximumValueBytes = 64 << 10
    return options
  }()

  private static func field(_ key: String, _ tag: Tag) -> InspectField {
    InspectField(key: key, tag: tag)
  }

  /// Null when absent, an empty text for an empty text element, a list for several values.
  func value(in file: DICOMFile) -> InspectValue {
    let set = tag.group == 0x0002 ? file.meta : file.dataSet
    guard let element = set[tag], let bytes = element.bytes else { return .null }
    let vr = element.vr == .un ? DataDictionary.standard.vr(of: tag) : element.vr
    switch vr {
    case .is, .ds:
      if bytes.isEmpty { return .null }
      let texts = set.strings(tag) ?? []
      return Self.single(texts.map { Self.number($0, isInteger: vr == .is) })
    case .da where bytes.isEmpty, .ui where bytes.isEmpty:
      return .text("")
    default:
      if vr.isText { return Self.single((set.strings(tag) ?? [""]).map { .text($0) }) }
      if bytes.isEmpty { return .null }
      if vr == .fl || vr == .fd {
        return Self.single((set.doubles(tag) ?? []).map { $0.map { .number($0) } ?? .null })
      }
      return Self.single((set.ints(tag) ?? []).map { $0.map { .integer($0) } ?? .null })
    }
  }

  private static func single(_ values: [InspectValue]) -> InspectValue {
    switch values.count {
    case 0: .null
    case 1: values[0]
    default: .list(values)
    }
  }

  /// What is no number stays text: the record shows what the file says.
  private static func number(_ text: String, isInteger: Bool) -> InspectValue {
    let text = DataSet.trimmed(text)
    if text.isEmpty { return .null }
    guard let value = Double(text), value.isFinite else { return .text(text) }
    if isInteger { return Int(exactly: value).map { .integer($0) } ?? .number(value) }
    return .number(value)
  }
}
