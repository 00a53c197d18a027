import Domain
import Foundation
import Hummingbird
import Synchronization
import Wire

extension FaultResponder {
  /// Which images were sent already.
  func known(_ request: Request, body: Data) throws -> Response {
    guard desk.extensions else { return problem(404, "Not Found") }
    guard isLoggedIn(request) else { return problem(401, "Invalid or expired token") }
    let asked = try JSONDecoder().decode(KnownInstancesRequest.self, from: body).sopInstanceUIDs
    guard asked.count <= 3 else { return problem(413, "Ask for at most 3 at once") }
    return try encoded(
      desk.state.withLock { state in
        var known: [String: KnownInstancesAnswer.Instance] = [:]
        for (id, session) in state.sessions where session.isComplete {
          for file in session.request.files ?? [] {
            guard let custody = session.custody[file.fileID], custody.state != .failed else {
              continue
            }
            known[file.sopInstanceUID] = .init(
              sopInstanceUID: file.sopInstanceUID, uploadID: id, state: custody.state.rawValue,
              sha256: custody.sha256, at: WireDate(Date()))
          }
        }
        for instance in state.known { known[instance.sopInstanceUID] = instance }
        var answer = asked.compactMap { known[$0] }
        if state.fires(.knowsOtherImages) {
          answer.append(
            .init(
              sopInstanceUID: "9.9.9", uploadID: "x", state: "stored", sha256: nil,
              at: WireDate(Date())))
        }
        return KnownInstancesAnswer(known: answer)
      })
  }
}
