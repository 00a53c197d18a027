public import Domain

/// The invented people of the demonstration. They exist only on a gateway that was started with
/// `--demo`, which listens on this machine alone.
public struct DemoAccounts: Sendable, Equatable {
  public var username: String
  public var fullName: String
  public var role: Role
  public var facility: String

  /// The password of all of them; no secret, because nothing real is behind it.
  public static let password = "demonstration-only"
  /// The account that `radrelay demo` logs in with.
  public static let user = "m.torres"

  public static let all = [
    DemoAccounts(
      username: "m.torres", fullName: "Maria Torres", role: .radiographer, facility: "Northside"),
    DemoAccounts(
      username: "r.patel", fullName: "Dr. Ravi Patel", role: .radiologist, facility: "Northside"),
    DemoAccounts(
      username: "a.lindqvist", fullName: "Dr. Anna Lindqvist", role: .clinician,
      facility: "Harbour Clinic"),
    DemoAccounts(
      username: "demo-admin", fullName: "Demonstration Admin", role: .facilityAdmin,
      facility: "Northside"),
  ]
}
