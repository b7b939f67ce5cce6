//! The pages of the cases.

mod card;
mod follow;
mod home;
mod photo;
mod place;
mod problem;
mod problem_form;
mod story;
mod wall;

use huiyin_web::{Public, Routes};

pub(crate) use home::NewestEchoes;

/// Every route of this feature.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get::<Public, _>("/wall", wall::wall)
        .get::<Public, _>("/echo", wall::echo)
        .get::<Public, _>("/problems/new", problem_form::new)
        .post::<Public, _>("/problems", problem_form::create)
        .get::<Public, _>("/problems/receipt", problem_form::receipt)
        .get::<Public, _>("/problems/{number}", problem::show)
        .post::<Public, _>("/problems/{number}/follower", follow::join)
        .get::<Public, _>("/photos/{county}/{token}", photo::show)
        .get::<Public, _>("/follow", follow::enter)
        .post::<Public, _>("/follow", follow::open)
        .get::<Public, _>("/follow/case", follow::show)
        .post::<Public, _>("/follow/leaving", follow::leave)
        .post::<Public, _>("/follow/messages", follow::message)
        .post::<Public, _>("/follow/rating", follow::rating)
        .post::<Public, _>("/follow/objection", follow::objection)
        .post::<Public, _>("/follow/appeal", follow::appeal)
        .post::<Public, _>("/follow/withdrawal", follow::withdrawal)
}
