//! What stands between identifiers and is nobody's: drugs, diseases, complaints, trades, everyday words.
//!
//! Sentences of everyday words are put together at random, so that no fixed phrase teaches the classifier where a name must
//! stand. Drugs and diseases come from the list of clinical terms by their endings.

use crate::people::{People, capital, unfolded};
use crate::write::Dice;

const DRUG_ENDS: &[&str] = &[
    "olol", "pril", "sartan", "statin", "mab", "azole", "mycin", "cillin", "tinib", "gliptin", "parin",
    "xaban", "prazole", "cycline", "floxacin", "dipine", "azepam", "triptan", "semide", "pam", "ine", "one",
];
const DISEASE_ENDS: &[&str] = &[
    "itis", "osis", "emia", "aemia", "oma", "pathy", "algia", "plegia", "penia", "rrhea", "sclerosis", "ism",
];
const DISEASES: &str = "asthma|COPD|heart failure|type 2 diabetes|hypertension|atrial fibrillation|a stroke|pneumonia|a UTI|migraine|depression|anxiety|CKD stage 3|hip fracture|breast cancer|sepsis|DVT|PE|cellulitis|GERD|back pain|dementia|epilepsy|eczema|gout|anemia|MS|HIV|hepatitis C|sleep apnea|Crohn disease|Parkinson's disease|Graves' disease|Lyme disease|Hodgkin lymphoma|Bell's palsy|Raynaud phenomenon|Down syndrome|Addison's disease|Alzheimer disease|Kawasaki disease|Guillain-Barré syndrome";
const COMPLAINTS: &str = "chest pain|a cough|shortness of breath|fever|nausea|a rash|dizziness|headache|swelling|leg pain|fatigue|vomiting|diarrhea|constipation|palpitations|blurred vision|insomnia|a sore throat|back pain|abdominal pain|weight loss|tremor|numbness|itching|bleeding|falls|confusion|hot flashes|low mood|earache|dysuria";
const TESTS: &str = "CBC|BMP|INR|HbA1c|A1c|TSH|creatinine|potassium|sodium|hemoglobin|troponin|CRP|MRI|CT|x-ray|ultrasound|echo|ECG|EEG|biopsy|colonoscopy|urinalysis|lipid panel|glucose|PSA|ferritin|bilirubin|lactate|D-dimer|spirometry|blood culture|mammogram|eGFR|WBC|platelets|ALT";
const EPONYMS: &str = "Murphy sign|Babinski reflex|Wells score|Glasgow Coma Scale|Apgar score|Romberg test|Phalen test|Tinel sign|Lachman test|McBurney point|Homans sign|Framingham risk score|Child-Pugh class|Ranson criteria|Braden scale|Morse Fall Scale|Foley catheter|Swan-Ganz catheter|Trendelenburg position|Allen test|Snellen chart|Holter monitor|Kernig sign|Epley maneuver|Dix-Hallpike|Weber test|Rinne test|Mallampati class|Gleason score|Barthel index|Katz index|Duke criteria|Light criteria|Centor score|Beck Depression Inventory|Hamilton scale|Edinburgh Postnatal Depression Scale|Whipple procedure|Billroth II|Roux-en-Y|Colles fracture|Hashimoto thyroiditis|Barrett esophagus|Cushing syndrome";
const TRADES: &str = "nurse|welder|teacher|farmer|bus driver|cook|baker|plumber|electrician|clerk|cashier|roofer|pilot|painter|guard|librarian|accountant|engineer|programmer|waiter|cleaner|lawyer|carpenter|butcher|tailor|postman|miner|fitter|hairdresser|gardener|musician|firefighter|warehouse worker|truck driver|secretary|manager|student|soldier|singer|novelist|footballer|architect";
const RELATIVES: &str = "wife|husband|son|daughter|mother|father|sister|brother|aunt|uncle|cousin|niece|nephew|grandmother|grandson|partner|neighbor|neighbour|friend|fiancé|stepson|mother-in-law|mum|dad|mom|boss|colleague|caregiver|landlord|roommate";
const DEPARTMENTS: &str = "cardiology|oncology|radiology|neurology|ICU|ED|pharmacy|billing|front desk|physiotherapy|dermatology|surgery|urology|pediatrics|laboratory|admissions|records|night shift|stroke unit|maternity";
const THINGS: &str = "walker|wheelchair|inhaler|form|letter|bill|key|bag|phone|car|dog|cat|garden|kitchen|window|ticket|report|scan|result|sample|bandage|crutches|glasses|hearing aid|dentures|pillow|blanket|lunch|tea|coffee|shoes|ring|parcel|book|chair|knee|hip|shoulder|wound|appointment|referral|consent|prescription|package|meeting|machine|device|schedule|budget|story|song|river|house|street|school|market|train|bus";
const ADJECTIVES: &str = "new|old|small|large|red|blue|chronic|acute|mild|severe|common|rare|good|bad|long|short|early|late|safe|useful|normal|strange|quiet|warm|cold|deep|final|daily|local|public|private|simple|complex|left|right";
const VERBS: &str = "sleeps|eats|walks|cries|coughs|waits|smiles|refuses|agrees|improves|worsens|works|drives|reads|writes|needs|wants|takes|likes|helps|holds|shows|keeps|moves|turns|opens|sees|knows";
const DEGREES: &str = "MD|DO|RN|NP|PA-C|PhD|PharmD|DPT|LCSW|MSW|CRNA|FACS|FRCP|BSc|MPH|RD|OTR|LPN|CNM|DDS";
const TITLE_WORDS: &str = "Guide|Report|Manual|Plan|Review|Overview|Introduction|Update|Protocol|Summary|Checklist|Policy|Results|Methods|Discussion|Background|Safety|Quality|Care|Management|Treatment|Prevention|Access|Data|Health|Services|Training|Standards";
const COUNTRIES: &str = "Germany|France|Spain|Italy|Poland|Turkey|Japan|China|India|Canada|Mexico|Brazil|Sweden|Norway|Denmark|Kenya|Egypt|Australia|England|Scotland|Ireland|Greece|Portugal|the Netherlands|Switzerland|Austria|Korea|Vietnam|Peru|Chile|Nigeria";
const STATES: &str = "Ohio|Texas|Florida|California|Oregon|Iowa|Utah|Maine|Kansas|Nevada|Alaska|Georgia|Virginia|Michigan|Illinois|New York|New Jersey|TX|CA|OH|NY";
const PRODUCTS: &str = "Tylenol|Advil|Lipitor|Eliquis|Ozempic|Humira|Lasix|Zoloft|Xarelto|Ventolin|Nexium|Jardiance|Omnipaque|Windows|iPhone|Android|Excel|Word|Outlook|Zoom|Epic|Bluetooth|Velcro|Teflon|Kleenex|Band-Aid|Tupperware|Lego|Nutella|Wi-Fi|USB|YouTube|Netflix|Fitbit";
const GERMAN_TRADES: &str =
    "Lehrerin|Schreiner|Bäcker|Pflegerin|Fahrer|Ingenieur|Verkäuferin|Maurer|Koch|Buchhalter";
