use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use huiyin_base::Rng;
use huiyin_vault::{Place, Purpose, Vault, VaultError, head_of};

const PLACE: Place<'static> = Place { table: "person", column: "phone", row: b"1" };

/// A folder of its own, and the path of a key file in it.
fn path() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().expect("a folder for the test");
    let path = folder.path().join("keys.toml");
    (folder, path)
}

fn refused(path: &Path) -> VaultError {
    Vault::open(path).expect_err("the file is refused")
}

#[test]
fn is_made_for_its_owner_alone_and_read_again() {
    let (_folder, path) = path();
    let vault = Vault::create(&path, &mut Rng::seeded(1)).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    let sealed = vault.seal(PLACE, b"138", &mut Rng::seeded(2));
    let again = Vault::open(&path).unwrap();
    assert_eq!(again.open_sealed(PLACE, &sealed).unwrap(), b"138");
    assert_eq!(again.fingerprint(), vault.fingerprint());
    assert!(matches!(Vault::create(&path, &mut Rng::seeded(3)), Err(VaultError::Exists(_))));
    assert_eq!(Vault::open(&path).unwrap().fingerprint(), vault.fingerprint(), "left as it was");
}

#[test]
fn another_file_has_another_fingerprint() {
    assert_ne!(Vault::seeded(1).fingerprint(), Vault::seeded(2).fingerprint());
    assert_eq!(Vault::seeded(1).fingerprint(), Vault::seeded(1).fingerprint());
}

#[test]
fn a_missing_or_unreadable_file_says_so() {
    let (folder, path) = path();
    assert!(matches!(refused(&path), VaultError::Missing(_)));
    assert!(refused(&path).to_string().contains("keys.toml"));
    assert!(matches!(refused(folder.path()), VaultError::Unreadable(..)), "a folder is no file");
    fs::write(&path, [0xff, 0xfe]).unwrap();
    assert!(matches!(refused(&path), VaultError::Damaged(..)));
}

#[test]
fn a_damaged_file_says_so_and_gives_no_key_away() {
    let (_folder, path) = path();
    Vault::create(&path, &mut Rng::seeded(1)).unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let secret = text.lines().find_map(|line| line.strip_prefix("secret = \"")).unwrap().trim_end_matches('"');
    let other = if secret.starts_with('A') { "B" } else { "A" };
    let damaged = [
        String::new(),
        text[..text.len() - 20].to_owned(),
        text.replace(secret, &format!("{other}{}", &secret[1..])),
        text.replace(secret, &secret[4..]),
        text.replace("\"audit\"", "\"mac\""),
        text.replace("version = 1", "version = 2"),
        text.replace("number = 1", "number = 2"),
        text.replace("[[key]]", "[key]"),
    ];
    for (index, text) in damaged.iter().enumerate() {
        fs::write(&path, text).unwrap();
        let error = refused(&path);
        assert!(matches!(error, VaultError::Damaged(..)), "damage {index}: {error}");
        assert!(!error.to_string().contains(&secret[8..20]), "damage {index} prints a key");
    }
}

#[test]
fn a_retired_key_is_gone_and_the_data_still_knows_its_file() {
    let (_folder, path) = path();
    let old = Vault::create(&path, &mut Rng::seeded(1)).unwrap();
    let sealed = old.seal(PLACE, b"138", &mut Rng::seeded(2));
    assert!(matches!(Vault::retire(&path, 1), Err(VaultError::Newest(1))), "what seals now stays");
    let both = Vault::rotate(&path, Purpose::Seal, &mut Rng::seeded(3)).unwrap();
    let resealed = both.reseal(PLACE, &sealed, &mut Rng::seeded(4)).unwrap();
    assert_eq!((both.seal_numbers(), both.newest_head()), (vec![1, 2], head_of(2)));
    assert!(matches!(Vault::retire(&path, 7), Err(VaultError::UnknownKey(7))));

    let new = Vault::retire(&path, 1).unwrap();
    assert_eq!(new.fingerprint(), old.fingerprint());
    assert_eq!(new.open_sealed(PLACE, &resealed).unwrap(), b"138");
    assert!(matches!(new.open_sealed(PLACE, &sealed), Err(VaultError::UnknownKey(1))));
    let again = Vault::open(&path).unwrap();
    assert_eq!((again.fingerprint(), again.seal_numbers()), (old.fingerprint(), vec![2]));
    Vault::rotate(&path, Purpose::Seal, &mut Rng::seeded(5)).unwrap();
    let third = Vault::retire(&path, 2).unwrap();
    assert_eq!((third.fingerprint(), third.seal_numbers()), (old.fingerprint(), vec![3]), "no number is used twice");
}

#[test]
fn a_file_that_others_may_read_still_opens() {
    let (_folder, path) = path();
    Vault::create(&path, &mut Rng::seeded(1)).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
    assert!(Vault::open(&path).is_ok());
}

#[test]
fn after_rotation_the_old_still_opens_and_the_new_uses_the_new_key() {
    let (_folder, path) = path();
    let old = Vault::create(&path, &mut Rng::seeded(1)).unwrap();
    let sealed = old.seal(PLACE, b"138", &mut Rng::seeded(2));
    let (blind, mac) = (old.blind("phone", "138"), old.mac("link", b"x"));
    assert!(!old.needs_resealing(&sealed));

    Vault::rotate(&path, Purpose::Seal, &mut Rng::seeded(3)).unwrap();
    Vault::rotate(&path, Purpose::Blind, &mut Rng::seeded(4)).unwrap();
    let new = Vault::rotate(&path, Purpose::Mac, &mut Rng::seeded(5)).unwrap();
    assert_eq!(new.fingerprint(), old.fingerprint());
    assert_eq!(new.open_sealed(PLACE, &sealed).unwrap(), b"138");
    assert!(new.needs_resealing(&sealed));
    let resealed = new.seal(PLACE, b"138", &mut Rng::seeded(6));
    assert!(!new.needs_resealing(&resealed));
    assert!(matches!(old.open_sealed(PLACE, &resealed), Err(VaultError::UnknownKey(2))));
    assert_ne!(new.blind("phone", "138"), blind);
    assert_eq!(new.blinds("phone", "138")[1], blind);
    assert_ne!(new.mac("link", b"x"), mac);
    assert!(new.mac_fits("link", b"x", &mac));
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(Vault::open(&path).unwrap().blinds("phone", "138").len(), 2);
}
