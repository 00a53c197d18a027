public import Foundation

/// Where a PACS answers DICOMweb, and how long and how much is waited for.
public struct DICOMwebConfiguration: Sendable {
  /// The root of the service, e.g. `http://pacs:8042/dicom-web`; http or https.
  public var baseURL: URL
  /// For HTTP Basic authentication (RFC 7617); empty for none.
  public var user: String
  public var password: String
  /// Whether this PACS gives back the bytes that it took (Orthanc does).
  public var keepsBytes: Bool
  /// To open a connection.
  public var connectTimeout: Duration = .seconds(10)
  /// Without any byte in either direction.
  public var idleTimeout: Duration = .seconds(60)
  /// For a whole request, plus one second for each ``slowestBytesPerSecond`` of it.
  public var deadline: Duration = .seconds(120)
  public var slowestBytesPerSecond: Int64 = 32_768
  /// One STOW-RS request holds at most so many instances and bytes; a larger instance goes alone.
  public var batchInstances = 50
  public var batchBytes: Int64 = 64 << 20
  /// Bytes of an answer other than an instance.
  public var answerLimit = 32 << 20
  /// Instances asked for in one QIDO-RS request, and accepted for one study altogether.
  public var pageSize = 500
  public var maximumInstances = 200_000

  public init(baseURL: URL, user: String = "", password: String = "", keepsBytes: Bool = false) {
    self.baseURL = baseURL
    self.user = user
    self.password = password
    self.keepsBytes = keepsBytes
  }
}
