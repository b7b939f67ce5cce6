//! The pages of the pledges.

mod count;
mod form;
mod list;
mod paper;
mod show;
mod sign;

use huiyin_web::{Public, Routes};

use crate::permissions::{PledgeMake, PledgeSee, PledgeSign};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get::<Public, _>("/pledges/counts", count::show)
        .get::<PledgeSee, _>("/pledges", list::show)
        .get::<PledgeMake, _>("/pledges/new", form::new)
        .post::<PledgeMake, _>("/pledges", form::create)
        .get::<PledgeSee, _>("/pledges/{id}", show::show)
        .get::<PledgeSee, _>("/pledges/{id}/print", paper::print)
        .get::<PledgeSee, _>("/pledges/{id}/document", paper::document)
        .get::<PledgeMake, _>("/pledges/{id}/change", form::edit)
        .post::<PledgeMake, _>("/pledges/{id}/versions", form::change)
        .post::<PledgeMake, _>("/pledges/{id}/ending", sign::end)
        .post::<PledgeSign, _>("/pledges/{id}/signature", sign::sign)
}
