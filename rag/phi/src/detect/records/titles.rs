//! The heads of columns and names of fields, and what stands under them.

use crate::span::Kind;

/// Heads by kind, without blanks and signs, in lower case.
const TITLES: &[(Kind, &str)] = &[
    (
        Kind::Name,
        "name names patient patientname ptname fullname lastname firstname middlename surname givenname familyname \
         family given forename lname fname nachname vorname patientin nombre apellido apellidos nom prenom paciente \
         cognome attending attendingphysician provider providername physician doctor surgeon referring referringphysician \
         referringprovider pcp nurse resident clinician contact contactname emergencycontact guardian guarantor subscriber \
         subscribername nextofkin nok mother mothername mothersmaidenname maidenname father fathername spouse caregiver \
         author caller client clientname member membername insured insuredname assignedto reviewedby orderedby signedby \
         orderingprovider prescriber arzt medico medecin technologist radiologist employee employeename staff owner",
    ),
    (
        Kind::Date,
        "dob dateofbirth birthdate birthday birthdt geburtsdatum geboren fechanacimiento datenaissance date admitdate \
         admissiondate dischargedate servicedate dos visitdate encounterdate collected collectiondate deathdate dod \
         deceaseddatetime apptdate appointment appointmentdate lastvisit nextvisit",
    ),
    (
        Kind::Phone,
        "phone phonenumber telephone tel mobile mobilephone cell cellphone homephone workphone phone1 phone2 \
         contactnumber telefon telefono handy pager",
    ),
    (Kind::Fax, "fax faxnumber telefax"),
    (Kind::Email, "email emailaddress mail correo"),
    (Kind::Zip, "zip zipcode postalcode postcode plz postleitzahl codepostal codigopostal cp"),
    (Kind::City, "city town municipality ort wohnort stadt ville ciudad county district"),
    (
        Kind::Street,
        "address street streetaddress address1 address2 addr addressline streetaddressline addressline1 addressline2 homeaddress line \
         strasse adresse anschrift direccion domicilio mailingaddress",
    ),
    (
        Kind::Mrn,
        "mrn medicalrecordnumber medrecno patientid patientno patientnumber ptid chart chartno chartnumber chartid recordid \
         recordnumber pid hospitalnumber nhsnumber nhc fallnummer patientennummer fallnr empi",
    ),
    (
        Kind::HealthPlan,
        "insuranceid insurancenumber insurance memberid membernumber policy policynumber policyno subscriberid planid \
         medicareid medicaidid medicarenumber mbi beneficiaryid versichertennummer groupnumber",
    ),
    (
        Kind::AccountNumber,
        "account accountnumber accountno acct acctno acctnumber iban invoice invoicenumber cardnumber konto",
    ),
    (Kind::Ssn, "ssn socialsecuritynumber socialsecurity social"),
    (
        Kind::LicenseNumber,
        "license licensenumber licenseno npi dea deanumber driverlicense driverslicense dl passport",
    ),
    (
        Kind::OtherId,
        "accession accessionnumber accessionno order orderid ordernumber encounter encounterid visitid visitnumber specimen \
         specimenid caseid casenumber case id identifier userid username login claim claimid claimnumber studyid subjectid \
         rxnumber prescriptionnumber employeeid sampleid referralnumber",
    ),
    (Kind::DeviceId, "serial serialnumber serialno deviceid udi implantserial"),
    (Kind::VehicleId, "plate licenseplate vin vehicleid kennzeichen"),
    (
        Kind::Facility,
        "facility facilityname hospital clinic pharmacy practice school sendingfacility location",
    ),
    (Kind::Employer, "employer company employername arbeitgeber empleador"),
    (Kind::IpAddress, "ip ipaddress clientip remoteip"),
    (Kind::Url, "url website link"),
    (Kind::PhotoRef, "photo image picture photofile imagefile"),
    (Kind::BiometricId, "fingerprint fingerprintid retinaid voiceprint biometricid"),
    (Kind::AgeOver89, "age ageyears alter edad"),
];

/// Heads that are no identifier's, but a table's all the same.
const OTHERS: &str = "sex gender dx diagnosis icd10 bed room ward unit reason complaint chiefcomplaint status notes note state race \
    ethnicity language height weight bp hr temp result test value units range medication dose route frequency allergies code service \
    department dept time los plan priority comment comments disposition acuity number no nr mi middleinitial country";

/// What stands under a head.
pub(super) fn kind_under(title: &str) -> Option<Kind> {
    let plain = plain(title);
    if plain.is_empty() {
        return None;
    }
    let exact = TITLES.iter().find(|(_, titles)| titles.split_ascii_whitespace().any(|one| one == plain));
    let ending = || ENDINGS.iter().find(|(ending, _)| plain.len() > ending.len() && plain.ends_with(ending));
    exact.map(|(kind, _)| *kind).or_else(|| ending().map(|(_, kind)| *kind))
}

/// What a longer head ends with: `patientHomePhone`, "guarantor street address".
const ENDINGS: &[(&str, Kind)] = &[
    ("patientname", Kind::Name),
    ("lastname", Kind::Name),
    ("firstname", Kind::Name),
    ("fullname", Kind::Name),
    ("phone", Kind::Phone),
    ("phonenumber", Kind::Phone),
    ("email", Kind::Email),
    ("emailaddress", Kind::Email),
    ("streetaddress", Kind::Street),
    ("homeaddress", Kind::Street),
    ("zipcode", Kind::Zip),
    ("postalcode", Kind::Zip),
    ("birthdate", Kind::Date),
    ("dateofbirth", Kind::Date),
    ("dob", Kind::Date),
    ("ssn", Kind::Ssn),
    ("mrn", Kind::Mrn),
    ("fax", Kind::Fax),
];

/// Whether a word heads a column of harmless things.
pub(super) fn is_other(title: &str) -> bool {
    let plain = plain(title);
    OTHERS.split_ascii_whitespace().any(|one| one == plain)
}

/// A head without blanks and signs, in lower case: "Last Name", `last_name`, `lastName`.
fn plain(title: &str) -> String {
    title
        .chars()
        .filter(|c| c.is_alphanumeric())
        .take(40)
        .flat_map(|c| crate::words::fold(c.encode_utf8(&mut [0; 4])).into_owned().chars().collect::<Vec<_>>())
        .collect()
}
