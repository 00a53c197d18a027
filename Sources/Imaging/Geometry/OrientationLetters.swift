public import DICOM

/// What of the patient lies at the four edges of an image as it is displayed: R right, L left, A
/// anterior, P posterior, H head, F feet; up to two letters where the image is oblique.
public struct OrientationLetters: Sendable, Equatable {
  public var left: String
  public var right: String
  public var top: String
  public var bottom: String

  /// Reads them from Image Orientation (Patient), else from Patient Orientation; nil when neither
  /// proves anything, or when the patient does not stand on two feet (PS3.3 C.7.6.1.1.1).
  public init?(dataSet: DataSet, frame: Int) {
    let type = dataSet.string(.anatomicalOrientationType) ?? ""
    guard type.isEmpty || type == "BIPED" else { return nil }
    if let directions = ImagePlane.directions(FunctionalGroups(dataSet, frame: frame)) {
      self.init(
        right: Self.letters(directions.row), left: Self.letters(-directions.row),
        bottom: Self.letters(directions.column), top: Self.letters(-directions.column))
      return
    }
    guard let words = dataSet.strings(.patientOrientation), words.count == 2,
      let left = Self.opposite(words[0]), let top = Self.opposite(words[1]),
      // The two directions are at a right angle: they cannot begin along one axis.
      Self.axis(words[0]) != Self.axis(words[1])
    else { return nil }
    self.init(
      right: String(words[0].prefix(2)), left: String(left.prefix(2)),
      bottom: String(words[1].prefix(2)), top: String(top.prefix(2)))
  }

  private init(right: String, left: String, bottom: String, top: String) {
    self.left = left
    self.right = right
    self.top = top
    self.bottom = bottom
  }

  /// The letters after the image was mirrored left to right, then turned by so many quarters
  /// clockwise, as ``ViewTransform`` does.
  public func turned(quarterTurns: Int, isMirrored: Bool) -> OrientationLetters {
    var result = self
    if isMirrored { swap(&result.left, &result.right) }
    for _ in 0..<((quarterTurns % 4 + 4) % 4) {
      result = OrientationLetters(
        right: result.top, left: result.bottom, bottom: result.right, top: result.left)
    }
    return result
  }

  /// The axis that a direction follows most, and a second one when it leans by more than 15 degrees
  /// (sine 0.26) to it.
  private static func letters(_ direction: Vector3) -> String {
    let parts: [(share: Double, letter: String)] = [
      (direction.x, direction.x < 0 ? "R" : "L"), (direction.y, direction.y < 0 ? "A" : "P"),
      (direction.z, direction.z < 0 ? "F" : "H"),
    ]
    let sorted = parts.sorted { abs($0.share) > abs($1.share) }
    return sorted[0].letter + (abs(sorted[1].share) > 0.26 ? sorted[1].letter : "")
  }

  /// The opposite of Patient Orientation's letters; nil unless they are known and of different axes.
  private static func opposite(_ letters: String) -> String? {
    let opposites: [Character: Character] = [
      "R": "L", "L": "R", "A": "P", "P": "A", "H": "F", "F": "H",
    ]
    let result = letters.compactMap { opposites[$0] }
    guard !letters.isEmpty, letters.count <= 3, result.count == letters.count else { return nil }
    let axes = Set(letters.map { min($0, opposites[$0] ?? $0) })
    return axes.count == letters.count ? String(result) : nil
  }

  private static func axis(_ letters: String) -> Int? {
    letters.first.flatMap { first in ["RL", "AP", "HF"].firstIndex { $0.contains(first) } }
  }
}
