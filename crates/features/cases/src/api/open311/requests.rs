//! Problems as service requests.

use std::collections::HashMap;

use axum::http::StatusCode;
use huiyin_base::{Day, Id};
use huiyin_db::Tx;
use huiyin_web::api::{Format, reader};
use huiyin_web::{Ctx, Path, Query, Result};
use serde::Deserialize;
use serde_json::{Value, json};

use super::super::feed::instant;
use super::super::places::degrees;
use super::super::shape;
use super::{NOT_OURS, is_ours, refused, services, write};
use crate::pages::{Cards, cases, edge, found};
use crate::store::{self, CaseLine, Order, Page, Towards, WallFilter};
use crate::{CaseAnswer, Cases, State};

/// The query of the standard, with `after` and `page_size` of our own.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Asked {
    jurisdiction_id: String,
    service_request_id: String,
    service_code: String,
    start_date: String,
    end_date: String,
    status: String,
    page_size: String,
    after: String,
}

/// Without dates the standard answers for 90 days.
const USUAL_DAYS: i64 = 90;
/// The most requests of an answer.
const MOST: i64 = 200;
const USUAL: i64 = 100;

pub(super) async fn list(ctx: Ctx, Query(asked): Query<Asked>, format: Format) -> Result {
    reader(&ctx).await?;
    if !is_ours(&ctx, &asked.jurisdiction_id) {
        return refused(format, StatusCode::NOT_FOUND, NOT_OURS);
    }
    let cases = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let lines = if asked.service_request_id.is_empty() {
        match narrowed(&mut tx, &ctx, &cases, &asked).await? {
            Ok((filter, page)) => store::wall_list(&mut tx, &filter, &page).await?.rows,
            Err(message) => return refused(format, StatusCode::BAD_REQUEST, message),
        }
    } else {
        named(&mut tx, &ctx, &asked.service_request_id).await?
    };
    let requests = requests(&mut tx, &ctx, &cases, &lines).await?;
    write::list(&ctx, format, "service_requests", &requests)
}

pub(super) async fn show(ctx: Ctx, Path(name): Path<String>) -> Result {
    reader(&ctx).await?;
    let Some((number, format)) = Format::split(&name) else {
        return Err(huiyin_base::Problem::not_found().into());
    };
    let cases = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let Some(case) = found(&mut tx, &ctx.site, number).await? else {
        return refused(format, StatusCode::NOT_FOUND, "没有这个 service_request_id，或者还没有上墙。");
    };
    let requests = requests(&mut tx, &ctx, &cases, &[shape::line(&case)]).await?;
    write::list(&ctx, format, "service_requests", &requests)
}

/// The requests with these numbers; what does not exist is left out.
async fn named(tx: &mut Tx, ctx: &Ctx, numbers: &str) -> Result<Vec<CaseLine>> {
    let mut lines = Vec::new();
    for number in numbers.split(',').take(usize::try_from(MOST).unwrap_or(0)) {
        lines.extend(found(tx, &ctx.site, number).await?.as_ref().map(shape::line));
    }
    Ok(lines)
}

