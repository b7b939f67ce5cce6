//! The pages of the three lists: one tree seen as problems, tasks and duties, and how it is broken down.

mod begin;
mod breakdown;
mod change;
mod index;
mod node;
mod proposals;
mod row;
mod run;
mod templates;
mod units;

use huiyin_web::Routes;

use crate::permissions::{ListBreak, ListSee};

pub(in crate::pages) use proposals::band;

pub(super) fn routes() -> Routes {
    Routes::new()
        .get::<ListSee, _>("/lists", index::show)
        .get::<ListBreak, _>("/lists/new", begin::new)
        .post::<ListBreak, _>("/lists", begin::create)
        .get::<ListBreak, _>("/lists/proposals", proposals::list)
        .get::<ListBreak, _>("/lists/runs/{id}", run::show)
        .post::<ListBreak, _>("/lists/templates/{id}/removal", templates::remove)
        .get::<ListSee, _>("/lists/{id}", node::show)
        .get::<ListBreak, _>("/lists/{id}/breakdown", breakdown::new)
        .post::<ListBreak, _>("/lists/{id}/children", breakdown::create)
        .get::<ListBreak, _>("/lists/{id}/change", change::new)
        .post::<ListBreak, _>("/lists/{id}/changes", change::create)
        .post::<ListBreak, _>("/lists/{id}/answer", proposals::answer)
}
