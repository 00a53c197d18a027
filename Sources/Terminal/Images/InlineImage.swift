public import Screen

/// iTerm2's inline images (https://iterm2.com/documentation-images.html), which WezTerm and mintty
/// know, too.
public enum InlineImage {
  /// A picture at the cursor, scaled to so many cells.
  /// - Parameter movesCursor: the cursor goes behind the picture; otherwise it stays.
  public static func sequence(
    _ raster: Raster, columns: Int, rows: Int, movesCursor: Bool = false
  ) -> [UInt8] {
    let file = PNGEncoder.encode(raster, effort: .fast)
    let arguments =
      "inline=1;size=\(file.count);width=\(columns);height=\(rows);preserveAspectRatio=0"
      + (movesCursor ? "" : ";doNotMoveCursor=1")
    return Array("\u{1B}]1337;File=\(arguments):".utf8) + Base64.encoded(file) + [0x07]
  }
}
