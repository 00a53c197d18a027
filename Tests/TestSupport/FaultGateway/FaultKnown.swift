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
    let body = try JSONDecoder().decode(KnownInstancesRequest.self, from: body)
    let asked = body.sopInstanceUIDs
    guard asked.count <= 3 else { return problem(413, "Ask for at most 3 at once") }
    guard body.studies?.count ?? 0 <= 2 else { return problem(413, "Ask for at most 2 studies") }
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
        let similar = (body.studies ?? []).enumerated().compactMap { number, study in
          let key = "\(study.patientName)|\(study.studyDate)|\(study.modality)"
          let isOther = state.duplicates[key].map { $0.hasPrefix("stranger") } ?? false
          return isOther ? KnownInstancesAnswer.Similar(study: number, at: WireDate(Date())) : nil
        }
        return KnownInstancesAnswer(known: answer, similar: body.studies == nil ? nil : similar)
      })
  }
}
