public import Domain
public import Screen

/// Files sorted into studies by a person: studies on the left, the images of one of them on the
/// right.
public struct OrganiserState: Sendable, Equatable {
  public enum Part: Sendable, Equatable { case studies, images }

  public enum Row: Sendable, Equatable {
    /// A series: the place of its first image here, and how many it has here.
    case series(first: Int, count: Int)
    case image(Int)
  }

  /// What a study is being chosen for.
  public enum Aim: Sendable, Equatable { case move, merge }

  /// Images on their way with the mouse.
  public struct Drag: Sendable, Equatable {
    public var images: RangeSet<Int>
    /// The study below the mouse.
    public var target: Int?
    /// False until the mouse has left the row that it was pressed on.
    public var hasMoved = false
    public var start: Point
  }

  public private(set) var model: Organiser
  /// As it was opened: what leaving goes back to.
  public private(set) var opened: Organiser
  public private(set) var flags: [ContainerFlags] = []
  public private(set) var rows: [Row] = []
  public var part = Part.studies
  /// The id of the selected study, and the first visible one.
  public private(set) var study = 0
  public var studyTop = 0
  public var row = 0
  public var rowTop = 0
  public private(set) var marked = RangeSet<Int>()
  /// The row where a range begins; nil while none is being marked.
  public private(set) var rangeStart: Int?
  public var aim: Aim?
  public var aimAt = 0
  public var drag: Drag?
  public var editor: IdentityEditor?
  /// What happened, or why the last key could not be followed, in words.
  public var problem: String?

  public init(_ model: Organiser) {
    self.model = model
    opened = model
    refresh()
    // What needs a person first.
    if let first = flags.firstIndex(where: { $0.objection != nil }) { show(first) }
  }

  public var container: OrganiserContainer? {
    model.containers.indices.contains(study) ? model.containers[study] : nil
  }

  /// True when leaving would lose something.
  public var isChanged: Bool { model.containers != opened.containers }

  /// It is opened again: this is what leaving goes back to now.
  public mutating func open() {
    opened = model
    (aim, drag, editor, rangeStart, problem) = (nil, nil, nil, nil, nil)
  }

  /// Everything since it was opened is taken back.
  public mutating func abandon() {
    model = opened
    marked = RangeSet()
    open()
    refresh()
  }

  // MARK: Showing

  public mutating func show(_ id: Int) {
    guard model.containers.indices.contains(id) else { return }
    if id != study {
      (row, rowTop) = (0, 0)
      rangeStart = nil
    }
    study = id
    makeRows()
  }

  private mutating func refresh() {
    flags = model.flags()
    study = min(study, max(0, model.containers.count - 1))
    aimAt = min(aimAt, max(0, model.containers.count - 1))
    makeRows()
  }

  private mutating func makeRows() {
    rows = []
    guard let container else { return }
    var heading: Int?
    var last: (study: String, series: String)?
    for index in container.members.ranges.joined() {
      let instance = model.instances[index]
      let own = (instance.found.studyInstanceUID, instance.file.seriesInstanceUID)
      if last.map({ $0 != own }) ?? true {
        heading = rows.count
        rows.append(.series(first: index, count: 0))
        last = own
      }
      if let heading, case .series(let first, let count) = rows[heading] {
        rows[heading] = .series(first: first, count: count + 1)
      }
      rows.append(.image(index))
    }
    row = min(row, max(0, rows.count - 1))
  }

  // MARK: Marks

  /// The images of rows.
  private func images(_ range: ClosedRange<Int>) -> RangeSet<Int> {
    var set = RangeSet<Int>()
    for place in range where rows.indices.contains(place) {
      if case .image(let index) = rows[place] { set.insert(contentsOf: index..<index + 1) }
    }
    return set
  }

  /// The images of one row: of a heading, those of its series.
  public func images(ofRow place: Int) -> RangeSet<Int> {
    guard rows.indices.contains(place) else { return RangeSet() }
    if case .series(_, let count) = rows[place] { return images(place...place + count) }
    return images(place...place)
  }

  /// Marked images, with those of a range that is being marked.
  public var chosen: RangeSet<Int> {
    guard let rangeStart else { return marked }
    return marked.union(images(min(rangeStart, row)...max(rangeStart, row)))
  }

