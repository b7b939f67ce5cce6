//! What is new at a place, for feed readers: problems that were posted and echoes. Days only; an entry is known by the
//! address of its page.

use askama::Template;
use huiyin_base::Day;
use huiyin_web::api::document;
use huiyin_web::{Ctx, Path, Result};

use crate::pages::{Cards, cases, escaped, spot};
use crate::store::{self, Order, Page};

/// So many problems and so many echoes.
const SHOWN: i64 = 25;

#[derive(Template)]
#[template(path = "feed.xml")]
struct Feed {
    title: String,
    own: String,
    page: String,
    updated: String,
    author: String,
    entries: Vec<Entry>,
}

struct Entry {
    id: String,
    link: String,
    title: String,
    updated: String,
    day: Day,
    /// problem or echo
    kind: &'static str,
    kind_name: &'static str,
    category: String,
    text: String,
}

pub(super) async fn show(ctx: Ctx, Path(code): Path<String>) -> Result {
    let site = &ctx.site;
    let cases = cases(site)?;
    let mut tx = site.db.read().await?;
    let spot = spot(&mut tx, site, &code).await?;
    let posted = store::wall_list(&mut tx, &spot.filter, &Page::first(SHOWN)).await?.rows;
    let echoes = store::echo_list(&mut tx, &spot.filter, &Page::first(SHOWN).by(Order::Answered)).await?.rows;
    let answers = store::answers_of(&mut tx, &echoes).await?;
    let lines: Vec<_> = posted.iter().chain(&echoes).cloned().collect();
    let cards = Cards::of_lines(&mut tx, site, &cases, &lines).await?;
    let address = ctx.address();
    let link = |line: &store::CaseLine| {
        let number = cards.number(line.region, line.number()).unwrap_or_default();
        format!("{address}{}", escaped(&format!("/problems/{number}")))
    };
    let mut entries: Vec<Entry> = Vec::new();
    for line in &posted {
        let day = line.posted_day.unwrap_or(line.submitted_day);
        let place = cards.public_place(line.region, line.township, line.village);
        entries.push(Entry {
            id: link(line),
            link: link(line),
            title: plain(&line.title),
            updated: instant(day),
            day,
            kind: "problem",
            kind_name: "上墙",
            category: cards.category(&line.category, &line.sub_category),
            text: plain(&format!("{place}：{}", line.text)),
        });
    }
    for line in &echoes {
        let Some(answer) = answers.get(&line.id) else { continue };
        let day = answer.decided_day.unwrap_or(answer.requested_day);
        entries.push(Entry {
            // A problem that was opened again gets a further echo: the number of the answer tells them apart.
            id: format!("{}#echo-{}", link(line), answer.n),
            link: link(line),
            title: plain(&format!("{}：{}", answer.outcome.label(), line.title)),
            updated: instant(day),
            day,
            kind: "echo",
            kind_name: "回音",
            category: cards.category(&line.category, &line.sub_category),
            text: plain(&format!("{}：{}", cards.public_post(&answer.post), answer.text)),
        });
    }
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.day));
    let newest = entries.first().map_or_else(|| ctx.today(), |entry| entry.day);
    let feed = Feed {
        title: format!("{}的问题墙和回音壁", spot.whole_name()),
        own: format!("{address}/places/{}/feed", spot.code),
        page: format!("{address}/places/{}", spot.code),
        updated: instant(newest),
        author: format!("{}回音", site.settings.city),
        entries,
    };
    document(&ctx, "application/atom+xml; charset=utf-8", feed.render()?)
}

/// The beginning of the day: the standard wants a time, and no finer one is told.
pub(super) fn instant(day: Day) -> String {
    format!("{day}T00:00:00+08:00")
}

/// Without what XML does not allow.
pub(super) fn plain(text: &str) -> String {
    let allowed = |letter: char| !letter.is_control() || matches!(letter, '\n' | '\t');
    text.chars().filter(|letter| allowed(*letter) && !matches!(letter, '\u{fffe}' | '\u{ffff}')).collect()
}
