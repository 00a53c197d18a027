public import Foundation

/// A case of the teaching library. Holds nothing that identifies a patient.
public struct TeachingCase: Sendable, Codable, Equatable, Identifiable {
  public var id: CaseID
  /// At most 500 characters.
  public var title: String
  /// A word for people, for example `CT`, `X-Ray`, `Ultrasound`.
  public var modality: String
  public var bodyPart: String
  public var diagnosis: String
  /// 1 easy … 5 master.
  public var difficulty: Int
  public var clinicalHistory: String
  public var findings: String
  public var teachingPoints: String
  /// Most likely first.
  public var differentials: [String]
  public var tags: [String]
  public var author: String
  /// A small grey picture, for lists and details in character cells.
  public var preview: GrayThumbnail?
  public var updatedAt: Date

  public init(
    id: CaseID, title: String, modality: String, bodyPart: String, diagnosis: String,
    difficulty: Int, clinicalHistory: String, findings: String, teachingPoints: String,
    differentials: [String], tags: [String], author: String, preview: GrayThumbnail? = nil,
    updatedAt: Date
  ) {
    self.id = id
    self.title = title
    self.modality = modality
    self.bodyPart = bodyPart
    self.diagnosis = diagnosis
    self.difficulty = difficulty
    self.clinicalHistory = clinicalHistory
    self.findings = findings
    self.teachingPoints = teachingPoints
    self.differentials = differentials
    self.tags = tags
    self.author = author
    self.preview = preview
    self.updatedAt = updatedAt
  }
}

/// A small 8-bit grey picture, rows from the top, one byte a pixel, 0 black.
public struct GrayThumbnail: Sendable, Codable, Equatable {
  public let width: Int
  public let height: Int
  /// `width * height` bytes.
  public let pixels: Data

  /// Nil when the sizes do not fit the bytes or exceed 256 in either direction.
  public init?(width: Int, height: Int, pixels: Data) {
    guard (1...256).contains(width), (1...256).contains(height), pixels.count == width * height
    else { return nil }
    self.width = width
    self.height = height
    self.pixels = pixels
  }

  private enum CodingKeys: String, CodingKey { case width, height, pixels }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    let width = try values.decode(Int.self, forKey: .width)
    let height = try values.decode(Int.self, forKey: .height)
    let pixels = try values.decode(Data.self, forKey: .pixels)
    guard let valid = GrayThumbnail(width: width, height: height, pixels: pixels) else {
      throw DecodingError.dataCorruptedError(
        forKey: .pixels, in: values,
        debugDescription: "expected width * height bytes, at most 256 x 256")
    }
    self = valid
  }
}
