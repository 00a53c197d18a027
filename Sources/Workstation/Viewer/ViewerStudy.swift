public import Domain

/// A study as the viewer shows it: series in order, each a stack of images.
public struct ViewerStudy: Sendable, Equatable {
  public var summary: StudySummary
  /// Those with images; documents are left out.
  public var series: [ViewerSeries]
  /// What a person should know: mixed patients, duplicates, files that were left out.
  public var notes: [String]
  /// False for pictures that belong to no patient.
  public var hasPatient: Bool

  public init(
    summary: StudySummary, series: [ViewerSeries], notes: [String] = [], hasPatient: Bool = true
  ) {
    self.summary = summary
    self.series = series
    self.notes = notes
    self.hasPatient = hasPatient
  }

  public var imageCount: Int { series.reduce(0) { $0 + $1.images.count } }
}

/// A stack of images.
public struct ViewerSeries: Sendable, Equatable {
  public var uid: String
  public var number: Int?
  public var description: String
  public var modality: String
  /// In the order of the stack: along the slices' normal where positions prove it.
  public var images: [ViewerImage]
  /// What a person should know: missing slices or numbers.
  public var notes: [String]

  public init(
    uid: String = "", number: Int? = nil, description: String = "", modality: String = "",
    images: [ViewerImage], notes: [String] = []
  ) {
    self.uid = uid
    self.number = number
    self.description = description
    self.modality = modality
    self.images = images
    self.notes = notes
  }

  /// What the series is called: its description, else its modality.
  public var title: String {
    description.isEmpty ? (modality.isEmpty ? "series" : modality) : description
  }

  /// The image that lies nearest to a place along the normal, mm; nil where none has a place.
  func nearest(to distance: Double) -> Int? {
    var best: (index: Int, gap: Double)?
    for (index, image) in images.enumerated() {
      guard let own = image.distance else { continue }
      let gap = abs(own - distance)
      if gap < best?.gap ?? .infinity { best = (index, gap) }
    }
    return best?.index
  }
}

/// One image of a stack: a frame of a file.
public struct ViewerImage: Sendable, Hashable {
  /// Which file, as the ``ViewerStudy``'s reader counts them.
  public var file: Int
  /// From 0.
  public var frame: Int
  /// Instance Number (0020,0013).
  public var number: Int?
  /// Millimetres along the normal of the slices; nil where the file does not prove it.
  public var distance: Double?

  public init(file: Int, frame: Int = 0, number: Int? = nil, distance: Double? = nil) {
    self.file = file
    self.frame = frame
    self.number = number
    self.distance = distance
  }
}
