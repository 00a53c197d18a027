import Domain
import Screen

/// Something over the pane. Layers are a stack; input goes to the top one and down until one
/// takes it.
enum Layer: Sendable, Equatable {
  case login(LoginLayer)
  case picker(CommandPicker)
  case filter(FilterLayer)
  case confirm(ConfirmLayer)
  case prompt(PromptLayer)
  case details(DetailsLayer)
}

/// What a layer does with input, how it is drawn, which keys it has.
protocol LayerContent: Sendable, Equatable {
  /// - Parameter screen: the cells between the tabs and the status line.
  mutating func handle(_ event: InputEvent, screen: Rect) -> LayerResult
  func view(screen: Rect, into buffer: inout CellBuffer, _ look: Look)
  var hints: [BarItem] { get }
}

/// A key in the key bar, and what it does. A click on it is the same as the key.
struct BarItem: Sendable, Equatable {
  var key: Key
  var title: String
  /// How the key is written, when not by its own name.
  var label: String

  init(_ key: Key, _ title: String, label: String? = nil) {
    self.key = key
    self.title = title
    self.label = label ?? key.label
  }
}

/// What came of input to a layer.
struct LayerResult: Sendable, Equatable {
  var isConsumed = true
  var closes = false
  var actions: [LayerAction] = []

  static let stays = LayerResult()
  static let ignored = LayerResult(isConsumed: false)
  static func closes(_ actions: LayerAction...) -> LayerResult {
    LayerResult(closes: true, actions: actions)
  }
  static func stays(_ actions: LayerAction...) -> LayerResult { LayerResult(actions: actions) }
}

/// What a layer wants to be done.
enum LayerAction: Sendable, Equatable {
  case run(String, argument: String)
  case answer(Asker, id: String, text: String)
  /// The filter line's text; `settled` when typing is over.
  case filter(String, settled: Bool)
  case logIn(server: String, username: String, password: String, code: String?)
  case offline
}

/// Who asked a question.
enum Asker: Sendable, Equatable {
  case shell
  case pane(PaneID)
}

extension Layer {
  mutating func handle(_ event: InputEvent, screen: Rect) -> LayerResult {
    func pass<Content: LayerContent>(
      _ content: Content, _ wrap: (Content) -> Layer
    ) -> (Layer, LayerResult) {
      var content = content
      let result = content.handle(event, screen: screen)
      return (wrap(content), result)
    }
    let (layer, result) =
      switch self {
      case .login(let content): pass(content, Layer.login)
      case .picker(let content): pass(content, Layer.picker)
      case .filter(let content): pass(content, Layer.filter)
      case .confirm(let content): pass(content, Layer.confirm)
      case .prompt(let content): pass(content, Layer.prompt)
      case .details(let content): pass(content, Layer.details)
      }
    self = layer
    return result
  }

  var content: any LayerContent {
    switch self {
    case .login(let content): content
    case .picker(let content): content
    case .filter(let content): content
    case .confirm(let content): content
    case .prompt(let content): content
    case .details(let content): content
    }
  }

  var isFilter: Bool {
    if case .filter = self { true } else { false }
  }

  var isLogin: Bool {
    if case .login = self { true } else { false }
  }
}