async fn narrowed(
    tx: &mut Tx,
    ctx: &Ctx,
    cases: &Cases,
    asked: &Asked,
) -> Result<Result<(WallFilter, Page), &'static str>> {
    let mut filter = WallFilter::default();
    if asked.service_code.contains(',') {
        return Ok(Err("一次只能查一个 service_code，请分几次查。"));
    }
    if !asked.service_code.is_empty() {
        let Some((category, sub)) = services::found(&cases.book.categories, &asked.service_code) else {
            return Ok(Err("没有这个 service_code，见 services。"));
        };
        filter.category = Some(category);
        filter.sub_category = Some(sub).filter(|sub| !sub.is_empty());
    }
    filter.states = match asked.status.as_str() {
        "" | "open,closed" | "closed,open" => Vec::new(),
        "open" => State::OPEN.to_vec(),
        "closed" => State::ALL.iter().copied().filter(|state| !state.is_open()).collect(),
        _ => return Ok(Err("status 应为 open 或 closed。")),
    };
    let (Ok(from), Ok(to)) = (day(&asked.start_date), day(&asked.end_date)) else {
        return Ok(Err("start_date 和 end_date 应像 2016-12-01T00:00:00Z 这样写。"));
    };
    filter.posted_from = from.or_else(|| to.is_none().then(|| ctx.today().plus(-USUAL_DAYS)));
    filter.posted_to = to;
    let limit = match asked.page_size.as_str() {
        "" => Some(USUAL),
        text => text.parse().ok().filter(|size| (1..=MOST).contains(size)),
    };
    let Some(limit) = limit else { return Ok(Err("page_size 应为 1 到 200。")) };
    let mut page = Page::first(limit);
    if !asked.after.is_empty() {
        page.at = edge(tx, &ctx.site, &asked.after, Order::Newest, Towards::Next).await?;
        if page.at.is_none() {
            return Ok(Err("after 应为上一页最后一个 service_request_id。"));
        }
    }
    Ok(Ok((filter, page)))
}

/// The day of a W3C time: the time of day is left alone, since nothing finer than a day is public.
fn day(text: &str) -> Result<Option<Day>, ()> {
    if text.is_empty() {
        return Ok(None);
    }
    let day = text.get(..10).and_then(|day| day.parse::<Day>().ok()).filter(|day| (2000..=2200).contains(&day.year()));
    day.map(Some).ok_or(())
}

async fn requests(tx: &mut Tx, ctx: &Ctx, cases: &Cases, lines: &[CaseLine]) -> Result<Vec<Value>> {
    let answers = store::answers_of(tx, lines).await?;
    let cards = Cards::of_lines(tx, &ctx.site, cases, lines).await?;
    let spots = lines.iter().filter_map(|line| cards.public_spot(line.township, line.village)).collect();
    let points = store::place_points(tx, spots).await?;
    Ok(lines.iter().map(|line| request(&cards, line, answers.get(&line.id), &points)).collect())
}

fn request(cards: &Cards<'_>, line: &CaseLine, answer: Option<&CaseAnswer>, points: &HashMap<Id, (i64, i64)>) -> Value {
    let number = cards.number(line.region, line.number()).unwrap_or_default();
    let point = cards.public_spot(line.township, line.village).and_then(|id| points.get(&id));
    let answer = answer.filter(|_| State::ECHOED.contains(&line.state));
    let changed = answer.and_then(|answer| answer.decided_day).or(line.answered_day).or(line.posted_day);
    let notes = match answer {
        Some(answer) => format!("{}：{}", answer.outcome.label(), answer.text),
        None => line.state.label().to_owned(),
    };
    let unit = cards.public_unit(line.owner_org);
    json!({
        "service_request_id": number,
        "status": if line.state.is_open() { "open" } else { "closed" },
        "status_notes": notes,
        "service_name": services::name(cards.categories, &line.category, &line.sub_category),
        "service_code": services::code(&line.category, &line.sub_category),
        "description": line.text,
        "agency_responsible": unit,
        "service_notice": cards.public_phone(line.owner_org).map(|phone| format!("{unit}办公电话 {phone}")),
        "requested_datetime": line.posted_day.map(instant),
        "updated_datetime": changed.map(instant),
        // Before somebody has taken it on, what is due is that somebody does.
        "expected_datetime": line.due_day.filter(|_| !matches!(line.state, State::Posted | State::Assigned)).map(instant),
        "address": cards.public_place(line.region, line.township, line.village),
        "address_id": cards.place_code(line.region, line.township, line.village),
        "zipcode": null,
        "lat": point.map(|point| degrees(point.1)),
        "long": point.map(|point| degrees(point.0)),
        "media_url": null,
        "extended_attributes": {
            "title": line.title,
            "state": line.state.as_str(),
            "state_name": line.state.label(),
            // What came of it: solved only where it is solved.
            "outcome": line.outcome.map(crate::Outcome::as_str),
            "outcome_name": line.outcome.map(crate::Outcome::label),
            "followers": line.followers,
            "reopened": line.reopened_times,
        },
    })
}
