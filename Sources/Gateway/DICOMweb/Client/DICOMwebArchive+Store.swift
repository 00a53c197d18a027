import Foundation
import NIOHTTP1

extension DICOMwebArchive {
  /// Stores in requests of bounded size. When one file makes the PACS refuse a whole request, the
  /// request is split until each instance has its own answer.
  ///
  /// An error is thrown only when nothing was learnt; once some instances have their outcome, the
  /// others count as refused, to be tried again.
  public func store(_ instances: [OutgoingInstance], study: String) async throws -> [StoreOutcome] {
    var results: [Int: StoreOutcome.Result] = [:]
    var readable: [Int] = []
    for (index, instance) in instances.enumerated() {
      let attributes = try? FileManager.default.attributesOfItem(atPath: instance.file.path)
      if (attributes?[.size] as? NSNumber)?.int64Value == instance.byteCount {
        readable.append(index)
      } else {
        results[index] = Self.unreadable
      }
    }
    do {
      for batch in batches(of: readable, instances) {
        try await send(batch, instances, study, &results)
      }
    } catch let error as ArchiveError {
      guard !results.isEmpty else { throw error }
      for index in readable where results[index] == nil {
        results[index] = .refused(reason: error.words, isFinal: false)
      }
    }
    return instances.enumerated().map { index, instance in
      StoreOutcome(
        sopInstanceUID: instance.sopInstanceUID, result: results[index] ?? Self.notMentioned)
    }
  }

  private static let unreadable = StoreOutcome.Result.refused(
    reason: "the gateway's own copy is missing or has another size", isFinal: false)
  private static let notMentioned = StoreOutcome.Result.refused(
    reason: "the PACS's answer does not mention the instance", isFinal: false)

  private func batches(of indices: [Int], _ instances: [OutgoingInstance]) -> [[Int]] {
    var batches: [[Int]] = []
    var bytes: Int64 = 0
    for index in indices {
      let size = instances[index].byteCount
      let isFull =
        (batches.last?.count ?? 0) >= configuration.batchInstances
        || bytes + size > configuration.batchBytes
      if batches.isEmpty || isFull {
        batches.append([])
        bytes = 0
      }
      batches[batches.count - 1].append(index)
      bytes += size
    }
    return batches
  }

  /// Sends one request; instances that its answer leaves open are sent again in halves.
  private func send(
    _ batch: [Int], _ instances: [OutgoingInstance], _ study: String,
    _ results: inout [Int: StoreOutcome.Result]
  ) async throws {
    try Task.checkCancellation()
    let path = try study.isEmpty ? "/studies" : "/studies/" + Self.escaped(study)
    let answer: Answer
    do {
      answer = try await send(
        .POST, path, accept: "application/dicom+json",
        body: MultipartFiles(
          batch.map {
            MultipartFiles.Part(
              sopInstanceUID: instances[$0].sopInstanceUID, file: instances[$0].file,
              byteCount: instances[$0].byteCount)
          }), limit: configuration.answerLimit)
    } catch let error as OutgoingFileError {
      // Only this one is at fault; the others get their chance.
      let faulty = batch.filter { instances[$0].sopInstanceUID == error.sopInstanceUID }
      for index in faulty { results[index] = Self.unreadable }
      let others = batch.filter { !faulty.contains($0) }
      if !others.isEmpty && !faulty.isEmpty { try await send(others, instances, study, &results) }
      return
    }
    var open = batch
    if let response = StoreResponse(json: answer.body) {
      for index in batch {
        results[index] = response.result(
          for: instances[index].sopInstanceUID, isAlone: batch.count == 1)
      }
      open = batch.filter { results[$0] == nil }
    }
    guard !open.isEmpty else { return }
    if open.count > 1 {
      guard Self.oneFileMayBeTheReason(answer.status) else { throw Self.error(answer.status) }
      try await send(Array(open.prefix(open.count / 2)), instances, study, &results)
      try await send(Array(open.suffix(from: open.count / 2)), instances, study, &results)
    } else if open.count < batch.count {
      try await send(open, instances, study, &results)
    } else if let index = open.first {
      results[index] = try Self.verdict(answer.status)
    }
  }

  /// False for a status that says something about the PACS or the way to it.
  private static func oneFileMayBeTheReason(_ status: Int) -> Bool {
    switch status {
    case 200, 202, 400, 406, 409, 413, 415, 422, 500: true
    default: false
    }
  }

  /// What a status without a word on the instance means for the only instance of a request.
  private static func verdict(_ status: Int) throws -> StoreOutcome.Result {
    switch status {
    case 400, 415, 422:
      .refused(reason: FailureReason.unreadable.words + " (HTTP \(status))", isFinal: true)
    case 409:
      .refused(reason: FailureReason.notTheClass.words + " (HTTP 409)", isFinal: true)
    case 413:
      .refused(reason: "the PACS takes no file of this size (HTTP 413)", isFinal: true)
    case 500:
      .refused(reason: FailureReason.processing.words + " (HTTP 500)", isFinal: false)
    case 200, 202, 406:
      notMentioned
    default:
      throw error(status)
    }
  }
}

extension ArchiveError {
  /// For a person and for logs; holds no patient data.
  public var words: String {
    switch self {
    case .unreachable(let words): words
    case .status(let status, let words): "\(words) (HTTP \(status))"
    case .malformed(let words): words
    case .notFound: "the PACS does not have it"
    }
  }
}
