public import Domain
public import Foundation
public import Screen

/// The panes, in the order of their tabs and keys.
public enum PaneID: String, Sendable, Hashable, CaseIterable {
  case cases, uploads, reports, dashboard, viewer, notifications, settings

  /// The word on the tab.
  public var title: String {
    switch self {
    case .cases: "Cases"
    case .uploads: "Uploads"
    case .reports: "Reports"
    case .dashboard: "Dashboard"
    case .viewer: "Images"
    case .notifications: "Notifications"
    case .settings: "Settings"
    }
  }

  /// True for the panes that have a tab; the others open from anywhere and go back on Esc.
  public var hasTab: Bool {
    switch self {
    case .cases, .uploads, .reports, .dashboard: true
    case .viewer, .notifications, .settings: false
    }
  }
}

/// One pane: its state, how it changes, how it is drawn, what can be done in it. All pure: no
/// clock, no disk, no network; work is asked for by ``Effect``s, answers come as
/// ``PaneEvent/message(_:)``.
///
/// To add a pane: a type with these members in its folder, a case of ``PaneID``, a line in
/// ``PaneDirectory``.
public protocol Pane {
  associatedtype State: Sendable, Equatable
  static var id: PaneID { get }
  /// What a person can do here, in the order of the key bar and of help. Keys for moving in
  /// lists, Enter and Esc are the shell's and come as events.
  static var commands: [PaneCommand<State>] { get }
  /// What the shell must know of the state.
  static func traits(_ state: State) -> PaneTraits
  /// Changes the state for an event; asks for work by its result, for dialogs and toasts through
  /// the context.
  static func update(_ state: inout State, _ event: PaneEvent, _ context: inout PaneContext)
    -> [Effect]
  /// Draws the pane into its area, which was cleared. Must be sensible at any size, 0x0 included.
  /// Sets `buffer.cursor` on the selected row (``Table`` and ``SelectionMarker`` do) or the caret.
  static func view(
    _ state: State, area: Rect, into buffer: inout CellBuffer, _ context: ViewContext)
}

/// What the shell must know of a pane's state.
public struct PaneTraits: Sendable, Equatable {
  /// True while text is typed in the pane: printable keys, Enter, arrows and all else but Esc and
  /// Ctrl and function keys come as ``PaneEvent/input(_:)``.
  public var capturesText: Bool
  /// The text that the list is narrowed by; nil where `/` has no meaning.
  public var filter: String?
  /// True when Esc leads back inside the pane; it then comes as ``PaneEvent/back``.
  public var goesBack: Bool
  /// True when the wheel comes as ``PaneEvent/input(_:)``; elsewhere a notch moves by three rows.
  public var takesWheel: Bool

  public init(
    capturesText: Bool = false, filter: String? = nil, goesBack: Bool = false,
    takesWheel: Bool = false
  ) {
    self.capturesText = capturesText
    self.filter = filter
    self.goesBack = goesBack
    self.takesWheel = takesWheel
  }
}

/// What happens to a pane.
public enum PaneEvent: Sendable, Equatable {
  /// It came into view: load what is missing or old.
  case appeared
  /// One of its commands was called (key, palette, help, click). `argument` is what was typed
  /// behind it in the palette, or empty.
  case command(String, argument: String)
  /// Move in the list: arrows, `j` `k`, pages, `g` `G`, wheel.
  case move(ListMove)
  /// Enter.
  case open
  /// Esc, when ``PaneTraits/goesBack``.
  case back
  /// The filter line's text changed; empty when it was cleared.
  case filter(String)
  /// The selection has rested for a moment after ``PaneContext/askForRest()``: load its details.
  case rested
  /// A question asked through the context was answered: the id of the question, and the text
  /// typed (empty for a confirmation). Not sent when it was declined.
  case answered(String, text: String)
  /// Show and select something that another pane knows of.
  case reveal(Reference)
  /// Keys while text is captured; keys bound to nothing; paste; mouse inside of the area.
  case input(InputEvent)
  /// Answers to effects and news: every pane gets ``Message/loaded(_:)``, ``Message/done(_:)``,
  /// ``Message/failed(_:_:)``, ``Message/folder(_:)``, ``Message/scan(_:)``,
  /// ``Message/storeChanged(_:)``, ``Message/transfer(_:)`` and ``Message/connection(_:)`` and takes
  /// what is its own. The shell says what was done and what failed in the status line; a pane need
  /// not.
  case message(Message)
}

/// Something that one pane tells another to show.
public enum Reference: Sendable, Equatable {
  case report(ReportID)
  case upload(UploadID)
  /// An upload by the gateway's name of it.
  case remoteUpload(String)
  case teachingCase(CaseID)
  /// Images, for the viewer.
  case images(ViewerSource)
}

/// How a list is moved through.
public enum ListMove: Sendable, Equatable {
  case up, down, pageUp, pageDown, first, last
  /// Left and right: tabs, facets, periods, folding.
  case left, right
  /// Tab and Shift-Tab: the next and previous part of the pane.
  case nextPart, previousPart
}

