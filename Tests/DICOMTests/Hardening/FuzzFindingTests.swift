import DICOM
import Foundation
import Testing

/// Inputs with which `make fuzz` once ended a parser, kept as they were found.
@Suite struct FuzzFindingTests {
  /// A 64-bit directory record whose numbers are compressed data: where the archive begins was
  /// computed without looking for an overflow (FuzzZip, after 33,050 executions).
  @Test func zipDirectoryBeyondAllNumbers() throws {
    let found = try #require(
      Data(
        base64Encoded: """
          UEsDBC0AAAgIAAAAAABQzq+u2QAAAMIBAAAHAAAAYS9iLmRjbcVQsW7CMBB9SSiyKhUFqBDqlJEBnXy2k5gxJUhF
          ogWBGLpUYmAs/YT+Cp/Gp3AOC7B07FnWe0/v2bo74H+rnk/fY8HtooWjYIwIy9eAUlEsuJ2/gMmQd5pYa+0pJyYn
          l6gUP5GEahKWnOhU9PPdi6BYvJ54Yxgy8sVEW+dM6Q1b1rnRBbvSFG7CufXW6JJzXziO0cfmTWFd1evZovpUGPzR
          kcLwpqNUzurjEfX+++erOhx2WYYnSbQvCWToXOUZoz5Mt0IwwSZhiTBEgSmcftNmP+3LfpLWwxlQSwECLQMtAAAI
          CAAAAAAAUM6vrv//////////BwAcAAAAAAAAAAAApIH/////YS9iLmRjbQEAGADCAQAAAAAAANkAAAAAAAAAAAAA
          AAAAAABQSwYGLAAAAAAAAAAtAC0AAAAAAAAAAO0pJyYnl6gUP5GEahKWnOhU9PPdi6BYvG7CufXW6JJzXziO0cfm
          TWFd1evZovpUGPzRkcLwpqNUzurjEfX+++erOhx2WYYnSbQvCWToXOUZoz5Mt0IwwSZhiTBEgSmcftNmP+3LfpLW
          wxlQSwECLQMtAAAICAAAAAAAUM6vrv//////////BwAcAAAAAAAAAAAApIH/////YS9iLmRjbQEAGADCAQAAAAAA
          ANkAAAAAAABAAAAAAAAAAABQSwYGLAAAAAAAAAAtAC0AAAAAAAAAAAABAAAAAAAAAAEAAAAAAAAAUQAAAAAAAAD+
          AAAAAAAAAFBLBgcAAAAATwEAAAAAAAABAAAAUEsFBgAAAAD///////////////8AAAABAAAAAAAAAAEAAAAAAAAA
          UQAAAAAAAAD+AAAAAAAAAFBLBgcAAAAATwEAAAAAAAABAAAAUEsFBgAAAAD///////////////8AAA==
          """, options: .ignoreUnknownCharacters))
    #expect(throws: DICOMError.self) { try ZipArchive(bytes: [UInt8](found)) }
  }

  /// The same by hand: size and place of a directory, each at the ends of what 64 bits hold.
  @Test func forgedPlacesOfZipDirectories() throws {
    let numbers: [UInt64] = [0, 1, 1 << 32, 1 << 62, .max >> 1, .max]
    for size in numbers {
      for place in numbers where size != 0 || place != 0 {
        var bytes: [UInt8] = [0x50, 0x4B, 6, 6] + [UInt8](repeating: 0, count: 20)
        for number in [1, 1, size, place] as [UInt64] {
          bytes += (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
        }
        bytes += [0x50, 0x4B, 6, 7] + [UInt8](repeating: 0, count: 16)
        bytes += [0x50, 0x4B, 5, 6] + [UInt8](repeating: 0xFF, count: 16) + [0, 0]
        #expect(throws: DICOMError.self) { try ZipArchive(bytes: bytes) }
      }
    }
  }
}
