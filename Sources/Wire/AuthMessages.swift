import Foundation

/// Body of `POST /auth/login`.
public struct LoginRequest: Codable, Sendable, Equatable {
  public var username: String
  public var password: String
  public var totpCode: String?

  public init(username: String, password: String, totpCode: String? = nil) {
    self.username = username
    self.password = password
    self.totpCode = totpCode
  }

  private enum CodingKeys: String, CodingKey {
    case username, password
    case totpCode = "totp_code"
  }
}

/// Answer of login, register and refresh.
public struct TokenPair: Codable, Sendable, Equatable {
  public var accessToken: String
  public var refreshToken: String
  public var tokenType: String

  public init(accessToken: String, refreshToken: String, tokenType: String = "bearer") {
    self.accessToken = accessToken
    self.refreshToken = refreshToken
    self.tokenType = tokenType
  }

  private enum CodingKeys: String, CodingKey {
    case accessToken = "access_token"
    case refreshToken = "refresh_token"
    case tokenType = "token_type"
  }
}

/// Body of `POST /auth/register`. Roles that manage others cannot be taken this way.
public struct RegisterRequest: Codable, Sendable, Equatable {
  public var username: String
  public var email: String
  public var password: String
  public var fullName: String?
  public var role: String?

  public init(
    username: String, email: String, password: String, fullName: String? = nil, role: String? = nil
  ) {
    self.username = username
    self.email = email
    self.password = password
    self.fullName = fullName
    self.role = role
  }

  private enum CodingKeys: String, CodingKey {
    case username, email, password, role
    case fullName = "full_name"
  }
}

/// Body of `POST /auth/refresh`.
public struct RefreshRequest: Codable, Sendable, Equatable {
  public var refreshToken: String
  public init(refreshToken: String) { self.refreshToken = refreshToken }
  private enum CodingKeys: String, CodingKey { case refreshToken = "refresh_token" }
}

/// Body of `POST /auth/logout`.
public struct LogoutRequest: Codable, Sendable, Equatable {
  public var token: String
  public init(token: String) { self.token = token }
}

/// Answer of `POST /auth/refresh-upload-token`.
public struct UploadTokenAnswer: Codable, Sendable, Equatable {
  public var uploadToken: String
  public init(uploadToken: String) { self.uploadToken = uploadToken }
  private enum CodingKeys: String, CodingKey { case uploadToken = "upload_token" }
}

/// Answer of `GET /auth/me`; facility, second factor and clinical history are extensions.
public struct MeAnswer: Codable, Sendable, Equatable {
  public var id: String
  public var username: String
  public var email: String?
  public var fullName: String?
  public var role: String
  public var isActive: Bool
  public var createdAt: WireDate?
  public var facilityID: String?
  public var facilityName: String?
  /// Nil when the gateway does not say.
  public var twoFactorEnabled: Bool?
  /// Whether the facility wants a clinical history for STAT and emergency; nil when the gateway does
  /// not say.
  public var clinicalHistoryRequired: Bool?

  public init(
    id: String, username: String, email: String?, fullName: String?, role: String, isActive: Bool,
    createdAt: WireDate?, facilityID: String? = nil, facilityName: String? = nil,
    twoFactorEnabled: Bool? = nil, clinicalHistoryRequired: Bool? = nil
  ) {
    self.id = id
    self.username = username
    self.email = email
    self.fullName = fullName
    self.role = role
    self.isActive = isActive
    self.createdAt = createdAt
    self.facilityID = facilityID
    self.facilityName = facilityName
    self.twoFactorEnabled = twoFactorEnabled
    self.clinicalHistoryRequired = clinicalHistoryRequired
  }

  private enum CodingKeys: String, CodingKey {
    case id, username, email, role
    case fullName = "full_name"
    case isActive = "is_active"
    case createdAt = "created_at"
    case facilityID = "facility_id"
    case facilityName = "facility_name"
    case twoFactorEnabled = "two_factor_enabled"
    case clinicalHistoryRequired = "clinical_history_required"
  }
}
