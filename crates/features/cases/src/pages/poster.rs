//! The wall and the echo wall of a place on one sheet of paper, for the village's notice board.

use askama::Template;
use huiyin_web::components::{Breadcrumb, Html, Tabs, qr};
use huiyin_web::{Ctx, Density, Path, Query, Result};
use serde::Deserialize;

use super::card::{Cards, cases, state_tag};
use super::places::spot;
use crate::State;
use crate::store::{self, CaseLine, Order, Page, WallFilter};

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    paper: String,
}

/// A sheet and what fits on it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Paper {
    word: &'static str,
    open: i64,
    echoes: i64,
    /// Characters of an answer.
    letters: usize,
}

const A4: Paper = Paper { word: "a4", open: 6, echoes: 5, letters: 60 };
const A3: Paper = Paper { word: "a3", open: 8, echoes: 7, letters: 90 };

#[derive(Template)]
#[template(path = "poster.html")]
struct PosterPage {
    steps: Breadcrumb,
    papers: Tabs,
    paper: &'static str,
    city: String,
    demo: bool,
    place: String,
    today: String,
    all: String,
    echoed: String,
    open: Vec<Waiting>,
    open_more: i64,
    echoes: Vec<Answered>,
    echoes_more: i64,
    phone: Option<String>,
    qr: Html,
    address: String,
}

/// A problem without an answer.
struct Waiting {
    title: String,
    number: String,
    posted: String,
    unit: String,
    phone: String,
    /// When it is due, or how it stands.
    stands: String,
    late: bool,
}

/// A problem with its answer.
struct Answered {
    title: String,
    number: String,
    outcome: Html,
    text: String,
    unit: String,
    day: String,
}

pub(crate) async fn show(ctx: Ctx, Path(code): Path<String>, Query(asked): Query<Asked>) -> Result {
    let site = &ctx.site;
    let paper = if asked.paper == A3.word { A3 } else { A4 };
    let cases = cases(site)?;
    let mut tx = site.db.read().await?;
    let spot = spot(&mut tx, site, &code).await?;
    let open_filter = WallFilter { states: State::OPEN.to_vec(), ..spot.filter.clone() };
    let echo_filter = WallFilter { states: State::ECHOED.to_vec(), ..spot.filter.clone() };
    let open = store::wall_list(&mut tx, &open_filter, &Page::first(paper.open)).await?.rows;
    let echoes = store::echo_list(&mut tx, &spot.filter, &Page::first(paper.echoes).by(Order::Answered)).await?.rows;
    let answers = store::answers_of(&mut tx, &echoes).await?;
    let all = store::wall_count(&mut tx, &spot.filter).await?;
    let (open_all, echoed) =
        (store::wall_count(&mut tx, &open_filter).await?, store::wall_count(&mut tx, &echo_filter).await?);
    let lines: Vec<CaseLine> = open.iter().chain(&echoes).cloned().collect();
    let cards = Cards::of_lines(&mut tx, site, &cases, &lines).await?;
    let left = |all: i64, shown: usize| all - i64::try_from(shown).unwrap_or(0);
    let address = format!("{}/places/{}", ctx.address(), spot.code);
    let sheet = |word: &str| format!("/places/{}/poster?paper={word}", spot.code);
    let page = PosterPage {
        steps: Breadcrumb::new("打印张贴").step(spot.name.clone(), format!("/places/{}", spot.code)),
        papers: Tabs::new("纸张").tab("A4 纸", sheet(A4.word), paper == A4).tab("A3 纸", sheet(A3.word), paper == A3),
        paper: paper.word,
        city: site.settings.city.clone(),
        demo: site.settings.demo,
        place: spot.whole_name(),
        today: ctx.today().chinese(),
        all: all.to_string(),
        echoed: echoed.to_string(),
        open_more: left(open_all.n, open.len()),
        open: open.iter().map(|line| waiting(&cards, line)).collect(),
        echoes_more: left(echoed.n, echoes.len()),
        echoes: echoes
            .iter()
            .filter_map(|line| {
                let answer = answers.get(&line.id)?;
                Some(Answered {
                    title: line.title.clone(),
                    number: cards.number(line.region, line.number()).unwrap_or_default(),
                    outcome: state_tag(line.state, line.outcome, false),
                    text: cut(&answer.text, paper.letters),
                    unit: cards.public_post(&answer.post),
                    day: answer.decided_day.unwrap_or(answer.requested_day).chinese(),
                })
            })
            .collect(),
        phone: spot.phone.clone(),
        qr: qr(&address, "扫一扫，看这里的问题墙和回音壁", 160)?,
        address,
    };
    ctx.page(&format!("{}张贴页", page.place), Density::Paper, &page)
}

fn waiting(cards: &Cards<'_>, line: &CaseLine) -> Waiting {
    let late = line.due_day.is_some_and(|due| due < cards.today);
    let stands = match line.due_day {
        Some(due) if late => format!("超期 {} 天，应在{}前", cards.today.since(due), due.chinese()),
        Some(due) => format!("{}，{}前", line.state.label(), due.chinese()),
        None => line.state.label().to_owned(),
    };
    Waiting {
        title: line.title.clone(),
        number: cards.number(line.region, line.number()).unwrap_or_default(),
        posted: line.posted_day.map(huiyin_base::Day::chinese).unwrap_or_default(),
        unit: cards.public_unit(line.owner_org).to_owned(),
        phone: cards.public_phone(line.owner_org).unwrap_or_default().to_owned(),
        stands,
        late,
    }
}

/// The beginning of a text on one line.
fn cut(text: &str, most: usize) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut letters = flat.chars();
    let beginning: String = letters.by_ref().take(most).collect();
    if letters.next().is_some() { format!("{beginning}……") } else { beginning }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_answer_is_cut_and_says_so() {
        assert_eq!(cut("换了\n水管。", 10), "换了 水管。");
        assert_eq!(cut("一二三四五", 3), "一二三……");
    }
}
