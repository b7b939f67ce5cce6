//! A city that has worked for a year: its bulletins are there.

use std::sync::Arc;

use huiyin_directory::Regions;
use huiyin_figures::Registry;
use huiyin_reports::Backfill;
use huiyin_testing::{City, TestApp};

use crate::parcels::{as_problems, house_of};

/// The house with every bulletin of the year up to today, 2016-12-16.
pub(crate) async fn year() -> (TestApp, City) {
    let (app, city) = house_of(as_problems).await;
    let mut registry = Registry::new();
    as_problems(&mut registry);
    let backfill = Backfill {
        db: app.site.db.clone(),
        registry: Arc::new(registry),
        regions: Arc::new(Regions::built_in().unwrap()),
        home: app.site.home,
        calendar: Arc::clone(&app.site.calendar),
        today: app.site.today(),
        seed: 7,
    };
    assert_eq!(backfill.write().await.unwrap(), 14, "eleven months and three quarters");
    (app, city)
}
