//! What a sealed value survives, and what it does not.

use crate::seal::columns::SEALED;
use crate::seal::{DataKey, MasterKey, Place, Seal, SealError};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use std::collections::BTreeMap;
use uuid::Uuid;
use voiceassist_model::SeededRandomness;

const PLACE: Place = Place { table: "messages", row: Uuid::from_u128(1), column: "body" };

fn seal_with(versions: &[i32], seed: u64) -> Seal {
    let randomness = SeededRandomness::new(seed);
    Seal::new(versions.iter().map(|v| (*v, DataKey::generate(&randomness))).collect::<BTreeMap<_, _>>())
}

#[test]
fn what_was_sealed_opens_in_its_place() {
    let (seal, randomness) = (seal_with(&[1], 1), SeededRandomness::new(2));
    for plain in ["", "Metoprolol 25 mg", "Ångström ≤ 5"] {
        let sealed = seal.seal(PLACE, plain.as_bytes(), &randomness).unwrap();
        assert_eq!(seal.open_text(PLACE, &sealed).unwrap(), plain);
    }
}

#[test]
fn the_same_text_never_looks_the_same_twice() {
    let (seal, randomness) = (seal_with(&[1], 1), SeededRandomness::new(2));
    let twice = [(); 2].map(|()| seal.seal(PLACE, b"again", &randomness).unwrap());
    assert_ne!(twice[0], twice[1]);
}

#[test]
fn every_changed_byte_is_noticed() {
    let (seal, randomness) = (seal_with(&[1], 1), SeededRandomness::new(2));
    let sealed = seal.seal(PLACE, b"25 mg", &randomness).unwrap();
    for at in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[at] ^= 1;
        assert!(seal.open(PLACE, &changed).is_err(), "byte {at}");
    }
    for length in 0..sealed.len() {
        assert!(seal.open(PLACE, &sealed[..length]).is_err(), "cut to {length}");
    }
}

#[test]
fn a_value_moved_to_another_row_column_or_table_does_not_open() {
    let (seal, randomness) = (seal_with(&[1], 1), SeededRandomness::new(2));
    let sealed = seal.seal(PLACE, b"25 mg", &randomness).unwrap();
    for place in [
        Place { row: Uuid::from_u128(2), ..PLACE },
        Place { column: "citations", ..PLACE },
        Place { table: "chunks", ..PLACE },
    ] {
        assert_eq!(seal.open(place, &sealed).unwrap_err(), SealError::Tampered);
    }
}

#[test]
fn the_newest_key_seals_and_older_ones_still_open() {
    let randomness = SeededRandomness::new(2);
    let older = seal_with(&[1], 1);
    let both = seal_with(&[1, 2], 1);
    let sealed = older.seal(PLACE, b"old", &randomness).unwrap();
    assert_eq!(both.open_text(PLACE, &sealed).unwrap(), "old");
    let sealed = both.seal(PLACE, b"new", &randomness).unwrap();
    assert_eq!(older.open(PLACE, &sealed).unwrap_err(), SealError::UnknownDataKey { version: 2 });
}

#[test]
fn a_data_key_unwraps_only_under_its_own_master_key_and_version() {
    let randomness = SeededRandomness::new(3);
    let (master, other) = (MasterKey::generate(&randomness), MasterKey::generate(&randomness));
    let wrapped = master.wrap(1, &DataKey::generate(&randomness), &randomness).unwrap();
    assert!(master.unwrap_key(1, &wrapped).is_ok());
    assert_eq!(master.unwrap_key(2, &wrapped).err(), Some(SealError::WrongMasterKey));
    assert_eq!(other.unwrap_key(1, &wrapped).err(), Some(SealError::WrongMasterKey));
}

#[test]
fn a_master_key_survives_its_text_and_is_never_printed() {
    use secrecy::ExposeSecret as _;
    let master = MasterKey::generate(&SeededRandomness::new(4));
    let text = master.to_base64();
    let again = MasterKey::from_base64(&format!("{}\n", text.expose_secret())).unwrap();
    assert_eq!(again.0, master.0);
    assert_eq!(format!("{master:?}"), "MasterKey(…)");
    assert_eq!(MasterKey::from_base64("c2hvcnQ=").err(), Some(SealError::MalformedKey));
}

#[test]
fn nothing_is_sealed_for_a_column_that_a_rotation_would_miss() {
    let (seal, randomness) = (seal_with(&[1], 1), SeededRandomness::new(2));
    let error = seal.seal(Place { column: "diary", ..PLACE }, b"25 mg", &randomness).unwrap_err();
    assert_eq!(error, SealError::UnlistedColumn);
}

fn any_place() -> impl Strategy<Value = Place> {
    (select(SEALED), any::<u128>()).prop_map(|(column, row)| column.place(Uuid::from_u128(row)))
}

proptest! {
    #[test]
    fn any_value_opens_in_its_own_place_and_in_no_other(
        plain in vec(any::<u8>(), 0..200), place in any_place(), elsewhere in any_place(), seed in any::<u64>()
    ) {
        let seal = seal_with(&[1, 2], 1);
        let sealed = seal.seal(place, &plain, &SeededRandomness::new(seed)).unwrap();
        prop_assert_eq!(&*seal.open(place, &sealed).unwrap(), &plain);
        if elsewhere != place {
            prop_assert_eq!(seal.open(elsewhere, &sealed).unwrap_err(), SealError::Tampered);
        }
        let same_row = Place { row: place.row, ..elsewhere };
        if same_row != place {
            prop_assert_eq!(seal.open(same_row, &sealed).unwrap_err(), SealError::Tampered);
        }
    }

    #[test]
    fn any_change_of_a_sealed_value_keeps_it_shut(
        plain in vec(any::<u8>(), 0..60), place in any_place(), at in any::<Index>(), mask in 1_u8..
    ) {
        let seal = seal_with(&[1, 2], 1);
        let mut sealed = seal.seal(place, &plain, &SeededRandomness::new(3)).unwrap();
        let at = at.index(sealed.len());
        sealed[at] ^= mask;
        prop_assert!(seal.open(place, &sealed).is_err(), "byte {}", at);
    }

    #[test]
    fn what_was_never_sealed_does_not_open(bytes in vec(any::<u8>(), 0..120), place in any_place()) {
        prop_assert!(seal_with(&[1, 2], 1).open(place, &bytes).is_err());
    }
}
