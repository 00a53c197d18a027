import Screen

/// A picture that the terminal shows by graphics.
struct DrawnPicture {
  var overlay: ImageOverlay
  /// What of it is shown.
  var parts: [Rect]
  /// The kitty protocol's number.
  var id: Int
  /// Samples that were sent, across: fewer than the overlay's on a slow line.
  var width: Int

  var isWhole: Bool { width >= overlay.raster.width }
}
