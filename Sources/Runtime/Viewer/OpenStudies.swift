import DICOM
import Foundation
import Imaging
import Synchronization
import Workstation

/// What is open in the viewer: studies, their files, their frames. Replaced as a whole when
/// something else is opened.
final class OpenStudies: Sendable {
  private struct Content {
    var studies: [ViewerStudy] = []
    var files: [FileReference] = []
    /// Readers of files with several frames, which are opened once.
    var readers: [Int: FrameReader] = [:]
    var readerOrder: [Int] = []
  }

  let generation: Int
  let cache: FrameCache
  /// A picture that is no file.
  private let picture: DecodedImage?
  private let content = Mutex(Content())

  private static let maximumReaders = 8

  init(generation: Int, cacheLimit: Int, picture: DecodedImage? = nil) {
    self.generation = generation
    self.picture = picture
    cache = FrameCache(limit: cacheLimit)
  }

  func set(_ studies: [ViewerStudy], files: [FileReference]) {
    content.withLock {
      $0.studies = studies
      $0.files = files
    }
  }

  func series(_ study: Int, _ series: Int) -> ViewerSeries? {
    content.withLock { content in
      guard content.studies.indices.contains(study),
        content.studies[study].series.indices.contains(series)
      else { return nil }
      return content.studies[study].series[series]
    }
  }

  func seriesCount(_ study: Int) -> Int {
    content.withLock { $0.studies.indices.contains(study) ? $0.studies[study].series.count : 0 }
  }

  func file(_ number: Int) -> FileReference? {
    content.withLock { $0.files.indices.contains(number) ? $0.files[number] : nil }
  }

  /// The decoded frame of an image, or why there is none. Blocks.
  func decoded(_ image: ViewerImage) -> FrameCache.Entry {
    if let picture { return .success(picture) }
    return cache.frame(FrameCache.Key(file: image.file, frame: image.frame)) {
      () throws(FrameError) in
      try DecodedImage(try reader(image.file), frame: image.frame)
    }
  }

  func isHere(_ image: ViewerImage) -> Bool {
    picture != nil || cache.has(FrameCache.Key(file: image.file, frame: image.frame))
  }

  private func reader(_ number: Int) throws(FrameError) -> FrameReader {
    if let open = content.withLock({ $0.readers[number] }) { return open }
    guard let file = file(number) else {
      throw .file(.unreadable(file: "image", reason: "it is not open any more"))
    }
    let reader = try file.frames()
    guard reader.frameCount > 1 else { return reader }
    content.withLock { content in
      if content.readers.updateValue(reader, forKey: number) == nil {
        content.readerOrder.append(number)
      }
      if content.readerOrder.count > Self.maximumReaders {
        content.readers[content.readerOrder.removeFirst()] = nil
      }
    }
    return reader
  }
}
