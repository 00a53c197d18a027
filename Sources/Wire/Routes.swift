/// The paths of the RelayPACS v1 interface and of our extensions, below ``base``.
public enum Routes {
  public static let base = "/api/v1"

  public static let login = "/auth/login"
  public static let register = "/auth/register"
  public static let me = "/auth/me"
  public static let refresh = "/auth/refresh"
  public static let logout = "/auth/logout"
  public static let secondFactorSetup = "/auth/2fa/setup"
  public static let secondFactorEnable = "/auth/2fa/enable"
  public static let secondFactorDisable = "/auth/2fa/disable"
  /// Takes the upload id as the query item `upload_id`.
  public static let refreshUploadToken = "/auth/refresh-upload-token"

  public static let uploadInit = "/upload/init"
  public static func chunk(_ upload: String) -> String { "/upload/\(upload)/chunk" }
  public static func uploadStatus(_ upload: String) -> String { "/upload/\(upload)/status" }
  public static func complete(_ upload: String) -> String { "/upload/\(upload)/complete" }
  public static let stats = "/upload/stats"

  /// With the final slash: without it the reference gateway redirects.
  public static let reports = "/reports/"
  public static func report(_ id: String) -> String { "/reports/\(id)" }
  public static func reportOfUpload(_ upload: String) -> String { "/reports/upload/\(upload)" }
  public static func reportPDF(_ id: String) -> String { "/reports/\(id)/download" }

  public static let notifications = "/notifications/"
  public static func notificationRead(_ id: String) -> String { "/notifications/\(id)/read" }
  public static let notificationsReadAll = "/notifications/read-all"
  public static let events = "/notifications/stream"

  // Extensions, announced by `capabilities`.
  public static let capabilities = "/capabilities"
  public static func proof(_ upload: String) -> String { "/upload/\(upload)/proof" }
  public static func cancel(_ upload: String) -> String { "/upload/\(upload)/cancel" }
  public static let changes = "/sync/changes"
  /// Takes several chunks in one body (``ChunkBatch``).
  public static func chunks(_ upload: String) -> String { "/upload/\(upload)/chunks" }
  public static let knownInstances = "/upload/known"
  public static func template(_ id: String) -> String { "/templates/\(id)" }
}