  /// What a command works on: marked images, else the selected row, else the whole study.
  public var wanted: RangeSet<Int> {
    let chosen = chosen
    if !chosen.ranges.isEmpty { return chosen }
    return part == .images ? images(ofRow: row) : container?.members ?? RangeSet()
  }

  public static func count(_ set: RangeSet<Int>) -> Int {
    set.ranges.reduce(0) { $0 + $1.count }
  }

  public mutating func toggleMark() {
    part = .images
    let own = images(ofRow: row)
    guard !own.ranges.isEmpty else { return }
    endRange()
    marked =
      own.subtracting(marked).ranges.isEmpty ? marked.subtracting(own) : marked.union(own)
    row = min(row + 1, max(0, rows.count - 1))
  }

  public mutating func toggleRange() {
    part = .images
    if rangeStart == nil { rangeStart = row } else { endRange() }
  }

  public mutating func endRange() {
    marked = chosen
    rangeStart = nil
  }

  public mutating func clearMarks() {
    marked = RangeSet()
    rangeStart = nil
  }

  // MARK: Doing

  /// Makes a change, shows what became of it, and says so.
  private mutating func change(_ work: (inout Organiser) -> Bool, _ refusal: String) {
    guard work(&model) else {
      problem = refusal
      return
    }
    clearMarks()
    refresh()
    problem = model.undoWords.map { $0.prefix(1).uppercased() + $0.dropFirst() + "." }
  }

  public mutating func move(_ images: RangeSet<Int>, to target: Int) {
    change(
      { $0.move(images, to: target) },
      images.ranges.isEmpty ? "No image is chosen." : "They are in that study already.")
  }

  public mutating func newStudy() {
    let images = part == .images || !chosen.ranges.isEmpty ? wanted : RangeSet<Int>()
    var id: Int?
    change(
      {
        id = $0.newContainer(with: images)
        return true
      }, "")
    if let id { show(id) }
  }

  public mutating func split() {
    let own = chosen.intersection(container?.members ?? RangeSet())
    let id = study
    let patients = flags.indices.contains(id) ? flags[id].mixture.patients.count : 0
    change(
      {
        let way: Organiser.Split =
          !own.ranges.isEmpty ? .marked(own) : patients > 1 ? .patient : .series
        return !$0.split(id, by: way).isEmpty
      }, "Nothing to split: it is one patient's, in one series. Space marks images.")
  }

  public mutating func merge(into target: Int) {
    let id = study
    change({ $0.merge([id], into: target) }, "Nothing to merge.")
    if model.containers.indices.contains(target) { show(target) }
  }

  public mutating func giveReason(_ reason: String, for id: Int) {
    change({ $0.override(id, reason: reason) }, "A reason is needed.")
  }

  public mutating func undo() {
    let words = model.undoWords
    guard model.undo() else {
      problem = "Nothing to undo."
      return
    }
    refresh()
    problem = words.map { "Undone: \($0)." }
  }

  public mutating func redo() {
    guard model.redo() else {
      problem = "Nothing to do again."
      return
    }
    refresh()
    problem = model.undoWords.map { "Done again: \($0)." }
  }

  public mutating func edit() {
    guard let container, container.hasIdentity else {
      problem = "A new study takes its data from the first image moved into it."
      return
    }
    problem = nil
    editor = IdentityEditor(study: study, container.identity)
  }

  public mutating func keepEdited() {
    guard var editor else { return }
    guard editor.check() else {
      self.editor = editor
      return
    }
    self.editor = nil
    change({ $0.edit(editor.study, editor.identity) }, "Nothing was changed.")
  }

  /// Begins to choose a study for what is wanted.
  public mutating func take(aim: Aim) {
    endRange()
    guard model.containers.count > 1 else {
      problem = "There is one study only: n makes a new one, s splits this one."
      return
    }
    guard !wanted.ranges.isEmpty else {
      problem = "No image is chosen."
      return
    }
    problem = nil
    self.aim = aim
    aimAt = study == 0 ? 1 : 0
  }

  /// The study was chosen.
  public mutating func reach() {
    guard let aim else { return }
    self.aim = nil
    switch aim {
    case .move: move(wanted, to: aimAt)
    case .merge: merge(into: aimAt)
    }
  }
}
