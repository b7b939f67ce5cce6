//! The pages of supervision.

mod inspection;
mod inspection_new;
mod inspection_photo;
mod inspections;
mod mine;
mod own_talks;
mod practices;
mod record;
mod talk;
mod talks;
mod teams;
mod units;

use huiyin_base::{Day, Id, Problem};
use huiyin_directory::Viewer;
use huiyin_web::components::Tabs;
use huiyin_web::{Public, Routes, SignedIn};

use crate::permissions::{
    INSPECTS, InspectionOrder, InspectionRecord, InspectionSee, KEEPERS, PracticeKeep, TEAMS, TalkDecide, TalkHold,
};

pub(crate) use own_talks::{own_talks, talk_notice};

/// Every route of supervision.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get::<InspectionSee, _>("/inspections", inspections::list)
        .get::<InspectionSee, _>("/inspections.xlsx", inspections::export)
        .get::<InspectionRecord, _>("/inspections/mine", mine::show)
        .get::<Public, _>("/inspections/sheet", record::sheet)
        .get::<InspectionOrder, _>("/inspections/plan", teams::plan)
        .post::<InspectionOrder, _>("/inspections/plan", teams::plan_add)
        .get::<InspectionOrder, _>("/inspections/teams", teams::list)
        .post::<InspectionOrder, _>("/inspections/teams", teams::form)
        .post::<InspectionOrder, _>("/inspections/teams/{id}/members", teams::join)
        .post::<InspectionOrder, _>("/inspections/teams/{id}/removal", teams::leave)
        .post::<InspectionOrder, _>("/inspections/teams/{id}/ending", teams::end)
        .get::<InspectionOrder, _>("/inspections/new", inspection_new::new)
        .post::<InspectionOrder, _>("/inspections", inspection_new::create)
        .get::<InspectionSee, _>("/inspections/{id}", inspection::show)
        .get::<InspectionSee, _>("/inspections/{id}/photos/{token}", inspection_photo::show)
        .get::<InspectionSee, _>("/inspections/{id}/draw", units::draw_shown)
        .post::<InspectionOrder, _>("/inspections/{id}/list", units::freeze)
        .post::<InspectionOrder, _>("/inspections/{id}/draw", units::draw)
        .post::<InspectionOrder, _>("/inspections/{id}/units", units::name)
        .post::<InspectionOrder, _>("/inspections/{id}/units/{n}/team", units::assign)
        .post::<InspectionOrder, _>("/inspections/{id}/closure", inspection::close)
        .get::<InspectionRecord, _>("/inspections/{id}/units/{n}/record", record::new)
        .post::<InspectionRecord, _>("/inspections/{id}/units/{n}/record", record::create)
        .merge(library())
        .merge(spoken())
}

fn library() -> Routes {
    Routes::new()
        .get::<InspectionSee, _>("/practices", practices::list)
        .get::<PracticeKeep, _>("/practices/new", practices::new)
        .post::<PracticeKeep, _>("/practices", practices::create)
        .get::<InspectionSee, _>("/practices/{id}", practices::show)
        .post::<PracticeKeep, _>("/practices/{id}/withdrawal", practices::withdraw)
}

fn spoken() -> Routes {
    Routes::new()
        .get::<SignedIn, _>("/talks", talks::list)
        .get::<TalkHold, _>("/talks/new", talks::new)
        .post::<TalkHold, _>("/talks", talks::create)
        .get::<SignedIn, _>("/talks/{id}", talk::show)
        .post::<SignedIn, _>("/talks/{id}/text", talk::look)
        .post::<SignedIn, _>("/talks/{id}/statement", talk::statement)
        .post::<SignedIn, _>("/talks/{id}/appeal", talk::appeal)
        .post::<TalkDecide, _>("/talks/{id}/decision", talk::decide)
        .post::<TalkHold, _>("/talks/{id}/completion", talk::complete)
}

/// The tabs above these pages.
fn tabs(viewer: &Viewer, here: &str) -> Tabs {
    let mut tabs = Tabs::new("督查").tab("督查", "/inspections", here == "list");
    if viewer.has_any(TEAMS) {
        tabs = tabs.tab("我的现场", "/inspections/mine", here == "mine");
    }
    if viewer.has_any(INSPECTS) {
        tabs = tabs.tab("年度计划", "/inspections/plan", here == "plan");
        tabs = tabs.tab("督导组", "/inspections/teams", here == "teams");
    }
    tabs = tabs.tab("好做法", "/practices", here == "practices");
    if viewer.has_any(KEEPERS) { tabs.tab("谈话", "/talks", here == "talks") } else { tabs }
}

fn id_of(text: &str) -> Result<Id, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

/// 6月1日至8月20日
fn days(from: Day, to: Day) -> String {
    if from == to { from.chinese() } else { format!("{} 至 {}", from.chinese(), to.chinese()) }
}

/// Where the list of an address goes on: day and id.
fn position(text: &str) -> Option<(Day, Id)> {
    let (day, id) = text.split_once('_')?;
    Some((day.parse().ok()?, id.parse().ok()?))
}

fn fresh_nonce(rng: &mut huiyin_base::Rng) -> String {
    data_encoding::BASE64URL_NOPAD.encode(&rng.bytes::<16>())
}
