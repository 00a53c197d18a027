/// Invented people. None of them exists.
struct DemoPatient: Sendable {
  var name: String
  var id: String
  /// YYYYMMDD.
  var birthDate: String
  var sex: String

  static let all: [DemoPatient] = [
    DemoPatient(name: "DEMO^ANNA", id: "DEMO-1001", birthDate: "19480312", sex: "F"),
    DemoPatient(
      name: "DEMO^TARO=試験^太郎=しけん^たろう", id: "DEMO-1002", birthDate: "19710930", sex: "M"),
    DemoPatient(name: "DÉMO^Zoë", id: "DEMO-1003", birthDate: "19850617", sex: "F"),
    DemoPatient(name: "DEMO^JÜRGEN", id: "DEMO-1004", birthDate: "19590204", sex: "M"),
    DemoPatient(name: "DEMO^IVAN=ДЕМО^Иван", id: "DEMO-1005", birthDate: "20010822", sex: "M"),
    DemoPatient(name: "DEMO^SOFÍA", id: "DEMO-1006", birthDate: "19441101", sex: "F"),
    DemoPatient(name: "DEMO^MINJI=데모^민지", id: "DEMO-1007", birthDate: "19780505", sex: "F"),
    DemoPatient(name: "DEMO^ØYVIND", id: "DEMO-1008", birthDate: "19620119", sex: "M"),
    DemoPatient(name: "DEMO^ELENI=ΔΟΚΙΜΗ^Ελένη", id: "DEMO-1009", birthDate: "19900228", sex: "F"),
    DemoPatient(name: "DEMO^KOFI", id: "DEMO-1010", birthDate: "19670713", sex: "M"),
    DemoPatient(name: "DEMO^PRIYA", id: "DEMO-1011", birthDate: "19961212", sex: "F"),
    DemoPatient(name: "DEMO^LIAM", id: "DEMO-1012", birthDate: "20140409", sex: "M"),
  ]
}
