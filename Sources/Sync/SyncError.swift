public import Domain

/// Why the engine cannot work at all; everything that concerns one upload stands in that upload.
public enum SyncError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Nobody is logged in.
  case loggedOut
  /// The gateway does not accept the stored login any more; nothing queued is lost.
  case loginExpired
  /// The gateway refuses the user name with this password.
  case wrongPassword
  /// The password is right; the account wants the code of its second factor, too.
  case codeWanted
  /// The code is wrong, or was used before.
  case wrongCode
  /// The upload goes to another gateway than the one that is logged in to.
  case otherGateway(String)
  /// The upload is another user's, or another facility's, than the login.
  case otherOwner(UploadOwner)
  /// A report's PDF was asked for and there is none.
  case noPDF

  public var description: String {
    switch self {
    case .loggedOut: "Nobody is logged in. Log in first; what is queued stays queued."
    case .loginExpired: "The login has expired. Log in again; what is queued stays queued."
    case .wrongPassword: "The user name or the password is wrong. Type both again."
    case .codeWanted: "The account has a second factor. Type the code that the telephone shows."
    case .wrongCode: "The code is wrong, or was used before. Wait for the next one and type it."
    case .otherGateway(let origin):
      "The upload goes to \(origin), but the login is for another gateway. Log in there."
    case .otherOwner(let owner):
      "The upload was queued by \(owner.username)"
        + (owner.facility.name.isEmpty ? "" : " for \(owner.facility.name)")
        + " and waits for that login. Log in so, or take it over (radrelay queue take)."
    case .noPDF: "The gateway has no PDF of this report (yet)."
    }
  }
}
