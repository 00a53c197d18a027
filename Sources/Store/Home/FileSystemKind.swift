import CLinux

/// Tells network file systems from local ones by statfs(2) `f_type`.
public enum FileSystemKind {
  /// The name of the network file system under a path; nil when it is local or unknown.
  ///
  /// Numbers from linux/magic.h and the file systems' sources. FUSE has one number for all its
  /// file systems; the mount table tells which it is.
  public static func network(at path: String) -> String? {
    network(type: radrelay_filesystem_type(path), mountType: { mountType(of: path) })
  }

  static func network(type: Int64, mountType: () -> String?) -> String? {
    switch type & 0xFFFF_FFFF {
    case 0x6969: "NFS"
    case 0x517B, 0xFF53_4D42, 0xFE53_4D42: "SMB"
    case 0x0102_1997: "9p"
    case 0x5346_414F, 0x6B41_4653: "AFS"
    case 0x00C3_6400: "Ceph"
    case 0x7375_7245: "Coda"
    case 0x564C: "NCP"
    case 0x0BD0_0BD0: "Lustre"
    case 0x4750_4653: "GPFS"
    case 0x0116_1970: "GFS2"
    case 0x6573_5546: networkFuse(mountType())
    default: nil
    }
  }

  private static func networkFuse(_ type: String?) -> String? {
    guard let type else { return nil }
    let remote = [
      "sshfs", "s3fs", "rclone", "glusterfs", "davfs", "gcsfuse", "smbnetfs", "curlftpfs", "nfs",
    ]
    return remote.contains(where: { type.contains($0) }) ? type : nil
  }

  /// The type in /proc/self/mountinfo of the mount with the longest matching mount point.
  private static func mountType(of path: String) -> String? {
    guard let text = readText("/proc/self/mountinfo"), let real = realPath(path) else { return nil }
    var best: (length: Int, type: String)?
    for line in text.split(separator: "\n") {
      let fields = line.split(separator: " ")
      guard fields.count > 6, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count
      else { continue }
      let point = fields[4].replacing("\\040", with: " ")
      let inside = point == "/" || real == point || real.hasPrefix(point + "/")
      if inside, point.utf8.count >= (best?.length ?? 0) {
        best = (point.utf8.count, String(fields[dash + 1]))
      }
    }
    return best?.type
  }
}
