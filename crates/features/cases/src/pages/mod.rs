//! The pages of the cases.

mod action;
mod action_fields;
mod action_filling;
mod action_post;
mod alarm;
mod answer_templates;
mod assign_rules;
mod bulk;
mod bulk_bar;
mod bulk_run;
mod burden;
mod calendar_notice;
mod callback;
mod card;
mod case;
mod case_export;
mod case_file;
mod case_filter;
mod case_list;
mod case_parts;
mod cell;
mod clock_facts;
mod conduct;
mod county;
mod course;
mod decline_list;
mod desk;
mod doubt;
mod escaped;
mod excerpt;
mod fields;
mod flood;
mod follow;
mod follow_case;
mod follow_forms;
mod follow_phone;
mod home;
mod intake;
mod intake_place;
mod intake_sheet;
mod issued_panel;
mod joint;
mod joint_parts;
mod kept_photos;
mod kind_fields;
mod kinds;
mod ledger;
mod ledgers;
mod lists;
mod map;
mod moderation_post;
mod network;
mod paper;
mod photo;
mod photo_cover;
mod place;
mod places;
mod pledge;
mod poster;
mod presence;
mod pressure;
mod problem;
mod problem_filled;
mod problem_form;
mod problem_preview;
mod public_unit;
mod ratings;
mod recall;
mod record;
mod roster;
mod saved_filter;
mod similar;
mod slip;
mod story;
mod supervision;
mod tools;
mod wall;
mod wall_asked;
mod wall_hints;
mod worksheet;

use huiyin_web::{Public, Routes};

use crate::permissions::{
    CaseCallback, CaseDirect, CaseExport, CaseHandle, CaseIntake, CaseModerate, CaseRoster, CaseSee, CaseSettings,
    CaseVerify,
};

pub(crate) use calendar_notice::calendar_notice;
pub(crate) use card::{Cards, case_number, cases};
pub(crate) use course::units_of;
pub(crate) use escaped::escaped;
pub(crate) use home::newest_echoes;
pub(crate) use place::{counties, county_name, is_public};
pub(crate) use places::{Spot, below, spot, spot_exact};
pub(crate) use problem::{edge, found, posted};
pub(crate) use problem_filled::{lacks_digits, title_of};
pub(crate) use public_unit::Units;
pub(crate) use supervision::{own_talks, talk_notice};
pub(crate) use wall_asked::STATES;

/// Every route of this feature.
pub(crate) fn routes() -> Routes {
    public()
        .merge(staff())
        .merge(ledger::routes())
        .merge(worksheet::routes())
        .merge(paper::routes())
        .merge(pledge::routes())
        .merge(lists::routes())
        .merge(supervision::routes())
        .merge(ledgers::routes())
        .merge(kinds::routes())
}