/// What a pane sees of the program while it updates, and what it may ask of the shell.
public struct PaneContext: Sendable {
  public let now: Date
  public let calendar: Calendar
  /// The cells that the pane has, as given to its view.
  public let area: Rect
  public let layout: Layout
  public let isVisible: Bool
  /// True while the selection moves: ``PaneEvent/rested`` is still to come.
  public let isMoving: Bool
  public let frame: FrameInfo
  public let connection: Connection
  public let transfer: TransferStatus
  public let defaultServiceLevel: ServiceLevel
  /// How pictures can be shown.
  public let images: ImageOutput
  /// What was asked of the shell, in order.
  public private(set) var requests: [ShellRequest] = []

  public init(
    now: Date, calendar: Calendar, area: Rect, layout: Layout, isVisible: Bool = true,
    isMoving: Bool = false, frame: FrameInfo = FrameInfo(), connection: Connection = .loggedOut,
    transfer: TransferStatus = TransferStatus(), defaultServiceLevel: ServiceLevel = .routine,
    images: ImageOutput = ImageOutput()
  ) {
    self.now = now
    self.calendar = calendar
    self.area = area
    self.layout = layout
    self.isVisible = isVisible
    self.isMoving = isMoving
    self.frame = frame
    self.connection = connection
    self.transfer = transfer
    self.defaultServiceLevel = defaultServiceLevel
    self.images = images
  }

  /// Says something in the status line for a few seconds.
  public mutating func toast(_ text: String, _ tone: Toast.Tone = .plain) {
    requests.append(.toast(Toast(text, tone)))
  }
  /// Asks yes or no; yes comes back as ``PaneEvent/answered(_:text:)``.
  public mutating func confirm(_ question: Confirmation) { requests.append(.confirm(question)) }
  /// Asks for a line of text; comes back as ``PaneEvent/answered(_:text:)``.
  public mutating func prompt(_ question: Prompt) { requests.append(.prompt(question)) }
  /// Shows a longer text that scrolls.
  public mutating func details(title: String, text: String) {
    requests.append(.details(title: title, text: text))
  }
  /// Opens the login.
  public mutating func login() { requests.append(.login) }
  /// Asks whether to log out.
  public mutating func logout() { requests.append(.logout) }
  /// Goes to another pane.
  public mutating func show(_ pane: PaneID) { requests.append(.show(pane)) }
  /// Sends an event to another pane and goes there.
  public mutating func show(_ pane: PaneID, then event: PaneEvent) {
    requests.append(.show(pane))
    requests.append(.send(pane, event))
  }
  /// Asks for one ``PaneEvent/rested`` when no key came for 120 ms: call it when the selection
  /// moves, so that running through a list neither loads nor redraws every detail.
  public mutating func askForRest() { requests.append(.rest) }
}

/// What a pane asks of the shell.
public enum ShellRequest: Sendable, Equatable {
  case toast(Toast)
  case confirm(Confirmation)
  case prompt(Prompt)
  case details(title: String, text: String)
  case show(PaneID)
  case send(PaneID, PaneEvent)
  case rest
  case login, logout
}

/// What a view needs besides its state.
public struct ViewContext: Sendable {
  public let look: Look
  public let now: Date
  public let calendar: Calendar
  public let layout: Layout
  public let frame: FrameInfo
  public let connection: Connection
  public let transfer: TransferStatus
  public let keys: KeyMap
  public let about: About
  /// How pictures can be shown.
  public let images: ImageOutput

  public init(
    look: Look, now: Date, calendar: Calendar, layout: Layout, frame: FrameInfo = FrameInfo(),
    connection: Connection = .loggedOut, transfer: TransferStatus = TransferStatus(),
    keys: KeyMap = KeyMap(), about: About = About(), images: ImageOutput = ImageOutput()
  ) {
    self.look = look
    self.now = now
    self.calendar = calendar
    self.layout = layout
    self.frame = frame
    self.connection = connection
    self.transfer = transfer
    self.keys = keys
    self.about = about
    self.images = images
  }

  /// Whose uploads the present login sends; nil when nobody is logged in.
  public var login: UploadOwner? { frame.user.map { UploadOwner($0, at: frame.server) } }

  /// The key of a command as it is written, for hints in empty panes.
  public func key(_ command: String) -> String { keys.label(for: command) ?? ":" }
  /// `09:12` today, `20 Nov` otherwise.
  public func time(_ date: Date) -> String { Format.time(date, now: now, calendar: calendar) }
  /// `4 min ago`, in coarse steps.
  public func age(_ date: Date) -> String { Format.age(date, now: now, calendar: calendar) }
}

/// The three ways to arrange a pane.
public enum Layout: Sendable, Hashable {
  /// From 120 columns: list and detail side by side.
  case wide
  /// 80 to 119 columns: detail below the list.
  case standard
  /// Under 80 columns or 24 rows: rows of two lines, one thing at a time.
  case compact

  /// The arrangement for a terminal of a size.
  public init(_ size: Size) {
    if size.width < 80 || size.height < 24 {
      self = .compact
    } else {
      self = size.width >= 120 ? .wide : .standard
    }
  }
}
