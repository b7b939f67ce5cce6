//! The year's bulletins and reviews, frozen with the records that are there by now: written after everything they count.

use std::sync::Arc;

use huiyin_db::Db;
use huiyin_directory::Regions;
use huiyin_figures::Registry;
use huiyin_reports::Backfill;

use crate::invent::City;
use crate::{Scale, make::rulebook};

/// Writes them; gives how many were issued.
pub(crate) async fn bulletins(db: &Db, city: &City, scale: &Scale) -> anyhow::Result<usize> {
    let mut registry = Registry::new();
    for feature in [huiyin_cases::feature()] {
        if let Some(figures) = feature.figures {
            figures(&mut registry);
        }
    }
    let backfill = Backfill {
        db: db.clone(),
        registry: Arc::new(registry),
        regions: Arc::new(Regions::built_in()?),
        home: city.region,
        calendar: rulebook()?.calendar,
        today: scale.today,
        seed: scale.seed,
    };
    Ok(backfill.write().await?)
}
