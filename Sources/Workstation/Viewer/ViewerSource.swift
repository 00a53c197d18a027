public import Domain

/// Where the images of the viewer come from.
public enum ViewerSource: Sendable, Equatable {
  /// Files and folders on this machine, absolute.
  case paths([String])
  /// The files of an upload, as the store knows them.
  case upload(UploadID)
  /// The upload that a report is about, by the gateway's name of it.
  case remoteUpload(String)
  /// The picture of a teaching case, which has no patient.
  case picture(title: String, GrayThumbnail)
}
