import Domain
import Screen

/// The viewer: stacks of images, truthfully, in any terminal.
public enum ViewerPane: Pane {
  public static let id = PaneID.viewer

  public static let commands: [PaneCommand<ViewerState>] =
    pointCommands + stackCommands + partCommands + measureCommands + windowCommands + placeCommands

  public static func traits(_ state: ViewerState) -> PaneTraits {
    PaneTraits(
      filter: state.metadata?.filter,
      goesBack: state.metadata != nil || state.isChoosingSeries || state.tool != .window,
      takesWheel: state.metadata == nil)
  }

  /// Pictures are in view and have the keys.
  static let showsImages: @Sendable (ViewerState) -> Bool = { state in
    state.metadata == nil && state.study != nil
  }

  /// A picture is there to work on.
  static let needsPicture: @Sendable (ViewerState) -> String? = { state in
    state.tile.picture == nil ? "no image is shown" : nil
  }

  private static let needsGray: @Sendable (ViewerState) -> String? = { state in
    guard let picture = state.tile.picture else { return "no image is shown" }
    return picture.facts.isGray ? nil : "a colour image has no window"
  }

  private static let stackCommands: [PaneCommand<ViewerState>] = [
    PaneCommand(
      "viewer.cine", "cine", keys: [.character("c")],
      help: "Runs through the stack by itself, or stops.", isShown: showsImages,
      disabledReason: { state in
        (state.series(of: state.tile)?.images.count ?? 0) < 2 ? "there is one image only" : nil
      }),
    PaneCommand(
      "viewer.faster", "faster", keys: [.character(">")], help: "Makes the cine faster.",
      isInKeyBar: false, isShown: showsImages),
    PaneCommand(
      "viewer.slower", "slower", keys: [.character("<")], help: "Makes the cine slower.",
      isInKeyBar: false, isShown: showsImages),
  ]

  private static let windowCommands: [PaneCommand<ViewerState>] =
    [
      PaneCommand(
        "viewer.preset-0", "file's window", keys: [.character("0")],
        help: "The window that the file asks for.", isInKeyBar: false, isShown: showsImages,
        disabledReason: needsGray)
    ]
    + (1...9).map { number in
      PaneCommand(
        "viewer.preset-\(number)", "window \(number)",
        keys: [.character(Character(String(number)))],
        help: "Window \(number) of the list: "
          + (WindowOption.nameInCT(number).map { "\($0) in CT" } ?? "one of the file's own") + ".",
        isInKeyBar: false, isShown: showsImages,
        disabledReason: { state in
          if let reason = needsGray(state) { return reason }
          let options = state.tile.picture.map { WindowOption.all($0.facts) } ?? []
          return options.count < number ? "this image has no window \(number)" : nil
        })
    } + [
      PaneCommand(
        "viewer.wider", "wider", keys: [.character("w")],
        help: "Widens the window: less contrast. Dragging to the right does too.",
        isInKeyBar: false, isShown: showsImages, disabledReason: needsGray),
      PaneCommand(
        "viewer.narrower", "narrower", keys: [.character("W")],
        help: "Narrows the window: more contrast.", isInKeyBar: false, isShown: showsImages,
        disabledReason: needsGray),
      PaneCommand(
        "viewer.level-up", "level", keys: [.character("l")],
        help: "Raises the level: darker. Dragging down does too.", isInKeyBar: false,
        isShown: showsImages,
        disabledReason: needsGray),
      PaneCommand(
        "viewer.level-down", "level down", keys: [.character("L")],
        help: "Lowers the level: brighter.", isInKeyBar: false, isShown: showsImages,
        disabledReason: needsGray),
      PaneCommand(
        "viewer.invert", "invert", keys: [.character("i")], help: "Exchanges black and white.",
        isInKeyBar: false, isShown: showsImages, disabledReason: needsGray),
    ]

  private static let placeCommands: [PaneCommand<ViewerState>] = [
    place("zoom-in", "zoom in", [.character("+"), .character("=")], "Enlarges the image."),
    place("zoom-out", "zoom out", [.character("-")], "Makes the image smaller."),
    place("fit", "fit", [.character("f")], "Shows the whole image."),
    place("one-to-one", "1:1", [.character("o")], "One pixel of the image for each of the screen."),
    place(
      "pan", "pan", [.character("p")],
      "The arrows and the left button move the image; again, or"
        + " Esc, ends it. Shift with an arrow moves it at any time."),
    place("pan-left", "pan left", [Key(.left, .shift)], "Moves the image to the left."),
    place("pan-right", "pan right", [Key(.right, .shift)], "Moves the image to the right."),
    place("pan-up", "pan up", [Key(.up, .shift)], "Moves the image up."),
    place("pan-down", "pan down", [Key(.down, .shift)], "Moves the image down."),
    place("turn", "turn", [.character("t")], "Turns the image by a quarter, clockwise."),
    place("turn-back", "turn back", [.character("T")], "Turns it by a quarter the other way."),
    place("mirror", "mirror", [.character("h")], "Mirrors the image left to right."),
    place("flip", "flip", [.character("v")], "Mirrors the image top to bottom."),
    place(
      "reset", "reset", [.character("r")],
      "Window, size, place and orientation as at the beginning."
    ),
  ]

  private static func place(
    _ id: String, _ title: String, _ keys: [Key], _ help: String
  ) -> PaneCommand<ViewerState> {
    PaneCommand(
      "viewer.\(id)", title, keys: keys, help: help, isInKeyBar: false, isShown: showsImages,
      disabledReason: needsPicture)
  }
}
