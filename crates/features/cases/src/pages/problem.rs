//! A posted problem as everybody sees it.

use askama::Template;
use huiyin_base::number::CaseNumber;
use huiyin_base::{Problem, Region};
use huiyin_db::Tx;
use huiyin_web::components::{Breadcrumb, EchoPair, Html, PhotoStrip, Rate, Timeline, Told, qr};
use huiyin_web::{Csrf, Ctx, Density, Path, Result, Site};

use super::card::{self, Cards, cases};
use super::escaped::escaped;
use super::problem_filled::says_all;
use super::{case_parts, clock_facts, course, joint_parts};
use crate::store::{Cursor, Order, Towards};
use crate::{CaseItem, PhotoPart, State, store};

#[derive(Template)]
#[template(path = "problem.html")]
struct ProblemPage {
    steps: Breadcrumb,
    pair: EchoPair,
    /// Whoever owns it, by unit and post only.
    owner: String,
    post: Option<String>,
    phone: Option<String>,
    goal: String,
    edited: bool,
    followers: i64,
    reopened: i64,
    /// A longer time that was asked for or granted, in a sentence.
    extension: Option<String>,
    history: Timeline,
    /// The units that handle it together; what it is a part of.
    joint: Vec<joint_parts::PublicPart>,
    whole: Option<joint_parts::Whole>,
    /// Where it went on.
    moved: Option<(String, String)>,
    number: String,
    csrf: Csrf,
    can_join: bool,
    ratings: Option<Rate>,
    place: String,
    place_code: String,
    share: Share,
}

/// How the page is passed on.
struct Share {
    address: String,
    /// The same as people read it: 宝塔-2016-00421 instead of a row of percent signs.
    shown: String,
    qr: Html,
    today: String,
}

pub(crate) async fn show(ctx: Ctx, Path(number): Path<String>) -> Result {
    let mut tx = ctx.site.db.read().await?;
    let case = posted(&mut tx, &ctx.site, &number).await?;
    let cases = cases(&ctx.site)?;
    let cards = Cards::of_case(&mut tx, &ctx.site, &cases, &case).await?;
    let answers = if case.answers > 0 { store::answer_list(&mut tx, case.at(), true).await? } else { Vec::new() };
    let told = Told {
        title: case.title.clone(),
        text: if says_all(&case.title, &case.text) { String::new() } else { case.text.clone() },
        day: case.posted_day.map(huiyin_base::Day::chinese).unwrap_or_default(),
        photos: card::photos(&mut tx, &case, PhotoPart::Report, true).await?,
        href: None,
        number: number.clone(),
        category: cards.category(&case.category, &case.sub_category),
    };
    let is_part = joint_parts::is_part(&case);
    let pair = EchoPair::new(told, cards.public_place(case.region, case.township, case.village)).level(1);
    let pair = if is_part { pair.kind(joint_parts::KIND) } else { pair };
    let pair = match answers.last() {
        Some(answer) if State::ECHOED.contains(&case.state) => {
            let photos = card::photos(&mut tx, &case, PhotoPart::Answer, true).await?;
            let pair = pair.echo(cards.echo(answer, photos));
            match card::earlier(&case, &answers) {
                Some(before) => pair.earlier(cards.echo(before, PhotoStrip::default())),
                None => pair,
            }
        }
        _ => {
            let late = case.is_late(ctx.now());
            let pair = case_parts::unanswered(pair, case.state);
            let pair = pair.state(card::state_tag(case.state, case.outcome, late));
            let pair = match card::earlier(&case, &answers) {
                // Photos do not say to which answer they belong, and those of the next one wait to be verified.
                Some(answer) => pair.earlier(cards.echo(answer, PhotoStrip::default())),
                None => pair,
            };
            match cards.deadline(&case) {
                Some(bar) => pair.deadline(bar),
                None => pair,
            }
        }
    };
    let events = store::event_list(&mut tx, case.at(), true).await?;
    // Nobody raised a part, so nobody objects to its answer.
    let until = case.answered_day.filter(|_| !is_part).map(|day| cases.book.objection_ends(day));
    let course = course::course(&mut tx, &cards, &case, &events, until).await?;
    let page = ProblemPage {
        steps: Breadcrumb::new(number.clone()).step("问题墙", "/wall"),
        place: cards.public_place(case.region, case.township, case.village),
        place_code: cards.place_code(case.region, case.township, case.village),
        share: share(&ctx, &number)?,
        post: course.post,
        pair,
        owner: cards.public_unit(case.owner_org).to_owned(),
        phone: cards.public_phone(case.owner_org).map(ToOwned::to_owned),
        goal: case.goal.clone(),
        edited: case.edited,
        followers: case.followers,
        reopened: case.reopened_times,
        history: course.timeline,
        extension: clock_facts::extension(&case),
        joint: joint_parts::public_parts(&mut tx, &cards, &case, &events).await?,
        whole: joint_parts::whole(&mut tx, &cards, None, &case).await?,
        moved: moved(&mut tx, &ctx.site, &case).await?,
        can_join: case.state.is_open() && !is_part,
        csrf: if case.state.is_open() && !is_part { ctx.csrf() } else { Csrf::default() },
        ratings: ratings(&mut tx, &case, cases.book.rules.rating.least).await?,
        number,
    };
    ctx.page(&case.title, Density::Calm, &page)
}

