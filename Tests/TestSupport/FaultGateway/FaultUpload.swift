import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Synchronization
import Wire

extension FaultResponder {
  func upload(_ request: Request, name: String, id: String, body: Data) throws -> Response {
    switch name {
    case "init": return try open(request, body: body)
    case "refresh-upload-token":
      guard isLoggedIn(request) else { return problem(401, "Invalid or expired token") }
      let id = request.uri.queryParameters["upload_id"].map(String.init) ?? ""
      let token = desk.state.withLock { state -> String? in
        guard state.sessions[id] != nil else { return nil }
        let token = "upload-\(state.number())"
        state.sessions[id]?.token = token
        return token
      }
      guard let token else { return problem(404, "Upload session not found") }
      return try encoded(UploadTokenAnswer(uploadToken: token))
    case "proof", "cancel":
      guard desk.extensions else { return problem(404, "Not Found") }
      guard isLoggedIn(request) else { return problem(401, "Invalid or expired token") }
      guard desk.state.withLock({ $0.sessions[id] }) != nil else {
        return problem(404, "Upload session not found")
      }
      if name == "cancel" {
        desk.state.withLock { _ = $0.sessions.removeValue(forKey: id) }
        return json(200, "{}")
      }
      return try encoded(proof(id))
    default:
      if desk.fires(.forgetsSession) { desk.state.withLock { $0.sessions[id] = nil } }
      if name == "chunk", desk.fires(.endsSessionWithToken) {
        desk.state.withLock { $0.sessions[id] = nil }
        return problem(401, "Invalid or expired token")
      }
      guard let session = desk.state.withLock({ $0.sessions[id] }) else {
        return problem(404, "Upload session not found")
      }
      guard token(request) == session.token else { return problem(401, "Invalid or expired token") }
      switch name {
      case "chunk": return try chunk(request, id: id, body: body)
      case "status": return try encoded(status(id, session))
      default: return try complete(id)
      }
    }
  }

  private func open(_ request: Request, body: Data) throws -> Response {
    guard isLoggedIn(request) else { return problem(401, "Invalid or expired token") }
    let wanted = try JSONDecoder().decode(InitRequest.self, from: body)
    let user = caller(request)
    let meta = wanted.studyMetadata
    let key = "\(meta.patientName)|\(meta.studyDate)|\(meta.modality)"
    let answer = desk.state.withLock { state -> Opening in
      if desk.extensions, let client = wanted.clientUploadID,
        let (id, session) = state.sessions.first(where: {
          $0.value.request.clientUploadID == client && $0.value.user == user
        })
      {
        guard session.request.files == wanted.files else {
          return .refused(
            json(
              409,
              "{\"title\":\"other files\",\"status\":409,\"detail\":\"other files\",\"code\":\"MANIFEST_CONFLICT\"}"
            ))
        }
        return .opened(opened(id, session, resumed: true))
      }
      if wanted.forceUpload != true, state.fires(.duplicateOfStranger) {
        return .refused(duplicate(of: "stranger-1"))
      }
      if wanted.forceUpload != true, let other = state.duplicates[key] {
        let isOwn = desk.extensions && state.sessions[other] == nil && !other.hasPrefix("stranger")
        if !isOwn {
          return .refused(duplicate(of: other))
        }
      }
      let id = "session-\(state.number())"
      let session = FaultDesk.Session(
        user: user, request: wanted, token: "upload-\(state.number())",
        chunkSize: desk.extensions ? (wanted.chunkSize ?? desk.chunkSize) : desk.chunkSize)
      state.sessions[id] = session
      if state.duplicates[key] == nil { state.duplicates[key] = id }
      return .opened(opened(id, session, resumed: desk.extensions ? false : nil))
    }
    switch answer {
    case .refused(let response): return response
    case .opened(let answer): return try hostile(answer)
    }
  }

  private enum Opening {
    case opened(InitAnswer)
    case refused(Response)
  }

  private func duplicate(of upload: String) -> Response {
    json(
      409,
      "{\"detail\":{\"message\":\"Duplicate study\",\"code\":\"DUPLICATE_STUDY\",\"upload_id\":\"\(upload)\"}}"
    )
  }

