import Domain
import Screen

/// Changes the state for a message and says what work follows. Pure: it reads no clock, no disk.
public func update(_ state: inout AppState, _ message: Message) -> [Effect] {
  var effects = state.take(message)
  // What a person set shows at once; the store follows.
  for case .perform(.set(let setting, let value)) in effects {
    effects += state.apply(setting, value)
  }
  return effects
}

extension AppState {
  /// The work with which the program begins: what the frame and the first pane show.
  /// - Parameter images: files and folders to show at once, absolute paths.
  public mutating func start(images: [String] = []) -> [Effect] {
    let frame: [Effect] = [.load(.settings), .load(.frame)]
    guard !images.isEmpty else { return frame + send(pane, .appeared) }
    beganWithImages = true
    pane = .viewer
    return frame + send(.viewer, .reveal(.images(.paths(images))))
  }

  mutating func take(_ message: Message) -> [Effect] {
    switch message {
    case .input(let event):
      let bar = heldBar ?? barItems
      isMoving = false
      let effects = handle(event)
      heldBar = isMoving ? bar : nil
      return effects
    case .clock(let date):
      now = date
      return []
    case .timer(let timer): return handle(timer)
    case .connection(let connection):
      let wasOnline = self.connection.isOnline
      let isNews = connection != self.connection
      self.connection = connection
      var effects: [Effect] = connection.isOnline == wasOnline ? [] : [.load(.frame)]
      if connection == .loginExpired, isNews {
        effects += show(
          Toast(
            "The login has ended; press \(keys.label(for: "login") ?? ":") and log in.", .waiting))
      }
      return effects + tellAll(message)
    case .transfer(let status):
      transfer = status
      return tellAll(message)
    case .loaded(.frame(let info)): return take(info) + tellAll(message)
    case .loaded(.settings(let values)):
      self.values = values
      look = makeLook()
      return tellAll(message)
    case .loginResult(let result): return take(result)
    case .storeChanged(let regions):
      var effects: [Effect] = [.load(.frame)]
      if regions.contains(.settings) { effects.append(.load(.settings)) }
      return effects + tellAll(message)
    case .done(let done): return say(done) + tellAll(message)
    case .failed(let work, let text):
      // A list that could not be read while something else is in view disturbs nobody.
      var effects = tellAll(message)
      if work != .load(.frame) { effects += show(Toast(text, .alarm)) }
      return effects
    case .viewer: return send(.viewer, .message(message))
    case .images(let output):
      images = output
      return send(.viewer, .message(message))
    case .loaded, .folder, .scan, .organised, .review: return tellAll(message)
    }
  }

  private mutating func take(_ info: FrameInfo) -> [Effect] {
    let isFirst = !frameIsKnown
    let hasNews = !isFirst && info.unreadReports > frame.unreadReports
    frame = info
    frameIsKnown = true
    if isFirst, info.user == nil, !beganWithImages { openLogin() }
    return hasNews && values[.bell] != "off" ? [.bell] : []
  }

  private mutating func take(_ result: LoginResult) -> [Effect] {
    switch result {
    case .success(let user):
      layers.removeAll(where: \.isLogin)
      frame.user = user
      return show(Toast("Logged in as \(user.username), \(user.facility.name)."))
        + [.load(.frame)] + send(pane, .appeared)
    case .failure(let text):
      for index in layers.indices {
        if case .login(var login) = layers[index] {
          login.fail(text)
          layers[index] = .login(login)
          return []
        }
      }
      return show(Toast(text, .alarm))
    case .codeWanted(let problem):
      for index in layers.indices {
        if case .login(var login) = layers[index] {
          login.askForCode(problem)
          layers[index] = .login(login)
          return []
        }
      }
      return show(Toast("The login wants a code. Log in again and type it.", .waiting))
    }
  }

  /// Opens the login; on the first run it says what the program is.
  mutating func openLogin() {
    guard !layers.contains(where: \.isLogin) else { return }
    layers.append(
      .login(
        LoginLayer(
          server: frame.server, user: frame.user?.username ?? "",
          isFirstRun: frame.server.isEmpty && frame.user == nil)))
  }

