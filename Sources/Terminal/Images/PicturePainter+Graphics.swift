import Screen

extension PicturePainter {
  /// Takes away what is shown where no picture is to be any more.
  func removeGone(_ overlays: [ImageOverlay], _ buffer: CellBuffer, _ plan: inout Plan) {
    var kept: [DrawnPicture] = []
    for picture in drawn {
      if overlays.contains(where: { $0.area == picture.overlay.area }) {
        kept.append(picture)
      } else {
        plan.before += removal(of: picture)
      }
    }
    drawn = kept
  }

  /// The bytes that take a picture off the screen.
  func removal(of picture: DrawnPicture) -> [UInt8] {
    switch way {
    case .kitty: KittyGraphics.delete(id: picture.id, .none)
    case .kittyPlaceholders: KittyGraphics.delete(id: picture.id, .tmux)
    case .sixel, .iterm2: picture.parts.flatMap(erasure)
    case .cells: []
    }
  }

  /// Blanks, which take the pixels along; text alone does not everywhere.
  private func erasure(_ part: Rect) -> [UInt8] {
    (part.y..<part.maxY).flatMap { row in
      Array("\u{1B}[m\u{1B}[\(row + 1);\(part.x + 1)H\u{1B}[\(part.width)X".utf8)
    }
  }

  /// Brings one picture up to date.
  func draw(_ overlay: ImageOverlay, _ parts: [Rect], _ pace: LinePace, _ plan: inout Plan) {
    let index = drawn.firstIndex { $0.overlay.area == overlay.area }
    let isSame = index.map { drawn[$0].overlay.raster == overlay.raster } ?? false
    if isSame, let index {
      move(index, to: parts, &plan)
      if !drawn[index].isWhole { refine(index, pace, &plan) }
      return
    }
    guard !parts.isEmpty, let allowance = pace.allowance else {
      // The old picture stays until the line is free, but not where text is now.
      if let index { move(index, to: parts, &plan) }
      if !parts.isEmpty { plan.isComplete = false }
      return
    }
    let isAtRest = tried[overlay.area] == overlay.raster
    let room = isAtRest ? pace.restAllowance : allowance
    guard let raster = fitting(overlay, room - plan.after.count) else {
      // Too much for this line: characters, until it rests.
      if let index {
        plan.before += removal(of: drawn[index])
        drawn.remove(at: index)
      }
      if !isAtRest || pace.rate == nil { plan.isComplete = false }
      tried[overlay.area] = overlay.raster
      return
    }
    tried[overlay.area] = nil
    show(raster, overlay, parts, replacing: index, &plan)
    if raster.width < overlay.raster.width { plan.isComplete = false }
  }

  /// Covers and uncovers a picture that the terminal has.
  private func move(_ index: Int, to parts: [Rect], _ plan: inout Plan) {
    let picture = drawn[index]
    guard parts != picture.parts else { return }
    drawn[index].parts = parts
    switch way {
    case .cells, .kittyPlaceholders: break
    case .kitty:
      for placement in picture.parts.indices {
        plan.before += KittyGraphics.remove(id: picture.id, placement: placement + 1)
      }
      let height = max(
        1, picture.overlay.raster.height * picture.width / max(1, picture.overlay.raster.width))
      plan.after += place(
        id: picture.id, Size(width: picture.width, height: height), picture.overlay.area, parts)
    case .iterm2, .sixel:
      plan.before += picture.parts.flatMap(erasure)
      let raster = picture.overlay.raster.scaledDown(to: picture.width)
      plan.after += send(raster, of: picture.overlay, parts: parts, id: 0)
    }
  }

  /// A picture at rest gets the samples that there was no time for.
  private func refine(_ index: Int, _ pace: LinePace, _ plan: inout Plan) {
    guard pace.allowance != nil else {
      plan.isComplete = false
      return
    }
    let picture = drawn[index]
    guard let raster = fitting(picture.overlay, pace.restAllowance),
      raster.width == picture.overlay.raster.width || raster.width > picture.width * 5 / 4
    else { return }
    show(raster, picture.overlay, picture.parts, replacing: index, &plan)
  }

  private func show(
    _ raster: Raster, _ overlay: ImageOverlay, _ parts: [Rect], replacing index: Int?,
    _ plan: inout Plan
  ) {
    let old = index.map { drawn[$0] }
    // Placeholders name their picture by colour: the same number, so that they need not change.
    let id = way == .kittyPlaceholders ? old?.id ?? number() : number()
    let bytes = send(raster, of: overlay, parts: parts, id: id)
    cost = min(4, max(0.02, Double(bytes.count) / Double(max(1, samples(of: overlay, raster)))))
    plan.after += bytes
    // Only when the new one is there, so that nothing flickers.
    if let old, way == .kitty { plan.after += KittyGraphics.delete(id: old.id, .none) }
    if let old, old.parts != parts, way != .kitty, way != .kittyPlaceholders {
      plan.before += old.parts.flatMap(erasure)
    }
    let picture = DrawnPicture(overlay: overlay, parts: parts, id: id, width: raster.width)
    if let index { drawn[index] = picture } else { drawn.append(picture) }
  }

  /// The overlay's raster with as many samples as so many bytes can carry; nil when that would be
  /// too few to be worth showing, or when the terminal cannot scale.
  private func fitting(_ overlay: ImageOverlay, _ allowance: Int) -> Raster? {
    let expected = cost * Double(samples(of: overlay))
    if expected <= Double(allowance) { return overlay.raster }
    guard way.isScaling, allowance > 0 else { return nil }
    let share = (Double(allowance) / expected).squareRoot()
    let width = Int(Double(overlay.raster.width) * share)
    return width < overlay.area.width ? nil : overlay.raster.scaledDown(to: width)
  }

  /// Samples that have to be sent for a picture.
  private func samples(of overlay: ImageOverlay, _ raster: Raster? = nil) -> Int {
    let raster = raster ?? overlay.raster
    return raster.width * raster.height * raster.channels
  }
}

extension Raster {
  /// The picture with fewer samples across, and down in proportion; never more.
  func scaledDown(to newWidth: Int) -> Raster {
    guard newWidth > 0, newWidth < width else { return self }
    return scaled(width: newWidth, height: max(1, height * newWidth / width))
  }
}