  private func opened(_ id: String, _ session: FaultDesk.Session, resumed: Bool?) -> InitAnswer {
    InitAnswer(
      uploadID: id, uploadToken: session.token, chunkSize: session.chunkSize,
      expiresAt: WireDate(Date().addingTimeInterval(1800)).text(zone: "Z"), resumed: resumed)
  }

  private func chunk(_ request: Request, id: String, body: Data) throws -> Response {
    let query = request.uri.queryParameters
    guard let index = query["chunk_index"].flatMap({ Int($0) }),
      let file = query["file_id"].map(String.init)
    else { return problem(422, "chunk_index") }
    let desk = desk
    let (answer, count, action) = desk.state.withLock {
      state -> (ChunkAnswer??, Int, (@Sendable (Int) -> Void)?) in
      state.receivedBytes += body.count
      state.arrivals.append(file)
      if !FaultDesk.isSafe(file) { state.oddNames.append(file) }
      let count = state.arrivals.count
      guard var session = state.sessions[id] else { return (nil, count, state.onChunk) }
      defer { state.sessions[id] = session }
      if state.fires(.claimsToHaveChunk) {
        session.chunks[file, default: [:]][index] = Data(repeating: 0x58, count: body.count)
        return (.some(nil), count, state.onChunk)
      }
      if let kept = session.chunks[file]?[index] {
        let same = desk.extensions ? kept == body : true
        if same { return (.some(nil), count, state.onChunk) }
      }
      var kept = body
      var said = FaultDesk.hex(body)
      var received = body.count
      var word = "received"
      if state.fires(.dropsLastChunk) {
        // Acknowledged, not kept.
      } else {
        if state.fires(.dropsChunkButListsIt) { kept = Data(count: body.count) }
        if state.fires(.tearsChunk) {
          kept = Data(body.prefix(body.count / 2))
          received = kept.count
          said = FaultDesk.hex(kept)
        }
        if state.fires(.answersExistsForTornChunk) {
          kept = Data(body.prefix(body.count / 2))
          word = "exists"
        }
        if state.armed[.tearsChunkAndCuts, default: 0] > 0 {
          _ = state.fires(.tearsChunkAndCuts)
          state.armed[.cutsChunkAnswer] = 1
          kept = Data(body.prefix(body.count / 2))
        }
        if state.fires(.corruptsChunk) {
          kept[kept.startIndex] ^= 0x40
          said = FaultDesk.hex(kept)
        }
        if state.fires(.rotsChunk) { kept[kept.startIndex] ^= 0x40 }
        session.chunks[file, default: [:]][index] = kept
      }
      let answer = ChunkAnswer(
        uploadID: id, fileID: file, chunkIndex: index, receivedBytes: received,
        status: word, sha256: desk.extensions ? said : nil)
      return (.some(answer), count, state.onChunk)
    }
    action?(count)
    switch answer {
    case nil: return problem(404, "Upload session not found")
    case .some(nil): return Response(status: .noContent)
    case .some(.some(let answer)): return try encoded(answer)
    }
  }

  private func status(_ id: String, _ session: FaultDesk.Session) -> UploadStatusAnswer {
    var chunks = session.chunks
    if desk.fires(.staleStatus) { chunks = [:] }
    if desk.fires(.statusOmitsChunk), let file = chunks.keys.sorted().first,
      let last = chunks[file]?.keys.max()
    {
      chunks[file]?[last] = nil
    }
    var bytes = chunks.values.flatMap(\.values).reduce(Int64(0)) { $0 + Int64($1.count) }
    var listed = chunks.mapValues { Array($0.keys) }
    if desk.fires(.oddStatus) {
      bytes = -bytes - 1
      for file in session.request.files?.map(\.fileID) ?? Array(listed.keys) {
        listed[file, default: []] += [.max, .min, -1]
      }
    }
    return UploadStatusAnswer(
      uploadID: id, progressPercent: desk.fires(.progressBeyondHundred) ? 140.5 : 0,
      uploadedBytes: bytes,
      totalBytes: session.request.totalSizeBytes,
      state: desk.extensions && session.isComplete ? "processing" : "uploading", chunksReceived: 0,
      chunksTotal: 0, pacsStatus: "pending",
      files: listed.mapValues { .init(receivedChunks: $0, complete: false) })
  }

