//! What a copy of the database gives away: nothing, and no change to it goes unnoticed.

use voiceassist_model::SeededRandomness;
use voiceassist_store::{MasterKey, SealError, StoreError};

use crate::clinic::{Clinic, MASTER, file, folder};

#[tokio::test]
async fn another_master_key_opens_nothing() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let stranger = clinic.another_store([8; 32], 2).await;
    let error = stranger.unlock().await.unwrap_err();
    assert!(matches!(error, StoreError::Seal(SealError::WrongMasterKey)), "{error:?}");
    assert!(stranger.accounts().credentials(alice).await.is_err());
    let colleague = clinic.another_store(MASTER, 2).await;
    assert!(colleague.accounts().credentials(alice).await.unwrap().is_some());
}

#[tokio::test]
async fn a_secret_put_into_another_persons_row_does_not_open() {
    let clinic = Clinic::open().await;
    let (alice, mallory) = (clinic.person("alice").await, clinic.person("mallory").await);
    clinic.database.psql(&format!(
        "update accounts set secret = (select secret from accounts where id = '{alice}') where id = '{mallory}'"
    ));
    let error = clinic.store.accounts().credentials(mallory).await.unwrap_err();
    assert!(matches!(error, StoreError::Seal(SealError::Tampered)), "{error:?}");
}

#[tokio::test]
async fn a_changed_byte_of_a_chunk_is_noticed() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    clinic.observe(alice, &[folder(1, None, "/", "r"), file(10, 1, "/a.pdf", "a")]).await;
    let document = clinic.ingest(10, &["25 mg twice daily"]).await;
    let chunk = crate::clinic::chunk_id(document, "25 mg twice daily");
    assert_eq!(clinic.store.passages().readable(alice, &[chunk]).await.unwrap().len(), 1);
    clinic.database.psql("update chunks set body = set_byte(body, 40, get_byte(body, 40) # 1)");
    let error = clinic.store.passages().readable(alice, &[chunk]).await.unwrap_err();
    assert!(matches!(error, StoreError::Seal(SealError::Tampered)), "{error:?}");
}

#[tokio::test]
async fn replicas_that_start_together_agree_on_one_data_key() {
    let clinic = Clinic::open().await;
    let other = clinic.another_store(MASTER, 2).await;
    let (one, two) = tokio::join!(clinic.store.unlock(), other.unlock());
    one.unwrap();
    two.unwrap();
    let alice = clinic.person("alice").await;
    assert!(other.accounts().credentials(alice).await.unwrap().is_some());
    assert_eq!(clinic.store.data_keys().list().await.unwrap().len(), 1);
}

#[tokio::test]
async fn after_a_rotation_old_rows_open_and_other_replicas_follow_by_themselves() {
    let clinic = Clinic::open().await;
    let other = clinic.another_store(MASTER, 2).await;
    let alice = clinic.person("alice").await;
    other.unlock().await.unwrap();
    assert_eq!(clinic.store.data_keys().rotate().await.unwrap(), 2);
    let bob = clinic.person("bob").await;
    for account in [alice, bob] {
        assert!(clinic.store.accounts().credentials(account).await.unwrap().is_some());
        assert!(other.accounts().credentials(account).await.unwrap().is_some());
    }
    let versions = clinic.database.psql("select get_byte(secret, 4) from accounts order by created_at, id");
    assert!(versions.contains('1') && versions.contains('2'), "{versions}");
}

#[tokio::test]
async fn rewrapping_changes_the_master_key_and_no_row() {
    let clinic = Clinic::open().await;
    let alice = clinic.person("alice").await;
    let before = clinic.database.psql("select encode(secret, 'hex') from accounts");
    let new = [9; 32];
    assert_eq!(clinic.store.data_keys().rewrap(&MasterKey::from_bytes(new)).await.unwrap(), 1);
    assert_eq!(clinic.database.psql("select encode(secret, 'hex') from accounts"), before);
    assert!(clinic.store.accounts().credentials(alice).await.unwrap().is_some());
    assert!(clinic.another_store(new, 2).await.accounts().credentials(alice).await.unwrap().is_some());
    assert!(clinic.another_store(MASTER, 3).await.unlock().await.is_err());
}

#[test]
fn generated_master_keys_differ() {
    use secrecy::ExposeSecret as _;
    let randomness = SeededRandomness::new(5);
    let keys = [(); 2].map(|()| MasterKey::generate(&randomness).to_base64().expose_secret().to_owned());
    assert_ne!(keys[0], keys[1]);
}
