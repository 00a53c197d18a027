internal import DICOM
public import Domain
public import Foundation
internal import Imaging

/// Writes the demonstration's studies as DICOM files. Everything in them is invented: patients from
/// a list, pictures from formulas, and every file says so in Image Comments and Patient Comments.
public enum DemoStudies {
  /// What was written of one study.
  public struct Written: Sendable {
    public let demo: DemoStudy
    public let study: StudySummary
    /// The study's folder and its files, in the order of the slices.
    public let folder: URL
    public let files: [URL]
  }

  /// The day of the studies when none is given: 2026-01-15, 08:00 UTC.
  public static let referenceDay = Date(timeIntervalSince1970: 1_768_464_000)

  /// Writes studies, each to a folder of its own; on as many threads as the machine has.
  /// - Parameters:
  ///   - folder: made when it is not there, for the owner only.
  ///   - studies: all eight when not given.
  ///   - day: the studies' date. UIDs follow from key and date: the same day gives the same files.
  ///   - size: pixels of a CT slice in each direction; X-rays and ultrasound scale with it.
  /// - Throws: errors of the file system.
  public static func write(
    to folder: URL, studies: [DemoStudy] = DemoStudy.all, on day: Date = referenceDay,
    size: Int = 256
  ) throws -> [Written] {
    let results = Results()
    DispatchQueue.concurrentPerform(iterations: studies.count) { index in
      // Studies of a day are an hour apart.
      let moment = day.addingTimeInterval(Double(index) * 3_000 + 600)
      let result = Result {
        try write(studies[index], to: folder, at: moment, size: min(1024, max(32, size)))
      }
      results.put(index, result)
    }
    return try results.inOrder()
  }

  private final class Results: @unchecked Sendable {
    // @unchecked: the dictionary is only touched while `lock` is held.
    private let lock = NSLock()
    private var values: [Int: Result<Written, any Error>] = [:]

    func put(_ index: Int, _ value: Result<Written, any Error>) {
      lock.withLock { values[index] = value }
    }

    func inOrder() throws -> [Written] {
      try lock.withLock { try values.sorted { $0.key < $1.key }.map { try $0.value.get() } }
    }
  }

  private static func write(_ demo: DemoStudy, to root: URL, at moment: Date, size: Int) throws
    -> Written
  {
    let folder = root.appendingPathComponent(demo.key)
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let template = DemoTemplate(demo: demo, moment: moment)
    var files: [URL] = []
    for instance in instances(of: demo, template: template, size: size) {
      let file = folder.appendingPathComponent("IM\(String(format: "%04d", files.count + 1))")
      let bytes = try DICOMWriter.part10(instance())
      try Data(bytes).write(to: file)
      try FileManager.default.setAttributes(
        [.posixPermissions: 0o600], ofItemAtPath: file.path)
      files.append(file)
    }
    var study = template.summary
    study.instanceCount = files.count
    return Written(demo: demo, study: study, folder: folder, files: files)
  }

  /// Closures, so that only one picture is in memory at a time.
  private static func instances(of demo: DemoStudy, template: DemoTemplate, size: Int)
    -> [() -> DataSet]
  {
    let seed = UInt64(demo.patient.id.utf8.reduce(0) { $0 &* 31 &+ UInt64($1) })
    switch demo.content {
    case .headCT(let lesion):
      let stack = SliceStack.head(size: size)
      let phantom = HeadPhantom(lesion: lesion, seed: seed)
      return (0..<stack.count).map { index in
        {
          let plane = phantom.slice(index, of: stack, noise: 4, seed: seed)
          return template.ct(plane, stack: stack, index: index, window: .brain)
        }
      }
    case .chestCT(let lesion, let contrast):
      let stack = SliceStack.chest(size: size)
      let phantom = ChestPhantom(lesion: lesion, hasContrast: contrast, seed: seed)
      let window = contrast ? GrayWindow(center: 100, width: 600) : .lung
      return (0..<stack.count).map { index in
        {
          let plane = phantom.slice(index, of: stack, noise: 13, seed: seed)
          return template.ct(plane, stack: stack, index: index, window: window)
        }
      }
    case .chestXRay(let lesion):
      return [
        {
          let phantom = ChestPhantom(lesion: lesion, seed: seed)
          let plane = Radiograph.chest(phantom, width: size * 7 / 4, seed: seed)
          return template.xray(plane)
        }
      ]
    case .ultrasound(let scenes):
      return scenes.enumerated().flatMap { number, scene in
        (0..<3).map { take in
          {
            // The probe is held a little differently each time.
            let frame = Ultrasound.frame(
              scene, width: size * 5 / 2, seed: seed &+ UInt64(number * 16 + take))
            return template.ultrasound(frame, index: number * 3 + take)
          }
        }
      }
    }
  }
}
