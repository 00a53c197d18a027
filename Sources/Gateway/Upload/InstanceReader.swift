public import Foundation

/// What the gateway needs to know of a DICOM file.
public struct InstanceFacts: Sendable, Equatable {
  public var sopClassUID: String
  public var sopInstanceUID: String
  public var studyInstanceUID: String
  public var seriesInstanceUID: String
  public var modality: String
  public var patientName: String
  public var patientID: String
  public var studyDate: String
  public var studyDescription: String
  public var bodyPart: String
  public var accessionNumber: String

  public init(
    sopClassUID: String, sopInstanceUID: String, studyInstanceUID: String,
    seriesInstanceUID: String, modality: String = "", patientName: String = "",
    patientID: String = "", studyDate: String = "", studyDescription: String = "",
    bodyPart: String = "", accessionNumber: String = ""
  ) {
    self.sopClassUID = sopClassUID
    self.sopInstanceUID = sopInstanceUID
    self.studyInstanceUID = studyInstanceUID
    self.seriesInstanceUID = seriesInstanceUID
    self.modality = modality
    self.patientName = patientName
    self.patientID = patientID
    self.studyDate = studyDate
    self.studyDescription = studyDescription
    self.bodyPart = bodyPart
    self.accessionNumber = accessionNumber
  }
}

/// Reads the identity of a DICOM file without its pixels.
public protocol InstanceReader: Sendable {
  /// - Throws: an error whose description names the field and what was expected, without patient
  ///   data.
  func read(_ file: URL) throws -> InstanceFacts
}
