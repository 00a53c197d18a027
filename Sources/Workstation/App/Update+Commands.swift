import Domain
import Screen

extension AppState {
  /// Runs a command, or says why it cannot be done now.
  mutating func run(_ command: Command, argument: String) -> [Effect] {
    if let reason = command.disabledReason(self) {
      return show(Toast("Not now: \(reason).", .plain))
    }
    switch command.scope {
    case .pane(let pane):
      return go(to: pane) + send(pane, .command(command.id, argument: argument))
    case .everywhere: return run(command.id, argument: argument)
    }
  }

  private mutating func run(_ id: String, argument: String) -> [Effect] {
    switch id {
    case "list.up": return send(pane, .move(.up))
    case "list.down": return send(pane, .move(.down))
    case "list.left": return send(pane, .move(.left))
    case "list.right": return send(pane, .move(.right))
    case "list.page-up": return send(pane, .move(.pageUp))
    case "list.page-down": return send(pane, .move(.pageDown))
    case "list.first": return send(pane, .move(.first))
    case "list.last": return send(pane, .move(.last))
    case "part.next": return send(pane, .move(.nextPart))
    case "part.previous": return send(pane, .move(.previousPart))
    case "open": return send(pane, .open)
    case "back": return back()
    case "filter": return openFilter(argument)
    case "sync": return [.syncNow] + show(Toast("Synchronising…"))
    case "login": openLogin()
    case "logout": askLogout()
    case "theme": return chooseTheme(argument)
    case "palette": layers.append(.picker(CommandPicker(.palette, rows: pickerRows(.palette))))
    case "help": layers.append(.picker(CommandPicker(.help, rows: pickerRows(.help))))
    case "redraw": return [.redraw]
    case "suspend": return [.suspend]
    case "quit": return quit(insist: false)
    default:
      if let pane = PaneID.allCases.first(where: { id == "pane.\($0.rawValue)" }) {
        return go(to: pane)
      }
    }
    return []
  }

  /// Esc: out of whatever is open, then the filter, then notifications and settings.
  mutating func back() -> [Effect] {
    if toast != nil { toast = nil }
    let traits = PaneDirectory.traits(self)
    if traits.goesBack { return send(pane, .back) }
    if let filter = traits.filter, !filter.isEmpty { return send(pane, .filter("")) }
    if beganWithImages, pane == .viewer {
      return show(Toast("\(keys.label(for: "quit") ?? ":") leaves RadRelay."))
    }
    return pane.hasTab ? [] : go(to: previousPane)
  }

  /// Leaves at the top level, else goes back. Asks while an upload is on its way; `insist` (Ctrl-C)
  /// leaves from anywhere, the second time without asking.
  mutating func quit(insist: Bool) -> [Effect] {
    if !insist {
      if PaneDirectory.traits(self).goesBack { return send(pane, .back) }
      if !pane.hasTab, !(beganWithImages && pane == .viewer) { return go(to: previousPane) }
    }
    let isSending = !transfer.uploads.isEmpty && !transfer.byAnotherProcess
    let question = ConfirmLayer(question: quitQuestion, asker: .shell)
    guard isSending, !layers.contains(.confirm(question)) else { return [.quit] }
    layers.append(.confirm(question))
    return []
  }

  private var quitQuestion: Confirmation {
    let count = transfer.uploads.count
    return Confirmation(
      id: "quit", title: "Leave RadRelay?",
      text: count == 1
        ? "1 study is being sent. Sending goes on when you open RadRelay again."
        : "\(count) studies are being sent. Sending goes on when you open RadRelay again.",
      action: "Leave")
  }

  mutating func askLogout() {
    let question = Confirmation(
      id: "logout", title: "Log out?",
      text: "What is queued stays on this computer and goes on after the next login.",
      action: "Log out")
    layers.append(.confirm(ConfirmLayer(question: question, asker: .shell)))
  }

  private mutating func openFilter(_ argument: String) -> [Effect] {
    guard let filter = PaneDirectory.traits(self).filter else { return [] }
    if !argument.isEmpty { return send(pane, .filter(argument)) }
    layers.append(.filter(FilterLayer(filter)))
    return []
  }

  private mutating func chooseTheme(_ argument: String) -> [Effect] {
    let names = ["auto"] + themes.map(\.name)
    if argument.isEmpty {
      let current = names.firstIndex(of: values[.theme] ?? "auto") ?? 0
      let next = names[(current + 1) % names.count]
      return [.perform(.set(.theme, value: next))] + show(Toast("Theme \(next)."))
    }
    guard let name = names.first(where: { $0.hasPrefix(argument.lowercased()) }) else {
      return show(
        Toast(
          "No theme is called \(argument); there are \(names.joined(separator: ", ")).", .waiting))
    }
    return [.perform(.set(.theme, value: name))] + show(Toast("Theme \(name)."))
  }

  mutating func perform(_ action: LayerAction) -> [Effect] {
    switch action {
    case .run(let id, let argument):
      guard let command = CommandTable.command(id) else { return [] }
      return run(command, argument: argument)
    case .answer(.shell, let id, _):
      if id == "quit" { return [.quit] }
      if id == "logout" {
        frame.user = nil
        return [.logout, .load(.frame)] + show(Toast("Logged out."))
      }
      return []
    case .answer(.pane(let pane), let id, let text):
      return send(pane, .answered(id, text: text))
    case .filter(let text, let settled):
      if settled {
        pendingFilter = nil
        return send(pane, .filter(text))
      }
      pendingFilter = text
      return [.after(seconds: 0.06, .filterSettled)]
    case .logIn(let server, let username, let password, let code):
      return [.login(server: server, username: username, password: password, code: code)]
    case .offline:
      let key = keys.label(for: "login") ?? ":"
      return frame.user == nil
        ? show(Toast("Working offline; \(key) logs in.")) : []
    }
  }

  /// What help and palette list: the commands of this pane first, then those everywhere, in the
  /// palette also those of the other panes.
  private func pickerRows(_ mode: CommandPicker.Mode) -> [CommandPicker.Row] {
    let here = CommandTable.commands(of: pane)
    let elsewhere =
      mode == .palette
      ? PaneID.allCases.filter { $0 != pane }.flatMap(CommandTable.commands(of:)) : []
    // What the pane has for the same keys stands for it.
    let taken = Set(here.filter { $0.isShown(self) }.flatMap(keys.keys(for:)))
    let everywhere = CommandTable.everywhere.filter { command in
      let own = keys.keys(for: command)
      return own.isEmpty || !own.allSatisfy(taken.contains)
    }
    return (here + everywhere + elsewhere).filter { $0.isShown(self) }.map {
      var place = ""
      if case .pane(let pane) = $0.scope { place = pane.title }
      return CommandPicker.Row(
        id: $0.id, title: $0.title, help: $0.help,
        keys: keys.keys(for: $0).map { $0.label(ascii: look.ascii) }.joined(separator: " "),
        place: place,
        argument: $0.argument, disabledReason: $0.disabledReason(self))
    }
  }
}
