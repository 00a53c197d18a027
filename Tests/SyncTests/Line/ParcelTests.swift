import Domain
import Testing

@testable import Sync

@Suite("What travels together")
struct ParcelTests {
  private func kind() -> GatewayKind {
    var kind = GatewayKind(nil)
    kind.batch = .init(bytes: 4 << 20, chunks: 512)
    kind.pieces = 4_096
    return kind
  }

  private func plan(rate: Double?, isLossy: Bool = false) -> LineKeeper.Plan {
    // Two seconds' worth, as the controller has it.
    let bytes = min(10 << 20, rate.map { Int($0 * 2) } ?? 65_536)
    return LineKeeper.Plan(
      parallelism: 4, requestBytes: bytes, deadline: 10, late: 2, rate: rate, isLossy: isLossy)
  }

  /// Chunks of each parcel of a study.
  private func parcels(_ sizes: [Int], chunkSize: Int = 1 << 20, _ plan: LineKeeper.Plan) -> [Int] {
    let files = sizes.enumerated().map { number, size in
      UploadFile(
        id: FileID("f\(number)"), uploadID: UploadID("u"), path: "/x", byteCount: Int64(size),
        modifiedAt: 0, inode: 0, sopInstanceUID: "1.2.\(number)", sopClassUID: "",
        seriesInstanceUID: "", transferSyntaxUID: "")
    }
    let layout = ChunkLayout(chunkSize: chunkSize)
    let operations = Sync.plan(
      local: LocalUpload(
        files: files.map { .init(id: $0.id.rawValue, byteCount: $0.byteCount) }, layout: layout),
      remote: .receiving(chunks: [:], pieces: [:], bytes: 0))
    var parcels = Parcels(
      operations, layout,
      Dictionary(files.map { ($0.id.rawValue, $0) }, uniquingKeysWith: { first, _ in first }))
    var counts: [Int] = []
    while let parcel = parcels.next(kind(), plan) { counts.append(parcel.chunks.count) }
    return counts
  }

  @Test func filesOfUpToAChunkTravelTogetherOnAFastLine() {
    let slices = Array(repeating: 520_000, count: 7)
    #expect(parcels(slices, plan(rate: 50e6)) == [3, 3, 1])
    #expect(parcels(slices, plan(rate: 4e6)) == Array(repeating: 1, count: 7))
    #expect(parcels(slices, plan(rate: nil)) == Array(repeating: 1, count: 7))
    #expect(parcels(slices, plan(rate: 50e6, isLossy: true)) == Array(repeating: 1, count: 7))
  }

  @Test func smallFilesFillABody() {
    let small = Array(repeating: 10_000, count: 300)
    #expect(parcels(small, plan(rate: 50e6)) == [157, 143])
    #expect(parcels(small, plan(rate: 2e6)) == [104, 104, 92])
    #expect(parcels(small, plan(rate: nil)).first == 6)
  }

  @Test func chunksOfALargerFileGoAlone() {
    #expect(parcels([3 << 20, 10_000, 10_000], plan(rate: 50e6)) == [1, 1, 1, 2])
  }
}
