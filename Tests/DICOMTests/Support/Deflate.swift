import CZlib

/// Raw deflate for tests.
enum Deflate {
  static func raw(_ input: [UInt8], times: Int = 1) -> [UInt8]? {
    var stream = z_stream()
    guard radrelay_deflate_init_raw(&stream, 9) == Z_OK else { return nil }
    defer { deflateEnd(&stream) }
    var output: [UInt8] = []
    var room = [UInt8](repeating: 0, count: 64 << 10)
    var input = input
    for round in 0..<times {
      input.withUnsafeMutableBufferPointer { source in
        stream.next_in = source.baseAddress
        stream.avail_in = UInt32(source.count)
        repeat {
          let produced = room.withUnsafeMutableBufferPointer { target in
            stream.next_out = target.baseAddress
            stream.avail_out = UInt32(target.count)
            deflate(&stream, round == times - 1 ? Z_FINISH : Z_NO_FLUSH)
            return target.count - Int(stream.avail_out)
          }
          output += room.prefix(produced)
        } while stream.avail_out == 0
      }
    }
    return output
  }

  static func zeros(megabytes: Int) -> [UInt8]? {
    raw([UInt8](repeating: 0, count: 1 << 20), times: megabytes)
  }
}
