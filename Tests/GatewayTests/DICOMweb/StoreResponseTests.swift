import Foundation
import Gateway
import Testing

@Suite struct StoreResponseTests {
  @Test func storedFailedAndNotMentioned() throws {
    let json = """
      {"00081190":{"vr":"UR","Value":["http://x"]},
       "00081199":{"vr":"SQ","Value":[{"00081155":{"vr":"UI","Value":["1.1"]}},
         {"00081155":{"vr":"UI","Value":["1.2\\u0000"]},"00081196":{"vr":"US","Value":[45056]}},
         {"00081155":{"vr":"UI","Value":["1.3"]},"00081197":{"vr":"US","Value":["42752"]}}]},
       "00081198":{"vr":"SQ","Value":[{"00081155":{"vr":"UI","Value":["1.4"]},
         "00081197":{"vr":"US","Value":[43264]}},{"00081155":{"vr":"UI","Value":["1.5"]}},
         {"00081155":{"vr":"UI","Value":["1.1"]},"00081197":{"vr":"US","Value":[49152]}}]}}
      """
    let response = try #require(StoreResponse(json: Data(json.utf8)))
    // In both lists: nothing is known of one among several; alone, the failure counts.
    #expect(response.result(for: "1.1", isAlone: false) == nil)
    #expect(
      response.result(for: "1.1", isAlone: true)
        == .refused(reason: FailureReason.unreadable.description, isFinal: true))
    #expect(response.result(for: "1.2", isAlone: false) == .stored)
    #expect(
      response.result(for: "1.3", isAlone: false)
        == .refused(
          reason:
            "the PACS is out of resources (disk or memory); it will be tried again (A700H)",
          isFinal: false))
    guard case .refused(_, true)? = response.result(for: "1.4", isAlone: false) else {
      Issue.record("A900 is final")
      return
    }
    guard case .refused(_, false)? = response.result(for: "1.5", isAlone: false) else {
      Issue.record("a failure without a reason may be tried again")
      return
    }
    #expect(response.result(for: "1.6", isAlone: false) == nil)
  }

  @Test(arguments: ["", "[]", "{}", "[1]", "{\"00081199\":3}", "<xml/>", "{\"error\":\"x\"}"])
  func otherBodiesAreNoAnswer(_ body: String) {
    #expect(StoreResponse(json: Data(body.utf8)) == nil)
  }

  @Test func deepOrLargeJSONDoesNotCrash() {
    let deep = String(repeating: "[", count: 100_000)
    #expect(StoreResponse(json: Data(deep.utf8)) == nil)
    let nested =
      String(repeating: "{\"00081199\":{\"vr\":\"SQ\",\"Value\":[", count: 2000)
      + String(repeating: "]}}", count: 2000)
    _ = StoreResponse(json: Data(nested.utf8))
  }
}
