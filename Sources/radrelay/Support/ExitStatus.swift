import Domain

/// How a command ended; the numbers are part of the interface of the command line.
enum ExitStatus: Int32 {
  case ok = 0
  /// Something unforeseen; the message says what.
  case failure = 1
  /// The arguments, or a file that was named, make no sense.
  case usage = 2
  /// Nobody is logged in, or the gateway refused the login.
  case authentication = 3
  /// The gateway cannot be reached, or something must be tried again later; what was handed over is
  /// queued and safe.
  case offline = 4
  /// The gateway already has the study, or another process holds the sender.
  case conflict = 5
  /// Some of it was done, some was not.
  case partial = 6
  /// The gateway or the PACS refused it.
  case rejected = 7
  /// There is no such upload, report or file.
  case notFound = 8
  /// A temporary failure of this machine, such as a full disk (EX_TEMPFAIL).
  case temporary = 75
}

extension ExitStatus {
  /// How a command ended that was to bring uploads to their end.
  init(of states: [UploadState]) {
    let arrived = states.count { $0.isProven || $0 == .unproven }
    if arrived == states.count {
      self = .ok
    } else if states.contains(where: { !$0.isFinal && $0 != .held && $0 != .paused }) {
      self = .offline
    } else if arrived > 0 {
      self = .partial
    } else {
      self = states.allSatisfy { $0 == .duplicate } ? .conflict : .rejected
    }
  }
}

/// An error that a command ends with: what, why, and what to do, and the exit status.
struct CommandFailure: Error {
  var message: String
  var status: ExitStatus

  init(_ message: String, _ status: ExitStatus) {
    self.message = message
    self.status = status
  }
}
