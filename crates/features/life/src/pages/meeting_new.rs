//! Calling a meeting.

use askama::Template;
use data_encoding::BASE64URL_NOPAD;
use huiyin_base::{Id, Problem, ProblemKind};
use huiyin_directory::{OrgKind, OrgRef, RegionLevel, org_children, org_root};
use huiyin_web::components::{Choice, Field, Notice};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Result};
use serde::Deserialize;

use crate::permissions::MeetingCall;
use crate::store::MeetingKind;
use crate::verbs::{Meetings, NewMeeting, Stop, caller};

#[derive(Template)]
#[template(path = "meeting_new.html")]
struct NewPage {
    csrf: Csrf,
    nonce: String,
    mistake: Option<Notice>,
    fields: Vec<Field>,
    observers: Field,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    kind: String,
    title: String,
    theme: String,
    day: String,
    stops: String,
    observer: Vec<String>,
    nonce: String,
}

pub(crate) async fn new(ctx: Ctx, can: Can<MeetingCall>) -> Result {
    draw(&ctx, &can, Given::default(), None).await
}

pub(crate) async fn create(ctx: Ctx, can: Can<MeetingCall>, Form(given): Form<Given>) -> Result {
    let meetings = Meetings { db: ctx.site.db.clone() };
    let done = match given.read() {
        Ok(new) => meetings.call(new, &can.viewer, ctx.today(), &mut ctx.rng()).await,
        Err(problem) => Err(problem),
    };
    match done {
        Ok(id) => ctx.redirect(&format!("/meetings/{id}"), Some("已安排。")),
        Err(problem) if problem.kind == ProblemKind::Invalid => draw(&ctx, &can, given, Some(problem.message)).await,
        Err(problem) => Err(problem.into()),
    }
}

impl Given {
    fn read(&self) -> std::result::Result<NewMeeting, Problem> {
        let stops = self.stops.lines().map(str::trim).filter(|line| !line.is_empty()).map(|line| {
            let (place, seen) = line.split_once(['：', ':']).unwrap_or((line, ""));
            Stop { place: place.trim().to_owned(), seen: seen.trim().to_owned() }
        });
        let stops: Vec<Stop> = stops.collect();
        if stops.iter().any(|stop| stop.seen.is_empty()) {
            return Err(Problem::invalid("路线一行一站，写成“地点：看什么”。"));
        }
        let observers = self.observer.iter().filter_map(|org| org.parse::<Id>().ok());
        Ok(NewMeeting {
            kind: MeetingKind::parse(&self.kind).ok_or_else(|| Problem::invalid("请选择会议的形式。"))?,
            title: self.title.clone(),
            theme: self.theme.clone(),
            day: self.day.trim().parse().map_err(|_| Problem::invalid("日期请写成 2016-12-16 的样子。"))?,
            stops,
            observers: observers.map(|id| OrgRef { region: id.region(), id }).collect(),
            nonce: self.nonce.clone(),
        })
    }
}

async fn draw(ctx: &Ctx, can: &Can<MeetingCall>, given: Given, mistake: Option<String>) -> Result {
    let org = caller(&can.viewer)?.org;
    let kinds = MeetingKind::ALL.iter().map(|kind| Choice::new(kind.as_str(), kind.label()));
    let nonce =
        if given.nonce.is_empty() { BASE64URL_NOPAD.encode(&ctx.rng().bytes::<16>()) } else { given.nonce.clone() };
    let page = NewPage {
        csrf: ctx.csrf(),
        nonce,
        mistake: mistake.map(Notice::bad),
        fields: vec![
            Field::radio("kind", "形式", kinds.collect()).value(&given.kind).required(),
            Field::text("title", "标题").value(&given.title).required().longest(60),
            Field::area("theme", "主题", 2).value(&given.theme).required().longest(2_000),
            Field::date("day", "哪一天").value(&given.day).required(),
            Field::area("stops", "路线", 5)
                .value(&given.stops)
                .hint("一行一站，写成“地点：看什么”，例如“柳河镇便民中心：一窗办结”。")
                .required(),
        ],
        observers: Field::boxes("observer", "请哪些单位来看", around(ctx, org).await?).values(&given.observer),
    };
    if page.mistake.is_some() {
        return ctx.refused("安排观摩推进", Density::Desk, &page);
    }
    ctx.page("安排观摩推进", Density::Desk, &page)
}

/// Who may be asked to come: counties of a city, townships of a county.
async fn around(ctx: &Ctx, org: OrgRef) -> Result<Vec<Choice>> {
    let mut tx = ctx.site.db.read().await?;
    let mut choices = Vec::new();
    if org.region == ctx.site.home {
        let counties = ctx.site.regions.children(org.region).filter(|entry| entry.level == RegionLevel::County);
        for county in counties {
            if let Some(root) = org_root(&mut tx, county.region).await? {
                choices.push(Choice::new(root.id, root.name));
            }
        }
        return Ok(choices);
    }
    for child in org_children(&mut tx, org, ctx.today()).await? {
        if child.kind == OrgKind::Township {
            choices.push(Choice::new(child.id, child.name));
        }
    }
    Ok(choices)
}
