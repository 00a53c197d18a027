/// Finds commands by a few of their letters.
enum FuzzyMatch {
  /// How well `query` fits into `text`: nil when its letters do not all occur in order; higher is
  /// better. Starts of words and letters in a row count most, a short text more than a long one.
  static func score(_ query: String, in text: String) -> Int? {
    let wanted = Array(query.lowercased().filter { $0 != " " })
    guard !wanted.isEmpty else { return 0 }
    let letters = Array(text.lowercased())
    var best: Int?
    // Greedy from each place where the first letter stands: good enough for titles.
    for start in letters.indices where letters[start] == wanted[0] {
      guard let score = follow(wanted, letters, from: start) else { break }
      best = max(best ?? Int.min, score)
    }
    return best.map { $0 - letters.count }
  }

  private static func follow(
    _ wanted: [Character], _ letters: [Character], from start: Int
  ) -> Int? {
    var score = 0
    var index = start
    var previous = -2
    for letter in wanted {
      while index < letters.count, letters[index] != letter { index += 1 }
      guard index < letters.count else { return nil }
      let startsWord = index == 0 || !letters[index - 1].isLetter
      score += startsWord ? 30 : 0
      score += index == previous + 1 ? 20 : 0
      score -= previous >= 0 ? min(10, index - previous - 1) : min(10, index)
      previous = index
      index += 1
    }
    return score
  }
}