const GERMAN_DISEASES: &str = "Bluthochdruck|Vorhofflimmern|Herzinsuffizienz|Diabetes|Asthma|Lungenentzündung|Niereninsuffizienz|Schlaganfall|Depression|Rückenschmerzen|Oberschenkelhalsbruch";
const GERMAN: &str = "der die das ein eine ist war wird hat und mit nach bei von im am zur Verlauf Befund Patient Therapie Schmerzen Blutdruck Kontrolle Termin Woche Tag Nacht Hausarzt Station Aufnahme Entlassung Labor Röntgen Medikament Tablette Dosis morgens abends gut schlecht stabil unauffällig erhöht gesenkt seit heute gestern wieder noch nicht sehr bitte danke kommt geht nimmt braucht klagt schläft isst Wunde Verband Fieber Husten Atemnot Besserung Untersuchung Behandlung Empfehlung Wiedervorstellung Überweisung";
const FRENCH: &str = "le la les un une des est était a avec pour dans sur au du de et patient traitement douleur tension contrôle semaine jour nuit médecin hôpital ordonnance bilan normal stable depuis hier aujourd'hui encore pas très bien mal prend dort mange fièvre toux fatigue examen radio sortie rendez-vous suivi dose matin soir comprimé amélioration";
const SPANISH: &str = "el la los un una es era tiene con para en por al del de y paciente tratamiento dolor tensión control semana día noche médico hospital receta análisis normal estable desde ayer hoy todavía no muy bien mal toma duerme come fiebre tos cansancio examen alta cita dosis mañana tarde pastilla mejoría";
const ITALIAN: &str = "il la i un una è era ha con per in da al del di e paziente terapia dolore pressione controllo settimana giorno notte medico ospedale ricetta esami normale stabile ieri oggi ancora non molto bene male prende dorme mangia febbre tosse stanchezza visita dimissione dose mattina sera compressa miglioramento";

