public import Domain
public import Foundation
public import Screen

/// What the terminal can do, found out before the first picture.
public struct ScreenCapabilities: Sendable, Equatable {
  public var depth: ColorDepth
  /// False where the locale is not UTF-8: glyphs are then drawn in ASCII.
  public var unicode: Bool
  /// What the terminal said of its own background; nil when it said nothing.
  public var isLightBackground: Bool?

  public init(depth: ColorDepth, unicode: Bool = true, isLightBackground: Bool? = nil) {
    self.depth = depth
    self.unicode = unicode
    self.isLightBackground = isLightBackground
  }
}

/// What does not change while the program runs, for the settings pane.
public struct About: Sendable, Equatable {
  public var version: String
  /// The folder that holds the store.
  public var storage: String
  public init(version: String = "", storage: String = "") {
    self.version = version
    self.storage = storage
  }
}

/// Everything that the interface knows; owned by the run loop, changed by ``update(_:_:)`` only.
public struct AppState: Sendable, Equatable {
  public internal(set) var size: Size
  public internal(set) var now: Date
  public let calendar: Calendar
  public internal(set) var capabilities: ScreenCapabilities
  public let about: About
  public let themes: [Theme]
  public let keys: KeyMap

  /// The pane in view, and the one that Esc leads back to from notifications and settings.
  public internal(set) var pane: PaneID = .uploads
  var previousPane: PaneID = .uploads

  public internal(set) var cases = CasesState()
  public internal(set) var uploads = UploadsState()
  public internal(set) var reports = ReportsState()
  public internal(set) var dashboard = DashboardState()
  public internal(set) var viewer = ViewerState()
  public internal(set) var notifications = NotificationsState()
  public internal(set) var settings = SettingsState()

  public internal(set) var frame = FrameInfo()
  /// False until the store told who is logged in: before that nobody is asked to log in.
  var frameIsKnown = false
  /// The program was started to show images: leaving them leaves the program.
  var beganWithImages = false
  public internal(set) var connection = Connection.connecting
  public internal(set) var transfer = TransferStatus()
  /// Dialogs and other things over the pane, the last on top.
  var layers: [Layer] = []
  /// True when the last key moved the selection.
  var isMoving = false
  /// The pane's keys from before the selection began to move. They stay until it rests, so that a
  /// list scrolls in few bytes.
  var heldBar: [BarItem]?
  public internal(set) var toast: Toast?
  /// What was typed into the filter line and not yet sent to the pane.
  var pendingFilter: String?
  /// What a person set, as read from the store.
  var values: [Setting: String] = [:]
  /// Worked out from settings and capabilities when they change.
  public internal(set) var look: Look
  /// How pictures can be shown; what the terminal says of itself later replaces it.
  public internal(set) var images: ImageOutput

  /// The state before anything was read; draws an empty frame at once.
  /// - Parameter studiesFolder: where the upload wizard begins; nil for the home folder.
  public init(
    size: Size, now: Date, calendar: Calendar, capabilities: ScreenCapabilities,
    about: About = About(), themes: [Theme] = Theme.builtIn, keys: KeyMap = KeyMap(),
    studiesFolder: String? = nil
  ) {
    self.size = size
    self.now = now
    self.calendar = calendar
    self.capabilities = capabilities
    self.about = about
    self.themes = themes
    self.keys = keys
    images = ImageOutput(
      cells: .best(
        depth: capabilities.depth, unicode: capabilities.unicode,
        isLightBackground: capabilities.isLightBackground ?? false))
    look = Look()
    look = makeLook()
    settings.themes = themes.map(\.name)
    uploads.lastFolder = studiesFolder
  }

  /// True when the program wants mouse reports from the terminal.
  public var wantsMouse: Bool { values[.mouse] != "off" }

  /// How pictures are to be shown, in the settings' words; `auto` where nothing is set.
  public var wantedImages: String { values[.images] ?? "auto" }

  /// True when pictures are to be sent in few bytes.
  public var wantsLowBandwidth: Bool { values[.bandwidth] == "low" }

  /// The service level that new uploads start with.
  var defaultServiceLevel: ServiceLevel {
    values[.defaultServiceLevel].flatMap(ServiceLevel.init(rawValue:)) ?? .routine
  }

  /// How pictures are shown: in ASCII only where the settings want that.
  var imageOutput: ImageOutput {
    guard look.ascii else { return images }
    var output = images
    output.graphics = nil
    output.cells.glyphs = .ascii
    return output
  }

  /// The look of the settings on this terminal: `auto` takes light where the terminal said so, and
  /// mono where there are no colours.
  func makeLook() -> Look {
    let automatic = capabilities.isLightBackground == true ? Theme.light.name : Theme.dark.name
    let chosen = values[.theme] ?? "auto"
    let theme =
      capabilities.depth == .mono
      ? Theme.mono : Theme.named(chosen == "auto" ? automatic : chosen, among: themes)
    return Look(
      theme: theme, depth: capabilities.depth,
      ascii: !capabilities.unicode || values[.borders] == "ascii")
  }
}
