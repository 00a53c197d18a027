import ArgumentParser
import Domain
import Foundation
import Gateway

/// The file of `--routes`: what is otherwise for single facilities. JSON:
///
///     {"facilities": {"Northside": {"pacs": "https://pacs.north.example/dicom-web",
///       "user": "relay", "password_file": "/etc/radrelay/north.password", "keeps_bytes": true},
///       "Harbour": {"history_required": false}}}
struct FacilityRoutes: Decodable {
  struct Route: Decodable {
    /// The facility's own PACS; nil: that of all.
    var pacs: String?
    var user: String?
    var passwordFile: String?
    var keepsBytes: Bool?
    /// Whether STAT and emergency need a clinical history; true when it is not said.
    var historyRequired: Bool?
  }

  var facilities: [String: Route]

  static let none = FacilityRoutes(facilities: [:])

  init(facilities: [String: Route]) { self.facilities = facilities }

  /// - Throws: `ValidationError` that names file, facility and field.
  init(file: String) throws {
    guard let data = FileManager.default.contents(atPath: file) else {
      throw ValidationError("The file of --routes, \(file), cannot be read.")
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      self = try decoder.decode(FacilityRoutes.self, from: data)
    } catch let error as DecodingError {
      throw ValidationError("\(file): \(Self.words(error))")
    }
    for (name, route) in facilities {
      do { _ = try configuration(route) } catch let error as ValidationError {
        throw ValidationError("\(file): facility \(name): \(error.message)")
      }
    }
  }

  /// The archives by the facilities' identifiers; a facility that has no user yet is made.
  func archives(in accounts: some AccountCatalogue) async throws -> [FacilityID: any Archive] {
    var archives: [FacilityID: any Archive] = [:]
    for (name, route) in facilities {
      guard let own = try configuration(route) else { continue }
      let facility = try await accounts.facility(named: name)
      archives[facility.id] = DICOMwebArchive(configuration: own)
    }
    return archives
  }

  /// The facilities that do without a clinical history; one that has no user yet is made.
  func facilitiesWithoutHistory(in accounts: some AccountCatalogue) async throws -> Set<FacilityID>
  {
    var found: Set<FacilityID> = []
    for (name, route) in facilities where route.historyRequired == false {
      found.insert(try await accounts.facility(named: name).id)
    }
    return found
  }

  /// Nil for a facility without a PACS of its own.
  private func configuration(_ route: Route) throws -> DICOMwebConfiguration? {
    guard let pacs = route.pacs else {
      guard route.user == nil, route.passwordFile == nil, route.keepsBytes == nil else {
        throw ValidationError("\"user\", \"password_file\" and \"keeps_bytes\" need \"pacs\"")
      }
      return nil
    }
    return DICOMwebConfiguration(
      baseURL: try PACSOptions.url(pacs, field: "\"pacs\""), user: route.user ?? "",
      password: try route.passwordFile.map { try PACSOptions.password(file: $0) } ?? "",
      keepsBytes: route.keepsBytes ?? false)
  }

  private static func words(_ error: DecodingError) -> String {
    func place(_ path: [any CodingKey]) -> String {
      path.isEmpty ? "the file" : path.map(\.stringValue).joined(separator: ".")
    }
    switch error {
    case .keyNotFound(let key, let context):
      return "\(place(context.codingPath)): \"\(key.stringValue)\" is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "\(place(context.codingPath)): another kind of value is expected"
    default: return "it is not JSON"
    }
  }
}
