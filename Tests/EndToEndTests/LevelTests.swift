import Foundation
import TestSupport
import Testing

/// A study turns out to be urgent after it was queued, while it is on its way.
@Suite(
  .serialized,
  .enabled(if: ClientWorkplace.isBuilt, "needs radrelay and radrelay-gateway beside the tests"))
struct LevelTests {
  @Test(.timeLimit(.minutes(5)))
  func aRoutineStudyOnItsWayBecomesSTAT() async throws {
    let workplace = try ClientWorkplace()
    try await GatewayProcess.addUser("anna", data: workplace.data)
    let gateway = try await GatewayProcess.start(data: workplace.data)
    defer { gateway.process.send(9) }
    try await workplace.logIn(at: gateway)
    let folder = try workplace.makeFolder("study")
    for file in try SyntheticStudy(files: 20, rows: 512).files {
      try file.bytes.write(to: folder.appendingPathComponent("\(file.id).dcm"))
    }
    // Slow enough that somebody has the time to look at it.
    #expect(try await workplace.run(["queue", "limit", "1M"]).exitStatus == 0)
    let client = try await workplace.start(["upload", folder.path, "--wait"])
    let id = try await Wait.value("a part of it sent", within: .seconds(60)) {
      try await workplace.queue().first { $0.bytesSent > 1 << 20 }?.uploadId
    }

    let refused = try await workplace.run(["queue", "level", "stat", id])
    #expect(refused.exitStatus == 5 && refused.errors.contains("needs a clinical history"))
    // Whoever hands it over once more, as STAT, means the same.
    let again = try await workplace.run([
      "upload", folder.path, "--level", "stat", "--history", "fall, headache",
    ])
    #expect(again.exitStatus == 0, "\(again.errors)")
    #expect(again.errors.contains("upload \(id): routine before, STAT now"), "\(again.errors)")
    #expect(try await workplace.run(["queue", "limit", "off"]).exitStatus == 0)

    #expect(try await client.exit(within: .seconds(120)) == 0, "\(client.errors)")
    let queue = try await workplace.queue()
    let upload = try #require(queue.first)
    #expect(queue.count == 1 && upload.isProven && upload.serviceLevel == "stat", "\(queue)")
    #expect(upload.bytesSentAgain == 0, "nothing is sent again for it")
    let history = try await workplace.run(["queue", "show", id])
    #expect(history.output.contains("Service level changed by anna: routine to STAT."))
    // The gateway heard of it: the report is due within the hour.
    #expect(try await workplace.run(["sync"]).exitStatus == 0)
    let reports = try await workplace.run(["reports", "ls"])
    #expect(reports.output.contains("STAT"), "\(reports.output)")
    let late = try await workplace.run(["queue", "level", "routine", id])
    #expect(late.exitStatus == 5 && late.errors.contains("nothing of it is left to send"))
  }
}
