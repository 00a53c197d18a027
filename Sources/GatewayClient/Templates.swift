import Foundation
import NIOHTTP1
import Sync
public import Wire

extension GatewayClient {
  public func save(_ edit: TemplateEdit, template: String, access: String) async throws
    -> TemplateAnswer
  {
    try await json(
      TemplateAnswer.self, .PUT, Routes.template(try segment(template)), body: edit,
      token: access)
  }

  public func delete(template: String, version: Int64, access: String) async throws
    -> TemplateAnswer
  {
    try await json(
      TemplateAnswer.self, .DELETE, Routes.template(try segment(template)),
      query: [("version", String(version))], token: access)
  }
}
