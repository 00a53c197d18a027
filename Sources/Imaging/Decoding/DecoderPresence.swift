/// Whether compressed images can be shown here.
public enum DecoderPresence {
  /// - Throws: ``FrameError/decoderMissing(reason:)`` with the places where it was looked for.
  public static func check() throws(FrameError) { _ = try DecoderExecutable.find() }
}
