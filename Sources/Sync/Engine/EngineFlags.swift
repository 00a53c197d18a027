import Synchronization

/// Small facts that the loops of one engine tell each other.
final class EngineFlags: Sendable {
  private struct State {
    var isSending = false
    var streamIsAlive = false
    var login = ""
    var waitsForLogin = false
    var lastEventID: String?
  }
  private let state = Mutex(State())

  var isSending: Bool { state.withLock { $0.isSending } }
  func set(isSending: Bool) { state.withLock { $0.isSending = isSending } }

  var streamIsAlive: Bool { state.withLock { $0.streamIsAlive } }
  func set(streamIsAlive: Bool) { state.withLock { $0.streamIsAlive = streamIsAlive } }

  /// The last event of the login's stream; a new login begins anew.
  var lastEventID: String? { state.withLock { $0.lastEventID } }
  func set(lastEventID: String) { state.withLock { $0.lastEventID = lastEventID } }

  /// The pull could not begin without a (new) login.
  func set(waitsForLogin: Bool) { state.withLock { $0.waitsForLogin = waitsForLogin } }

  /// Notes who is logged in; true when that is somebody else than before, or when
  /// a login was waited for.
  func isNews(login: String) -> Bool {
    state.withLock { state in
      defer {
        state.login = login
        state.waitsForLogin = false
      }
      if state.login != login { state.lastEventID = nil }
      return state.login != login || state.waitsForLogin
    }
  }
}
