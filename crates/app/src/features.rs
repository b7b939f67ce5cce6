//! The features of this program, one line each: nothing else knows them all.

use std::sync::Arc;

use huiyin_account::HoldingsOf;
use huiyin_cases::supervision::InspectionHoldings;
use huiyin_cases::{CaseHoldings, Cases};
use huiyin_web::{Feature, Site};

/// Every feature, in the order of the navigation.
pub fn features() -> Vec<Feature> {
    let holdings: HoldingsOf = Arc::new(|site: &Site| {
        let cases = Cases::of(&site.db, &site.vault, &site.calendar)?;
        Ok(vec![Arc::new(CaseHoldings(cases)), Arc::new(InspectionHoldings)])
    });
    let account = huiyin_account::Options { holdings: Some(holdings) };
    vec![
        huiyin_cases::feature(),
        huiyin_study::feature(),
        huiyin_life::feature(),
        huiyin_exams::feature(),
        huiyin_reports::feature(),
        huiyin_organisations::feature(),
        huiyin_account::feature_with(account),
        huiyin_operations::feature(),
    ]
}
