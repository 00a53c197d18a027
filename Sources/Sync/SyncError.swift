/// Why the engine cannot work at all; everything that concerns one upload stands in that upload.
public enum SyncError: Error, Sendable, Equatable, CustomStringConvertible {
  /// Nobody is logged in.
  case loggedOut
  /// The gateway does not accept the stored login any more; nothing queued is lost.
  case loginExpired
  /// Another process sends; its id when it can be told.
  case sendingElsewhere(pid: Int32?)
  /// A report's PDF was asked for and there is none.
  case noPDF

  public var description: String {
    switch self {
    case .loggedOut: "Nobody is logged in. Log in first; what is queued stays queued."
    case .loginExpired: "The login has expired. Log in again; what is queued stays queued."
    case .sendingElsewhere(let pid):
      "Another RadRelay process\(pid.map { " (process \($0))" } ?? "") is sending from this store."
    case .noPDF: "The gateway has no PDF of this report (yet)."
    }
  }
}
