import ArgumentParser

/// Fills stores and measures; one file per suite. Figures go to the README with their method.
@main
struct RadRelayBench: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "radrelay-bench",
    abstract: "Fill a store with synthetic rows, and measure RadRelay.",
    subcommands: [
      Seed.self, AllSuites.self, DecodeSuite.self, ScanSuite.self, StoreSuite.self,
      TerminalSuite.self, UploadSuite.self, StatSuite.self, ProxyCommand.self,
      MemorySuite.self, PictureSuite.self, ViewerSuite.self, SessionsSuite.self, StoreProbe.self,
    ])
}
