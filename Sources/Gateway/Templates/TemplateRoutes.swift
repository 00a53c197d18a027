import Domain
import Foundation
import HTTPTypes
import Hummingbird
import Wire

/// `/templates/{id}` (extension `templates`). They are read with `/sync/changes`.
struct TemplateRoutes: Sendable {
  let auth: AuthService
  let templates: any TemplateCatalogue
  let configuration: GatewayConfiguration

  func add(to group: RouterGroup<GatewayContext>) {
    group.put(":id") { request, context in
      let user = try await auth.caller(request).user
      let id = try Self.id(context)
      let edit = try await JSON.decode(TemplateEdit.self, from: request, limit: 64 << 10)
      let wanted = try Self.check(edit, id)
      try Self.mayChange(wanted.scope, user)
      let now = configuration.now()
      let change = TemplateRequest(
        editID: edit.editID, template: wanted, base: edit.base, version: edit.version,
        // A clock that is ahead shall not win for ever.
        changedAt: min(edit.changedAt.date, now))
      do {
        let result = try await templates.apply(
          change, by: user,
          audit: AuditEvent(
            at: now, actor: user.username, address: context.address, .saveTemplate,
            entity: "template", id.rawValue))
        return JSON.response(
          TemplateAnswer(template: result.record.message, copy: result.copy?.message))
      } catch CatalogueError.missing {
        throw Self.notFound
      } catch is TemplateLimit {
        throw GatewayProblem(
          .conflict, .invalid,
          "There are \(TemplateLimit.count) templates already; delete some that are not used.")
      }
    }
    group.delete(":id") { request, context in
      let user = try await auth.caller(request).user
      let id = try Self.id(context)
      guard let version = request.uri.queryParameters["version"].flatMap({ Int64($0) }),
        version >= 0
      else { throw GatewayProblem.invalid("Query item version must be a whole number, 0 or more.") }
      guard let found = try await templates.template(id), found.isVisible(to: user) else {
        throw Self.notFound
      }
      try Self.mayChange(found.template.scope, user)
      let now = configuration.now()
      do {
        let record = try await templates.deleteTemplate(
          id, version: version, by: user, now: now,
          audit: AuditEvent(
            at: now, actor: user.username, address: context.address, .deleteTemplate,
            entity: "template", id.rawValue))
        return JSON.response(TemplateAnswer(template: record.message))
      } catch CatalogueError.missing {
        throw Self.notFound
      }
    }
  }

  private static let notFound = GatewayProblem(.notFound, .notFound, "Template not found")

  private static func id(_ context: GatewayContext) throws -> TemplateID {
    let id = context.parameters.get("id") ?? ""
    guard Name.isUUID(id) else { throw notFound }
    return TemplateID(id)
  }

  /// Own templates are everybody's right, those of the facility its administrators'.
  private static func mayChange(_ scope: UploadTemplate.Scope, _ user: User) throws {
    guard scope.refusal(for: user) == nil else {
      throw GatewayProblem(
        .forbidden, .forbidden,
        "Templates of the facility are changed by its administrators only.")
    }
  }

  /// The template that is asked for; 422 names the field.
  private static func check(_ edit: TemplateEdit, _ id: TemplateID) throws -> UploadTemplate {
    guard Name.isUUID(edit.editID) else {
      throw GatewayProblem.invalid("Field edit_id must be a UUID in lower case.")
    }
    guard edit.version >= 0 else {
      throw GatewayProblem.invalid("Field version must be 0 or more.")
    }
    guard let scope = UploadTemplate.Scope(rawValue: edit.scope) else {
      throw GatewayProblem.invalid("Field scope must be user or facility.")
    }
    let values = edit.values.tidied()
    if let field = values.errors().first?.field {
      throw GatewayProblem.invalid(
        "Field values.\(field.rawValue) cannot be taken: at most \(field.limit) characters without "
          + "control characters, in the form that the manual gives for it.")
    }
    return UploadTemplate(id: id, scope: scope, values: values)
  }
}
