import Domain

extension Delivery {
  private enum Finding: Sendable {
    case same
    case otherBytes
    /// Nothing was learnt.
    case unknown(ArchiveError)
  }

  /// WADO-RS: the same digest back is the last proof; another one means that the archive keeps
  /// something else under this UID. What is not given back is verified, to be asked for again.
  /// - Parameter files: instances of the study that the archive lists.
  /// - Throws: ``ArchiveError/unreachable(_:)``, after what was learnt is kept.
  func compare(_ files: [FileRecord], _ study: String) async throws {
    var rest = files[...]
    var unreachable: ArchiveError?
    var failures = 0
    var progress: [InstanceProgress] = []
    try await withThrowingTaskGroup(of: (FileRecord, Finding).self) { group in
      var asked = 0
      while true {
        // An archive that fails every time is left alone until the next attempt.
        let goesOn = unreachable == nil && failures < 3
        while goesOn, asked < configuration.comparisons, let file = rest.popFirst() {
          asked += 1
          group.addTask { (file, try await ask(for: file, study)) }
        }
        guard let (file, finding) = try await group.next() else { break }
        asked -= 1
        switch finding {
        case .same: progress.append(Self.progress(file, .committed))
        case .otherBytes:
          progress.append(
            Self.progress(
              file, .failed, "the archive keeps other bytes under this SOP Instance UID"))
        case .unknown(let error):
          if case .unreachable = error { unreachable = error }
          failures += 1
          progress.append(Self.progress(file, .verified, "not given back: \(error.words)"))
        }
        if progress.count >= 64 { try await keep(&progress) }
      }
    }
    progress += rest.map { Self.progress($0, .verified, $0.state == .verified ? $0.reason : "") }
    try await keep(&progress)
    if let unreachable { throw unreachable }
  }

  private func ask(for file: FileRecord, _ study: String) async throws -> Finding {
    guard let facts = file.instance, let digest = file.sha256 else {
      return .unknown(.malformed("the gateway's own record of it is incomplete"))
    }
    let sent = SentInstance(
      studyInstanceUID: study, seriesInstanceUID: facts.seriesInstanceUID,
      sopInstanceUID: facts.sopInstanceUID, byteCount: file.size, sha256: digest)
    do {
      return try await archive.givesBack(sent) ? .same : .otherBytes
    } catch let error as ArchiveError {
      return .unknown(error)
    }
  }

  private static func progress(
    _ file: FileRecord, _ state: InstanceState, _ reason: String = ""
  ) -> InstanceProgress {
    InstanceProgress(file: file.ordinal, state: state, reason: reason, isSent: true)
  }

  private func keep(_ progress: inout [InstanceProgress]) async throws {
    guard !progress.isEmpty else { return }
    try await catalogue.record(progress, of: upload.id, now: configuration.now(), audit: nil)
    progress = []
  }
}
