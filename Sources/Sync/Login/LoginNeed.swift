import Domain

/// Which login a request may go out under. Checked for each request anew, because another user may
/// log in while a study is under way.
enum LoginNeed: Sendable {
  case anybody
  /// Anybody's at this gateway.
  case gateway(String)
  /// The one whose upload it is.
  case owner(UploadOwner)

  /// What speaks against a login; nil when nothing does.
  func objection(to login: UploadOwner) -> SyncError? {
    switch self {
    case .anybody: nil
    case .gateway(let origin): origin == login.gateway ? nil : .otherGateway(origin)
    case .owner(let owner) where owner.gateway != login.gateway: .otherGateway(owner.gateway)
    case .owner(let owner): owner.isSame(as: login) ? nil : .otherOwner(owner)
    }
  }
}
