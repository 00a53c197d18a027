import DICOM

/// Finds the attributes that hold for one frame: in enhanced multi-frame objects they stand in the
/// functional groups, per frame or shared (DICOM PS3.3 C.7.6.16); elsewhere in the data set.
struct FunctionalGroups {
  let dataSet: DataSet
  private let perFrame: DataSet?
  private let shared: DataSet?

  /// - Parameter frame: from 0.
  init(_ dataSet: DataSet, frame: Int) {
    self.dataSet = dataSet
    let items = dataSet.items(.perFrameFunctionalGroups)
    perFrame = items.indices.contains(frame) ? items[frame] : nil
    shared = dataSet.items(.sharedFunctionalGroups).first
  }

  /// The data set that holds a macro's attributes: the item of its sequence for this frame, the
  /// shared item, or the data set itself.
  func holder(of macro: Tag) -> DataSet {
    perFrame?.items(macro).first ?? shared?.items(macro).first ?? dataSet
  }
}
