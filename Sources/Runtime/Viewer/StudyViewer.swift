import DICOM
import Domain
import Foundation
import Imaging
import Screen
import Synchronization
public import Workstation

/// Reads series, decodes frames on both cores and ahead of the person, makes pictures. One thread
/// makes what is waited for, two decode what may be wanted next.
public final class StudyViewer: ViewerService {
  public let answers: AsyncStream<ViewerAnswer>
  private let answer: AsyncStream<ViewerAnswer>.Continuation
  private let locate: @Sendable (ViewerSource) async throws -> [String]
  private let cacheLimit: Int
  private let work = ViewerWork()
  private let opening = Mutex<(task: Task<Void, Never>?, hasThreads: Bool)>((nil, false))

  /// A quarter of the machine's memory, at most 512 MiB.
  public static var defaultCacheLimit: Int {
    Int(clamping: min(512 << 20, ProcessInfo.processInfo.physicalMemory / 4))
  }

  /// Finds what needs no store.
  @Sendable public static func onlyPaths(_ source: ViewerSource) throws -> [String] {
    if case .paths(let paths) = source { return paths }
    throw ViewerProblem("There is no store to find these images in.")
  }

  /// - Parameters:
  ///   - cacheLimit: bytes of decoded frames that are kept.
  ///   - locate: names the files of a source; what it throws is told to the person.
  public init(
    cacheLimit: Int = defaultCacheLimit,
    locate: @escaping @Sendable (ViewerSource) async throws -> [String] = onlyPaths
  ) {
    (answers, answer) = AsyncStream.makeStream()
    self.cacheLimit = cacheLimit
    self.locate = locate
  }

  deinit {
    work.stop()
    opening.withLock { $0.task?.cancel() }
    answer.finish()
  }

  public func send(_ request: ViewerRequest) {
    switch request {
    case .open(let source, let generation): open(source, generation)
    case .picture(let request): work.add(request)
    case .thumbnails(let generation, let study, let side):
      let count = work.studies(generation)?.seriesCount(study) ?? 0
      work.add(thumbnails: (0..<count).map { (study, $0, side) })
    case .metadata, .statistics: work.add(request)
    case .close: work.release()
    case .cine: break
    }
  }

  // MARK: Opening

  private func open(_ source: ViewerSource, _ generation: Int) {
    startThreads()
    var picture: DecodedImage?
    if case .picture(_, let thumbnail) = source {
      picture = DecodedImage(
        gray: Array(thumbnail.pixels), width: thumbnail.width, height: thumbnail.height)
    }
    let studies = OpenStudies(generation: generation, cacheLimit: cacheLimit, picture: picture)
    work.replace(studies)
    let answer = answer
    let locate = locate
    opening.withLock { state in
      state.task?.cancel()
      state.task = Task.detached(priority: .userInitiated) {
        do {
          if case .picture(let title, _) = source {
            Self.show(title, studies, answer)
          } else {
            try await Self.read(try await locate(source), into: studies, answer)
          }
        } catch {
          guard !Task.isCancelled else { return }
          answer.yield(.failed(generation: generation, words(error)))
        }
      }
    }
  }

  private static func show(
    _ title: String, _ studies: OpenStudies, _ answer: AsyncStream<ViewerAnswer>.Continuation
  ) {
    let study = ViewerStudy(
      summary: StudySummary(studyDescription: title),
      series: [ViewerSeries(description: title, images: [ViewerImage(file: 0)])],
      hasPatient: false)
    studies.set([study], files: [])
    answer.yield(.studies(generation: studies.generation, [study]))
  }

  /// Scans; says what is there when it is all there, on slow media also before.
  private static func read(
    _ paths: [String], into studies: OpenStudies,
    _ answer: AsyncStream<ViewerAnswer>.Continuation
  ) async throws {
    var reader = StudyReader()
    let clock = ContinuousClock()
    var next = clock.now + .milliseconds(400)
    for await event in Scanner.scan(roots: paths) {
      try Task.checkCancellation()
      reader.add(event)
      guard event.isFinished || clock.now >= next else { continue }
      let found = reader.studies()
      studies.set(found, files: reader.files)
      if !found.isEmpty {
        answer.yield(.studies(generation: studies.generation, found))
      } else if event.isFinished {
        throw nothing(in: paths, reader)
      }
      next = clock.now + .milliseconds(800)
    }
  }

  /// Why there is nothing to see, and what to do.
  private static func nothing(in paths: [String], _ reader: StudyReader) -> ViewerProblem {
    let here = paths.filter { FileManager.default.fileExists(atPath: $0) }
    if here.isEmpty, let first = paths.first {
      let more = paths.count > 1 ? " and \(StudyReader.count(paths.count - 1, "other file"))" : ""
      return ViewerProblem(
        "The files of this study are no longer on this computer: \(first)\(more) cannot be found."
          + " Bring the medium back, or open the study in the PACS.")
    }
    if !reader.reasons.isEmpty {
      return ViewerProblem("No image can be shown. " + reader.reasons.joined(separator: " "))
    }
    return ViewerProblem(
      "There is no DICOM image in \(here.first ?? "this folder"). Choose another folder.")
  }

  // MARK: Threads

  private func startThreads() {
    let isFirst = opening.withLock { state in
      defer { state.hasThreads = true }
      return !state.hasThreads
    }
    guard isFirst else { return }
    // They keep the work alive, not this: when nobody has this any more, they end.
    let work = work
    let answer = answer
    start("viewer") { PictureThread(work: work, answer: answer).run() }
    for number in 1...2 {
      start("viewer-\(number)") { ChoreThread(work: work, answer: answer).run() }
    }
  }

  private func start(_ name: String, _ body: @escaping @Sendable () -> Void) {
    let thread = Thread(block: body)
    thread.name = name
    // Decoders of colour pictures with profiles have deep stacks.
    thread.stackSize = 4 << 20
    thread.start()
  }
}