fn one_of(dice: &mut Dice, list: &'static str) -> &'static str {
    let count = list.split('|').count();
    list.split('|').nth(dice.below(count)).unwrap_or("")
}

/// Where harmless words come from.
pub(crate) struct Plain {
    words: Vec<String>,
    terms: Vec<String>,
    drugs: Vec<String>,
    diseases: Vec<String>,
    foreign: Vec<String>,
    eponyms: Vec<String>,
}

const SMALL: &str = "the the the a an of of to to in in and and is was for with on at by it that this from as be are not or but has had have will can after before when if she he they we I you her his their our no so up out about";

impl Plain {
    /// Reads the lists.
    pub(crate) fn new() -> Self {
        let terms = unfolded(include_str!("../vocabulary/terms.txt"));
        let ending = |ends: &[&str]| -> Vec<String> {
            terms.iter().filter(|term| ends.iter().any(|end| term.ends_with(end))).cloned().collect()
        };
        Self {
            words: unfolded(include_str!("../vocabulary/words.txt")),
            drugs: ending(DRUG_ENDS),
            diseases: ending(DISEASE_ENDS),
            foreign: unfolded(include_str!("../vocabulary/foreign.txt")),
            eponyms: include_str!("../vocabulary/eponyms.txt").lines().map(str::to_owned).collect(),
            terms,
        }
    }

    /// Something harmless of a sort.
    pub(crate) fn of(&self, sort: &str, dice: &mut Dice, people: &People) -> String {
        match sort {
            "drug" if dice.chance(15) => one_of(dice, PRODUCTS).to_owned(),
            "drug" => cased(&self.drugs, dice),
            "dx" if dice.chance(60) => one_of(dice, DISEASES).to_owned(),
            "dx" => self.diseases[dice.below(self.diseases.len())].clone(),
            "Term" => capital(&self.terms[dice.below(self.terms.len())]),
            "sym" => one_of(dice, COMPLAINTS).to_owned(),
            "test" => one_of(dice, TESTS).to_owned(),
            "term" => self.terms[dice.below(self.terms.len())].clone(),
            "abbr" => abbreviation(dice),
            "Epo" => self.namesake(dice, people),
            "Inst" => self.institution(dice),
            "fremd" => self.foreign[dice.below(self.foreign.len())].clone(),
            "Nomen" => self.german_noun(dice),
            "eponym" => one_of(dice, EPONYMS).to_owned(),
            "job" => one_of(dice, TRADES).to_owned(),
            "beruf" => one_of(dice, GERMAN_TRADES).to_owned(),
            "diag" => one_of(dice, GERMAN_DISEASES).to_owned(),
            "rel" => one_of(dice, RELATIVES).to_owned(),
            "dept" => one_of(dice, DEPARTMENTS).to_owned(),
            "noun" => one_of(dice, THINGS).to_owned(),
            "adj" => one_of(dice, ADJECTIVES).to_owned(),
            "verb" => one_of(dice, VERBS).to_owned(),
            "degree" => one_of(dice, DEGREES).to_owned(),
            "language" => dice
                .of(&[
                    "Tigrinya", "Somali", "Polish", "Urdu", "Arabic", "Romanian", "Dari", "Pashto",
                    "Bengali", "German", "Amharic", "Tamil", "Kurdish", "Spanish", "Farsi", "BSL",
                ])
                .to_owned(),
            "ago" => format!("{} {} ago", 2 + dice.below(9), dice.of(&["days", "weeks", "months", "years"])),
            "country" => one_of(dice, COUNTRIES).to_owned(),
            "state" => one_of(dice, STATES).to_owned(),
            "product" => one_of(dice, PRODUCTS).to_owned(),
            "word" => self.word(dice).to_owned(),
            "Word" => capital(self.word(dice)),
            "words" => self.words(dice),
            "Words" => capital(&self.words(dice)),
            "Title" => self.title(dice),
            "p" => self.sentence(dice, people),
            "story" => self.story(dice),
            "satz" => mixed(GERMAN, dice),
            "Satz" => capital(&mixed(GERMAN, dice)),
            "phrase" => mixed(FRENCH, dice),
            "Phrase" => capital(&mixed(FRENCH, dice)),
            "frase" => mixed(SPANISH, dice),
            "Frase" => capital(&mixed(SPANISH, dice)),
            "paziente" => mixed(ITALIAN, dice),
            "Paziente" => capital(&mixed(ITALIAN, dice)),
            _ => quantity(sort, dice),
        }
    }

    /// Somebody after whom something is named: known, or anybody, for new ones come every year.
    fn namesake(&self, dice: &mut Dice, people: &People) -> String {
        if dice.chance(25) {
            people.surname(dice)
        } else {
            capital(&self.eponyms[dice.below(self.eponyms.len())])
        }
    }

    /// A body that publishes and treats nobody.
    fn institution(&self, dice: &mut Dice) -> String {
        let head = dice.of(&[
            "National Institute of",
            "American College of",
            "European Society of",
            "World Health",
            "International Association of",
            "National Center for",
            "American Academy of",
            "Royal College of",
            "Federal Office of",
            "National Library of",
        ]);
        format!("{head} {}", capital(self.word(dice)))
    }

    fn german_noun(&self, dice: &mut Dice) -> String {
        let parts = "Herz Lungen Nieren Leber Magen Darm Haut Blut Gefäß Muskel Knochen Schmerz Kopf Rücken Brust Bauch Nerven Infektions Tumor Kontroll Wund Pflege Labor Röntgen Verlaufs";
        let ends = "insuffizienz erkrankung untersuchung behandlung therapie entzündung schwäche schmerzen kontrolle befund druck versorgung blutung operation gabe funktion werte störung maßnahmen empfehlung";
        match dice.below(3) {
            0 => one_of(dice, GERMAN_DISEASES).to_owned(),
            1 => format!("{}{}", dice.word(parts), dice.word(ends)),
            _ => capital(&self.foreign[dice.below(self.foreign.len())]),
        }
    }

    fn word(&self, dice: &mut Dice) -> &str {
        let word = &self.words[dice.below(self.words.len())];
        if word.len() < 3 { "thing" } else { word }
    }

    /// Everyday words in a row, half of them small ones.
    fn words(&self, dice: &mut Dice) -> String {
        let mut all = Vec::new();
        for _ in 0..2 + dice.below(8) {
            all.push(match dice.below(20) {
                0..=8 => dice.word(SMALL).to_owned(),
                9..=14 => self.word(dice).to_owned(),
                15 if dice.chance(40) => abbreviation(dice),
                15 => self.terms[dice.below(self.terms.len())].clone(),
                16 => one_of(dice, VERBS).to_owned(),
                17 => one_of(dice, THINGS).to_owned(),
                18 => one_of(dice, ADJECTIVES).to_owned(),
                _ => one_of(dice, COMPLAINTS).to_owned(),
            });
        }
        all.join(" ")
    }

    fn title(&self, dice: &mut Dice) -> String {
        let mut all = Vec::new();
        for _ in 0..=dice.below(4) {
            all.push(match dice.below(4) {
                0 => one_of(dice, TITLE_WORDS).to_owned(),
                1 => capital(&self.terms[dice.below(self.terms.len())]),
                2 => dice.of(&["of", "and", "for", "in", "the"]).to_owned(),
                _ => capital(self.word(dice)),
            });
        }
        capital(&all.join(" "))
    }

    fn sentence(&self, dice: &mut Dice, people: &People) -> String {
        let drug = self.of("drug", dice, people);
        let disease = self.of("dx", dice, people);
        let complaint = one_of(dice, COMPLAINTS);
        let test = one_of(dice, TESTS);
        let number = quantity("num", dice);
        let words = self.words(dice);
        match dice.below(20) {
            15 => format!("{} {number}, {} negative.", abbreviation(dice), abbreviation(dice)),
            16 => format!(
                "{disease}, {}, {} stage {}.",
                abbreviation(dice),
                abbreviation(dice),
                dice.of(&["I", "II", "3", "B"])
            ),
            17 => format!(
                "{} positive; {} disease stable on {drug}.",
                one_of(dice, EPONYMS),
                self.namesake(dice, people)
            ),
            18 => format!("{}: {words}.", self.title(dice)),
            0 => format!("Denies {complaint}."),
            1 => format!("Started {drug} {}.", quantity("dose", dice)),
            2 => format!("{test} was {number}."),
            3 => format!("History of {disease} and {complaint}."),
            4 => format!("She is a {} and never smoked.", one_of(dice, TRADES)),
            5 => format!("{} negative.", one_of(dice, EPONYMS)),
            6 => format!("Continue {drug}; recheck {test} in {}.", quantity("dur", dice)),
            7 => format!("Tolerated {drug} well, no {complaint}."),
            8 => format!("Please {words}."),
            9 => format!("BP {}, HR {number}.", quantity("bp", dice)),
            10 => format!("Discussed risks and benefits; {} agrees.", one_of(dice, RELATIVES)),
            11 => format!("Allergies: {drug} ({complaint})."),
            12 => format!("The {} {words}.", one_of(dice, THINGS)),
            13 => format!("{test} {number}, {} {}.", one_of(dice, TESTS), quantity("num", dice)),
            14 => format!("{}.", capital(&words)),
            _ => format!("We {} that {words}.", dice.of(&["hope", "think", "know", "agreed", "noted"])),
        }
    }

    fn story(&self, dice: &mut Dice) -> String {
        let age = quantity("age", dice);
        let trade = one_of(dice, TRADES);
        let (complaint, disease) = (one_of(dice, COMPLAINTS), one_of(dice, DISEASES));
        let drug = &self.drugs[dice.below(self.drugs.len())];
        let who = dice.of(&["man", "woman", "gentleman", "lady", "boy", "girl"]);
        match dice.below(5) {
            0 => {
                format!("This {age}-year-old {who} presented with {complaint} for {}.", quantity("dur", dice))
            }
            1 => format!("{age} yo {trade} with {disease}, on {drug}, comes for {complaint}."),
            2 => format!("The patient is a {age} year old {trade} with a history of {disease}."),
            3 => format!("Treated with {drug} for {disease}; improved within {}.", quantity("dur", dice)),
            _ => format!("She has {disease} and takes {drug} {}.", quantity("dose", dice)),
        }
    }
}

/// Letters that stand for a test, a disease, a gene, a score.
fn abbreviation(dice: &mut Dice) -> String {
    match dice.below(14) {
        0 => dice.any(&["@@", "@@"]),
        1..=3 => dice.pattern("@@@"),
        4 => dice.pattern("@@@@"),
        5 => dice.any(&["@@@@@", "@@@#", "@@@##", "@#", "@@#", "@@#@#"]),
        6 => dice.any(&["@@@s", "@@s", "@@@-#", "@@-@@", "@-@@@", "@@@/@@@", "@@#@", "rs######"]),
        7 => dice
            .of(&[
                "IgA", "IgG", "HFrEF", "HFpEF", "eGFR", "mRNA", "pH", "FiO2", "PaO2", "SpO2", "CrCl",
                "LDL-C", "HbA1c", "proBNP", "VO2max", "mTOR", "TaqMan", "QALYs",
            ])
            .to_owned(),
        8 => dice
            .of(&[
                "CHA2DS2-VASc", "HAS-BLED", "CURB-65", "MELD-Na", "PHQ-9", "GAD-7", "qSOFA", "NIHSS",
                "APACHE II", "BI-RADS 4", "TI-RADS 3", "ASA III", "NYHA II", "FIGO IB",
            ])
            .to_owned(),
        9 => dice
            .of(&[
                "SPRINT", "ACCORD", "DAPA-HF", "PARADIGM-HF", "ASPREE", "RECOVERY", "SOLIDARITY", "ALLHAT",
                "CLARITY", "EMPEROR", "VICTORIA", "ADVANCE", "HOPE-3", "STOP-BANG",
            ])
            .to_owned(),
        10 => dice
            .of(&[
                "DKA", "COPD", "CHF", "OSA", "UTI", "DVT", "PE", "MI", "TIA", "GERD", "LMP", "NPO", "DNR",
                "PRN", "ICU", "ED", "OR", "RT", "OT", "DBS", "CPB",
            ])
            .to_owned(),
        _ => one_of(dice, TESTS).to_owned(),
    }
}

/// Words of a language in a row.
fn mixed(words: &'static str, dice: &mut Dice) -> String {
    let count = 2 + dice.below(7);
    let mut all: Vec<String> = (0..count).map(|_| dice.word(words).to_owned()).collect();
    if dice.chance(20) {
        all.push(abbreviation(dice));
    }
    all.join(" ")
}

fn quantity(sort: &str, dice: &mut Dice) -> String {
    match sort {
        "num" if dice.chance(30) => format!("{}.{}", dice.below(20), dice.below(10)),
        "num" => (1 + dice.below(200)).to_string(),
        "age" => (2 + dice.below(86)).to_string(),
        "dose" => {
            let unit = dice.of(&["mg", "mcg", "g", "units", "ml", "mg/kg"]);
            format!("{} {unit}", [5, 10, 20, 25, 40, 50, 75, 100, 125, 250, 500, 1000][dice.below(12)])
        }
        "time" => format!("{:02}:{:02}", dice.below(24), dice.below(60)),
        "dur" => format!(
            "{} {}",
            2 + dice.below(12),
            dice.of(&["days", "weeks", "months", "years", "hours", "d", "wk"])
        ),
        "bp" => format!("{}/{}", 90 + dice.below(90), 50 + dice.below(50)),
        "temp" => format!("{}.{}", 35 + dice.below(5), dice.below(10)),
        "year" => (1975 + dice.below(52)).to_string(),
        "day" => dice
            .of(&["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "the weekend", "tomorrow"])
            .to_owned(),
        "code" => dice.any(&["@##.#", "#####", "####-#", "####-####-##", "@##"]),
        "digits" => dice.pattern("########"),
        _ => dice.below(100).to_string(),
    }
}

fn cased(list: &[String], dice: &mut Dice) -> String {
    let word = &list[dice.below(list.len())];
    if dice.chance(30) { capital(word) } else { word.clone() }
}
