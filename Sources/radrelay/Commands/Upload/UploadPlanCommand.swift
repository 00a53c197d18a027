import ArgumentParser
import Domain
import Foundation
import Store

/// `radrelay upload plan DIR… -o plan.json`.
struct UploadPlanCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "plan", abstract: "Write a plan of what to send into a JSON file.",
    discussion: """
      The plan names every study with its files, what the files say of it (found), and what is to be \
      said instead (overrides, of a patient or of a study): by the copies that go out, and to the \
      gateway; body part and modality only to the gateway. The files stay as they are. What has an \
      objection is not chosen: set send and give a reason in accept_objection to send it all the \
      same. A template fills what --level, --history and --set leave open; what it leaves to be \
      filled in, such as {{indication?}}, is written into the plan before it is run.
      """)

  @OptionGroup var home: HomeOptions

  @Argument(
    help: "Folders, files, ZIP archives or the DICOMDIR of a medium.", completion: .directory)
  var folders: [String]
  @Option(name: .shortAndLong, help: "The file to write; - for the standard output.")
  var output: String
  @Option(help: "How soon to be read: stat, emergency, subspecialty or routine (the default).")
  var level: ServiceLevel?
  @Option(help: "Clinical history, at most 500 characters; needed for stat and emergency.")
  var history = ""
  @Option(
    help: ArgumentHelp(
      "What goes out of every study instead of what its files say; may be repeated.",
      valueName: "field=value"))
  var set: [String] = []
  @Option(help: "A template by its name, or auto: for each study the one that is suggested.")
  var template: String?
  @Option(
    help: ArgumentHelp(
      "Why the patient is another than in the files; needed when --set replaces name, ID, birth date "
        + "or sex. Kept in the upload's history.", valueName: "text"))
  var reason: String?

  func run() async throws {
    let values = try set.map(Self.assignment)
    let user = try await home.open().account()?.user
    let scan = await Sources.scan(folders)
    Sources.tellSkipped(scan)
    guard !scan.studies.isEmpty else {
      throw CommandFailure(
        "No DICOM study in \(folders.joined(separator: ", ")): \(scan.files) files seen.",
        .notFound)
    }
    var plan = StudyPlan(scan.studies, level: level ?? .routine, history: history, at: Date())
    for (field, value) in values {
      if field.isOfPatient {
        guard plan.patients.count == 1 else {
          throw CommandFailure(
            "--set \(field.rawValue): there are \(plan.patients.count) patients. Make a plan of "
              + "one, or write it into the overrides of the right one.", .usage)
        }
        plan.patients[0].overrides[field] = value
      } else {
        for index in plan.studies.indices { plan.studies[index].overrides[field] = value }
      }
    }
    if let template {
      try await Self.apply(
        template, to: &plan, scan.studies, isLevelTyped: level != nil, in: try home.open())
    }
    for index in plan.studies.indices
    where plan.studies[index].summary.identifiesAnother(
      than: plan.overrides(of: plan.studies[index]))
    {
      plan.studies[index].identityReason = reason
    }
    let data = try plan.encoded()
    // What is left to be filled in is written into the file; running it asks for it.
    var checked = plan
    let open = plan.studies.indices.filter {
      plan.studies[$0].send && ClinicalHistory.missing(in: plan.studies[$0].clinicalHistory) != nil
    }
    for index in open { checked.studies[index].send = false }
    do { _ = try StudyPlan.decode(checked.encoded(), for: user) } catch let error as PlanError {
      // Such as a STAT without a history: said now, not when it is run.
      throw CommandFailure("This makes no good plan: \(error)", .usage)
    }
    if output == "-" {
      if !StandardStream.write(data, to: STDOUT_FILENO) { throw ExitCode(128 + SIGPIPE) }
    } else {
      let path = Paths.absolute(output)
      do { try PrivateFiles.write(data, to: path) } catch {
        throw CommandFailure("The plan cannot be written: \(error)", .failure)
      }
    }
    let chosen = plan.studies.count { $0.send }
    Output.note(
      "\(chosen) of \(plan.studies.count) studies chosen, "
        + "\(plan.studies.reduce(0) { $0 + $1.files.count }) files")
    for index in open {
      let missing = ClinicalHistory.missing(in: plan.studies[index].clinicalHistory) ?? ""
      Output.note("studies[\(index)].clinical_history: \(missing) before the plan is run")
    }
    if scan.skippedCount > 0 || chosen < plan.studies.count || !open.isEmpty {
      throw ExitCode(ExitStatus.partial.rawValue)
    }
  }

  /// Gives templates to the studies of a plan, and says what came of it.
  private static func apply(
    _ name: String, to plan: inout StudyPlan, _ studies: [ScannedStudy], isLevelTyped: Bool,
    in store: Store
  ) async throws {
    let rows = try await store.templates()
    let one = name == "auto" ? nil : try TemplateLookup.find(name, in: rows).template
    for (index, scanned) in studies.enumerated() {
      let suggested = TemplateSuggestion.ranked(
        rows.map(\.template), for: scanned.study, series: scanned.seriesDescriptions
      ).first { $0.reason != nil }
      guard let template = one ?? suggested?.template else {
        Output.note("studies[\(index)]: no template is suggested")
        continue
      }
      let outcome = plan.studies[index].take(
        template, of: scanned.study, isLevelTyped: isLevelTyped)
      Output.note("studies[\(index)]: \(outcome.words)")
    }
  }

  static func assignment(_ text: String) throws -> (StudyField, String) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2, let field = StudyField(rawValue: String(parts[0])) else {
      let names = StudyField.allCases.map(\.rawValue).joined(separator: ", ")
      throw CommandFailure("--set \(text): write field=value; fields are \(names)", .usage)
    }
    let value = String(parts[1])
    if let problem = field.objection(to: value) {
      throw CommandFailure("--set \(field.rawValue): it \(problem)", .usage)
    }
    return (field, value)
  }
}

/// A plan file that a command was given.
enum PlanFile {
  /// The most bytes of a plan: room for a million files.
  private static let limit = 512 << 20

  static func read(_ path: String, for user: User?) throws -> StudyPlan {
    do {
      let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: Paths.absolute(path)))
      guard let data = try handle.read(upToCount: limit + 1), !data.isEmpty, data.count <= limit
      else {
        throw CommandFailure("\(path) is empty, or larger than any plan.", .usage)
      }
      return try StudyPlan.decode(data, for: user)
    } catch let error as PlanError {
      throw CommandFailure("\(path): \(error)", .usage)
    } catch let error as CocoaError {
      throw CommandFailure("\(path) cannot be read: \(error.localizedDescription)", .notFound)
    }
  }
}
