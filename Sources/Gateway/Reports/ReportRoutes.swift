import Domain
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import NIOCore
import Wire

/// `/reports/…`.
struct ReportRoutes: Sendable {
  let auth: AuthService
  let reports: any ReportCatalogue
  let uploads: any UploadCatalogue
  let audit: any AuditCatalogue
  let blobs: any BlobStore
  let configuration: GatewayConfiguration
  /// Asks the archive about one report now.
  let poll: @Sendable (ReportRecord) async throws -> Void

  func add(to group: RouterGroup<GatewayContext>) {
    group.get { request, context in
      let caller = try await auth.caller(request)
      let query = request.uri.queryParameters
      var status: ReportStatus?
      if let text = query["status"], !text.isEmpty {
        status = ReportStatus(rawValue: text.lowercased())
        guard status != nil else {
          let names = ReportStatus.allCases.map(\.rawValue).joined(separator: ", ")
          throw GatewayProblem(
            .badRequest, .invalid, "Query item status must be one of \(names).")
        }
      }
      let page = try await reports.reports(
        scope: caller.scope, status: status, window: try Window(query))
      try await record(.listReports, nil, caller, context)
      return JSON.response(Page(reports: page.rows.map { Plain($0.message) }, total: page.total))
    }
    group.get("upload/:id") { request, context in
      let caller = try await auth.caller(request)
      let id = try Self.uuid(context)
      guard let report = try await reports.report(ofUpload: UploadID(id)) else {
        return JSON.response(ReportMessage?.none)
      }
      try Self.check(report, caller)
      try await record(.readReport, report, caller, context)
      return JSON.response(Plain(report.message))
    }
    group.get(":id") { request, context in
      let (report, caller) = try await find(request, context)
      try await record(.readReport, report, caller, context)
      return JSON.response(Plain(report.message))
    }
    group.post(":id/sync") { request, context in
      let (report, caller) = try await find(request, context)
      try await poll(report)
      try await record(.readReport, report, caller, context)
      return JSON.response(Plain((try await reports.report(report.id) ?? report).message))
    }
    group.get(":id/download") { request, context in
      let (report, caller) = try await find(request, context)
      guard report.status == .ready else {
        throw GatewayProblem(
          .notFound, .notFound,
          "Report PDF not yet available. Status: \(report.status.rawValue)")
      }
      var pdf = report.pdf
      if let text = request.uri.queryParameters["version"] {
        guard let number = Int(text),
          let version = report.versions.first(where: { $0.number == number }),
          version.pdf != nil
        else {
          throw GatewayProblem(
            .notFound, .notFound, "There is no PDF of this version of the report.")
        }
        pdf = version.pdf
      }
      let data: Data
      if let pdf {
        data = try await blobs.get(pdf, limit: configuration.maximumReport)
      } else {
        data = TextPDF(title: "Report", report: report).data()
      }
      try await record(.downloadReport, report, caller, context)
      return Response(
        status: .ok,
        headers: [
          .contentType: "application/pdf", .cacheControl: "private, no-store",
          .contentDisposition: "attachment; filename=\"report_\(report.id).pdf\"",
        ], body: .init(byteBuffer: ByteBuffer(bytes: data)))
    }
  }

  private struct Page: Encodable {
    var reports: [Plain<ReportMessage>]
    var total: Int
  }

  /// Before the answer: what cannot be recorded is not shown.
  private func record(
    _ action: AuditAction, _ report: ReportRecord?, _ caller: Caller, _ context: GatewayContext
  ) async throws {
    try await audit.append([
      AuditEvent(
        at: configuration.now(), actor: caller.user.username, address: context.address, action,
        entity: "report", report?.id.rawValue ?? "")
    ])
  }

  private func find(_ request: Request, _ context: GatewayContext) async throws
    -> (report: ReportRecord, caller: Caller)
  {
    let caller = try await auth.caller(request)
    let id = try Self.uuid(context)
    guard let report = try await reports.report(ReportID(id)) else {
      throw GatewayProblem(.notFound, .notFound, "Report not found")
    }
    try Self.check(report, caller)
    return (report, caller)
  }

  private static func check(_ report: ReportRecord, _ caller: Caller) throws {
    guard caller.scope.shows(owner: report.owner, facility: report.facility) else {
      throw GatewayProblem(.forbidden, .forbidden, "The report belongs to another user.")
    }
  }

  private static func uuid(_ context: GatewayContext) throws -> String {
    let id = (context.parameters.get("id") ?? "").lowercased()
    guard Name.isUUID(id) else { throw GatewayProblem.invalid("The id must be a UUID.") }
    return id
  }
}

extension Window {
  /// `limit` (50; -1 means all) and `offset` (0).
  init(_ query: FlatDictionary<Substring, Substring>) throws {
    let limit = query["limit"].map { Int($0) } ?? 50
    let offset = query["offset"].map { Int($0) } ?? 0
    guard let limit, let offset, limit >= -1, offset >= 0 else {
      throw GatewayProblem.invalid("Query items limit and offset must be whole numbers.")
    }
    self.init(offset: offset, limit: limit)
  }
}
