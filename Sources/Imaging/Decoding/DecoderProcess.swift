import CDecoder
import Foundation

/// One running decoder program and the memory that it shares with this one.
///
/// Not safe from several threads: ``DecoderPool`` hands it from one to the next.
final class DecoderProcess {
  let process: pid_t
  private let patience: Int
  private let channel: Int32
  private let mapping: UnsafeMutableRawPointer
  private var sequence: UInt32 = 0
  private var isReaped = false
  /// False when it must not get another request.
  private(set) var isSound = true

  init(path: String, patience: Int) throws(FrameError) {
    self.patience = patience
    let memory = rr_decoder_memory()
    guard memory >= 0 else { throw Self.missing("sharing memory with it failed") }
    defer { close(memory) }
    let mapped = mmap(
      nil, Int(RR_DECODER_INPUT_BYTES + RR_DECODER_OUTPUT_BYTES), PROT_READ | PROT_WRITE,
      MAP_SHARED, memory, 0)
    guard let mapped, mapped != MAP_FAILED else {
      throw Self.missing("sharing memory with it failed")
    }
    var channel: Int32 = -1
    process = rr_decoder_start(path, memory, &channel)
    guard process > 0 else {
      munmap(mapped, Int(RR_DECODER_INPUT_BYTES + RR_DECODER_OUTPUT_BYTES))
      throw Self.missing("\(path) cannot be started")
    }
    self.channel = channel
    mapping = mapped
  }

  deinit {
    // Without its channel the decoder has nothing left to do.
    close(channel)
    _ = end()
    munmap(mapping, Int(RR_DECODER_INPUT_BYTES + RR_DECODER_OUTPUT_BYTES))
  }

  private static func missing(_ what: String) -> FrameError {
    .decoderMissing(reason: "\(what): \(String(cString: strerror(errno)))")
  }

  /// Where compressed bytes are put. The pointers stay valid as long as this object lives.
  var input: UnsafeMutableRawBufferPointer {
    UnsafeMutableRawBufferPointer(start: mapping, count: Int(RR_DECODER_INPUT_BYTES))
  }

  /// Where decoded samples are found. The decoder may write there at any time: values are copied
  /// out before anything is made of them.
  var output: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(
      start: mapping + Int(RR_DECODER_INPUT_BYTES), count: Int(RR_DECODER_OUTPUT_BYTES))
  }

  /// How a decoding ended.
  enum Outcome {
    case reply(rr_decode_reply)
    /// The process is gone, or was ended because it did not answer: not to be used again.
    case lost(String)
    /// The process was gone before it had the request.
    case notSent
  }

  /// Sends a request and waits for the reply.
  func decode(_ request: rr_decode_request) -> Outcome {
    var request = request
    sequence &+= 1
    request.magic = RR_DECODER_MAGIC
    request.sequence = sequence
    guard rr_decoder_send(channel, &request) == 0 else {
      isSound = false
      return .notSent
    }
    let pixels = Int(request.columns) * Int(request.rows) * Int(request.samples)
    // Several times what the decoder grants itself, for a machine that is busy.
    let seconds = min(patience + pixels / 100_000, 3_600)
    var reply = rr_decode_reply()
    let received = rr_decoder_receive(channel, &reply, Int32(seconds * 1_000))
    let problem = errno
    if received == 1 && reply.sequence == sequence { return .reply(reply) }
    isSound = false
    if received == 0 { return .lost(Self.words(end())) }
    return .lost(
      received < 0 && problem == ETIMEDOUT
        ? "the decoder did not answer within \(seconds) s" : "the decoder answered with nonsense")
  }

  /// Gives large pages back to the system.
  func trim(input: Int, output: Int) {
    let large = 32 << 20
    if input > large { madvise(mapping, input, Int32(MADV_REMOVE)) }
    if output > large {
      madvise(mapping + Int(RR_DECODER_INPUT_BYTES), output, Int32(MADV_REMOVE))
    }
  }

  /// Ends the process, if it has not ended yet, and gives its wait status.
  private func end() -> Int32 {
    // Its number may belong to another process after it was waited for.
    if isReaped { return 0 }
    isReaped = true
    kill(process, SIGKILL)
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0 && errno == EINTR {}
    return status
  }

  private static func words(_ status: Int32) -> String {
    let signal = status & 0x7F
    switch signal {
    case 0: return "the decoder ended with status \(status >> 8 & 0xFF)"
    case SIGXCPU: return "decoding it takes more time than is allowed"
    case SIGKILL: return "the decoder was ended from outside; the machine may be short of memory"
    default: return "the decoder crashed on it (\(String(cString: strsignal(signal))))"
    }
  }
}
