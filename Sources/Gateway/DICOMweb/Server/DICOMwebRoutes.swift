import DICOM
import Foundation
import HTTPTypes
public import Hummingbird
import NIOCore

/// DICOMweb over an archive of our own (PS3.18 chapter 10): STOW-RS, QIDO-RS, WADO-RS.
///
/// The caller's group decides who may call: put its authentication before it.
public struct DICOMwebRoutes: Sendable {
  let archive: any ServedArchive
  /// Bytes of one STOW-RS request.
  let requestLimit: Int64
  /// Hears of the studies that something was stored into.
  let stored: @Sendable (String) async throws -> Void

  public init(
    archive: any ServedArchive, requestLimit: Int64 = 8 << 30,
    stored: @escaping @Sendable (String) async throws -> Void = { _ in }
  ) {
    self.archive = archive
    self.requestLimit = requestLimit
    self.stored = stored
  }

  /// Adds the routes below the group's path, which is the service's root, e.g. `/dicom-web`.
  public func add<Context: RequestContext>(to group: RouterGroup<Context>) {
    group.post("studies") { request, _ in try await store(request, study: nil) }
    group.post("studies/:study") { request, context in
      try await store(request, study: Self.uid("study", context))
    }
    group.get("studies") { request, _ in
      try await search(request, ArchiveQuery(level: .study))
    }
    group.get("series") { request, _ in
      try await search(request, ArchiveQuery(level: .series))
    }
    group.get("instances") { request, _ in
      try await search(request, ArchiveQuery(level: .instance))
    }
    group.get("studies/:study/series") { request, context in
      try await search(
        request, ArchiveQuery(level: .series, study: Self.uid("study", context)))
    }
    group.get("studies/:study/instances") { request, context in
      try await search(
        request, ArchiveQuery(level: .instance, study: Self.uid("study", context)))
    }
    group.get("studies/:study/series/:series/instances") { request, context in
      try await search(
        request,
        ArchiveQuery(
          level: .instance, study: Self.uid("study", context),
          series: Self.uid("series", context)))
    }
    let paths = [
      "studies/:study", "studies/:study/series/:series",
      "studies/:study/series/:series/instances/:instance",
    ]
    for path in paths {
      group.get(RouterPath(path)) { request, context in
        try await retrieve(request, Self.files(of: archive, context))
      }
      group.get(RouterPath(path + "/metadata")) { _, context in
        try await metadata(Self.files(of: archive, context))
      }
    }
  }

  private static func files<Context: RequestContext>(
    of archive: any ServedArchive, _ context: Context
  ) async throws -> [ArchivedFile] {
    let files = try await archive.files(
      study: uid("study", context), series: context.parameters.get("series"),
      instance: context.parameters.get("instance"))
    guard !files.isEmpty else { throw HTTPError(.notFound, message: "the archive has none of it") }
    return files
  }

  /// An identifier of the path; files from old equipment hold odd ones, so only the size counts.
  private static func uid<Context: RequestContext>(_ name: String, _ context: Context) throws
    -> String
  {
    guard let text = context.parameters.get(name), !text.isEmpty, text.utf8.count <= 128 else {
      throw HTTPError(.badRequest, message: "a UID of the path cannot be read")
    }
    return text
  }

  /// False when the caller only takes something else.
  static func accepts(_ type: String, _ request: Request) -> Bool {
    guard let header = request.headers[.accept] else { return true }
    let major = type.prefix { $0 != "/" } + "/*"
    return MediaType.list(header).contains {
      $0.name == type || $0.name == "*/*" || $0.name == major
    }
  }

  static func json(_ value: some Encodable, _ status: HTTPResponse.Status = .ok) throws -> Response
  {
    Response(
      status: status, headers: [.contentType: "application/dicom+json"],
      body: ResponseBody(byteBuffer: ByteBuffer(bytes: try DICOMJSON.data(of: value))))
  }

  /// The address of the service as the caller sees it, for Retrieve URL (0008,1190).
  static func root(of request: Request) -> String {
    let path = request.uri.path
    let end = path.range(of: "/studies")?.lowerBound ?? path.endIndex
    let scheme = request.head.scheme ?? "http"
    return "\(scheme)://\(request.head.authority ?? "localhost")\(path[..<end])"
  }
}
