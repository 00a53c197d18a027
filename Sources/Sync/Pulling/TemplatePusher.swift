import Domain
import Foundation
import Logging
import Store
import Wire

/// Tells the gateway of upload templates that were changed here. What waits is in the rows of the
/// templates themselves; a plain RelayPACS is told nothing, and they stay here.
struct TemplatePusher: Sendable {
  let store: Store
  let keeper: LoginKeeper
  let kinds: GatewayKinds
  let logger: Logger

  /// Throws what concerns the connection.
  func push() async throws {
    let login = try await keeper.current()
    let owner = login.account.owner
    let changes = try await store.templateChanges(of: owner)
    guard !changes.isEmpty, try await kinds.kind(of: login.link).templates else { return }
    for change in changes { try await tell(change, owner) }
  }

  private func tell(_ change: TemplateChange, _ owner: UploadOwner) async throws {
    do {
      let answer = try await keeper.authorised(as: .owner(owner)) { link, access in
        try await Self.send(change, link, access)
      }
      guard let now = RemoteTemplate(answer.template) else {
        throw LinkError.malformed("a template of an unknown scope")
      }
      try await store.templateAnswered(
        change, now, others: [answer.copy].compactMap { $0.flatMap(RemoteTemplate.init) },
        of: owner)
    } catch LinkError.notFound where change.isDeletion {
      let gone = RemoteTemplate(
        template: change.template, version: change.version, changedAt: change.changedAt,
        changedBy: owner.username, isDeleted: true)
      try await store.templateAnswered(change, gone, others: [], of: owner)
    } catch let error as LinkError {
      switch error {
      case .forbidden, .notFound, .unprocessable, .conflict, .tooLarge:
        try await store.templateRefused(change, why: error.description)
      case .server, .malformed, .rateLimited:
        // The gateway's own trouble with this one: the next round tries again.
        logger.notice(
          "template not told", metadata: ["id": "\(change.template.id)", "why": "\(error)"])
      default: throw error
      }
    }
  }

  private static func send(
    _ change: TemplateChange, _ link: any GatewayLink, _ access: String
  ) async throws -> TemplateAnswer {
    let id = change.template.id.rawValue
    if change.isDeletion {
      return try await link.delete(template: id, version: change.version, access: access)
    }
    return try await link.save(
      TemplateEdit(
        editID: change.editID, scope: change.template.scope.rawValue, base: change.base,
        version: change.version, values: change.template.values,
        changedAt: WireDate(change.changedAt)),
      template: id, access: access)
  }
}

extension RemoteTemplate {
  /// Nil for a scope that this version does not know.
  init?(_ message: TemplateMessage) {
    guard let template = message.template else { return nil }
    self.init(
      template: template, version: message.version, changedAt: message.changedAt.date,
      changedBy: message.changedBy, isDeleted: message.isDeleted)
  }
}
