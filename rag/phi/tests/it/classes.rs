//! Which class a text has.

use voiceassist_model::Sensitivity::{self, Health, Internal, Personal};
use voiceassist_phi::{classify, classify_pages};

fn check(expected: Sensitivity, texts: &[&str]) {
    for text in texts {
        assert_eq!(classify(text), expected, "{text}");
    }
}

#[test]
fn a_patient_and_a_word_of_health_are_health() {
    check(
        Health,
        &[
            "Patient: Tessa Orrin\nDiagnosis: atrial fibrillation.",
            "Mrs. Larkin was started on apixaban 5 mg.",
            "Orrin reports less chest pain today.",
            "Her husband Milo can be reached at 555-201-3344 about the biopsy.",
            "Re: VANCE, ORLA\nDear colleague, thank you for seeing this patient with migraine.",
            "Herr Tannhold klagt über Schmerzen; die Therapie mit dem Medikament wird fortgesetzt.",
        ],
    );
}

#[test]
fn a_patients_number_is_health_whatever_stands_around_it() {
    check(
        Health,
        &[
            "MRN: 00351816, please call back.",
            "DOB 11JAN1993",
            "SSN on file 219-09-9999.",
            "Insurance ID: 1UK5-HC7-HZ41 on the letter.",
            "Accession S26-65497 is ready.",
            "The pacemaker, serial number CES596058W, was checked.",
        ],
    );
}

#[test]
fn a_story_with_a_day_or_a_telephone_is_health_without_a_name() {
    check(
        Health,
        &[
            "67-year-old woman admitted on March 3, 2026 with dyspnea.",
            "She takes insulin and can be called at (212) 555-0188.",
        ],
    );
}

#[test]
fn persons_without_health_are_personal() {
    check(
        Personal,
        &[
            "Thank you for the order. Yours, Maria Tannhold, 12 Quince Lane.",
            "Please send the parcel to Robert Fenwick.",
            "Charge it to card 4111 1111 1111 1111.",
        ],
    );
}

#[test]
fn a_protocol_is_the_clinics_own() {
    check(
        Internal,
        &[
            "Anticoagulation protocol. Patients with atrial fibrillation receive apixaban 5 mg twice daily.",
            "Parkinson disease is stable on carbidopa. Murphy sign positive; the Framingham risk estimate is 12%.",
            "Call the on-call cardiologist at 212-555-0142 when bleeding does not stop.",
            "Approved by Dr. Helena Brandt, Chief of Cardiology. Version 3.2, valid from 1 March 2026.",
            "NDC 0071-0155-23 dispensed; ICD-10 E11.9, I48.91; CPT 99214. Dose 1.5 mg/kg.",
            "How long is the warfarin stopped before colonoscopy?",
        ],
    );
}

#[test]
fn what_cannot_be_judged_is_health() {
    check(Health, &["", "  \n 12 34", "…"]);
    let strange = "ryx plomvé dakku torin zelba ".repeat(20);
    check(Health, &[&strange]);
}

#[test]
fn evidence_is_joined_over_pages() {
    let name = "Seen today: Mr. Fenwick came with his papers.";
    let diagnosis = "Impression: lymphoma in remission, treatment goes on.";
    assert_eq!(classify(name), Personal);
    assert_eq!(classify(diagnosis), Internal);
    assert_eq!(classify_pages([name, diagnosis]), Health);
}
