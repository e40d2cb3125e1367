//! Who and what is planted: made-up identifiers of every kind that the Safe Harbor rule names, and the forms in which a
//! careless program could let them out. No word of them occurs anywhere else.

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD_NO_PAD, URL_SAFE_NO_PAD};

/// Where an identifier is planted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Place {
    /// In the text of documents.
    Content,
    /// In what a person asks, and in titles.
    Said,
    /// In what a person is called.
    Called,
    /// In requests that are wrong, and in headers.
    Wrong,
    /// In names and paths of files and in rules about them: sealed nowhere, because the database works with them (see the
    /// page on sealing), so the disk may have them and nothing else.
    Named,
}

pub(super) const CANARIES: [(&str, &str, Place); 44] = [
    ("name", "Quillonia Brackenthorpe", Place::Content),
    ("relative", "Ottoline Wexcombe-Farr", Place::Content),
    ("street", "4471 Larkspindle Terrace", Place::Content),
    ("city", "Vennhollow-upon-Tarrow", Place::Content),
    ("postcode", "ZX9-04417-QB", Place::Content),
    ("date of birth", "the 29th of July 1931 at 04:17", Place::Content),
    ("age over 89", "aged 104 years and 417 days", Place::Content),
    ("telephone", "+49 7733 904417-62", Place::Content),
    ("fax", "+49 7733 904417-63", Place::Content),
    ("mail address", "q.brackenthorpe.4417@vennhollow.example", Place::Content),
    ("social security number", "904-41-77362", Place::Content),
    ("medical record number", "MRN-7736204417", Place::Content),
    ("health plan number", "HPX-55-904417-B", Place::Content),
    ("account number", "DE44 7736 2044 1790 4417 62", Place::Content),
    ("licence", "LIC-RN-904417K", Place::Content),
    ("vehicle", "plate VN-QB 4417 K", Place::Content),
    ("device", "SN-IMPLANT-77A904417", Place::Content),
    ("web address", "https://vennhollow.example/q/brackenthorpe?mrn=77362", Place::Content),
    ("internet address", "2001:db8:4417:7736::9044", Place::Content),
    ("fingerprint", "BIO-FP-9044177362", Place::Content),
    ("photograph", "IMG_QB_904417_face", Place::Content),
    ("accession", "ACC-2026-904417-77", Place::Content),
    ("note", "tremorless zyganthrope in phase nine", Place::Content),
    ("asker's patient", "Zinnia Harrowgate-Pell", Place::Said),
    ("asker's patient's number", "MRN-3388107752", Place::Said),
    ("asker's patient's birthday", "born 1938-11-02Q", Place::Said),
    ("asker's patient's phone", "+1 (555) 013-778842", Place::Said),
    ("title", "Evander Pellingsworth", Place::Said),
    ("new title", "Marchetta Dunwiddie", Place::Said),
    ("display name", "Dr. Thessaly Wrenfield", Place::Called),
    ("other display name", "Peregrine Aldous-Kemp", Place::Called),
    ("login", "thessaly.wrenfield.5520@ward.example", Place::Called),
    ("malformed", "Hesperia Lockridge-Vane", Place::Wrong),
    ("wrong field", "Ambrosine_Tolliver_6604", Place::Wrong),
    ("wrong path", "Cuthbert-Yarborough-7719", Place::Wrong),
    ("wrong query", "Dorothea-Plimsoll-8123", Place::Wrong),
    ("header", "Lucasta-Nighbourne-2217", Place::Wrong),
    ("bearer", "Rosamund-Thackeray-4453", Place::Wrong),
    ("idempotency", "Bartholomew-Quince-9917", Place::Wrong),
    ("huge", "Gwendolyn-Ashworthy-3306", Place::Wrong),
    ("file name", "Fenwick Osterhoudt 1944", Place::Named),
    ("folder", "Ward of Idabelle Marquardsen", Place::Named),
    ("broken file", "Leontyne Okonedo-Barr MRN 5520713389", Place::Named),
    ("rule", "Private Sigismund Vantongeren", Place::Named),
];

/// The planted text of a kind.
pub(super) fn of(kind: &str) -> &'static str {
    CANARIES.iter().find(|(known, _, _)| *known == kind).map_or("", |(_, text, _)| text)
}

/// Everything planted in these places, as one text.
pub(super) fn all(place: Place) -> String {
    let planted = CANARIES.iter().filter(|(_, _, here)| *here == place);
    planted.map(|(kind, text, _)| ["The ", kind, " is ", text, ".\n"].concat()).collect()
}

/// Every form in which these bytes could turn up.
pub(super) fn forms(text: &str) -> Vec<Vec<u8>> {
    let bytes = text.as_bytes();
    let mut forms = vec![bytes.to_vec(), text.to_lowercase().into_bytes(), text.to_uppercase().into_bytes()];
    let mut hex = String::new();
    for byte in bytes {
        _ = write!(hex, "{byte:02x}");
    }
    forms.extend([hex.to_uppercase().into_bytes(), hex.into_bytes()]);
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    let encode =
        |byte: &u8| if is_plain(*byte) { char::from(*byte).to_string() } else { format!("%{byte:02X}") };
    let percent: String = bytes.iter().map(encode).collect();
    forms.extend([percent.replace("%20", "+"), percent.to_lowercase(), percent].map(String::into_bytes));
    let wide: Vec<u16> = text.encode_utf16().collect();
    forms.push(wide.iter().flat_map(|unit| unit.to_le_bytes()).collect());
    forms.push(wide.iter().flat_map(|unit| unit.to_be_bytes()).collect());
    for shift in 0..3 {
        let shifted = [vec![0; shift], bytes.to_vec()].concat();
        // Characters that also hold bits of what stands before or after are left out.
        let (first, last) = ((shift * 8).div_ceil(6), shifted.len() * 8 / 6);
        for encoded in [STANDARD_NO_PAD.encode(&shifted), URL_SAFE_NO_PAD.encode(&shifted)] {
            forms.push(encoded.as_bytes()[first..last].to_vec());
        }
    }
    forms.sort();
    forms.dedup();
    forms
}

#[test]
fn every_kind_is_there_and_every_form_is_recognised() {
    assert!(CANARIES.len() >= 40);
    let planted = of("asker's patient");
    let around = format!("xy {planted} z");
    for shift in 0..3 {
        let text = STANDARD_NO_PAD.encode(&around.as_bytes()[shift..]);
        assert!(
            forms(planted).iter().any(|form| text.contains(std::str::from_utf8(form).unwrap_or("\0"))),
            "{shift}"
        );
    }
    assert!(forms("a b").contains(&b"a%20b".to_vec()) && forms("a b").contains(&b"a\0 \0b\0".to_vec()));
}
