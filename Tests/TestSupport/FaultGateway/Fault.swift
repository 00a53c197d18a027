/// What the test gateway does wrong. Armed for a number of times with ``FaultGateway/arm(_:times:)``.
public enum Fault: String, Sendable, Hashable, CaseIterable {
  /// Deletes the session before answering chunk, status or complete with 404.
  case forgetsSession
  /// Acknowledges the last chunk of a file and keeps nothing of it.
  case dropsLastChunk
  /// Acknowledges a chunk, lists it, and has zeros instead of its bytes.
  case dropsChunkButListsIt
  /// Keeps half of a chunk's bytes and acknowledges the half (a torn write).
  case tearsChunk
  /// Keeps half of a chunk's bytes, then breaks the connection; a repetition is answered 204.
  case tearsChunkAndCuts
  /// Changes a byte of a chunk on arrival, and tells the digest of what it has.
  case corruptsChunk
  /// Changes a byte of a chunk after it was acknowledged with the right digest.
  case rotsChunk
  /// Answers a chunk that it never saw with 204 and has other bytes of the same length.
  case claimsToHaveChunk
  /// Status shows what the session held when it was opened.
  case staleStatus
  /// Status lists one chunk less than there is.
  case statusOmitsChunk
  /// complete: 200 with partial_success, no receipt, everything deleted (RelayPACS, PACS down).
  case pacsDown
  /// complete: `success`, receipt PARTIAL-FALLBACK-SUCCESS-(n-1)/n, one instance lost.
  case partialReceipt
  /// complete: `success` with a good receipt although the PACS took nothing.
  case liesAboutPACS
  /// complete: `failed`.
  case completeFails
  /// The PACS has only the first half of one instance.
  case truncatesInPACS
  /// The proof leaves one instance out.
  case proofMissesInstance
  /// The proof says verified, with the digest of something else for one instance.
  case proofOfOtherBytes
  /// The proof says verified for one instance without any digest.
  case proofWithoutDigest
  /// 429 without and with `Retry-After`.
  case rateLimits
  case rateLimitsWithRetryAfter
  /// 500 as text, then the connection is closed without notice.
  case internalErrorAndClose
  /// 503 with a problem document and `Retry-After`.
  case unavailable
  /// The request is performed; the connection breaks inside the answer.
  case cutsInitAnswer
  case cutsChunkAnswer
  case cutsCompleteAnswer
  case cutsStatusAnswer
  /// The connection breaks before anything is done.
  case cutsChunkRequest
  /// The request is read and never answered.
  case neverAnswers
  /// Access tokens of before are refused with 401; refresh tokens still work.
  case expiresAccess
  /// Refresh tokens of before are refused as well.
  case expiresLogin
  /// The upload token is refused with 401; it can be renewed.
  case expiresUploadToken
  /// 307 to another origin.
  case redirectsElsewhere
  /// An answer of 200 MB.
  case hugeAnswer
  /// An answer that is not JSON.
  case garbage
}
