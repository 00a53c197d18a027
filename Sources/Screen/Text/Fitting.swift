/// Cuts text to a number of columns.
public enum Fitting {
  /// Text as clusters, with the columns that they take together.
  public struct Fitted: Sendable, Equatable {
    public struct Cluster: Sendable, Equatable {
      public var glyph: Glyph
      public var width: Int
    }
    public var clusters: [Cluster]
    public var width: Int
    public var text: String { clusters.map(\.glyph.text).joined() }
  }

  /// The safe text in at most `columns` columns, with `…` where something was left out.
  /// A text that is cut in its middle is looked at up to its first 4,096 clusters.
  public static func fit(_ text: String, into columns: Int, cut: Truncation = .end) -> Fitted {
    guard columns > 0 else { return Fitted(clusters: [], width: 0) }
    var clusters: [Fitted.Cluster] = []
    var width = 0
    let limit = cut == .end ? columns : Int.max
    SafeText.forEachGlyph(text) { glyph, clusterWidth in
      clusters.append(.init(glyph: glyph, width: clusterWidth))
      width += clusterWidth
      return width <= limit && clusters.count < 4_096
    }
    guard width > columns else { return Fitted(clusters: clusters, width: width) }
    let ellipsis = Fitted.Cluster(glyph: Glyph("…"), width: 1)
    guard cut == .middle, columns > 4 else {
      while width > columns - 1, let last = clusters.popLast() { width -= last.width }
      return Fitted(clusters: clusters + [ellipsis], width: width + 1)
    }
    let head = take(clusters[...], columns: columns / 2)
    let tail = take(clusters.reversed()[...], columns: columns - 1 - head.width)
    return Fitted(
      clusters: head.clusters + [ellipsis] + tail.clusters.reversed(),
      width: head.width + 1 + tail.width)
  }

  private static func take(_ clusters: ArraySlice<Fitted.Cluster>, columns: Int) -> Fitted {
    var taken = Fitted(clusters: [], width: 0)
    for cluster in clusters {
      guard taken.width + cluster.width <= columns else { break }
      taken.clusters.append(cluster)
      taken.width += cluster.width
    }
    return taken
  }
}
