import Screen

extension ViewerPane {
  private static let hasCursor: @Sendable (ViewerState) -> Bool = { state in
    showsImages(state) && state.tool.hasCursor && !state.isChoosingSeries
  }

  /// What the key bar says first: what Enter and Space do now, and that there is more to see.
  static let pointCommands: [PaneCommand<ViewerState>] = [
    PaneCommand(
      "viewer.point", "set point", keys: [.character(" "), Key(.enter)],
      help: "Sets a point of the measurement.",
      isShown: { hasCursor($0) && $0.tool.pointCount > 0 }),
    PaneCommand(
      "viewer.choose", "choose", keys: [Key(.enter)],
      help: "Shows the selected series in the active tile.",
      isShown: { showsImages($0) && $0.isChoosingSeries }),
    PaneCommand(
      "viewer.fold", "fold", keys: [Key(.enter), .character(" ")],
      help: "Folds the items of the sequence away, or shows them again.",
      isShown: { $0.metadata != nil },
      disabledReason: { $0.metadata?.foldable == nil ? "this line stands in no sequence" : nil }),
    PaneCommand(
      "viewer.study", "next study", keys: [.character("S")],
      help: "Goes to the next of the studies that were found.",
      isShown: { showsImages($0) && ($0.studies?.count ?? 0) > 1 }),
  ]

  static let measureCommands: [PaneCommand<ViewerState>] = [
    PaneCommand(
      "viewer.distance", "distance", keys: [.character("d")],
      help: "Measures between two points: the arrows move the cursor, Space sets a point; or drag.",
      isShown: showsImages, disabledReason: needsPicture),
    PaneCommand(
      "viewer.angle", "angle", keys: [.character("a")],
      help: "Measures an angle: a point, the vertex, another point.", isInKeyBar: false,
      isShown: showsImages, disabledReason: needsPicture),
    PaneCommand(
      "viewer.ellipse", "ellipse", keys: [.character("e")],
      help: "Mean, deviation and area in an ellipse, from corner to corner.", isInKeyBar: false,
      isShown: showsImages, disabledReason: needsPicture),
    PaneCommand(
      "viewer.probe", "probe", keys: [.character("x")],
      help: "Shows the value under a cursor; the arrows move it, with Shift in larger steps.",
      isInKeyBar: false, isShown: showsImages, disabledReason: needsPicture),
    PaneCommand(
      "viewer.undo", "undo", keys: [Key(.backspace), Key(.delete)],
      help: "Takes the last point or measurement away.", isInKeyBar: false,
      isShown: { showsImages($0) && !($0.points.isEmpty && $0.measurements.isEmpty) }),
  ]

  static let partCommands: [PaneCommand<ViewerState>] = [
    PaneCommand(
      "viewer.series", "series", keys: [.character("s")],
      help: "Goes to the list of series; the arrows left and right change the series at once.",
      isShown: showsImages),
    PaneCommand(
      "viewer.tiles", "tiles", keys: [.character("n")],
      help: "One image, two beside each other, or four; Tab goes from one to the next.",
      isShown: showsImages),
    PaneCommand(
      "viewer.together", "together", keys: [.character("y")],
      help: "Scrolls the tiles together, by position in the patient, or each for itself.",
      isInKeyBar: false, isShown: { showsImages($0) && $0.tiles.count > 1 }),
    PaneCommand(
      "viewer.metadata", "attributes", keys: [.character("m")],
      help: "Shows all attributes of the file; / searches in them.", isShown: showsImages),
  ]
}
