//! The words that announce a number.
//!
//! Each line is one way to say it; a hyphen or full stop between its words does not matter. The longest phrase at a
//! place wins. `least` is how many digits the value must have, so that "order 2" or "group 4" stay what they are.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::span::Kind;
use crate::words::{Shape, Word};

pub(super) struct Cue {
    words: Vec<&'static str>,
    pub(super) kind: Kind,
    pub(super) least: usize,
    pub(super) rule: &'static str,
}

/// Phrases by kind, parted by commas; the digits a value must have; the rule.
const CUES: &[(Kind, usize, &str, &str)] = &[
    (
        Kind::Mrn,
        3,
        "mrn.cue",
        "mrn, mr #, m r n, medical record, medical record number, med rec, med record, medrec, mr number, mr no, record number, record no, \
         record id, record, records, chart, chart number, chart no, chart id, patient id, patient number, patient no, pt id, pt number, \
         pt no, pt #, patient #, patient identifier, patient account, patid, hospital number, hospital no, hospital id, hosp no, unit number, unit no, \
         uhid, urn, hrn, nhs, nhs number, nhs no, chi number, chi no, empi, mpi, eid, ehr id, emr id, emr, ehr, epic id, fin, \
         fin number, csn, patientennummer, patienten id, patientenid, pat nr, patnr, pat id, fallnummer, fall nr, fallnr, aufnahmenummer, \
         expediente, historia, numero de expediente, historia clinica, nhc, numero de historia, dossier, numero de dossier, ipp, \
         cartella, numero di cartella, prontuario, registro, nip, file number, file no, file #, mrns, reg no, reg. no, registration no, registration number, reg number, clinic number, clinic no, clinic id",
    ),
    (Kind::Mrn, 5, "mrn.patient", "patient, pt, client, resident"),
    (
        Kind::HealthPlan,
        4,
        "health_plan.cue",
        "insurance, insurance id, insurance number, insurance no, insurance policy, health insurance, member, member id, \
         member number, member no, memb id, membership, membership number, policy, policy number, policy no, policy id, policy #, subscriber, subscriber id, \
         subscriber number, beneficiary, beneficiary id, beneficiary number, medicare, medicare id, medicare number, \
         medicaid, medicaid id, medicaid number, mbi, hicn, hic, health plan, health plan id, health plan number, plan id, \
         plan number, plan no, plan member, group number, group no, group id, group #, grp, grp no, tricare, tricare id, champva, \
         aetna, cigna, humana, bcbs, blue cross, blue shield, bluecross, anthem, uhc, united healthcare, unitedhealthcare, \
         kaiser, molina, centene, wellcare, oscar, ambetter, payer id, payor id, hmo, ppo, coverage id, cert number, \
         certificate of coverage, rxbin, rx bin, pcn, rxgrp, rx group, versichertennummer, versicherten nr, versichertennr, kvnr, \
         krankenversichertennummer, krankenkasse, krankenversicherung, kk nr, egk, sozialversicherungsnummer, svnr, sv nr, \
         ahv, ahv nr, poliza, numero de poliza, afiliado, numero de afiliado, tarjeta sanitaria, cip, seguro, nss, mutuelle, \
         carte vitale, assurance, tessera sanitaria, carteirinha, sus, cns, polisnummer, zorgpolis, ubezpieczenie",
    ),
    (
        Kind::AccountNumber,
        4,
        "account.cue",
        "account, account number, account no, account id, account #, acct, acct number, acct no, acct #, a/c, a c no, accountnumber, billing account, \
         billing number, billing id, bill number, invoice, invoice number, invoice no, statement number, bank account, \
         bank acct, checking, savings, routing, routing number, iban, konto, kontonummer, kto, kto nr, cuenta, numero de cuenta, \
         compte, conto, conta, rekening, rekeningnummer, credit card, debit card, card number, card no, card ending, card, \
         visa, mastercard, amex, guarantor account, guarantor number, guarantor id, hospital account, har, cc number, fsa, hsa, hsa account",
    ),
    (
        Kind::LicenseNumber,
        4,
        "license.cue",
        "license, license number, license no, license #, licence, licence number, licence no, lic, lic no, lic #, dea, dea number, dea no, \
         npi, npi number, driver license, drivers license, driver's license, driver s license, drivers licence, driver licence, driving licence, driving license, \
         dl, dl number, dl no, cdl, passport, passport number, passport no, state id, state license, medical license, nursing license, \
         board certification, certificate number, certificate no, certificate, cert, cert no, certification number, registration number, gmc, gmc number, \
         upin, permit, permit number, green card, alien number, visa number, national id, ausweis, ausweisnummer, personalausweis, \
         reisepass, passnummer, fuhrerschein, fuhrerscheinnummer, lanr, bsnr, approbation, pasaporte, dni, nie, cedula, curp, \
         rfc, colegiado, numero de colegiado, permis, permis de conduire, passeport, rpps, adeli, patente, carta d'identita, \
         codice fiscale, cpf, rg, crm, bsn, pesel, dowod, rijbewijs, paspoort, concealed carry, notary, professional license, rn license, md license, pharmacy license, controlled substance registration, csr",
    ),
    (
        Kind::VehicleId,
        3,
        "vehicle.cue",
        "vin, vin number, vehicle identification number, vehicle id, vehicle, vehicle number, vehicle plate, license plate, \
         licence plate, license plates, license tag, plate, plates, plate number, plate no, number plate, tag number, tag no, car registration, vehicle registration, \
         vehicle reg, reg plate, registration plate, registration, kennzeichen, kfz kennzeichen, kfz, fahrgestellnummer, matricula, placa, \
         plaque, immatriculation, targa, ambulance, kenteken, plaka, rejestracja, truck, car plate, parking permit, handicap placard, placard, disabled placard",
    ),
    (
        Kind::DeviceId,
        3,
        "device.cue",
        "serial, serial number, serial no, serial #, serial id, s/n, s n, sn, ser no, device, device id, device number, device no, device serial, \
         device identifier, udi, imei, meid, mac address, mac, implant, implant id, implant number, implant serial, pacemaker, pacer, \
         icd serial, generator, generator serial, lead serial, leads, valve serial, stent serial, pump, pump serial, insulin pump, cgm, glucometer, sensor, transmitter, cpap, ventilator, \
         hearing aid, prosthesis, prosthesis serial, cochlear implant, stimulator, neurostimulator, defibrillator, \
         aicd, loop recorder, monitor id, monitor serial, asset tag, asset, equipment id, model serial, lot number, lot no, lot #, ref number, seriennummer, \
         geratenummer, geraete nr, numero de serie, numero de serial, nro de serie, numero seriale, matricola, serienummer, seri no, wheelchair serial, tablet serial",
    ),
    (
        Kind::BiometricId,
        3,
        "biometric.cue",
        "fingerprint, fingerprints, finger print, fingerprint id, fingerprint template, fingerprint hash, biometric, \
         biometrics, biometric id, biometric template, retina, retinal, retina scan, retinal scan, retinal scan id, iris, \
         iris scan, iris code, iris id, iris template, voiceprint, voice print, voiceprint id, voice id, voice signature, palm vein, palm print, \
         palmprint, palm scan, palm, face id, faceprint, face print, facial recognition, facial recognition id, face template, facial id, facial template, \
         dna profile, dna id, dna sample, gait signature, hand geometry, thumbprint, fingerabdruck, huella, huella digital, empreinte",
    ),
    (
        Kind::PhotoRef,
        2,
        "photo.cue",
        "photo, photo id, photo file, photo number, photograph, photographs, picture, picture id, image id, image file, image number, image no, image ref, facial photo, \
         face photo, selfie, headshot, photo ref, photo reference, photo #, clinical photo, wound photo, media id, dicom id, foto, bild, imagen, video file, video id, id photo, photo archive, pic",
    ),
    (
        Kind::Ssn,
        4,
        "ssn.cue",
        "ssn, ssns, ss #, ss number, ss no, s s n, social, socials, social security, social security number, social security no, \
         soc sec, soc sec number, soc sec no, last four, last 4, last four of ssn, last 4 of ssn, last four ssn, last 4 ssn, last four of social, last 4 of social, last four of her social, last four of his social, tin, itin, tax id, nino, \
         ni number, national insurance, national insurance number, sin number, social insurance, social insurance number, seguridad social, \
         securite sociale, numero de securite sociale, nir",
    ),
    (
        Kind::OtherId,
        3,
        "other_id.cue",
        "user, scan, scan id, job, job number, job id, job no, path, path no, accession, accession number, accession no, acc, acc no, acc #, acc number, order, order number, order no, order id, order #, specimen, specimen id, \
         specimen number, specimen no, study id, study number, study no, study subject, subject, subject id, subject number, subject no, \
         participant, participant id, participant number, case, case number, case no, case id, case #, encounter, encounter id, encounter number, encounter no, \
         visit id, visit number, visit no, visit #, claim, claim id, claim number, claim no, claim #, auth, authorization, authorization number, auth number, auth code, auth no, prior auth, prior authorization, pa number, \
         reference, reference number, reference no, ref, ref no, ref #, confirmation, confirmation number, confirmation code, confirmation no, ticket, ticket number, \
         requisition, requisition number, req, req no, req #, rx, rx number, rx no, rx #, prescription, prescription number, prescription no, script number, user id, userid, username, \
         user name, login, login id, portal id, portal user, employee, employee id, employee number, employee no, emp id, emp no, \
         badge, badge number, badge id, badge no, student id, student number, inmate, inmate number, inmate id, booking number, \
         dodid, dod id, edipi, military id, va id, service number, tracking, tracking number, barcode, bar code, wristband, wristband id, band number, \
         bag number, unit of blood, donor id, donor number, donation number, transplant id, unos id, optn id, registry id, registry number, trial id, randomization, randomization number, \
         enrollment id, enrollment number, enrollee, screening number, screening id, sample, sample id, sample number, tube id, slide, slide number, block, cassette, \
         call id, meeting id, zoom id, conference id, passcode, pin, pin code, access code, token, session id, locker, docket, docket number, police report, report number, report no, incident number, incident id, court case, \
         exam id, exam number, exam no, lab id, lab number, lab no, referral number, referral id, referral no, document id, document number, doc id, note id, message id, msg id, transaction, transaction id, transaction number, \
         auftrag, auftragsnummer, vorgangsnummer, aktenzeichen, az, probennummer, befundnummer, fall id, fallid, personalnummer, numero de solicitud, folio, \
         numero de orden, numero de caso, numero de referencia, solicitud, demande, protocollo, pedido, aanvraag, guid, uuid, id, id number, id no, id #, identifier, unique id, unique identifier, external id, kiosk id, device user",
    ),
];

