import Domain
import Foundation
import Screen

@testable import Workstation

/// A program without terminal and store: keys go in, effects and screens come out.
struct Stage {
  /// 21 Nov 2026 09:14 UTC.
  static let now = Date(timeIntervalSince1970: 1_795_252_440)

  static let utc: Calendar = {
    var calendar = Calendar(identifier: .gregorian)
    calendar.timeZone = TimeZone(identifier: "UTC") ?? .gmt
    return calendar
  }()

  static let user = User(
    id: UserID("u1"), username: "m.torres", fullName: "Maria Torres", role: .radiographer,
    facility: Facility(id: FacilityID("f1"), name: "Northside"))

  var state: AppState
  /// Effects of the last message, but for what keeps the wizard for a crash.
  var effects: [Effect] = []
  /// What was to be kept of the wizard, in order; nil where it was to be forgotten.
  var kept: [WizardState?] = []

  /// - Parameter user: nil for a first run.
  init(
    _ size: Size = Size(width: 80, height: 24), user: User? = Stage.user, unicode: Bool = true,
    depth: ColorDepth = .palette256, keys: KeyMap = KeyMap()
  ) {
    state = AppState(
      size: size, now: Self.now, calendar: Self.utc,
      capabilities: ScreenCapabilities(depth: depth, unicode: unicode),
      about: About(version: "1.0.0", storage: "/home/m.torres/.local/share/radrelay"), keys: keys)
    _ = state.start()
    send(.loaded(.settings([:])))
    send(.connection(user == nil ? .loggedOut : .online(since: Self.now)))
    send(
      .loaded(
        .frame(
          FrameInfo(
            user: user, server: user == nil ? "" : "https://relay.northside.example", unread: 2,
            unreadReports: 2, outbox: 0, lastSyncedAt: user == nil ? nil : Self.now))))
  }

  @discardableResult
  mutating func send(_ message: Message) -> [Effect] {
    effects = []
    for effect in update(&state, message) {
      switch effect {
      case .keepDraft(let wizard): kept.append(wizard)
      case .forgetDraft: kept.append(nil)
      case .after(_, .draftDue): break
      default: effects.append(effect)
      }
    }
    return effects
  }

  /// Presses keys by their names: `press("?", "Esc")`.
  @discardableResult
  mutating func press(_ names: String...) -> [Effect] {
    for name in names {
      guard let key = Key(named: name) else { fatalError("no key \(name)") }
      send(.input(.key(key)))
    }
    return effects
  }

  /// Types text, character by character.
  mutating func type(_ text: String) {
    for character in text { send(.input(.key(.character(character)))) }
  }

  mutating func resize(_ width: Int, _ height: Int) {
    send(.input(.resize(Size(width: width, height: height))))
  }

  func draw() -> CellBuffer {
    var buffer = CellBuffer(size: state.size)
    view(state, into: &buffer)
    return buffer
  }

  var text: String { GoldenScreen.text(draw()) }
}
