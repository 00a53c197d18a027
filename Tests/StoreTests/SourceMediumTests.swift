import Domain
import Synchronization
import Testing

@testable import Store

@Suite struct SourceMediumTests {
  private static let mounts = """
    22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
    40 22 8:17 / /run/media/anna/CD\\040ROM ro - vfat /dev/sdb1 ro
    41 22 8:33 / /data/stick rw - ext4 /dev/sdc1 rw
    42 22 8:49 / /data/disk rw - ext4 /dev/sdd1 rw
    43 22 11:0 / /data/disc ro - iso9660 /dev/sr0 ro
    44 22 0:51 / /data/memory rw - tmpfs tmpfs rw
    """

  private func reason(_ path: String) -> StagingReason? {
    SourceMedium.reason(
      real: path, mounts: Self.mounts,
      flag: { $0 == "/sys/devices/pci/block/sdd/sdd1/../removable" ? "0\n" : nil },
      device: {
        switch $0 {
        case "/sys/dev/block/8:33": "/sys/devices/pci0000:00/usb1/1-1/block/sdc/sdc1"
        case "/sys/dev/block/8:49": "/sys/devices/pci/block/sdd/sdd1"
        default: nil
        }
      })
  }

  @Test func whatMayBePulledOutIsTold() {
    #expect(reason("/home/anna/in") == nil)
    #expect(reason("/run/media/anna/CD ROM/DICOM") == .removable)
    #expect(reason("/data/stick/a") == .removable, "the device is on USB")
    #expect(reason("/data/disc/DICOM") == .removable, "an optical disc")
    #expect(reason("/data/disk/a") == nil, "a disk that stays")
    #expect(reason("/data/memory") == nil)
    // A folder of that name on the system's own disk is none.
    #expect(reason("/media/archive") == nil)
  }

  @Test func theFlagOfTheDiskCounts() {
    let answer = SourceMedium.reason(
      real: "/data/disk/a", mounts: Self.mounts,
      flag: { $0.hasSuffix("sdd1/../removable") ? "1\n" : nil },
      device: { _ in "/sys/devices/pci/block/sdd/sdd1" })
    #expect(answer == .removable)
  }

  @Test func eachFolderIsLookedAtOnce() {
    let calls = Mutex(0)
    let medium = SourceMedium(look: { folder in
      calls.withLock { $0 += 1 }
      return folder == "/net" ? .network : nil
    })
    #expect(medium.reason(for: "/net/a") == .network && medium.reason(for: "/net/b") == .network)
    #expect(medium.reason(for: "/disk/a") == nil && medium.reason(for: "/disk/b") == nil)
    #expect(calls.withLock { $0 } == 2)
  }
}
