//! One meeting: where it goes, who comes, what is worth copying.

use askama::Template;
use huiyin_base::{Id, Problem, ProblemKind};
use huiyin_directory::{OrgRef, Viewer, org_find};
use huiyin_web::components::{Breadcrumb, Field, Notice, Tag};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result, to_query};
use serde::Deserialize;

use super::meetings::regions;
use crate::permissions::{MeetingCall, MeetingSee};
use crate::store::{lesson_list, meeting_find, observer_list, stop_list};
use crate::verbs::{Lesson, Meetings, caller};

/// So many have fields at once.
const LESSONS: usize = 3;

#[derive(Template)]
#[template(path = "meeting.html")]
struct ShowPage {
    csrf: Csrf,
    crumb: Breadcrumb,
    id: String,
    title: String,
    kind: Tag,
    state: Tag,
    org: String,
    day: String,
    theme: String,
    stops: Vec<(i64, String, String)>,
    observers: Vec<String>,
    outcome: Option<String>,
    lessons: Vec<Shown>,
    mistake: Option<Notice>,
    fields: Option<Vec<Field>>,
}

struct Shown {
    title: String,
    text: String,
    /// Into the library of good practice.
    keep: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    outcome: String,
    title: Vec<String>,
    text: Vec<String>,
}

pub(crate) async fn show(ctx: Ctx, can: Can<MeetingSee>, Path(id): Path<String>) -> Result {
    draw(&ctx, &can.viewer, &id, Given::default(), None).await
}

pub(crate) async fn outcome(
    ctx: Ctx,
    can: Can<MeetingCall>,
    Path(id): Path<String>,
    Form(given): Form<Given>,
) -> Result {
    let meetings = Meetings { db: ctx.site.db.clone() };
    let lessons = given.title.iter().zip(&given.text).filter(|(title, text)| !(title.is_empty() && text.is_empty()));
    let lessons: Vec<Lesson> =
        lessons.map(|(title, text)| Lesson { title: title.clone(), text: text.clone() }).collect();
    let meeting: Id = id.parse().map_err(|_| Problem::not_found())?;
    match meetings.hold(meeting, &given.outcome, &lessons, &can.viewer, ctx.today()).await {
        Ok(()) => ctx.redirect(&format!("/meetings/{id}"), Some("已记下。值得学的可以收进好做法。")),
        Err(problem) if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Conflict) => {
            draw(&ctx, &can.viewer, &id, given, Some(problem.message)).await
        }
        Err(problem) => Err(problem.into()),
    }
}

async fn draw(ctx: &Ctx, viewer: &Viewer, id: &str, given: Given, mistake: Option<String>) -> Result {
    let meeting: Id = id.parse().map_err(|_| Problem::not_found())?;
    let mut tx = ctx.site.db.snapshot().await?;
    let found = meeting_find(&mut tx, meeting).await?;
    let found = found.filter(|found| regions(&ctx.site).contains(&found.region)).ok_or_else(Problem::not_found)?;
    let org = OrgRef { region: found.region, id: found.org };
    let name = org_find(&mut tx, org).await?.map(|org| org.name).unwrap_or_default();
    let stops = stop_list(&mut tx, meeting).await?;
    let observers = observer_list(&mut tx, meeting).await?;
    let lessons = lesson_list(&mut tx, meeting).await?;
    drop(tx);
    let own = caller(viewer).is_ok_and(|grant| grant.org == org);
    let page = ShowPage {
        csrf: ctx.csrf(),
        crumb: Breadcrumb::new(found.title.clone()).step("观摩推进", "/meetings"),
        id: id.to_owned(),
        title: found.title.clone(),
        kind: Tag::plain(found.kind.label()),
        state: if found.held_day.is_some() { Tag::good("已开过") } else { Tag::info("准备中") },
        org: name,
        day: found.day.chinese(),
        theme: found.theme.clone(),
        stops: stops.into_iter().map(|stop| (stop.n, stop.place, stop.seen)).collect(),
        observers: observers.into_iter().map(|observer| observer.name).collect(),
        outcome: found.outcome.clone(),
        lessons: lessons
            .into_iter()
            .map(|lesson| Shown {
                keep: caller(viewer).is_ok().then(|| {
                    let pairs = [("title", lesson.title.as_str()), ("text", &lesson.text), ("meeting", id)];
                    format!("/practices/new?{}", to_query(&pairs))
                }),
                title: lesson.title,
                text: lesson.text,
            })
            .collect(),
        fields: (own && found.held_day.is_none() && found.day <= ctx.today()).then(|| fields(&given)),
        mistake: mistake.map(Notice::bad),
    };
    if page.mistake.is_some() {
        return ctx.refused(&found.title, Density::Desk, &page);
    }
    ctx.page(&found.title, Density::Desk, &page)
}

fn fields(given: &Given) -> Vec<Field> {
    let mut fields = vec![Field::area("outcome", "会后怎么办", 4).value(&given.outcome).required().longest(2_000)];
    for place in 0..LESSONS {
        let was = |all: &[String]| all.get(place).cloned().unwrap_or_default();
        let form = format!("l{place}");
        let label = format!("值得学的做法（{}）", place + 1);
        fields.push(Field::text("title", &label).value(was(&given.title)).longest(60).within(&form));
        fields.push(Field::area("text", "怎么做的", 2).value(was(&given.text)).longest(2_000).within(&form));
    }
    fields
}
