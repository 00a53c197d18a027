import DICOM
import Foundation
import Gateway
import Synchronization

/// An archive in memory that misbehaves on request.
final class ScriptedArchive: Archive {
  struct Script {
    var isReachable = true
    /// Refused SOP Instance UIDs, with whether for good.
    var refused: [String: Bool] = [:]
    /// Taken with "stored", and dropped: the next so many.
    var dropped = 0
    var instances: [String: (study: String, entry: ArchivedInstance, bytes: Data)] = [:]
    /// What retrieving an instance fails with.
    var silent: [String: ArchiveError] = [:]
    /// Retrievals for comparison: all, under way, and the most at the same time.
    var compared = 0
    var comparing = 0
    var mostAtOnce = 0
    var storeCalls = 0
    var storedInstances = 0
  }
  let keepsBytes: Bool
  let script = Mutex(Script())

  init(keepsBytes: Bool = false) { self.keepsBytes = keepsBytes }

  func change(_ body: (inout Script) -> Void) { script.withLock { body(&$0) } }

  /// Instances that were sent, repetitions included.
  var storedInstances: Int { script.withLock { $0.storedInstances } }

  /// Instances that were asked back, and the most at the same time.
  var compared: Int { script.withLock { $0.compared } }
  var mostAtOnce: Int { script.withLock { $0.mostAtOnce } }

  func bytes(of uid: String) -> Data? { script.withLock { $0.instances[uid]?.bytes } }

  /// Puts an object in as another program would.
  func put(_ bytes: Data) throws {
    let set = try DICOMFile.read(bytes: Array(bytes), name: "test").dataSet
    let uid = set.string(.sopInstanceUID) ?? ""
    let entry = ArchivedInstance(
      seriesInstanceUID: set.string(.seriesInstanceUID) ?? "", sopInstanceUID: uid,
      sopClassUID: set.string(.sopClassUID) ?? "", modality: set.string(.modality) ?? "")
    let study = set.string(.studyInstanceUID) ?? ""
    script.withLock { $0.instances[uid] = (study, entry, bytes) }
  }

  func store(_ instances: [OutgoingInstance], study: String) async throws -> [StoreOutcome] {
    try reach()
    script.withLock { $0.storeCalls += 1 }
    return try instances.map { instance in
      let uid = instance.sopInstanceUID
      if let isFinal = script.withLock({ $0.refused[uid] }) {
        return StoreOutcome(
          sopInstanceUID: uid, result: .refused(reason: "no room", isFinal: isFinal))
      }
      let isDropped = script.withLock { script in
        script.storedInstances += 1
        guard script.dropped > 0 else { return false }
        script.dropped -= 1
        return true
      }
      // Like Orthanc by default: what is there stays.
      let isThere = script.withLock { $0.instances[uid] != nil }
      if !isDropped, !isThere { try put(try Data(contentsOf: instance.file)) }
      return StoreOutcome(sopInstanceUID: uid, result: .stored)
    }
  }

  func instances(ofStudy study: String) async throws -> [ArchivedInstance] {
    try reach()
    return script.withLock { script in
      script.instances.values.filter { $0.study == study }.map(\.entry)
    }
  }

  func retrieve(study: String, series: String, instance: String, limit: Int) async throws -> Data {
    try reach()
    guard let found = script.withLock({ $0.instances[instance] }) else {
      throw ArchiveError.notFound
    }
    guard found.bytes.count <= limit else { throw ArchiveError.malformed("too long") }
    return found.bytes
  }

  func givesBack(_ instance: SentInstance) async throws -> Bool {
    script.withLock { script in
      script.compared += 1
      script.comparing += 1
      script.mostAtOnce = max(script.mostAtOnce, script.comparing)
    }
    defer { script.withLock { $0.comparing -= 1 } }
    for _ in 0..<50 { await Task.yield() }
    if let error = script.withLock({ $0.silent[instance.sopInstanceUID] }) { throw error }
    let bytes = try await retrieve(
      study: instance.studyInstanceUID, series: instance.seriesInstanceUID,
      instance: instance.sopInstanceUID, limit: .max)
    return TestFile.hex(bytes) == instance.sha256
  }

  private func reach() throws {
    guard script.withLock({ $0.isReachable }) else {
      throw ArchiveError.unreachable("refused")
    }
  }
}
