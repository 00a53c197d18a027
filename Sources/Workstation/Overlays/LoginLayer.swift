import Screen

/// Server, user, password, and the code of a second factor when the gateway wants one. Comes by itself on the first run; never stands in the way of working
/// offline.
struct LoginLayer: LayerContent {
  enum Part: Int, Sendable, Equatable, CaseIterable { case server, user, password, code }

  var server: TextField
  var user: TextField
  var password = TextField("", isSecret: true, limit: 1_024)
  var code = TextField("", limit: 40)
  var focus: Part
  /// True when nobody was ever logged in here: it then says what RadRelay is.
  let isFirstRun: Bool
  var isWorking = false
  var problem = ""
  /// True once the gateway took the password and asked for the code.
  private(set) var wantsCode = false
  /// The password that was sent, until it is known whether it is enough.
  private var sentPassword = ""

  init(server: String, user: String, isFirstRun: Bool) {
    self.server = TextField(server, limit: 300)
    self.user = TextField(user, limit: 50)
    self.isFirstRun = isFirstRun
    focus = server.isEmpty ? .server : (user.isEmpty ? .user : .password)
  }

  mutating func handle(_ event: InputEvent, screen: Rect) -> LayerResult {
    switch event {
    case .paste(let text): withField { $0.insert(text.trimmed) }
    case .mouse(let mouse):
      guard mouse.action == .press else { return .stays }
      let fields = areas(in: screen).fields
      if let index = fields.firstIndex(where: { $0.y == mouse.point.y && !$0.isEmpty }),
        let part = Part(rawValue: index)
      {
        focus = part
      }
    case .key(let key):
      switch key.code {
      case .escape: return .closes(.offline)
      case .tab, .down: step(1)
      case .backTab, .up: step(-1)
      case .function(2): password.isSecret.toggle()
      case .enter: return submit()
      default: withField { _ = $0.handle(key) }
      }
    case .resize, .focus, .background: break
    }
    return .stays
  }

  private mutating func step(_ by: Int) {
    let count = wantsCode ? Part.allCases.count : Part.code.rawValue
    focus = Part(rawValue: (focus.rawValue + by + count) % count) ?? .server
  }

  private mutating func withField(_ change: (inout TextField) -> Void) {
    let before = [server.text, user.text, password.text]
    switch focus {
    case .server: change(&server)
    case .user: change(&user)
    case .password: change(&password)
    case .code: change(&code)
    }
    // A password goes to the gateway and for the user that it was typed for, and nowhere else.
    if wantsCode, before != [server.text, user.text, password.text] { forgetCode() }
  }

  private mutating func forgetCode() {
    wantsCode = false
    sentPassword = ""
    code.set("")
  }

  /// The login was refused: it begins again with the password.
  mutating func fail(_ text: String) {
    isWorking = false
    problem = text
    focus = .password
    forgetCode()
  }

  /// The password was right; the code is wanted.
  /// - Parameter text: what was wrong about the one before; empty when there was none.
  mutating func askForCode(_ text: String) {
    isWorking = false
    wantsCode = true
    problem = text
    code.set("")
    focus = .code
  }

  /// Enter goes on to the next empty field, and logs in from the last.
  private mutating func submit() -> LayerResult {
    guard !isWorking else { return .stays }
    let origin = server.text.trimmed
    let name = user.text.trimmed
    if origin.isEmpty {
      focus = .server
      problem = "Which gateway? Write its address."
    } else if !Self.isOrigin(origin) {
      focus = .server
      problem = "Write the address with http:// or https://, for example https://relay.example.org"
    } else if name.isEmpty {
      focus = .user
      problem = ""
    } else if wantsCode {
      focus = .code
      let typed = code.text.trimmed
      guard !typed.isEmpty else {
        problem = "Type the code."
        return .stays
      }
      problem = ""
      isWorking = true
      return .stays(
        .logIn(server: origin, username: name, password: sentPassword, code: typed))
    } else if password.isEmpty {
      problem = focus == .password ? "Type the password." : ""
      focus = .password
    } else {
      problem = ""
      isWorking = true
      let secret = password.text
      password.set("")
      sentPassword = secret
      return .stays(.logIn(server: origin, username: name, password: secret, code: nil))
    }
    return .stays
  }

