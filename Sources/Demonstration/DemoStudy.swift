public import Domain
internal import Imaging

/// One study of the demonstration: who, what, and which phantom makes its pictures.
public struct DemoStudy: Sendable {
  enum Content: Sendable {
    case headCT(HeadPhantom.Lesion)
    case chestCT(ChestPhantom.Lesion, contrast: Bool)
    case chestXRay(ChestPhantom.Lesion)
    case ultrasound([Ultrasound.Scene])
  }

  /// A folder name, for example `ct-head-1`.
  public let key: String
  /// How soon the demonstration sends it.
  public let serviceLevel: ServiceLevel
  /// Why the study was made.
  public let clinicalHistory: String
  let patient: DemoPatient
  let content: Content
  let description: String

  /// Eight studies: CT of head and chest, chest X-rays, ultrasound.
  public static let all: [DemoStudy] = [
    study(
      "ct-head-1", 0, .headCT(.subdural), "CT head", .stat,
      "Fall from standing three hours ago, on apixaban. GCS 13, right-sided weakness."),
    study(
      "ct-head-2", 1, .headCT(.none), "CT head", .routine,
      "Headache for two weeks, no neurological deficit."),
    study(
      "ct-chest-1", 2, .chestCT(.embolism, contrast: true), "CT pulmonary angiography",
      .emergency, "Sudden dyspnoea and pleuritic pain after a long flight. D-dimer raised."),
    study(
      "ct-chest-2", 3, .chestCT(.nodule, contrast: false), "CT chest", .subspecialty,
      "Nodule on a chest X-ray. 40 pack years."),
    study(
      "dx-chest-1", 4, .chestXRay(.pneumothorax), "Chest X-ray PA", .stat,
      "Sudden left-sided chest pain, reduced breath sounds on the left."),
    study(
      "dx-chest-2", 5, .chestXRay(.failure), "Chest X-ray PA", .routine,
      "Orthopnoea and ankle swelling. Known coronary disease."),
    study(
      "us-abdomen-1", 6, .ultrasound([.gallstones, .liverAndKidney]), "Ultrasound abdomen",
      .routine, "Colicky pain in the right upper abdomen after meals."),
    study(
      "ct-head-3", 7, .headCT(.infarct), "CT head", .emergency,
      "Right hemiparesis and aphasia since waking."),
  ]

  private static func study(
    _ key: String, _ patient: Int, _ content: Content, _ description: String,
    _ level: ServiceLevel, _ history: String
  ) -> DemoStudy {
    DemoStudy(
      key: key, serviceLevel: level, clinicalHistory: history,
      patient: DemoPatient.all[patient % DemoPatient.all.count], content: content,
      description: description)
  }

  var modality: String {
    switch content {
    case .headCT, .chestCT: "CT"
    case .chestXRay: "DX"
    case .ultrasound: "US"
    }
  }

  var bodyPart: String {
    switch content {
    case .headCT: "HEAD"
    case .chestCT, .chestXRay: "CHEST"
    case .ultrasound: "ABDOMEN"
    }
  }
}
