extension InspectRecord: Codable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }
    init(_ text: String) { stringValue = text }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: Key.self)
    try values.encode(path, forKey: Key("path"))
    try values.encode(size, forKey: Key("size"))
    try values.encodeIfPresent(sha256, forKey: Key("sha256"))
    try values.encode(part10, forKey: Key("part10"))
    try values.encode(parseOK, forKey: Key("parse_ok"))
    if parseOK {
      try values.encodeIfPresent(elementCount, forKey: Key("n_elements"))
      for (field, value) in zip(InspectField.all, self.values) {
        try values.encode(value, forKey: Key(field.key))
      }
      try values.encode(hasPixel, forKey: Key("has_pixel"))
      try values.encode(overlayGroups, forKey: Key("overlay_groups"))
    }
    try values.encodeIfPresent(frame0, forKey: Key("frame0"))
    try values.encodeIfPresent(frame0Error, forKey: Key("frame0_error"))
    try values.encodeIfPresent(error, forKey: Key("error"))
    try values.encodeIfPresent(warning, forKey: Key("warning"))
  }

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: Key.self)
    path = try values.decode(String.self, forKey: Key("path"))
    size = try values.decode(Int.self, forKey: Key("size"))
    sha256 = try values.decodeIfPresent(String.self, forKey: Key("sha256"))
    part10 = try values.decode(Bool.self, forKey: Key("part10"))
    parseOK = try values.decode(Bool.self, forKey: Key("parse_ok"))
    elementCount = try values.decodeIfPresent(Int.self, forKey: Key("n_elements"))
    hasPixel = try values.decodeIfPresent(Bool.self, forKey: Key("has_pixel")) ?? false
    overlayGroups =
      try values.decodeIfPresent([String].self, forKey: Key("overlay_groups")) ?? []
    frame0 = try values.decodeIfPresent(FrameSummary.self, forKey: Key("frame0"))
    frame0Error = try values.decodeIfPresent(String.self, forKey: Key("frame0_error"))
    error = try values.decodeIfPresent(String.self, forKey: Key("error"))
    warning = try values.decodeIfPresent(String.self, forKey: Key("warning"))
    self.values =
      parseOK
      ? try InspectField.all.map {
        try values.decodeIfPresent(InspectValue.self, forKey: Key($0.key)) ?? .null
      } : []
  }
}

extension InspectValue: Codable {
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .text(let text): try container.encode(text)
    case .integer(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Int.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      self = .number(value)
    } else if let text = try? container.decode(String.self) {
      self = .text(text)
    } else {
      self = .list(try container.decode([InspectValue].self))
    }
  }
}
