/// Answer of `POST /auth/2fa/setup`.
public struct SecondFactorSetup: Codable, Sendable, Equatable {
  /// Base32 (RFC 4648), to be typed where no picture can be read.
  public var secret: String
  /// `data:image/png;base64,…` of the URI.
  public var qrCode: String
  /// `otpauth://totp/…`
  public var provisioningURI: String

  public init(secret: String, qrCode: String, provisioningURI: String) {
    self.secret = secret
    self.qrCode = qrCode
    self.provisioningURI = provisioningURI
  }

  private enum CodingKeys: String, CodingKey {
    case secret
    case qrCode = "qr_code"
    case provisioningURI = "provisioning_uri"
  }
}

/// Body of `POST /auth/2fa/enable`.
public struct SecondFactorEnable: Codable, Sendable, Equatable {
  /// Six digits.
  public var code: String
  /// RelayPACS wants the secret back; our gateway only compares it with the one of the setup.
  public var secret: String?

  public init(code: String, secret: String? = nil) {
    self.code = code
    self.secret = secret
  }
}

/// Answer of `POST /auth/2fa/enable`; the recovery codes are an extension.
public struct SecondFactorEnabled: Codable, Sendable, Equatable {
  public var success: Bool
  public var enabled: Bool
  /// Shown once; each is good for one login without the telephone.
  public var recoveryCodes: [String]?

  public init(recoveryCodes: [String]?) {
    success = true
    enabled = true
    self.recoveryCodes = recoveryCodes
  }

  private enum CodingKeys: String, CodingKey {
    case success, enabled
    case recoveryCodes = "recovery_codes"
  }
}

/// Body of `POST /auth/2fa/disable`: one of them. RelayPACS asks for neither.
public struct SecondFactorDisable: Codable, Sendable, Equatable {
  public var code: String?
  public var password: String?

  public init(code: String? = nil, password: String? = nil) {
    self.code = code
    self.password = password
  }
}

/// Answer of `POST /auth/2fa/disable`.
public struct SecondFactorDisabled: Codable, Sendable, Equatable {
  public var success: Bool
  public var enabled: Bool

  public init() {
    success = true
    enabled = false
  }
}
