/// Whose an upload is: the user who handed it over, at a gateway, for a facility. It goes out under
/// that login and no other, so that a study is never filed under somebody else's name or facility;
/// others may take it over.
public struct UploadOwner: Sendable, Equatable {
  /// The gateway's origin; empty when nobody had logged in yet.
  public var gateway: String
  public var username: String
  public var facility: Facility

  public init(gateway: String, username: String, facility: Facility) {
    self.gateway = gateway
    self.username = username
    self.facility = facility
  }

  /// The login of a user at a gateway.
  public init(_ user: User, at gateway: String) {
    self.init(gateway: gateway, username: user.username, facility: user.facility)
  }

  /// Nobody yet: the first who logs in gets what was handed over before.
  public static let nobody = UploadOwner(
    gateway: "", username: "", facility: Facility(id: FacilityID(""), name: ""))

  /// True when what one of them handed over may be sent by the other. A plain RelayPACS gateway
  /// has no facilities: where one is not known, it is not compared.
  public func isSame(as other: UploadOwner) -> Bool {
    gateway == other.gateway && username == other.username && hasSameFacility(as: other)
  }

  /// True when both are for the same facility, as far as that is known.
  public func hasSameFacility(as other: UploadOwner) -> Bool {
    facility.id == other.facility.id || facility.id.rawValue.isEmpty
      || other.facility.id.rawValue.isEmpty
  }
}

extension Upload {
  /// Whose it is.
  public var belongsTo: UploadOwner {
    UploadOwner(
      gateway: gateway, username: owner, facility: Facility(id: facilityID, name: facility))
  }

  /// True when a login may take it over: it is another user's of the same gateway and facility,
  /// and something is left to send.
  public func mayBeTakenOver(by login: UploadOwner) -> Bool {
    state.isLeftToSend && gateway == login.gateway && !belongsTo.isSame(as: login)
      && belongsTo.hasSameFacility(as: login)
  }
}

extension UploadState {
  /// True while bytes are left to send, or a person may still want them sent: what the gateway
  /// has already is proven without anybody's help. Only such an upload changes its owner or its
  /// service level.
  public var isLeftToSend: Bool {
    switch self {
    case .queued, .sending, .paused, .held, .failed, .duplicate: true
    case .stored, .verified, .committed, .unproven, .cancelled: false
    }
  }
}
