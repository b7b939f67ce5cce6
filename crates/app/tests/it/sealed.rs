//! The data catalogue and the retention job say the same of what is sealed of a case, and for how long.

use std::collections::BTreeSet;
use std::sync::Arc;

use huiyin_base::{Day, Region, Rng, WorkCalendar};
use huiyin_cases::store::callback_draw_list;
use huiyin_cases::{CaseRules, Cases, SEALED, open_seed};
use huiyin_catalogue::{Catalogue, Class, sealed};
use huiyin_db::scratch::Scratch;
use huiyin_files::FileStore;
use huiyin_operations::reseal;
use huiyin_vault::{Purpose, Vault, head_of};

#[test]
fn whatever_is_sensitive_of_a_case_is_removed_by_the_job() {
    let catalogue = Catalogue::load().expect("the catalogue");
    let own = catalogue.tables.iter().filter(|(_, table)| table.owner == "cases");
    let sensitive = own.flat_map(|(name, table)| {
        // What is staged for an import goes with the import, a number of a turn on call with the turn, a talk when it has run
        // out; a seed is about no case.
        let other = |word: &str, retention: &str| {
            ["import", "turn", "talk", "own"].contains(&retention) || word == "seed_sealed"
        };
        let of_case = move |word: &str, retention: &str| !other(word, retention);
        let columns = table.columns.iter();
        let columns = columns.filter(move |(word, column)| of_case(word, &column.retention));
        let columns = columns.filter(|(_, column)| column.class == Class::Sensitive);
        columns.map(|(word, column)| (name.as_str(), word.as_str(), column.retention.as_str()))
    });
    let sensitive: BTreeSet<(&str, &str, &str)> = sensitive.collect();
    let removed: BTreeSet<(&str, &str, &str)> =
        SEALED.iter().map(|(table, column)| (*table, *column, "sealed")).collect();
    assert_eq!(sensitive, removed);
}

#[test]
fn the_catalogue_names_the_days_of_the_rules() {
    let rules = CaseRules::parse(include_str!("../../../../rules/cases.toml")).expect("the rules");
    let catalogue = Catalogue::load().expect("the catalogue");
    let label = &catalogue.retentions["sealed"];
    assert!(label.contains(&format!("{} 天", rules.sealed_days)), "{label}");
    let code = &catalogue.retentions["code"];
    assert!(code.contains(&format!("{} 分钟", rules.code.minutes)), "{code}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_seed_that_waits_for_its_draw_outlives_a_change_of_keys() {
    let (scratch, folder) = (Scratch::new().await.expect("a database"), tempfile::tempdir().expect("a folder"));
    let key = folder.path().join("key");
    let old = Vault::create(&key, &mut Rng::seeded(1)).expect("a key");
    let calendar = WorkCalendar::parse(include_str!("../../../../data/work-calendar.csv")).expect("the calendar");
    let calendar = Arc::new(calendar);
    let today = Day::new(2016, 12, 16).expect("a day");
    let cases = Cases::of(&scratch.db, &old, &calendar).expect("the rules");
    cases.callback_commit(&[Region::FIRST], today, &mut Rng::seeded(2)).await.expect("seeds");
    let draws = async || {
        let mut tx = scratch.db.read().await.expect("a read");
        callback_draw_list(&mut tx, Some(Region::FIRST), 10).await.expect("draws")
    };
    let before: Vec<String> = draws().await.iter().map(|draw| open_seed(&old, draw).expect("a seed")).collect();
    assert_eq!(before.len(), 2, "this month's and the next month's");

    let both = Vault::rotate(&key, Purpose::Seal, &mut Rng::seeded(3)).expect("a second key");
    let files = FileStore::open(&folder.path().join("files"), both.clone()).expect("files");
    let run = reseal(&scratch.db, &both, &files, &mut Rng::seeded(4), None).await.expect("a run");
    assert_eq!((run.done, run.failed), (2, 0));
    let left = sealed::usage(&mut scratch.db.read().await.expect("a read"), &head_of(1)).await.expect("counts");
    assert!(left.is_empty(), "{left:?}");

    let new = Vault::retire(&key, 1).expect("one key");
    let after: Vec<String> = draws().await.iter().map(|draw| open_seed(&new, draw).expect("a seed")).collect();
    assert_eq!(after, before);
}
