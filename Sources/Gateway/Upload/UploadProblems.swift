import HTTPTypes
import Wire

/// The refusals of the upload routes.
enum UploadProblems {
  static let diskFull = GatewayProblem(
    .init(code: 507, reasonPhrase: "Insufficient Storage"), .diskFull,
    "The gateway's disk is full. Nothing was lost; try again later, and tell the administrator.",
    retryAfter: 60)
  static let digestMismatch = GatewayProblem(
    .unprocessableContent, .digestMismatch,
    "The bytes received do not have the digest that was announced. Send the chunk again.")
  static let chunkConflict = GatewayProblem(
    .conflict, .chunkConflict,
    "This chunk is already here with other bytes. Cancel the session and send the file anew.")
  static let manifestConflict = GatewayProblem(
    .conflict, .manifestConflict,
    "The session under this client upload id has other files. Cancel it, or use a new id.")
  static let pieceConflict = GatewayProblem(
    .conflict, .chunkConflict,
    "This piece overlaps one that is here with other bytes. Ask for the status, or send the whole "
      + "chunk.")
  static let closed = GatewayProblem(
    .conflict, .chunkConflict, "The upload is complete and takes no more chunks.")
  static let noRoom = GatewayProblem(
    .contentTooLarge, .tooLarge, "More bytes or files than the session announced.")

  static func incomplete(_ detail: String) -> GatewayProblem {
    GatewayProblem(.badRequest, .uploadIncomplete, "Upload incomplete: " + detail)
  }
}
