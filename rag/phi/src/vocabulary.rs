//! Word lists: health, first names, eponyms, and capitalised words that are no surname.
//!
//! All lists are in lower case and sorted, and a test holds them so; look-ups are binary searches. They are short on
//! purpose: they hold what is common, and everything rarer has to be told by its surroundings.

/// Words that speak of health. One of them beside a person makes a text about that person's health.
const HEALTH: &[&str] = &[
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

/// First names that are common where the documents come from and that are no other word.
const FIRST_NAMES: &[&str] = &[
    "aaron", "adam", "adrian", "agnes", "ahmed", "aisha", "alan", "albert", "alejandro", "alex", "alexander",
    "alexandra", "alfred", "ali", "alice", "alicia", "allison", "amanda", "amelia", "amy", "ana", "andrea",
    "andreas", "andrew", "angela", "anita", "anja", "ann", "anna", "anne", "annette", "anthony", "antonio",
    "arthur", "ashley", "barbara", "beatrice", "ben", "benjamin", "bernd", "betty", "beverly", "bianca",
    "birgit", "bob", "bradley", "brenda", "brian", "bruce", "bryan", "camila", "carl", "carlos", "carmen",
    "carol", "caroline", "carolyn", "catherine", "cecilia", "charles", "charlotte", "chloe", "christian",
    "christina", "christine", "christopher", "cindy", "claire", "clara", "claudia", "craig", "cynthia",
    "daniel", "daniela", "david", "deborah", "debra", "denise", "dennis", "diana", "diane", "diego",
    "dieter", "dirk", "donald", "donna", "doris", "dorothy", "douglas", "dylan", "edith", "eduardo",
    "edward", "elena", "elisabeth", "elizabeth", "ella", "ellen", "emily", "emma", "eric", "erik", "erika",
    "ethan", "eugene", "eva", "evelyn", "fatima", "felix", "fernando", "florian", "frances", "francis",
    "francisco", "frank", "frederick", "fritz", "gabriel", "gary", "george", "gerald", "gerhard", "gloria",
    "greg", "gregory", "guillermo", "hannah", "hans", "harold", "harry", "heather", "heidi", "heinz",
    "helen", "helga", "henry", "howard", "ian", "ibrahim", "ines", "ingrid", "irene", "isaac", "isabel",
    "isabella", "ivan", "jack", "jacob", "jacqueline", "james", "jan", "jana", "jane", "janet", "janice",
    "jason", "javier", "jean", "jeffrey", "jennifer", "jens", "jeremy", "jerry", "jesse", "jessica", "jesus",
    "joan", "joe", "joel", "johannes", "john", "jonas", "jonathan", "jordan", "jorge", "jose", "josef",
    "joseph", "joshua", "joyce", "juan", "judith", "judy", "julia", "julian", "julie", "justin", "karen",
    "karin", "karl", "katharina", "katherine", "kathleen", "kathryn", "katrin", "keith", "kelly", "kenneth",
    "kevin", "kimberly", "klaus", "kurt", "kyle", "larry", "laura", "lauren", "lawrence", "lea", "lena",
    "leon", "liam", "linda", "lisa", "logan", "lori", "louis", "lucas", "lucia", "luis", "lukas", "madison",
    "manfred", "manuel", "marco", "margaret", "maria", "marie", "marilyn", "mario", "markus", "martha",
    "martin", "martina", "mary", "matthew", "matthias", "max", "megan", "melissa", "mia", "michael",
    "michelle", "miguel", "mohamed", "mohammed", "monika", "nancy", "natalie", "nathan", "nicholas",
    "nicole", "nina", "noah", "nora", "olga", "oliver", "olivia", "omar", "oscar", "otto", "pablo", "pamela",
    "patricia", "patrick", "paul", "paula", "pedro", "peter", "petra", "philip", "phillip", "priya",
    "rachel", "rafael", "ralph", "raymond", "rebecca", "renate", "ricardo", "richard", "robert", "roberto",
    "roger", "roland", "ronald", "rosa", "roy", "russell", "ruth", "ryan", "sabine", "sally", "samantha",
    "samuel", "sandra", "sara", "sarah", "scott", "sean", "sebastian", "sergio", "sharon", "shirley",
    "silke", "simon", "simone", "sofia", "sonja", "sophia", "sophie", "stefan", "stefanie", "stephanie",
    "stephen", "steven", "susan", "susanne", "sven", "sylvia", "tanja", "teresa", "theresa", "thomas",
    "timothy", "tobias", "todd", "tyler", "ulrich", "ursula", "uwe", "valentina", "valerie", "vanessa",
    "veronica", "victor", "victoria", "vincent", "virginia", "walter", "wayne", "werner", "wilhelm",
    "william", "wolfgang", "yusuf", "yvonne", "zachary",
];

/// People after whom diseases, signs, scores, drugs' trials and devices are named.
const EPONYMS: &[&str] = &[
    "addison", "alzheimer", "apgar", "aschoff", "babinski", "baker", "barrett", "bartter", "basedow",
    "behçet", "bell", "bishop", "bowen", "braden", "broca", "brugada", "budd", "burkitt", "charcot", "child",
    "cochrane", "conn", "crohn", "cushing", "doppler", "down", "duchenne", "dupuytren", "ebstein",
    "eisenmenger", "fallot", "fanconi", "foley", "fontaine", "framingham", "gaucher", "geneva", "gilbert",
    "glasgow", "goodpasture", "graves", "guillain", "hartmann", "hashimoto", "heberden", "henoch",
    "hirschsprung", "hodgkin", "holter", "horner", "huntington", "kaplan", "kaposi", "karnofsky", "kawasaki",
    "kussmaul", "leopold", "lou", "lyme", "mallory", "marfan", "marshall", "murphy", "ménière", "osler",
    "paget", "parkinson", "peyronie", "pott", "pugh", "ranson", "raynaud", "reye", "rockall", "romberg",
    "salmonella", "schirmer", "sjögren", "still", "swan", "tinel", "turner", "valsalva", "virchow", "wells",
    "wernicke", "whipple", "willebrand", "wilson", "wolff",
];

/// Capitalised words that follow labels and titles, or open sentences, and are no surname.
const NO_SURNAMES: &[&str] = &[
    "a", "about", "account", "acute", "address", "admission", "admitted", "adults", "after", "age", "all",
    "allergies", "allergy", "also", "alt", "an", "and", "annual", "any", "anyone", "apixaban", "april",
    "article", "as", "aspirin", "assessment", "at", "august", "babies", "baseline", "because", "before",
    "blood", "bmi", "both", "bp", "bun", "but", "cardiology", "care", "case", "center", "centre", "chest",
    "children", "clear", "clinic", "clinical", "cocaine", "collected", "committee", "company", "consent",
    "contact", "continue", "cpt", "cr", "crack", "crp", "ct", "current", "daily", "data", "date", "dear",
    "december", "demographics", "department", "describe", "details", "device", "diagnosis", "discharge",
    "discharged", "disease", "dob", "doctor", "doctors", "dose", "drug", "dvt", "each", "ecg", "echo",
    "education", "egfr", "eight", "either", "ekg", "email", "emergency", "every", "everybody", "everyone",
    "exam", "examination", "experience", "facility", "family", "february", "female", "fever", "findings",
    "first", "five", "follow", "for", "four", "friday", "from", "further", "gender", "general", "give",
    "glucose", "group", "guide", "guideline", "guidelines", "handout", "has", "hba", "he", "health", "heart",
    "heparin", "her", "here", "hgb", "his", "history", "home", "hospital", "how", "i", "icd", "icu", "id",
    "if", "impression", "in", "indications", "information", "initial", "inpatient", "inr", "insurance",
    "intake", "is", "it", "its", "january", "july", "june", "lab", "labs", "last", "ldl", "leaflet", "left",
    "level", "little", "liver", "male", "management", "march", "may", "medical", "medication", "medications",
    "men", "mild", "moderate", "monday", "mortality", "most", "mri", "mrn", "my", "name", "ndc", "new",
    "next", "nine", "no", "nobody", "none", "normal", "not", "note", "notes", "november", "nsaids", "number",
    "nurses", "o", "october", "office", "on", "one", "onset", "or", "order", "other", "our", "outlook",
    "outpatient", "overview", "oxygen", "pain", "pathway", "patient", "patients", "people", "phone", "plan",
    "platelets", "please", "pleurisy", "portal", "positive", "potassium", "pregnancy", "prescribed",
    "prevention", "primary", "procedure", "prophylaxis", "protocol", "protocols", "pt", "pulse", "purpose",
    "quality", "rash", "recent", "referral", "registration", "research", "results", "review", "right",
    "risk", "room", "s", "safety", "saturday", "scope", "second", "section", "see", "selection", "september",
    "service", "services", "seven", "seventeen", "severe", "she", "should", "since", "six", "size", "sodium",
    "some", "someone", "start", "status", "stop", "summary", "sunday", "support", "surgery", "symptoms",
    "temp", "ten", "test", "that", "the", "their", "then", "therapy", "there", "these", "they", "this",
    "those", "three", "thursday", "to", "tobacco", "today", "torsion", "total", "treatment", "tuesday",
    "twelve", "twenty", "two", "type", "unit", "until", "use", "version", "visit", "vital", "vitals",
    "warfarin", "we", "wednesday", "weight", "what", "when", "where", "which", "who", "with", "women",
    "year", "yes", "you", "your",
];

/// Whether a word, in lower case, speaks of health.
pub(crate) fn is_health(word: &str) -> bool {
    HEALTH.binary_search(&word).is_ok()
}

/// Whether a word is a common first name.
pub(crate) fn is_first_name(word: &str) -> bool {
    FIRST_NAMES.binary_search(&word.to_lowercase().as_str()).is_ok()
}

/// Whether a word is the name of somebody after whom something is named.
pub(crate) fn is_eponym(word: &str) -> bool {
    EPONYMS.binary_search(&word.to_lowercase().trim_end_matches("'s").trim_end_matches("’s")).is_ok()
}

/// Whether a capitalised word is certainly no surname.
pub(crate) fn is_no_surname(word: &str) -> bool {
    let lower = word.to_lowercase();
    NO_SURNAMES.binary_search(&lower.as_str()).is_ok() || HEALTH.binary_search(&lower.as_str()).is_ok()
}

#[cfg(test)]
mod tests {
    use super::{EPONYMS, FIRST_NAMES, HEALTH, NO_SURNAMES};

    #[test]
    fn every_list_is_sorted() {
        for list in [HEALTH, FIRST_NAMES, EPONYMS, NO_SURNAMES] {
            let unsorted = list.windows(2).find(|pair| pair[0] >= pair[1]);
            assert_eq!(unsorted, None);
        }
    }
}
