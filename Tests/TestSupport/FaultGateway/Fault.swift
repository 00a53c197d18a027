/// What the test gateway does wrong. Armed for a number of times with ``FaultGateway/arm(_:times:)``.
///
/// Which switch is which quirk of the reference gateway (relaypacs-api.md, section 3) and which
/// requirement of anchors.md; "always" is what the plain mode does without any switch:
///
/// | quirk | switch |
/// | --- | --- |
/// | 1 a PACS that is down freezes everybody | `freezesAtComplete`, `neverAnswers` |
/// | 2, R1 after a PACS failure everything is gone | `pacsDown`, `completeFails` |
/// | 3, R12 success with instances missing, a receipt made up | `partialReceipt`, `liesAboutPACS`, `successWithoutReceipt` |
/// | 4, R2 a missing tail is not noticed | `dropsLastChunk`, `truncatesInPACS` |
/// | 5 the answer to complete is lost | `cutsCompleteAnswer` |
/// | 6, R5 the session ends in the middle | `forgetsSession`, `endsSessionWithToken` |
/// | 7, R8 duplicates by name, date and modality, of anybody | `duplicateOfStranger`; always |
/// | 8 the first write wins, other bytes are answered 204 | `claimsToHaveChunk`; always |
/// | 9, R3, R13 nobody compares digests | `corruptsChunk`, `rotsChunk`, `dropsChunkButListsIt` |
/// | 9, R7 a torn chunk counts | `tearsChunk`, `tearsChunkAndCuts`, `answersExistsForTornChunk` |
/// | 10 death in the middle of a request | `cutsChunkRequest`, `cutsChunkAnswer`, `staleStatus` |
/// | 11 numbers that cannot be | `progressBeyondHundred`, `oddStatus`, `tinyChunks` |
/// | 11, R4 names as paths | `climbingUploadID`; of ours always: ``FaultGateway/oddNames`` |
/// | 12 reports of study UNKNOWN; 13 never ready; 14 logout | always |
/// | 15 redirects to another origin | `redirectsElsewhere`, `redirectsInCircles` |
/// | 500 and a closed connection; 429 without time | `internalErrorAndClose`, `rateLimits` |
///
/// A gateway that means harm besides: `zeroChunks`, `negativeChunks`, `hugeChunks`,
/// `overflowingChunks`, `tricklesAnswer`, `hugeAnswer`, `compressedAnswer`, `waitsForEver`,
/// `farDates`, `garbage`; floods of events are sent by hand (``FaultGateway/sendEvent(_:)``).
///
/// Not at the wire, and where it is shown instead: 16 is no fault; 17, a PACS that encodes anew:
/// EndToEndTests/ClientToPACSTests and GatewayTests/OrthancTests, with Orthanc. R4 and R7 at our
/// gateway: GatewayTests/UploadTests, DurabilityTests and KillTests. R6, no retry and one chunk at a
/// time: every test of GatewayClientTests/FaultTests, which ends with the study there. R9, STAT is a
/// label: GatewayClientTests/LimitTests. R10, statistics that are made up: the dashboard counts the
/// store's own rows (StoreTests). R11, a password in the program: there is none; these tests log in
/// with what they type. R14, a retry that is only said: WorkstationTests/ShellStoryTests shows the
/// next attempt's time, and FaultTests wait for it.
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
  /// Keeps half of a chunk's bytes and answers 200 `exists` for the whole.
  case answersExistsForTornChunk
  /// complete takes half a second, in which nobody else is answered either.
  case freezesAtComplete
  /// The upload token is refused with 401, and the session is gone with it.
  case endsSessionWithToken
  /// init: 409 with the upload of somebody else.
  case duplicateOfStranger
  /// Status says more than 100 percent.
  case progressBeyondHundred
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
  /// Answers a question for known images with one that nobody asked for.
  case knowsOtherImages
  /// An answer that is not JSON.
  case garbage
  /// complete: `success` without a receipt, and the PACS took nothing (plain mode).
  case successWithoutReceipt
  /// init: chunks of no byte, of less than none, of 8 EiB, of a number that is none of 64 bits.
  case zeroChunks, negativeChunks, hugeChunks, overflowingChunks
  /// init: chunks of one byte, as a plain gateway may say (advice).
  case tinyChunks
  /// init: an upload id that leads to another route.
  case climbingUploadID
  /// Status lists chunks with indices that no file has, and bytes below zero.
  case oddStatus
  /// 307 to the same place, again and again.
  case redirectsInCircles
  /// An answer that comes byte by byte and never ends.
  case tricklesAnswer
  /// An answer of a few kilobytes that is 64 MB when it is decompressed; nobody asked for gzip.
  case compressedAnswer
  /// 429 with a `Retry-After` of centuries, as a number and as a date.
  case waitsForEver
  /// init: a session that ended in the year 1, or ends in the year 9999.
  case farDates
}
