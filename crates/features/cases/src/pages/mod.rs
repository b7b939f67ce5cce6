//! The pages of the cases.

mod action;
mod action_post;
mod burden;
mod card;
mod case;
mod case_export;
mod case_filter;
mod case_list;
mod cell;
mod conduct;
mod desk;
mod follow;
mod follow_case;
mod follow_forms;
mod follow_phone;
mod home;
mod photo;
mod place;
mod pressure;
mod problem;
mod problem_form;
mod ratings;
mod story;
mod wall;

use huiyin_web::{Public, Routes};

use crate::permissions::{CaseExport, CaseHandle, CaseModerate, CaseSee, CaseVerify};

pub(crate) use home::NewestEchoes;

/// Every route of this feature.
pub(crate) fn routes() -> Routes {
    public().merge(staff())
}

fn public() -> Routes {
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
        .merge(after())
}

/// What else follows: correcting, news, a telephone instead of the receipt, pressure, burdens.
fn after() -> Routes {
    Routes::new()
        .post::<Public, _>("/follow/correction", follow::correction)
        .post::<Public, _>("/follow/notice", follow::notice)
        .post::<Public, _>("/follow/notice-end", follow::notice_end)
        .post::<Public, _>("/follow/phone", follow_phone::ask)
        .get::<Public, _>("/follow/code", follow_phone::enter)
        .post::<Public, _>("/follow/proof", follow_phone::prove)
        .get::<Public, _>("/follow/cases", follow_phone::list)
        .post::<Public, _>("/follow/choice", follow_phone::choose)
        .post::<Public, _>("/follow/phone-end", follow_phone::release)
        .get::<Public, _>("/follow/pressure", pressure::new)
        .post::<Public, _>("/follow/pressure", pressure::create)
        .get::<Public, _>("/follow/pressure/receipt", pressure::receipt)
        .get::<Public, _>("/follow/receipt", pressure::burden_receipt)
        .get::<Public, _>("/burdens/new", burden::new)
        .post::<Public, _>("/burdens", burden::create)
        .get::<Public, _>("/conduct", conduct::show)
}

fn staff() -> Routes {
    Routes::new()
        .get::<CaseSee, _>("/desk", desk::show)
        .get::<CaseSee, _>("/cases", case_list::show)
        .get::<CaseSee, _>("/ratings", ratings::show)
        .get::<CaseExport, _>("/cases.xlsx", case_export::show)
        .get::<CaseSee, _>("/cases/{id}", case::show)
        .post::<CaseSee, _>("/cases/{id}/original", case::original)
        .post::<CaseSee, _>("/cases/{id}/contact", case::contact)
        .post::<CaseModerate, _>("/cases/{id}/upholding", action_post::upholding)
        .post::<CaseModerate, _>("/cases/{id}/posting", action_post::posting)
        .post::<CaseModerate, _>("/cases/{id}/decline", action_post::decline)
        .post::<CaseModerate, _>("/cases/{id}/assignment", action_post::assignment)
        .post::<CaseModerate, _>("/cases/{id}/extension", action_post::extension)
        .post::<CaseModerate, _>("/cases/{id}/public-text", action_post::public_text)
        .post::<CaseModerate, _>("/cases/{id}/subject", action_post::subject)
        .post::<CaseModerate, _>("/cases/{id}/merger", action_post::merger)
        .post::<CaseModerate, _>("/cases/{id}/referral", action_post::referral)
        .post::<CaseModerate, _>("/cases/{id}/reopening", action_post::reopening)
        .post::<CaseHandle, _>("/cases/{id}/return", action_post::returning)
        .post::<CaseHandle, _>("/cases/{id}/signature", action_post::signature)
        .post::<CaseHandle, _>("/cases/{id}/beginning", action_post::beginning)
        .post::<CaseHandle, _>("/cases/{id}/entrustment", action_post::entrustment)
        .post::<CaseHandle, _>("/cases/{id}/pause", action_post::pause)
        .post::<CaseHandle, _>("/cases/{id}/resumption", action_post::resumption)
        .post::<CaseHandle, _>("/cases/{id}/close-request", action_post::close_request)
        .post::<CaseHandle, _>("/cases/{id}/messages", action_post::message)
        .post::<CaseVerify, _>("/cases/{id}/acceptance", action_post::acceptance)
        .post::<CaseVerify, _>("/cases/{id}/refusal", action_post::refusal)
        .post::<CaseVerify, _>("/cases/{id}/callback", action_post::callback)
}