static BY_FIRST: LazyLock<HashMap<&'static str, Vec<Cue>>> = LazyLock::new(|| {
    let mut by_first: HashMap<&'static str, Vec<Cue>> = HashMap::new();
    for (kind, least, rule, phrases) in CUES {
        for phrase in phrases.split(',') {
            let words: Vec<&'static str> =
                phrase.split_ascii_whitespace().flat_map(|word| word.split('/')).collect();
            let Some(first) = words.first().copied() else { continue };
            by_first.entry(first).or_default().push(Cue { words, kind: *kind, least: *least, rule });
        }
    }
    for cues in by_first.values_mut() {
        cues.sort_by_key(|cue| std::cmp::Reverse(cue.words.len()));
    }
    by_first
});

/// The first words of all cues, for the lexicon.
pub(crate) fn first_words() -> impl Iterator<Item = &'static str> {
    BY_FIRST.keys().copied()
}

/// The longest cue that starts at a word, and the place behind it.
pub(super) fn at(words: &[Word<'_>], at: usize) -> Option<(&'static Cue, usize)> {
    if !words[at].any(crate::lexicon::Marks::NUMBER_CUE) {
        return None;
    }
    let cues = BY_FIRST.get(words[at].folded.as_ref())?;
    cues.iter().find_map(|cue| behind(words, at, cue).map(|place| (cue, place)))
}

fn behind(words: &[Word<'_>], at: usize, cue: &Cue) -> Option<usize> {
    let mut place = at + 1;
    for wanted in &cue.words[1..] {
        while words.get(place).is_some_and(|word| {
            word.shape == Shape::Sign
                && matches!(word.text, "-" | "." | "/" | "'" | "’")
                && *wanted != word.text
                && word.on_line()
        }) {
            place += 1;
        }
        let word = words.get(place).filter(|word| word.on_line())?;
        if word.folded != *wanted {
            return None;
        }
        place += 1;
    }
    Some(place)
}