/// The address to pass on, and the same as a square for paper.
fn share(ctx: &Ctx, number: &str) -> Result<Share> {
    let address = format!("{}{}", ctx.address(), escaped(&format!("/problems/{number}")));
    let qr = qr(&address, "扫一扫，看这个问题的进展", 160)?;
    let shown = format!("{}/problems/{number}", ctx.address());
    Ok(Share { address, shown, qr, today: ctx.today().chinese() })
}

/// The posted case with this number; anything else is not found.
pub(crate) async fn posted(tx: &mut Tx, site: &Site, number: &str) -> Result<CaseItem> {
    Ok(found(tx, site, number).await?.ok_or_else(Problem::not_found)?)
}

/// The posted case with this number, if there is one.
pub(crate) async fn found(tx: &mut Tx, site: &Site, number: &str) -> Result<Option<CaseItem>> {
    let Some((region, (year, n))) = numbered(site, number) else { return Ok(None) };
    Ok(store::case_find_number(tx, region, year, n).await?)
}

/// County, year and running number of a case as it is written.
pub(crate) fn numbered(site: &Site, number: &str) -> Option<(Region, (i64, i64))> {
    let number: CaseNumber = number.parse().ok()?;
    let region = site.regions.by_short(site.home, &number.county)?;
    Some((region, (i64::from(number.year), i64::from(number.n))))
}

/// Where the page of a list begins that a public link names by the number of the case beside it.
pub(crate) async fn edge(
    tx: &mut Tx,
    site: &Site,
    number: &str,
    order: Order,
    towards: Towards,
) -> Result<Option<Cursor>> {
    let Some((region, number)) = numbered(site, number) else { return Ok(None) };
    Ok(store::wall_cursor(tx, region, number, order, towards).await?)
}

/// Words and address of where a merged or referred case went.
pub(super) async fn moved(tx: &mut Tx, site: &Site, case: &CaseItem) -> Result<Option<(String, String)>> {
    if let Some(number) = &case.referred_number {
        return Ok(Some((format!("已转送，对方编号 {number}"), String::new())));
    }
    let merged = case.merged_into.map(|id| crate::CaseRef { region: case.region, id });
    let referred = case.referred_region.zip(case.referred_id).map(|(region, id)| crate::CaseRef { region, id });
    let Some(target) = merged.or(referred) else { return Ok(None) };
    let target = store::case_get(tx, target).await?;
    let target = target.filter(|target| target.posted_day.is_some());
    Ok(target.and_then(|target| {
        let number = card::case_number(&site.regions, target.region, target.number())?;
        let words = if merged.is_some() {
            format!("已合并到 {number}，在那里继续办理")
        } else {
            format!("已转到 {number}")
        };
        Some((words, format!("/problems/{number}")))
    }))
}

/// How satisfied those were who rated: both numbers, from so many on that none of them is given away, and never where
/// the case is about somebody who reads it too.
async fn ratings(tx: &mut Tx, case: &CaseItem, least: i64) -> Result<Option<Rate>> {
    // Only an answer is rated.
    if case.subject.is_some() || case.answers == 0 {
        return Ok(None);
    }
    let mut ratings = store::rating_list(tx, case.at()).await?;
    ratings.retain(|rating| rating.answer == case.answers);
    let good = ratings.iter().filter(|rating| rating.score >= 4).count();
    let least = usize::try_from(least).unwrap_or(usize::MAX);
    // All of one mind, or one against all, would be as good as each by name.
    if good < least || ratings.len() - good < least {
        return Ok(None);
    }
    let percent = format!(
        "{:.0}%",
        100.0 * f64::from(u32::try_from(good).unwrap_or(0)) / f64::from(u32::try_from(ratings.len()).unwrap_or(1))
    );
    let (good, all) = (good.to_string(), ratings.len().to_string());
    Ok(Some(Rate::new("满意率", percent, ("满意", &good), ("打分", &all))))
}
