use huiyin_base::Rng;
use huiyin_vault::{Place, Vault, VaultError};
use proptest::prelude::*;

const PLACE: Place<'static> = Place { table: "person", column: "citizen_number", row: b"row 1" };

#[test]
fn opens_where_it_was_sealed_and_nowhere_else() {
    let vault = Vault::seeded(1);
    let sealed = vault.seal(PLACE, "610602…".as_bytes(), &mut Rng::seeded(2));
    assert_eq!(vault.open_sealed(PLACE, &sealed).unwrap(), "610602…".as_bytes());
    for place in [
        Place { table: "account", ..PLACE },
        Place { column: "phone", ..PLACE },
        Place { row: b"row 2", ..PLACE },
        Place { table: "personcitizen_", column: "number", ..PLACE },
    ] {
        assert!(matches!(vault.open_sealed(place, &sealed), Err(VaultError::Tampered)), "{place:?}");
    }
    assert!(matches!(Vault::seeded(2).open_sealed(PLACE, &sealed), Err(VaultError::Tampered)));
}

#[test]
fn every_changed_byte_is_noticed() {
    let vault = Vault::seeded(1);
    let sealed = vault.seal(PLACE, b"plain", &mut Rng::seeded(2));
    for place in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[place] ^= 1;
        assert!(vault.open_sealed(PLACE, &changed).is_err(), "byte {place}");
        assert!(vault.open_sealed(PLACE, &sealed[..place]).is_err(), "cut at {place}");
    }
}

#[test]
fn codes_of_different_purposes_differ() {
    let vault = Vault::seeded(1);
    let codes = [
        vault.blind("phone", "138"),
        vault.blind("citizen_number", "138"),
        vault.blind("phon", "e138"),
        vault.mac("phone", b"138"),
        vault.mac("audit", b"138"),
        vault.audit_mac(b"138"),
        Vault::seeded(2).blind("phone", "138"),
    ];
    for (index, code) in codes.iter().enumerate() {
        assert!(!codes[..index].contains(code), "code {index} stands twice");
    }
    assert_eq!(vault.blind("phone", "138"), codes[0]);
    assert!(vault.mac_fits("phone", b"138", &codes[3]));
    assert!(!vault.mac_fits("phone", b"139", &codes[3]));
    assert!(!vault.mac_fits("phone", b"138", &codes[3][..31]));
    assert!(vault.audit_mac_fits(b"138", &codes[5]));
    assert_eq!(format!("{vault:?}"), "Vault(…)");
}

proptest! {
    #[test]
    fn whatever_is_sealed_comes_back(plain: Vec<u8>, row: Vec<u8>, seed: u64) {
        let vault = Vault::seeded(seed);
        let place = Place { row: &row, ..PLACE };
        let sealed = vault.seal(place, &plain, &mut Rng::seeded(seed));
        prop_assert_eq!(sealed.len(), plain.len() + 31);
        prop_assert_eq!(vault.open_sealed(place, &sealed).unwrap(), plain);
    }

    #[test]
    fn rubbish_never_opens(rubbish: Vec<u8>) {
        prop_assert!(Vault::seeded(1).open_sealed(PLACE, &rubbish).is_err());
    }
}
