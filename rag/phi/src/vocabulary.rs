//! Words that speak of health.
//!
//! They are evidence for a class: a person beside one of them makes a text about that person's health. In lower case
//! and sorted, which a test holds them to; what is rarer is known by the lexicon's clinical terms.

/// Words that speak of health. One of them beside a person makes a text about that person's health.
pub(crate) const HEALTH: &[&str] = &[
    "abdomen", "abdominal", "ablation", "abortion", "abscess", "acetaminophen", "aches", "acute",
    "addiction", "adhd", "admission", "admitted", "allergic", "allergies", "allergy", "amlodipine",
    "amoxicillin", "anaemia", "anamnese", "anaphylaxis", "anemia", "angina", "antibiotic", "antibiotics",
    "anticoagulation", "antidepressant", "antipsychotic", "anxiety", "apixaban", "arrhythmia", "arthritis",
    "arztbrief", "aspirin", "asthma", "asymptomatic", "atorvastatin", "atrial", "aufnahme", "autism",
    "befund", "behandlung", "benign", "bilaterally", "biopsy", "bipolar", "bleeding", "blood", "blutdruck",
    "bmi", "bp", "bradycardia", "cancer", "carcinoma", "cardiac", "cardiologist", "cardiology", "catheter",
    "chemotherapy", "chest", "chf", "chlamydia", "cholesterol", "chronic", "cirrhosis", "ckd", "clinic",
    "clinical", "colitis", "colonoscopy", "coma", "contraception", "copd", "cough", "cpt", "creatinine",
    "ct", "cyst", "delirium", "dementia", "depression", "depressive", "detox", "diabetes", "diabetic",
    "diagnose", "diagnosed", "diagnoses", "diagnosis", "diagnostic", "diagnostics", "diagnostik", "dialysis",
    "diastolic", "discharge", "discharged", "disease", "disorder", "dizziness", "dosage", "dose", "dosis",
    "drg", "drug", "dysfunction", "dyspnea", "dyspnoea", "ecg", "echocardiogram", "eczema", "egfr", "ekg",
    "endoscopy", "entlassung", "epilepsy", "erkrankung", "fever", "fibrillation", "fracture", "gabapentin",
    "gad-7", "gastroenterology", "gout", "haemoglobin", "hba1c", "headache", "hemoglobin", "heparin",
    "hepatitis", "herpes", "hgb", "hiv", "hospital", "hospitalised", "hospitalized", "hypertension",
    "hypotension", "hysterectomy", "ibuprofen", "icd", "icd-10", "icd-11", "icu", "illness", "immunisation",
    "immunization", "implant", "implanted", "infarction", "infection", "inhaler", "injection", "injury",
    "inr", "insulin", "kidney", "krank", "krankenhaus", "krebs", "laboratory", "labs", "ldl", "lesion",
    "leukaemia", "leukemia", "levothyroxine", "lisinopril", "liver", "loinc", "lung", "lymphoma",
    "malignant", "mammogram", "medication", "medications", "medicine", "medikament", "medikamente",
    "melanoma", "metastasis", "metformin", "metoprolol", "migraine", "miscarriage", "morphine", "mri",
    "murmur", "nausea", "ndc", "neurologist", "neurology", "nodule", "nurse", "obesity", "omeprazole",
    "oncologist", "oncology", "operation", "operiert", "opioid", "outpatient", "overdose", "oxygen",
    "pacemaker", "pain", "paracetamol", "pathology", "patient", "patientin", "penicillin", "phq-9",
    "physician", "platelets", "pneumonia", "postoperative", "prednisone", "pregnancy", "pregnant",
    "preoperative", "prescribed", "prescription", "procedure", "prognosis", "psoriasis", "psychiatric",
    "psychiatrist", "psychiatry", "psychotherapy", "ptsd", "pulmonary", "pulse", "radiology", "rash",
    "refill", "refills", "rehabilitation", "relapse", "remission", "renal", "rn", "rx", "schizophrenia",
    "schmerzen", "seizure", "seizures", "sepsis", "serology", "smoker", "smoking", "snomed", "spo2",
    "statin", "std", "steroid", "steroids", "stroke", "suicidal", "suicide", "surgery", "surgical",
    "symptom", "symptoms", "syndrome", "systolic", "tablet", "tablets", "tachycardia", "therapie", "therapy",
    "thrombosis", "thyroid", "toxicity", "transfusion", "transplant", "trauma", "treated", "treatment",
    "tumor", "tumour", "ulcer", "ultrasound", "vaccination", "vaccine", "vitals", "vomiting", "ward",
    "warfarin", "wbc", "wound", "xray",
];

#[cfg(test)]
mod tests {
    use super::HEALTH;

    #[test]
    fn the_list_is_sorted() {
        let unsorted = HEALTH.windows(2).find(|pair| pair[0] >= pair[1]);
        assert_eq!(unsorted, None);
    }
}
