import ArgumentParser
import Domain
import Foundation
import Store

/// `radrelay template …`: what is filled in again and again when studies are sent.
struct TemplateCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "template", abstract: "List and change upload templates.",
    subcommands: [List.self, Show.self, Change.self, Remove.self], defaultSubcommand: List.self)

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "ls", abstract: "List your templates and those of your facility.")

    @OptionGroup var home: HomeOptions
    @Flag(help: "One JSON object per line.") var json = false

    func run() async throws {
      let rows = try await home.open().templates()
      if json {
        for row in rows { try Output.json(TemplateRow(row)) }
        return
      }
      Output.table(
        ["TEMPLATE", "WHOSE", "MODALITY", "WORDS", "LEVEL", "ID", "WHY"],
        rows.map { row in
          let values = row.template.values
          return [
            row.template.name, row.template.scope.rawValue, values[.modality], values[.words],
            values[.serviceLevel], row.id.rawValue, row.problem,
          ]
        })
    }
  }

  struct Show: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Show one template.")

    @OptionGroup var home: HomeOptions
    @Flag(help: "One JSON object.") var json = false
    @Argument(help: "The template's name or id.") var template: String

    func run() async throws {
      let row = try TemplateLookup.find(template, in: try await home.open().templates())
      if json { return try Output.json(TemplateRow(row)) }
      for field in TemplateField.allCases where !row.template.values[field].isEmpty {
        Output.line("\(field.rawValue)  \(row.template.values[field])")
      }
      Output.line("scope  \(row.template.scope.rawValue)")
      Output.line("changed  \(Words.time(row.changedAt)) \(row.changedBy)")
      if row.waits { Output.line("The last change is not at the gateway.") }
      if !row.problem.isEmpty { Output.line("Kept here: \(row.problem)") }
    }
  }

  struct Change: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "set", abstract: "Make a template, or change the one with this name.",
      discussion: """
        Only what is given is changed; an empty value ("") takes it away. The history may hold \
        {{date}}, {{modality}}, {{description}} and {{body_part}}, which are taken from the study, \
        and {{words?}} for what is to be filled in by hand.
        """)

    @OptionGroup var home: HomeOptions
    @Argument(help: "The template's name, or the id of one that is there.") var template: String
    @Flag(help: "A template of the facility; for its administrators.") var facility = false
    @Option(help: "Another name for it.") var rename: String?
    @Option(help: "It is suggested for studies of this modality.") var modality: String?
    @Option(help: "And whose descriptions have all of these words.") var words: String?
    @Option(help: "stat, emergency, subspecialty or routine.") var level: String?
    @Option(help: "The study's description.") var description: String?
    @Option(help: "The body part, as DICOM writes it: HEAD, CHEST.") var bodyPart: String?
    @Option(help: "The clinical history, at most 500 characters.") var history: String?

    func run() async throws {
      let store = try home.open()
      let scope: UploadTemplate.Scope = facility ? .facility : .user
      let rows = try await store.templates().filter {
        !facility || $0.template.scope == .facility
      }
      var found = try TemplateLookup.maybe(template, in: rows)?.template
      // A name that only the facility has is free for one's own.
      if !facility, found?.scope == .facility, found?.id.rawValue != template { found = nil }
      var edited =
        found
        ?? UploadTemplate(id: .make(), scope: scope, values: TemplateValues([.name: template]))
      let given: [(TemplateField, String?)] = [
        (.name, rename), (.modality, modality), (.words, words), (.serviceLevel, level),
        (.studyDescription, description), (.bodyPart, bodyPart), (.clinicalHistory, history),
      ]
      for (field, value) in given { if let value { edited.values[field] = value } }
      do { try await store.save(edited, at: Date()) } catch let error as TemplateError {
        throw CommandFailure("\(error)", .usage)
      } catch StoreError.invalid(let why) {
        throw CommandFailure(why, .rejected)
      }
      Output.line("\(edited.id)  \(edited.values.tidied()[.name])")
    }
  }

  struct Remove: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "rm", abstract: "Delete templates.")

    @OptionGroup var home: HomeOptions
    @Argument(help: "Names or ids of templates.") var templates: [String]

    func run() async throws {
      let store = try home.open()
      let rows = try await store.templates()
      // All are looked up before the first is deleted.
      let found = try templates.map { try TemplateLookup.find($0, in: rows) }
      for row in found {
        do { try await store.deleteTemplate(row.id, at: Date()) } catch StoreError.invalid(let why)
        {
          throw CommandFailure(why, .rejected)
        }
        Output.line("\(row.id)  deleted")
      }
    }
  }
}

/// Finds templates by what a person types.
enum TemplateLookup {
  static func find(_ text: String, in rows: [StoredTemplate]) throws -> StoredTemplate {
    guard let found = try maybe(text, in: rows) else {
      throw CommandFailure("There is no template \(text). See: radrelay template ls", .notFound)
    }
    return found
  }

  /// By id, or by name, one's own before the facility's; nil when there is none.
  static func maybe(_ text: String, in rows: [StoredTemplate]) throws -> StoredTemplate? {
    if let row = rows.first(where: { $0.id.rawValue == text.lowercased() }) { return row }
    let named = rows.filter { $0.template.name.lowercased() == text.lowercased() }
    let own = named.filter { $0.template.scope == .user }
    let matches = own.isEmpty ? named : own
    guard matches.count <= 1 else {
      let ids = matches.map(\.id.rawValue).joined(separator: ", ")
      throw CommandFailure(
        "\(matches.count) templates are called \(text): name one by its id, \(ids)", .usage)
    }
    return matches.first
  }
}

/// A template as `--json` shows it; the keys are part of the interface.
struct TemplateRow: Encodable {
  var templateID: String
  var scope: String
  var values: TemplateValues
  var changedAt: Date
  var changedBy: String
  /// True while the gateway does not have the last change.
  var waits: Bool
  /// Why the gateway did not take it.
  var problem: String

  init(_ row: StoredTemplate) {
    templateID = row.id.rawValue
    scope = row.template.scope.rawValue
    values = row.template.values
    changedAt = row.changedAt
    changedBy = row.changedBy
    waits = row.waits
    problem = row.problem
  }

  private enum CodingKeys: String, CodingKey {
    case templateID = "template_id"
    case scope, values
    case changedAt = "changed_at"
    case changedBy = "changed_by"
    case waits, problem
  }
}
