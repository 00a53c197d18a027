/// Whose attributes an instance must not take along when it goes out as part of something else.
public enum IdentityScope: String, Sendable, Equatable, Hashable, Codable, CaseIterable {
  /// It is another patient's now: everything of group 0010 besides name, ID, birth date and sex
  /// (which are changed one by one), of clinical trials and of visits (PS3.3 C.7.1.1, C.7.1.3,
  /// C.7.2.2 and C.2).
  case patient
  /// It is part of another study now: order, referring and reading physicians, procedure
  /// (PS3.3 C.7.2.1, C.3 and what of C.7.3.1 and C.17.2 names the order).
  case study

  /// Changed one by one; see ``InstanceRewrite/changes``.
  private static let identity: Set<Tag> = [
    .patientName, .patientID, .patientBirthDate, .patientSex, .studyInstanceUID, .accessionNumber,
    .studyDate, .studyTime, .studyDescription,
  ]

  private static let patientTags: Set<Tag> = [
    Tag(0x0008, 0x1080),  // Admitting Diagnoses Description
    Tag(0x0008, 0x1084),  // Admitting Diagnoses Code Sequence
    Tag(0x0008, 0x1120),  // Referenced Patient Sequence
    Tag(0x0040, 0x0012),  // Pre-Medication
    Tag(0x0040, 0x1004),  // Patient Transport Arrangements
    Tag(0x0040, 0x3001),  // Confidentiality Constraint on Patient Data Description
  ]

  private static let studyTags: Set<Tag> = [
    .referringPhysicianName, .studyID,
    Tag(0x0008, 0x0051),  // Issuer of Accession Number Sequence
    Tag(0x0008, 0x0092),  // Referring Physician's Address
    Tag(0x0008, 0x0094),  // Referring Physician's Telephone Numbers
    Tag(0x0008, 0x0096),  // Referring Physician Identification Sequence
    Tag(0x0008, 0x009C),  // Consulting Physician's Name
    Tag(0x0008, 0x009D),  // Consulting Physician Identification Sequence
    Tag(0x0008, 0x1032),  // Procedure Code Sequence
    Tag(0x0008, 0x1048),  // Physician(s) of Record
    Tag(0x0008, 0x1049),  // Physician(s) of Record Identification Sequence
    Tag(0x0008, 0x1060),  // Name of Physician(s) Reading Study
    Tag(0x0008, 0x1062),  // Physician(s) Reading Study Identification Sequence
    Tag(0x0008, 0x1110),  // Referenced Study Sequence
    Tag(0x0008, 0x1111),  // Referenced Performed Procedure Step Sequence
    Tag(0x0020, 0x1070),  // Other Study Numbers
    Tag(0x0040, 0x0253),  // Performed Procedure Step ID
    Tag(0x0040, 0x0275),  // Request Attributes Sequence
    Tag(0x0040, 0x0280),  // Comments on the Performed Procedure Step
    Tag(0x0040, 0x1001),  // Requested Procedure ID
    Tag(0x0040, 0x1002),  // Reason for the Requested Procedure
    Tag(0x0040, 0x1003),  // Requested Procedure Priority
    Tag(0x0040, 0x1005),  // Requested Procedure Location
    Tag(0x0040, 0x1008),  // Confidentiality Code
    Tag(0x0040, 0x1009),  // Reporting Priority
    Tag(0x0040, 0x100A),  // Reason for Requested Procedure Code Sequence
    Tag(0x0040, 0x1010),  // Names of Intended Recipients of Results
    Tag(0x0040, 0x1011),  // Intended Recipients of Results Identification Sequence
    Tag(0x0040, 0x1012),  // Reason for Performed Procedure Code Sequence
    Tag(0x0040, 0x1400),  // Requested Procedure Comments
    Tag(0x0040, 0x2001),  // Reason for the Imaging Service Request
    Tag(0x0040, 0x2004),  // Issue Date of Imaging Service Request
    Tag(0x0040, 0x2005),  // Issue Time of Imaging Service Request
    Tag(0x0040, 0x2008),  // Order Entered By
    Tag(0x0040, 0x2009),  // Order Enterer's Location
    Tag(0x0040, 0x2010),  // Order Callback Phone Number
    Tag(0x0040, 0x2016),  // Placer Order Number / Imaging Service Request
    Tag(0x0040, 0x2017),  // Filler Order Number / Imaging Service Request
    Tag(0x0040, 0x2400),  // Imaging Service Request Comments
    Tag(0x0040, 0xA370),  // Referenced Request Sequence
  ]

