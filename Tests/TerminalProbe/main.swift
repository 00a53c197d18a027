import CLinux
import Foundation
import Screen
import Terminal

// A program for tests: shows what it gets, and ends in every way there is.
let environment = ProcessInfo.processInfo.environment
Supervisor.run(environment: environment) {
  Supervisor.blockLoopSignals()
  UIActor.bindToCurrentThread()
  let mode = CommandLine.arguments.dropFirst().first ?? ""
  return UIActor.assumeIsolated { Probe(mode: mode, environment: environment).run() }
}