  private mutating func say(_ done: Done) -> [Effect] {
    switch done {
    case .enqueued(let ids):
      let studies = ids.count == 1 ? "1 study" : "\(Format.count(ids.count)) studies"
      let rest = connection.isOnline ? "" : "; sending starts when the gateway can be reached"
      return show(Toast("Queued \(studies)\(rest)."))
    case .savedPDF(let path): return show(Toast("Saved \(path)"))
    case .savedReceipt(let path): return show(Toast("Saved \(path), and .json beside it"))
    case .performed(.takeOver): return show(Toast("Taken over: it is sent under your login."))
    case .performed(.takeOverAll):
      return show(Toast("Taken over: all of it is sent under your login."))
    case .performed(.setLevel(_, let level, _)):
      return show(Toast("Its service level is \(level.title) now."))
    case .performed(.forget): return show(Toast("Forgotten: its record and copies are gone."))
    case .performed: return []
    }
  }

  /// Applies a setting that was changed here.
  mutating func apply(_ setting: Setting, _ value: String) -> [Effect] {
    values[setting] = value
    look = makeLook()
    return tellAll(.loaded(.settings(values)))
  }

  /// Shows a line for a few seconds: longer when it tells of trouble.
  mutating func show(_ toast: Toast) -> [Effect] {
    self.toast = toast
    return [.after(seconds: toast.tone == .plain ? 4 : 10, .toastOver)]
  }

  private mutating func handle(_ timer: Message.Timer) -> [Effect] {
    switch timer {
    case .toastOver:
      toast = nil
      return []
    case .filterSettled:
      guard let text = pendingFilter else { return [] }
      pendingFilter = nil
      return send(pane, .filter(text))
    case .selectionRested:
      heldBar = nil
      return send(pane, .rested)
    case .draftDue: return send(.uploads, .message(.timer(timer)))
    case .prefixOver: return []
    }
  }

  /// Sends a message to every pane; each takes what is its own.
  mutating func tellAll(_ message: Message) -> [Effect] {
    PaneID.allCases.flatMap { send($0, .message(message)) }
  }

  /// Sends an event to a pane and does what it asks of the shell.
  mutating func send(_ pane: PaneID, _ event: PaneEvent) -> [Effect] {
    var context = PaneContext(
      now: now, calendar: calendar, area: FrameLayout(size: size).pane, layout: Layout(size),
      isVisible: pane == self.pane, isMoving: heldBar != nil, frame: frame, connection: connection,
      transfer: transfer, defaultServiceLevel: defaultServiceLevel, images: imageOutput)
    var effects = PaneDirectory.update(pane, &self, event, &context)
    for request in context.requests { effects += perform(request, of: pane) }
    return effects
  }

  private mutating func perform(_ request: ShellRequest, of asker: PaneID) -> [Effect] {
    switch request {
    case .toast(let toast): return show(toast)
    case .confirm(let question):
      layers.append(.confirm(ConfirmLayer(question: question, asker: .pane(asker))))
    case .prompt(let question):
      layers.append(.prompt(PromptLayer(question, asker: .pane(asker))))
    case .details(let title, let text):
      layers.append(.details(DetailsLayer(title: title, text: text)))
    case .show(let pane): return go(to: pane)
    case .send(let pane, let event): return send(pane, event)
    case .rest:
      isMoving = true
      return [.after(seconds: 0.12, .selectionRested)]
    case .login: openLogin()
    case .logout: askLogout()
    }
    return []
  }

  /// Brings a pane into view.
  mutating func go(to target: PaneID) -> [Effect] {
    guard target != pane else { return [] }
    if pane.hasTab { previousPane = pane }
    pendingFilter = nil
    layers.removeAll(where: \.isFilter)
    let left: [Effect] = pane == .viewer ? [.viewer(.close)] : []
    pane = target
    return left + send(target, .appeared)
  }
}

extension Connection {
  /// True when the gateway answers.
  var isOnline: Bool {
    if case .online = self { true } else { false }
  }
}