  /// Whether an attribute says something of the patient, or of the study, as a whole. Private ones
  /// never count: nobody knows what they say, and images are not shown without some of them.
  public func covers(_ tag: Tag) -> Bool {
    if tag.element == 0 || Self.identity.contains(tag) { return false }
    switch self {
    case .patient:
      // What was done to this file's identity (0012,0062 to 0064) is told of this file.
      let isOfTrial = tag.group == 0x0012 && !(0x0062...0x0064).contains(tag.element)
      return [0x0010, 0x0038].contains(tag.group) || isOfTrial || Self.patientTags.contains(tag)
    case .study:
      return tag.group == 0x0032 || Self.studyTags.contains(tag)
    }
  }

  /// In items of sequences that stay, names and numbers of a patient count as well.
  func coversInside(_ tag: Tag) -> Bool {
    self == .patient && (covers(tag) || tag.group == 0x0010 && tag.element != 0)
  }

  /// Must be present, and may be empty (type 2).
  static func isRequired(_ tag: Tag) -> Bool {
    tag == .referringPhysicianName || tag == .studyID
  }
}

/// What files that belong together agree on of their patient, or study.
public struct CommonAttributes: Sendable {
  /// In UTF-8.
  private(set) var dataSet = DataSet()
  private var isFirst = true

  /// Nothing is agreed on.
  public init() {}

  /// - Throws: ``DICOMError`` of a file that cannot be read up to its pixel data.
  public init(of paths: [String], _ scope: IdentityScope) throws(DICOMError) {
    for path in paths {
      let file = try DICOMFile.read(path: path, options: .header)
      try add(file, scope)
    }
  }

  private mutating func add(_ file: DICOMFile, _ scope: IdentityScope) throws(DICOMError) {
    if let problem = file.problem { throw problem }
    var own = DataSet(
      elements: file.dataSet.elements.filter { scope.covers($0.tag) && !$0.isElsewhere },
      characterSets: file.dataSet.characterSets)
    let damaged = own.useUTF8()
    own[.specificCharacterSet] = nil
    // Text that is not in its character set is nothing to be copied.
    if damaged > 0 { own = DataSet() }
    if isFirst {
      for var element in own.elements {
        element.form = []
        element.location = nil
        dataSet[element.tag] = element
      }
      isFirst = false
      return
    }
    for element in dataSet.elements {
      guard let other = own[element.tag], other.isSame(as: element) else {
        dataSet[element.tag] = nil
        continue
      }
    }
  }

  /// What several scopes' files agree on.
  public func merging(_ other: CommonAttributes) -> CommonAttributes {
    var all = self
    for element in other.dataSet.elements { all.dataSet[element.tag] = element }
    return all
  }

  /// True when every text of it can be written in any character set.
  var isASCII: Bool {
    var isASCII = true
    dataSet.visit {
      if $0.vr.usesCharacterSet, let bytes = $0.bytes, bytes.contains(where: { $0 >= 0x7F }) {
        isASCII = false
      }
    }
    return isASCII
  }
}

extension Element {
  /// Part of it was not read.
  var isElsewhere: Bool {
    switch value {
    case .bytes: false
    case .items(let items): items.contains { $0.elements.contains { $0.isElsewhere } }
    case .fragments, .located: true
    }
  }

  /// The same value, however it was written. What lies in a file is only the same as itself.
  func isSame(as other: Element) -> Bool {
    switch (value, other.value) {
    case (.bytes(let left), .bytes(let right)): return left == right
    case (.items(let left), .items(let right)):
      return left.count == right.count
        && zip(left, right).allSatisfy { one, other in
          one.elements.count == other.elements.count
            && zip(one.elements, other.elements).allSatisfy {
              $0.tag == $1.tag && $0.isSame(as: $1)
            }
        }
    case (.fragments, .fragments), (.located, .located): return true
    // Text that was only located is in memory now.
    default: return false
    }
  }
}
