//! The data catalogue and the retention job say the same of what is sealed of a case, and for how long.

use std::collections::BTreeSet;

use huiyin_cases::{CaseRules, SEALED};
use huiyin_catalogue::{Catalogue, Class};

#[test]
fn whatever_is_sensitive_of_a_case_is_removed_by_the_job() {
    let catalogue = Catalogue::load().expect("the catalogue");
    let own = catalogue.tables.iter().filter(|(_, table)| table.owner == "cases");
    let sensitive = own.flat_map(|(name, table)| {
        let columns = table.columns.iter().filter(|(_, column)| column.class == Class::Sensitive);
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
