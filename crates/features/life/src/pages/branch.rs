//! The next meetings of a branch: its members read them, its secretary announces them.

use askama::Template;
use data_encoding::BASE64URL_NOPAD;
use huiyin_base::{Day, Id, Problem, ProblemKind};
use huiyin_directory::{OrgRef, branch_list_below};
use huiyin_web::components::{Choice, Empty, Field, Notice, Tag};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result, SignedIn};
use serde::Deserialize;

use crate::branch::{self, NewBranchMeeting, own_branches};
use crate::permissions::{ANNOUNCES, BranchAnnounce};
use crate::store::branch_meeting_list;

const SHOWN: i64 = 60;

#[derive(Template)]
#[template(path = "branch_meetings.html")]
struct BranchPage {
    csrf: Csrf,
    mistake: Option<Notice>,
    empty: Option<Empty>,
    meetings: Vec<Shown>,
    /// For those who announce.
    fields: Vec<Field>,
    nonce: String,
}

struct Shown {
    id: Id,
    branch: String,
    when: String,
    place: String,
    subject: String,
    cancelled: Option<Tag>,
    may_cancel: bool,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    branch: String,
    day: String,
    hour: String,
    place: String,
    subject: String,
    nonce: String,
}

pub(crate) async fn list(ctx: Ctx, can: Can<SignedIn>) -> Result {
    draw(&ctx, &can.viewer, &Given::default(), None).await
}

pub(crate) async fn announce(ctx: Ctx, can: Can<BranchAnnounce>, Form(given): Form<Given>) -> Result {
    let done = match (given.branch.parse::<Id>(), given.day.trim().parse::<Day>()) {
        (Err(_), _) => Err(Problem::invalid("请选择哪个支部。")),
        (_, Err(_)) => Err(Problem::invalid("请填日期。")),
        (Ok(id), Ok(day)) => {
            let new = NewBranchMeeting {
                branch: OrgRef { region: id.region(), id },
                day,
                hour: given.hour.clone(),
                place: given.place.clone(),
                subject: given.subject.clone(),
                nonce: given.nonce.clone(),
            };
            branch::announce(&ctx.site.db, &can.scope, new, &can.viewer, ctx.now(), &mut ctx.rng()).await
        }
    };
    match done {
        Ok(()) => ctx.redirect("/branch-meetings", Some("已通知，支部的党员打开就能看到。")),
        Err(problem) if problem.kind == ProblemKind::Invalid => {
            draw(&ctx, &can.viewer, &given, Some(problem.message)).await
        }
        Err(problem) => Err(problem.into()),
    }
}

#[derive(Debug, Deserialize)]
pub(crate) struct Pressed {}

pub(crate) async fn cancel(
    ctx: Ctx,
    can: Can<BranchAnnounce>,
    Path(id): Path<String>,
    Form(_): Form<Pressed>,
) -> Result {
    let id: Id = id.parse().map_err(|_| Problem::not_found())?;
    branch::cancel(&ctx.site.db, &can.scope, id, ctx.today()).await?;
    ctx.redirect("/branch-meetings", Some("已取消，党员看到的是“取消了”。"))
}

async fn draw(ctx: &Ctx, viewer: &huiyin_directory::Viewer, given: &Given, mistake: Option<String>) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let above: Vec<OrgRef> = viewer.grants_of(ANNOUNCES).map(|grant| grant.org).collect();
    let served = branch_list_below(&mut tx, &above, ctx.today()).await?;
    let mut seen = own_branches(viewer);
    seen.extend(served.iter().map(|(at, _)| *at));
    let all = branch_meeting_list(&mut tx, &seen, ctx.today(), SHOWN).await?;
    drop(tx);
    let own = |id: Id| viewer.grants.iter().find(|grant| grant.org.id == id).map(|grant| grant.org_name.clone());
    let name = |id: Id| {
        let served = served.iter().find(|(at, _)| at.id == id).map(|(_, name)| name.clone());
        served.or_else(|| own(id)).unwrap_or_default()
    };
    let meetings = all.into_iter().map(|meeting| Shown {
        id: meeting.id,
        branch: name(meeting.branch),
        when: format!("{} {}", meeting.day.chinese(), meeting.hour),
        place: meeting.place,
        subject: meeting.subject,
        cancelled: meeting.cancelled_day.map(|_| Tag::attention("取消了")),
        may_cancel: meeting.cancelled_day.is_none() && served.iter().any(|(at, _)| at.id == meeting.branch),
    });
    let meetings: Vec<Shown> = meetings.collect();
    let mut fields = Vec::new();
    if !served.is_empty() {
        let choices = served.iter().map(|(at, name)| Choice::new(at.id, name)).collect();
        fields = vec![
            Field::select("branch", "哪个支部", choices).value(&given.branch).required(),
            Field::date("day", "哪一天").value(&given.day).required(),
            Field::text("hour", "几点")
                .value(&given.hour)
                .hint("怎么说就怎么写，例如“晚上七点”。")
                .required()
                .longest(20),
            Field::text("place", "在哪里").value(&given.place).required().longest(60),
            Field::text("subject", "什么内容").value(&given.subject).required().longest(200),
        ];
    }
    let page = BranchPage {
        csrf: ctx.csrf(),
        mistake: mistake.map(Notice::bad),
        empty: meetings.is_empty().then(|| {
            Empty::new("还没有会议通知").text("支部书记通知下次会议以后，日子和地点写在这里。").icon("calendar-clock")
        }),
        meetings,
        fields,
        nonce: BASE64URL_NOPAD.encode(&ctx.rng().bytes::<16>()),
    };
    if page.mistake.is_some() {
        return ctx.refused("支部会议", Density::Calm, &page);
    }
    ctx.page("支部会议", Density::Calm, &page)
}