  private func complete(_ id: String) throws -> Response {
    try desk.state.withLock { state in
      guard var session = state.sessions[id] else {
        return problem(404, "Upload session not found")
      }
      let count = session.chunks.count
      if session.isComplete {
        return try encoded(
          CompleteAnswer(
            status: "success", pacsReceiptID: nil, warnings: [], processedFiles: count,
            failedFiles: 0))
      }
      guard count >= session.request.totalFiles else {
        return problem(
          400, "Upload incomplete: received \(count) files, expected \(session.request.totalFiles)")
      }
      if state.fires(.completeFails) {
        if !desk.extensions { state.sessions[id] = nil }
        return try encoded(
          CompleteAnswer(
            status: "failed", pacsReceiptID: nil, warnings: ["no file was readable"],
            processedFiles: 0, failedFiles: count))
      }
      if state.fires(.pacsDown) {
        if !desk.extensions { state.sessions[id] = nil }
        return try encoded(
          CompleteAnswer(
            status: "partial_success", pacsReceiptID: nil, warnings: ["PACS upload failed"],
            processedFiles: count, failedFiles: 0))
      }
      let hasNoReceipt = !desk.extensions && state.fires(.successWithoutReceipt)
      if hasNoReceipt { state.armed[.liesAboutPACS] = 1 }
      let partial = state.armed[.partialReceipt, default: 0] > 0
      let stored = FaultDesk.forward(&session, &state)
      session.isComplete = true
      if desk.extensions {
        state.sessions[id] = session
      } else {
        state.sessions[id] = nil
      }
      let report = ReportMessage(
        id: "report-\(state.number())", uploadID: id, studyInstanceUID: "UNKNOWN",
        status: "assigned", radiologistName: nil, reportText: nil, reportURL: nil, userID: "ann",
        createdAt: WireDate(Date()), updatedAt: WireDate(Date()))
      if !hasNoReceipt {
        state.reports.append(report)
        _ = state.change { Change(revision: $0, report: report) }
      }
      return try encoded(
        CompleteAnswer(
          status: "success",
          pacsReceiptID: desk.extensions || hasNoReceipt
            ? nil
            : partial
              ? "PARTIAL-FALLBACK-SUCCESS-\(stored)/\(count)" : "STOW-SUCCESS-orthanc-\(count)",
          warnings: [], processedFiles: count, failedFiles: 0))
    }
  }

  /// Each question moves custody on by one step, as a PACS that is asked now and then would.
  private func proof(_ id: String) -> ProofAnswer {
    desk.state.withLock { state in
      guard var session = state.sessions[id] else {
        return ProofAnswer(uploadID: id, clientUploadID: nil, state: "cancelled", instances: [])
      }
      defer { state.sessions[id] = session }
      guard session.isComplete else {
        return ProofAnswer(
          uploadID: id, clientUploadID: session.request.clientUploadID, state: "receiving",
          instances: [])
      }
      session.polls += 1
      let step: InstanceState =
        session.polls == 1 ? .stored : session.polls == 2 ? .verified : .committed
      for (file, custody) in session.custody where custody.state != .failed {
        session.custody[file]?.state = step
      }
      var instances = (session.request.files ?? []).map { file in
        let custody = session.custody[file.fileID]
        return ProofAnswer.Instance(
          fileID: file.fileID, sopInstanceUID: file.sopInstanceUID, sha256: custody?.sha256,
          size: file.size, state: (custody?.state ?? .waiting).rawValue,
          reason: custody?.state == .failed ? "the PACS refused it (A700H)" : nil)
      }
      if step != .stored, !instances.isEmpty {
        if state.fires(.proofMissesInstance) { instances.removeFirst() }
        if state.fires(.proofOfOtherBytes) {
          instances[0].sha256 = String(repeating: "0", count: 64)
        }
        if state.fires(.proofWithoutDigest) { instances[0].sha256 = nil }
      }
      let failed = session.custody.values.contains { $0.state == .failed }
      return ProofAnswer(
        uploadID: id, clientUploadID: session.request.clientUploadID,
        state: failed ? "failed" : step == .stored ? "forwarding" : step.rawValue,
        instances: instances)
    }
  }
}
