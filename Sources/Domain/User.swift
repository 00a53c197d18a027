/// What an account may do. Deny by default; see ``Right``.
public enum Role: String, Sendable, Codable, CaseIterable {
  case clinician
  case radiographer
  case radiologist
  case facilityAdmin = "facility_admin"
  case admin
}

/// Single permissions, granted by role.
public enum Right: Sendable, CaseIterable {
  /// Send studies and see one's own.
  case upload
  /// See uploads and reports of the whole facility.
  case seeFacility
  /// See uploads and reports of all facilities.
  case seeAll
  /// Set a report's status and text.
  case report
  /// Make and change accounts.
  case manageUsers
  /// Make and change the upload templates of the facility.
  case manageTemplates
}

extension Role {
  /// The permissions of the role.
  public var rights: Set<Right> {
    switch self {
    case .clinician: [.upload]
    case .radiographer: [.upload, .seeFacility]
    case .radiologist: [.upload, .seeFacility, .seeAll, .report]
    case .facilityAdmin: [.upload, .seeFacility, .manageUsers, .manageTemplates]
    case .admin: [.upload, .seeFacility, .seeAll, .manageUsers, .manageTemplates]
    }
  }
}

/// The account that a workstation is logged in with.
public struct User: Sendable, Codable, Equatable, Identifiable {
  public var id: UserID
  /// `[A-Za-z0-9_-]{3,50}`.
  public var username: String
  public var fullName: String
  public var role: Role
  public var facility: Facility
  /// Whether the facility wants a clinical history for STAT and emergency; nil when its gateway does
  /// not say, which means that it does.
  public var clinicalHistoryRequired: Bool?

  public init(id: UserID, username: String, fullName: String, role: Role, facility: Facility) {
    self.id = id
    self.username = username
    self.fullName = fullName
    self.role = role
    self.facility = facility
  }
}

/// A hospital, clinic or imaging centre.
public struct Facility: Sendable, Codable, Equatable, Identifiable {
  public var id: FacilityID
  public var name: String

  public init(id: FacilityID, name: String) {
    self.id = id
    self.name = name
  }
}
