internal import Imaging

extension DemoReport {
  /// Findings and impression for what a phantom shows.
  static func written(_ content: DemoStudy.Content) -> (String, String) {
    switch content {
    case .headCT(.subdural):
      (
        "Crescent-shaped hyperdense collection along the left cerebral convexity, up to 14 mm "
          + "thick. The left hemisphere and lateral ventricle are compressed; the midline is "
          + "shifted to the right by 9 mm. The basal cisterns are narrowed but open. No fracture.",
        "Acute left subdural haematoma with midline shift. Discussed with the referring team by "
          + "telephone; urgent neurosurgical opinion advised."
      )
    case .headCT(.infarct):
      (
        "Hypodense, mildly swollen cortex and white matter in the territory of the left middle "
          + "cerebral artery, with loss of the insular ribbon. No haemorrhage. Slight midline "
          + "shift of 3 mm.",
        "Established infarct of the left middle cerebral artery territory, without haemorrhagic "
          + "transformation."
      )
    case .headCT:
      (
        "Grey and white matter are well differentiated. Ventricles and sulci are normal for age. "
          + "No haemorrhage, mass or extra-axial collection. Midline structures are not "
          + "displaced. Paranasal sinuses and mastoid cells are clear. No fracture.",
        "Normal CT of the head."
      )
    case .chestCT(.embolism, _):
      (
        "Filling defects in the right main pulmonary artery and at the origin of the left lower "
          + "lobe artery. No straightening of the interventricular septum. Lungs without "
          + "infarction. No pleural effusion.",
        "Bilateral central pulmonary embolism without signs of right heart strain. Discussed with "
          + "the referring team by telephone."
      )
    case .chestCT(.nodule, _):
      (
        "Spiculated solid nodule of 20 mm in the right upper lobe with a pleural tag. No enlarged "
          + "mediastinal or hilar lymph nodes. No further nodules. Upper abdomen without focal "
          + "lesion as far as shown.",
        "Suspicious nodule in the right upper lobe. PET-CT and discussion in the tumour board "
          + "advised."
      )
    case .chestCT:
      (
        "Lungs clear. No effusion or pneumothorax. Heart and great vessels of normal size. No "
          + "enlarged lymph nodes. No suspicious bone lesion.",
        "Normal CT of the chest."
      )
    case .chestXRay(.pneumothorax):
      (
        "Large left pneumothorax: the visceral pleural line runs medial to the mid-clavicular "
          + "line and there are no lung markings beyond it. No shift of the mediastinum. The "
          + "right lung is clear.",
        "Large left pneumothorax without signs of tension. Discussed with the referring team by "
          + "telephone."
      )
    case .chestXRay(.failure):
      (
        "Enlarged heart. Prominent, ill-defined vessels and interstitial lines in both lungs. "
          + "Small effusions on both sides.",
        "Congestive heart failure with interstitial oedema and small bilateral effusions."
      )
    case .chestXRay:
      (
        "Heart of normal size. Lungs clear. Costophrenic angles free. No pneumothorax. No "
          + "fracture.", "Normal chest X-ray."
      )
    case .ultrasound(let scenes) where scenes.contains(.gallstones):
      (
        "Gallbladder with three stones up to 12 mm and acoustic shadows. Wall not thickened, no "
          + "free fluid. Bile ducts not dilated. Liver and right kidney normal.",
        "Cholecystolithiasis without signs of cholecystitis."
      )
    case .ultrasound(let scenes) where scenes.contains(.hydronephrosis):
      (
        "Dilated pelvis and calyces of the right kidney. Cortex of normal width. No stone seen in "
          + "the visible ureter.", "Moderate hydronephrosis on the right."
      )
    case .ultrasound:
      (
        "Liver of normal size and echo pattern. Bile ducts not dilated. Right kidney normal, no "
          + "dilatation.", "Normal ultrasound of the right upper abdomen."
      )
    }
  }
}