  /// An address with a scheme and a host; the gateway client checks the rest.
  private static func isOrigin(_ text: String) -> Bool {
    let lower = text.lowercased()
    for scheme in ["http://", "https://"] where lower.hasPrefix(scheme) {
      let rest = lower.dropFirst(scheme.count)
      return !rest.isEmpty && !rest.contains(" ") && rest.first != "/"
    }
    return false
  }

  var hints: [BarItem] {
    [
      BarItem(Key(.enter), "log in"), BarItem(Key(.tab), "next field"),
      BarItem(Key(.function(2)), password.isSecret ? "show password" : "hide password"),
      BarItem(Key(.escape), "work offline"),
    ]
  }

  private static let introduction = """
    RadRelay sends imaging studies to your PACS, proves that every image arrived, and brings \
    the reports back.
    It works offline: what you queue here goes out when the gateway can be reached.
    """

  private static let shortIntroduction =
    "Sends studies to your PACS, proves that every image arrived, brings the reports back. "
    + "Works offline, too."

  /// What RadRelay is, as far as there is room; empty after the first run.
  private func words(in screen: Rect) -> [String] {
    guard isFirstRun else { return [] }
    return [Self.introduction, Self.shortIntroduction]
      .map { Wrapping.lines($0, columns: max(1, min(66, screen.width) - 4)) + [""] }
      .first { $0.count <= screen.height - 8 } ?? []
  }

  private func areas(in screen: Rect) -> (panel: Rect, text: Rect, fields: [Rect], note: Rect) {
    let width = min(66, screen.width)
    // The words go first when it is tight, the fields last.
    let text = words(in: screen).count
    let fields = wantsCode ? Part.allCases.count : Part.code.rawValue
    let panel = screen.centered(width: width, height: 2 + text + 3 + fields)
    let inner = panel.height >= 3 ? panel.inset(left: 2, top: 1, right: 2, bottom: 1) : panel
    let parts = inner.rows(
      [.fixed(text)] + Array(repeating: .fixed(1), count: fields)
        + [.fixed(inner.height > fields + 1 ? 1 : 0), .flexible(1)])
    return (panel, parts[0], Array(parts[1...fields]), parts[fields + 2])
  }

  func view(screen: Rect, into buffer: inout CellBuffer, _ look: Look) {
    let areas = areas(in: screen)
    Panel.draw(isFirstRun ? "Welcome to RadRelay" : "Log in", into: &buffer, areas.panel, look)
    for (index, line) in words(in: screen).prefix(areas.text.height).enumerated() {
      buffer.write(
        line, x: areas.text.x, y: areas.text.y + index, width: areas.text.width, style: look[.text])
    }
    let labels = ["Server", "User", "Password", "Code"]
    let fields = [server, user, password, code]
    let hints = [
      "https://relay.example.org", "your user name", wantsCode ? "taken" : "",
      "six digits, or a recovery code",
    ]
    for (index, area) in areas.fields.enumerated() where !area.isEmpty {
      let isFocused = focus.rawValue == index
      if isFocused { buffer.write("▌", x: area.x, y: area.y, width: 1, style: look[.accent]) }
      buffer.write(
        labels[index], x: area.x + 2, y: area.y, width: max(0, area.width - 2),
        style: look[isFocused ? .selection : .text])
      fields[index].draw(
        placeholder: hints[index], focused: isFocused, into: &buffer, area.inset(left: 12), look)
    }
    let isAsking = wantsCode && problem.isEmpty
    let note =
      isWorking
      ? "Logging in…" : isAsking ? "Type the code that your authenticator shows." : problem
    for (index, line) in Wrapping.lines(note, columns: areas.note.width).enumerated()
    where index < areas.note.height {
      buffer.write(
        line, x: areas.note.x, y: areas.note.y + index, width: areas.note.width,
        style: look[isWorking || isAsking ? .dim : .alarm])
    }
  }
}