fn public() -> Routes {
    Routes::new()
        .get::<Public, _>("/wall", wall::wall)
        .get::<Public, _>("/echo", wall::echo)
        .get::<Public, _>("/map", map::show)
        .get::<Public, _>("/map/outline", map::outline)
        .get::<Public, _>("/places/{code}", places::show)
        .get::<Public, _>("/places/{code}/poster", poster::show)
        .get::<Public, _>("/problems/new", problem_form::new)
        .post::<Public, _>("/problems", problem_preview::create)
        .post::<Public, _>("/problems/preview", problem_preview::preview)
        .post::<Public, _>("/problems/correction", problem_form::correction)
        .post::<Public, _>("/problems/similar", similar::show)
        .get::<Public, _>("/problems/receipt", problem_preview::receipt)
        .get::<Public, _>("/problems/{number}", problem::show)
        .post::<Public, _>("/problems/{number}/follower", follow::join)
        .get::<Public, _>("/photos/{county}/{token}", photo::show)
        .get::<Public, _>("/draws", callback::public)
        .get::<Public, _>("/declines", decline_list::show)
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
        .post::<CaseSee, _>("/recalls/{id}/reading", recall::read)
        .post::<CaseSee, _>("/filters", saved_filter::create)
        .post::<CaseSee, _>("/filters/{id}/removal", saved_filter::remove)
        .get::<CaseHandle, _>("/bulk", bulk_run::list)
        .get::<CaseHandle, _>("/bulk/new", bulk::new)
        .post::<CaseHandle, _>("/bulk", bulk::create)
        .get::<CaseHandle, _>("/bulk/{id}", bulk_run::show)
        .post::<CaseHandle, _>("/cases/{id}/joint-request", joint::request)
        .post::<CaseModerate, _>("/cases/{id}/joint-approval", joint::approve)
        .post::<CaseModerate, _>("/cases/{id}/joint-refusal", action_post::joint_refusal)
        .post::<CaseHandle, _>("/cases/{id}/presence", presence::hold)
        .post::<CaseHandle, _>("/cases/{id}/departure", presence::leave)
        .post::<CaseVerify, _>("/cases/{id}/reminder", action_post::reminder)
        .post::<CaseHandle, _>("/cases/{id}/undoing", action_post::undoing)
        .get::<CaseSettings, _>("/assignment-rules", assign_rules::show)
        .post::<CaseSettings, _>("/assignment-rules", assign_rules::create)
        .post::<CaseSettings, _>("/assignment-rules/{id}/rise", assign_rules::raise)
        .post::<CaseSettings, _>("/assignment-rules/{id}/ending", assign_rules::end)
        .get::<CaseSettings, _>("/answer-templates", answer_templates::show)
        .post::<CaseSettings, _>("/answer-templates", answer_templates::create)
        .post::<CaseSettings, _>("/answer-templates/{id}/ending", answer_templates::end)
        .get::<CaseSee, _>("/cases", case_list::show)
        .get::<CaseSee, _>("/ratings", ratings::show)
        .get::<CaseIntake, _>("/intake", intake::new)
        .post::<CaseIntake, _>("/intake", intake::create)
        .post::<CaseIntake, _>("/intake/followers", intake::follow)
        .get::<CaseIntake, _>("/intake/sheet", intake_sheet::new)
        .post::<CaseIntake, _>("/intake/sheet", intake_sheet::create)
        .get::<CaseExport, _>("/cases.xlsx", case_export::show)
        .get::<CaseCallback, _>("/callbacks", callback::list)
        .get::<CaseCallback, _>("/callbacks/{id}", callback::show)
        .post::<CaseCallback, _>("/callbacks/{id}/result", callback::result)
        .get::<CaseCallback, _>("/networks", network::show)
        .post::<CaseCallback, _>("/networks", network::add)
        .post::<CaseCallback, _>("/networks/removal", network::remove)
        .get::<CaseRoster, _>("/roster", roster::show)
        .post::<CaseRoster, _>("/roster", roster::add)
        .post::<CaseRoster, _>("/roster/removal", roster::remove)
        .get::<CaseSee, _>("/cases/{id}", case::show)
        .get::<CaseSee, _>("/cases/{id}/files/{file}", case_file::show)
        .post::<CaseSee, _>("/cases/{id}/original", case::original)
        .get::<CaseModerate, _>("/cases/{id}/photos/{place}/cover", photo_cover::show)
        .post::<CaseModerate, _>("/cases/{id}/photos/{place}/cover", photo_cover::create)
        .post::<CaseSee, _>("/cases/{id}/contact", case::contact)
        .post::<CaseModerate, _>("/cases/{id}/upholding", action_post::upholding)
        .post::<CaseModerate, _>("/cases/{id}/posting", moderation_post::posting)
        .post::<CaseModerate, _>("/cases/{id}/decline", moderation_post::decline)
        .post::<CaseDirect, _>("/cases/{id}/assignment", action_post::assignment)
        .post::<CaseDirect, _>("/cases/{id}/extension", action_post::extension)
        .post::<CaseDirect, _>("/cases/{id}/extension-refusal", action_post::extension_refusal)
        .post::<CaseHandle, _>("/cases/{id}/extension-request", action_post::extension_request)
        .post::<CaseSee, _>("/cases/{id}/emergency-response", action_post::emergency_response)
        .post::<CaseSee, _>("/cases/{id}/emergency-end", action_post::emergency_end)
        .post::<CaseSee, _>("/cases/{id}/record", record::record)
        .post::<CaseDirect, _>("/cases/{id}/withdrawal", action_post::withdrawal)
        .post::<CaseSee, _>("/cases/{id}/notes", action_post::note)
        .post::<CaseDirect, _>("/cases/{id}/public-text", moderation_post::public_text)
        .post::<CaseModerate, _>("/cases/{id}/subject", action_post::subject)
        .post::<CaseModerate, _>("/cases/{id}/merger", moderation_post::merger)
        .post::<CaseModerate, _>("/cases/{id}/referral", moderation_post::referral)
        .post::<CaseDirect, _>("/cases/{id}/reopening", action_post::reopening)
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
}
