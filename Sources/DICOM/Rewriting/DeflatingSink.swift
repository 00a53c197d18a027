import CZlib

/// Compresses what goes through it as one raw deflate stream (PS3.5 section A.5).
final class DeflatingSink<Target: ByteSink>: ByteSink {
  private let target: Target
  private var stream = z_stream()
  private var count = 0
  private var output = [UInt8](repeating: 0, count: 64 << 10)

  init(_ target: Target) throws(DICOMError) {
    self.target = target
    guard radrelay_deflate_init_raw(&stream, 6) == Z_OK else {
      throw .unwritable(tag: nil, problem: "there is no memory to compress it")
    }
  }

  deinit { deflateEnd(&stream) }

  func append(_ bytes: some Collection<UInt8>) throws(DICOMError) {
    try compress(Array(bytes), Z_NO_FLUSH)
  }

  /// Ends the stream, with a zero byte when its length is odd.
  func finish() throws(DICOMError) {
    try compress([], Z_FINISH)
    if count & 1 == 1 { try target.append([0]) }
  }

  private func compress(_ bytes: [UInt8], _ flush: Int32) throws(DICOMError) {
    var input = bytes
    var start = 0
    var isDone = false
    while !isDone {
      // zlib counts in 32 bits.
      let length = min(input.count - start, 1 << 20)
      let isLast = start + length == input.count
      var produced = 0
      var status = Z_OK
      input.withUnsafeMutableBufferPointer { input in
        output.withUnsafeMutableBufferPointer { output in
          stream.next_in = input.baseAddress.map { $0 + start }
          stream.avail_in = UInt32(length)
          stream.next_out = output.baseAddress
          stream.avail_out = UInt32(output.count)
          status = deflate(&stream, isLast ? flush : Z_NO_FLUSH)
          produced = output.count - Int(stream.avail_out)
          start += length - Int(stream.avail_in)
        }
      }
      guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
        throw .unwritable(tag: nil, problem: "it cannot be compressed (zlib \(status))")
      }
      try target.append(output[..<produced])
      count += produced
      isDone =
        flush == Z_FINISH
        ? status == Z_STREAM_END : start == input.count && produced < output.count
    }
  }
}

/// Gives what goes through it to a function, in pieces of a good size. What the function throws is
/// kept: it is no ``DICOMError``.
final class ReceiverSink: ByteSink {
  private let receive: ([UInt8]) throws -> Void
  private var buffer: [UInt8] = []
  private(set) var failure: (any Error)?

  init(_ receive: @escaping ([UInt8]) throws -> Void) { self.receive = receive }

  func append(_ bytes: some Collection<UInt8>) throws(DICOMError) {
    buffer.append(contentsOf: bytes)
    if buffer.count >= 256 << 10 { try finish() }
  }

  func finish() throws(DICOMError) {
    do { try receive(buffer) } catch {
      failure = error
      throw .unwritable(tag: nil, problem: "it could not be taken")
    }
    buffer.removeAll(keepingCapacity: true)
  }
}
