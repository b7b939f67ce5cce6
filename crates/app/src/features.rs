//! The features of this program, one line each: nothing else knows them all.

use huiyin_web::Feature;

/// Every feature, in the order of the navigation.
pub fn features() -> Vec<Feature> {
    vec![huiyin_reports::feature(), huiyin_organisations::feature(), huiyin_account::feature()]
}
