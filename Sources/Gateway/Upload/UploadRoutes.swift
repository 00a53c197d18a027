import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Wire

/// `/upload/…` except the statistics.
struct UploadRoutes: Sendable {
  let auth: AuthService
  let uploads: UploadService

  func add(to group: RouterGroup<GatewayContext>) {
    group.post("init") { request, context in
      let caller = try await auth.caller(request)
      let body = try await JSON.decode(InitRequest.self, from: request, limit: 16 << 20)
      return JSON.response(
        Plain(try await uploads.begin(body, by: caller.user, address: context.address)))
    }
    group.put(":id/chunk") { request, context in
      let upload = UploadID(context.parameters.get("id") ?? "")
      let sender = try await auth.sender(request, of: upload)
      let query = request.uri.queryParameters
      guard let file = query["file_id"] else {
        throw GatewayProblem.invalid("Query item file_id is missing.")
      }
      guard let index = query["chunk_index"].flatMap({ Int($0) }) else {
        throw GatewayProblem.invalid("Query item chunk_index must be a whole number.")
      }
      if let offset = query["piece_offset"] {
        guard let start = Int(offset), let size = query["chunk_bytes"].flatMap({ Int($0) }) else {
          throw GatewayProblem.invalid(
            "Query items piece_offset and chunk_bytes must be whole numbers.")
        }
        return JSON.response(
          try await uploads.receivePiece(
            .init(fileID: String(file), index: index, start: start, chunkBytes: size),
            of: upload, by: sender, headers: request.headers, body: request.body))
      }
      let result = try await uploads.receive(
        upload, by: sender, fileID: String(file), index: index, headers: request.headers,
        body: request.body)
      switch result {
      case .received(let answer): return JSON.response(answer)
      case .alreadyHere: return Response(status: .noContent)
      }
    }
    group.post(":id/chunks") { request, context in
      let upload = UploadID(context.parameters.get("id") ?? "")
      let sender = try await auth.sender(request, of: upload)
      let type = request.headers[.contentType]?.split(separator: ";").first?.lowercased() ?? ""
      guard type == ChunkBatch.contentType else {
        throw GatewayProblem(
          .unsupportedMediaType, .invalid, "Send \(ChunkBatch.contentType).")
      }
      return JSON.response(
        try await uploads.receiveBatch(
          of: upload, by: sender, headers: request.headers, body: request.body))
    }
    group.post("known") { request, context in
      let caller = try await auth.caller(request)
      let body = try await JSON.decode(KnownInstancesRequest.self, from: request)
      return JSON.response(try await uploads.known(body, by: caller.user))
    }
    group.get(":id/status") { request, context in
      JSON.response(try await uploads.status(try await session(request, context).upload))
    }
    group.post(":id/complete") { request, context in
      let upload = try await ownSession(request, context)
      let wait = request.uri.queryParameters["wait"].flatMap { Double($0) }
      let answer = try await uploads.complete(
        upload, wait: wait ?? uploads.configuration.completeWait, address: context.address)
      return JSON.response(Plain(answer))
    }
    group.get(":id/proof") { request, context in
      JSON.response(try await uploads.proof(try await session(request, context).upload))
    }
    group.post(":id/cancel") { request, context in
      let (upload, caller) = try await session(request, context)
      let cancelled = try await uploads.cancel(
        upload, by: caller.user, address: context.address)
      return JSON.response(
        UploadChange(
          uploadID: cancelled.id.rawValue, clientUploadID: cancelled.clientUploadID,
          state: cancelled.state.rawValue))
    }
  }

  /// The session, for changing it: its owner only.
  private func ownSession(_ request: Request, _ context: GatewayContext) async throws
    -> UploadRecord
  {
    let (upload, caller) = try await session(request, context)
    guard upload.owner == caller.user.id else {
      throw GatewayProblem(.forbidden, .forbidden, "The upload belongs to another user.")
    }
    return upload
  }

  private func session(_ request: Request, _ context: GatewayContext) async throws
    -> (upload: UploadRecord, caller: Caller)
  {
    let id = context.parameters.get("id") ?? ""
    let caller = try await auth.uploader(request, of: UploadID(id))
    return (try await uploads.session(id, by: caller), caller)
  }
}
