import ArgumentParser

/// `radrelay upload`: from folders, archives and media to the queue, at once or by way of a plan.
struct UploadCommands: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "upload", abstract: "Queue the studies in folders, and send them.",
    discussion: """
      `radrelay upload DIR…` is short for `radrelay upload send DIR…`. A plan is a JSON file between \
      looking and sending: made by `plan`, changed by hand or by a script, tried by `check`, sent by \
      `run`. A folder that is called like one of the subcommands is named as ./scan.
      """,
    subcommands: [
      UploadSend.self, UploadScan.self, UploadPlanCommand.self, UploadCheck.self, UploadRun.self,
    ], defaultSubcommand: UploadSend.self)
}
