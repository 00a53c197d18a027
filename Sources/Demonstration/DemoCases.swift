internal import Assets
public import Domain
public import Foundation
internal import Imaging

/// The demonstration's teaching cases: texts from `Resources/data/demo/cases.json`, previews from
/// phantoms.
public enum DemoCases {
  private struct File: Decodable {
    var author: String
    var cases: [Entry]
  }

  private struct Entry: Decodable {
    struct Picture: Decodable {
      var kind: String
      var lesion: String
      var slice: Int
      var window: String
    }
    var key: String
    var title: String
    var modality: String
    var bodyPart: String
    var diagnosis: String
    var difficulty: Int
    var clinicalHistory: String
    var findings: String
    var teachingPoints: String
    var differentials: [String]
    var tags: [String]
    var image: Picture
  }

  /// All cases, each with its preview.
  /// - Parameters:
  ///   - day: when the newest was changed; the others are older by some days each.
  ///   - side: the longest side of a preview, at most 256 pixels.
  /// - Throws: when the shipped file is missing or damaged.
  public static func all(on day: Date = DemoStudies.referenceDay, side: Int = 192) throws
    -> [TeachingCase]
  {
    let data = try Data(contentsOf: Assets.url("demo/cases.json"))
    let file = try JSONDecoder().decode(File.self, from: data)
    let pictures = Pictures()
    DispatchQueue.concurrentPerform(iterations: file.cases.count) { index in
      let entry = file.cases[index]
      pictures.put(
        index, preview(entry.image, seed: UInt64(index + 40), side: min(256, max(8, side))))
    }
    return file.cases.enumerated().map { index, entry in
      TeachingCase(
        id: CaseID(DemoUID.uuid("case \(entry.key)").uuidString.lowercased()),
        title: entry.title, modality: entry.modality, bodyPart: entry.bodyPart,
        diagnosis: entry.diagnosis, difficulty: entry.difficulty,
        clinicalHistory: entry.clinicalHistory, findings: entry.findings,
        teachingPoints: entry.teachingPoints, differentials: entry.differentials,
        tags: entry.tags, author: file.author, preview: pictures[index],
        updatedAt: day.addingTimeInterval(Double(index) * -3.3 * 86_400))
    }
  }

  private final class Pictures: @unchecked Sendable {
    // @unchecked: the dictionary is only touched while `lock` is held.
    private let lock = NSLock()
    private var values: [Int: GrayThumbnail] = [:]

    func put(_ index: Int, _ value: GrayThumbnail?) { lock.withLock { values[index] = value } }
    subscript(index: Int) -> GrayThumbnail? { lock.withLock { values[index] } }
  }

  private static func preview(_ picture: Entry.Picture, seed: UInt64, side: Int) -> GrayThumbnail? {
    let plane: BytePlane
    switch picture.kind {
    case "head":
      let lesion = HeadPhantom.Lesion(rawValue: picture.lesion) ?? .none
      var stack = SliceStack.head(size: side)
      stack.origin.z += Double(picture.slice) * stack.sliceSpacing
      plane = HeadPhantom(lesion: lesion, seed: seed).slice(0, of: stack, noise: 3, seed: seed)
        .bytes(window: .brain)
    case "chest", "chestContrast":
      let lesion = ChestPhantom.Lesion(rawValue: picture.lesion) ?? .none
      let hasContrast = picture.kind == "chestContrast"
      var stack = SliceStack.chest(size: side)
      stack.origin.z += Double(picture.slice) * stack.sliceSpacing
      plane = ChestPhantom(lesion: lesion, hasContrast: hasContrast, seed: seed)
        .slice(0, of: stack, noise: 9, seed: seed)
        .bytes(window: hasContrast ? GrayWindow(center: 120, width: 500) : .lung)
    case "xray":
      let lesion = ChestPhantom.Lesion(rawValue: picture.lesion) ?? .none
      plane = Radiograph.chest(ChestPhantom(lesion: lesion, seed: seed), width: side, seed: seed)
        .bytes(window: GrayWindow(center: 2048, width: 4096)).downscaled(to: side)
    default:
      let scene = Ultrasound.Scene(rawValue: picture.lesion) ?? .liverAndKidney
      plane = Ultrasound.frame(scene, width: side * 2, seed: seed).downscaled(to: side)
    }
    return GrayThumbnail(width: plane.width, height: plane.height, pixels: Data(plane.values))
  }
}
