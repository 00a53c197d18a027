/// The attributes that the mandatory modules of the data set's IOD require.
struct ModuleCheck {
  private let module: String
  private var findings: [Finding] = []

  static func findings(_ set: DataSet) -> [Finding] {
    guard let sopClass = set.string(.sopClassUID), !sopClass.isEmpty else {
      return [
        Finding(
          .error, path: DICOMJSON.key(.sopClassUID), tag: .sopClassUID,
          "missing: nothing says what this object is")
      ]
    }
    guard let iod = ModuleTable.iod(sopClassUID: sopClass) else {
      return [
        Finding(
          .warning, path: DICOMJSON.key(.sopClassUID), tag: .sopClassUID,
          "no table of modules for \(UIDRegistry.standard[sopClass]?.name ?? "this SOP class")")
      ]
    }
    var reported: Set<String> = []
    return iod.modules.flatMap { module in
      var check = ModuleCheck(module: module)
      check.check(ModuleTable.requirements(module: module), set, "")
      // Several modules ask for the same attribute.
      return check.findings.filter { reported.insert($0.path).inserted }
    }
  }

  private init(module: String) {
    self.module = module.split(separator: "-")
      .map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ")
  }

  private mutating func check(
    _ requirements: [ModuleTable.Requirement], _ set: DataSet, _ path: String
  ) {
    for requirement in requirements {
      let tag = requirement.tag
      let place = path + DICOMJSON.key(tag)
      guard let element = set[tag] else {
        switch requirement.kind {
        case .type1: add(tag, place, "missing (type 1 of the module \(module))")
        case .type2: add(tag, place, "missing (type 2 of the module \(module))")
        case .type1C, .optional: break
        }
        continue
      }
      switch requirement.kind {
      case .type1 where element.isEmpty: add(tag, place, "empty (type 1 of the module \(module))")
      case .type1C where element.isEmpty: add(tag, place, "empty (type 1C of the module \(module))")
      default: break
      }
      for (number, item) in element.items.enumerated() {
        check(requirement.inItems, item, "\(place)[\(number + 1)].")
      }
    }
  }

  private mutating func add(_ tag: Tag, _ path: String, _ message: String) {
    findings.append(Finding(.error, path: path, tag: tag, message))
  }
}

extension Element {
  /// True when there is no value: no bytes, only padding, or no item.
  fileprivate var isEmpty: Bool {
    switch value {
    case .bytes(let bytes): vr.isText ? bytes.allSatisfy { $0 == 0x20 || $0 == 0 } : bytes.isEmpty
    case .items(let items): items.isEmpty
    case .fragments, .located: false
    }
  }
}
