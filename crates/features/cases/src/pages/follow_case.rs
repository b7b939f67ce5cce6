//! The page of a receipt: every state, both texts, who decided, who looked at his number, what is new since he last looked,
//! and all that he may do now.

use askama::Template;
use huiyin_base::number::Receipt;
use huiyin_base::{Id, Problem};
use huiyin_db::Tx;
use huiyin_web::components::{EchoPair, Field, Html, Notice, PhotoStrip, Tag, Timeline, Told};
use huiyin_web::{Csrf, Ctx, Density, Result};

use super::card::{self, Cards, cases};
use super::follow::Written;
use super::follow_forms::{Forms, ObjectionForm, RatingForm, Telling};
use super::problem_filled::says_all;
use super::{alarm, course, story};
use crate::{Action, CaseEvent, CaseItem, Cases, Followed, Letter, MessageKind, PhotoPart, Report, Sender, State};

/// In the browser, sealed: how much of which case was seen. Nothing of it is kept on our side.
const SEEN: &str = "huiyin_seen";
/// Minutes for which a browser remembers it: half a year.
const SEEN_FOR: i64 = 183 * 24 * 60;

/// The one form that was sent with a mistake.
#[derive(Debug)]
pub(crate) struct Mistake {
    pub(crate) word: &'static str,
    pub(crate) message: String,
    pub(crate) written: Written,
}

#[derive(Template)]
#[template(path = "follow_case.html")]
struct FollowPage {
    csrf: Csrf,
    title: String,
    pair: EchoPair,
    state: Html,
    /// An emergency: whom to call now, and who was told.
    alarm: Option<Notice>,
    notices: Vec<Notice>,
    number: Option<String>,
    owner: String,
    phone: Option<String>,
    /// What he wrote, where the public reads something else; and which post decided so.
    original: Option<(String, String)>,
    history: Timeline,
    letters: Vec<(Letter, bool)>,
    mistake: Option<(&'static str, String)>,
    rating: Option<RatingForm>,
    objection: Option<ObjectionForm>,
    appeal: Option<Field>,
    message: Option<Field>,
    correction: Option<(Field, Field)>,
    withdrawal: Option<Field>,
    pressed: bool,
    told: Telling,
    /// There is something to be rated, on paper as well.
    paper: bool,
    /// How long what he wrote is kept; a follower wrote nothing.
    kept: Option<String>,
}

pub(crate) async fn draw(ctx: &Ctx, receipt: &Receipt, mistake: Option<Mistake>) -> Result {
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let Some(followed) = engine.followed(&mut tx, receipt).await? else { return ctx.redirect("/follow", None) };
    if let (Some(viewer), true) = (ctx.viewer.as_ref(), followed.raised)
        && let Err(problem) = engine.stands_apart(&mut tx, followed.current(), viewer).await
    {
        return ctx.redirect("/follow", Some(&problem.message));
    }
    let report = engine.report(&mut tx, receipt, &followed).await?;
    let case = followed.current();
    let seen = seen(ctx, case.id);
    let page = page(ctx, &mut tx, &engine, receipt, &followed, report, seen, mistake).await?;
    let title = page.title.clone();
    if page.mistake.is_some() {
        return ctx.refused(&title, Density::Calm, &page);
    }
    let mut response = ctx.page(&title, Density::Calm, &page)?;
    ctx.remember(&mut response, SEEN, &format!("{}:{}", case.id, case.events), SEEN_FOR);
    Ok(response)
}

/// How many events of this case were seen before in this browser; none on a first visit.
fn seen(ctx: &Ctx, case: Id) -> Option<i64> {
    let kept = ctx.remembered(SEEN)?;
    let (id, events) = kept.split_once(':')?;
    (id == case.to_string()).then(|| events.parse().ok()).flatten()
}

#[expect(clippy::too_many_arguments, reason = "one page gathers all that a receipt opens")]
async fn page(
    ctx: &Ctx,
    tx: &mut Tx,
    engine: &Cases,
    receipt: &Receipt,
    followed: &Followed,
    report: Report,
    seen: Option<i64>,
    mistake: Option<Mistake>,
) -> Result<FollowPage> {
    let case = followed.current();
    let cards = Cards::of_case(tx, &ctx.site, engine, case).await?;
    let raised_here = case.receipt == Some(engine.receipt_hash(receipt));
    let pair = pair(tx, &cards, case, &report, raised_here).await?;
    let (owner, phone) = if raised_here {
        (cards.unit(case.owner_org), cards.phone(case.owner_org))
    } else {
        (cards.public_unit(case.owner_org), cards.public_phone(case.owner_org))
    };
    let post = |post: String| if raised_here { post } else { cards.public_post(&post) };
    let letters = report.letters.iter().cloned().map(|letter| Letter { post: post(letter.post.clone()), ..letter });
    let letters = letters.collect();
    let forms = Forms { ctx, engine, followed, case, mistake: mistake.as_ref() };
    let kind = engine.book.kind_of(case).ok_or_else(Problem::not_found)?;
    let given = report.ratings.iter().find(|rating| rating.answer == case.answers);
    let rating = if kind.rated { forms.rating(tx, receipt, given).await? } else { None };
    let own = followed.raised && followed.moved_to.is_none();
    let moved = super::problem::moved(tx, &ctx.site, case).await?.map(|(words, _)| Notice::info(words));
    let held = case.state == State::Submitted && crate::store::hold_find(tx, case.at()).await?;
    let being_read = held.then(being_read);
    let until = case.answered_day.map(|day| engine.book.objection_ends(day));
    let history = course::own(tx, &cards, case, &report.events, until, (raised_here, seen)).await?;
    Ok(FollowPage {
        csrf: ctx.csrf(),
        title: match (case.kind.as_str(), followed.raised) {
            ("problem", true) => "我反映的问题".into(),
            ("problem", false) => "我关注的问题".into(),
            _ => format!("我的{}", kind.label),
        },
        state: card::state_tag(case.state, case.outcome, case.is_late(ctx.now())),
        alarm: alarm::for_reporter(&cards, engine, case).filter(|_| followed.raised),
        notices: notices(engine, followed, case, &report.events, (seen, held))
            .into_iter()
            .chain(being_read)
            .chain(moved)
            .collect(),
        number: cards.number(case.region, case.number()),
        owner: owner.to_owned(),
        phone: phone.map(ToOwned::to_owned),
        original: own.then(|| original(case, &report)).flatten(),
        history,
        rating,
        objection: forms.objection(),
        appeal: forms.may(Action::Appeal).then(|| forms.area("appeal", "为什么应当受理", 3)).filter(|_| !case.appealed),
        message: (followed.raised && case.state.is_open()).then(|| forms.area("message", "我要说", 3)),
        correction: (forms.may(Action::Correct) && own).then(|| forms.correction(&report)),
        withdrawal: forms.may(Action::Withdraw).then(|| forms.withdrawal()),
        pressed: followed.raised && kind.public,
        told: forms.telling(tx, receipt).await?,
        paper: followed.raised && super::paper::is_to_be_rated(engine, case),
        kept: followed.raised.then(|| kept(engine, &followed.case, case)),
        letters: marked(letters, &report.events, seen),
        mistake: mistake.map(|mistake| (mistake.word, mistake.message)),
        pair,
    })
}

/// It came when far too many came at once.
fn being_read() -> Notice {
    Notice::info(
        "正在人工查看。您提交的时候，短时间内来的问题特别多，这一件要先由工作人员看过，会比平时慢一两天。内容一个字没少，看过就往下办。",
    )
}

/// What was written, where the public text is another.
fn original(case: &CaseItem, report: &Report) -> Option<(String, String)> {
    let words = &report.original;
    let title = words.title.trim();
    let same = words.text.trim() == case.text.trim() && (title.is_empty() || title == case.title.trim());
    if words.text.trim().is_empty() || case.posted_day.is_none() || same {
        return None;
    }
    let changed = report.events.iter().rev().find(|event| matches!(event.kind, Action::Edit | Action::Post));
    let post = changed.map(|event| format!("{}，{}", event.post, event.day.chinese())).unwrap_or_default();
    Some((words.text.clone(), post))
}

/// Letters of officers that came since the last look are marked.
fn marked(letters: Vec<Letter>, events: &[CaseEvent], seen: Option<i64>) -> Vec<(Letter, bool)> {
    let fresh = events.iter().filter(|event| event.kind == Action::Message && story::is_fresh(event, seen)).count();
    let officers = letters.iter().filter(|letter| letter.sender == Sender::Officer).count();
    let mut place = 0;
    let mark = |letter: Letter| {
        let by_officer = letter.sender == Sender::Officer;
        place += usize::from(by_officer);
        (letter, by_officer && place > officers.saturating_sub(fresh))
    };
    letters.into_iter().map(mark).collect()
}

/// The problem and its echo. Only on a case that he raised himself does he see the photos as he sent them, and his village by
/// its name; anybody may ask for a receipt to follow what stands on the wall, and reads with it what the public reads.
async fn pair(tx: &mut Tx, cards: &Cards<'_>, case: &CaseItem, report: &Report, own_case: bool) -> Result<EchoPair> {
    let posted = case.posted_day.is_some();
    let own = &report.original;
    let title = if posted { case.title.clone() } else { own.title.clone() };
    let text = if posted { case.text.clone() } else { own.text.clone() };
    let day = case.posted_day.unwrap_or(case.submitted_day).chinese();
    let told = Told {
        text: if says_all(&title, &text) { String::new() } else { text },
        title: if title.is_empty() { "我反映的事".into() } else { title },
        day,
        photos: card::photos(tx, case, PhotoPart::Report, !own_case).await?,
        href: None,
        number: cards.number(case.region, case.number()).unwrap_or_default(),
        category: cards.category_in(&case.kind, &case.category, &case.sub_category),
    };
    let place = if own_case {
        cards.place(case.region, case.township, case.village)
    } else {
        cards.public_place(case.region, case.township, case.village)
    };
    let pair = EchoPair::new(told, place).level(2);
    Ok(match report.answers.last() {
        Some(answer) if State::ECHOED.contains(&case.state) => {
            let photos =
                card::photos(tx, case, PhotoPart::Answer, true).await.unwrap_or_else(|_| PhotoStrip::default());
            let told = |answer, photos| if own_case { card::echo(answer, photos) } else { cards.echo(answer, photos) };
            let pair = pair.echo(told(answer, photos));
            match card::earlier(case, &report.answers) {
                Some(before) => pair.earlier(told(before, PhotoStrip::default())),
                None => pair,
            }
        }
        _ => {
            let pair = match card::earlier(case, &report.answers) {
                Some(answer) if own_case => pair.earlier(card::echo(answer, PhotoStrip::default())),
                Some(answer) => pair.earlier(cards.echo(answer, PhotoStrip::default())),
                None => pair,
            };
            // The state stands beside the heading of the page already.
            match (cards.deadline(case), case.state) {
                (_, State::Submitted) if case.kind != "problem" => {
                    pair.silent("正在看", "不上墙，不公开，只有上一级看得到。")
                }
                (_, State::Submitted) => pair.silent("正在审核", "审核以后上墙，定下由谁办、什么时候答复。"),
                (_, State::Withdrawn) => pair.silent("已经撤回", "不再办理，也不公开。情况有变化的，可以重新反映。"),
                (_, State::Declined) => pair.silent("没有受理", "原因和您现在能做的，写在上面。"),
                (Some(bar), _) => pair.deadline(bar),
                (None, _) => pair,
            }
        }
    })
}

/// What is new, and what happens next, in a sentence each.
fn notices(
    engine: &Cases,
    followed: &Followed,
    case: &CaseItem,
    events: &[CaseEvent],
    (seen, held): (Option<i64>, bool),
) -> Vec<Notice> {
    let mut notices = Vec::new();
    let mut fresh: Vec<&str> = Vec::new();
    for event in events.iter().filter(|event| story::is_fresh(event, seen)) {
        if !fresh.contains(&event.kind.label()) {
            fresh.push(event.kind.label());
        }
    }
    if !fresh.is_empty() {
        notices.push(Notice::info(format!("从您上次看到现在：{}。下面标着“新”。", fresh.join("、"))).icon("bell"));
    }
    if followed.moved_to.is_some() {
        notices.push(Notice::info("您反映的问题和别人的合在一起办（或转到了对口的地方），下面是它现在的情况。"));
        return notices;
    }
    match case.state {
        State::Submitted if case.is_urgent() || held => {}
        State::Submitted => notices.push(Notice::info("已经收到，正在审核。两三个工作日内会有结果。")),
        State::Declined => notices.push(declined(engine, events)),
        State::Answered if case.review_at().is_some() => {
            let days = engine.book.rules.desk.review;
            let text = format!("您的异议正由上级复查，{days} 个工作日内决定：重新办理，或者维持答复并说明理由。");
            notices.push(Notice::info(text).icon("scale"));
        }
        State::Answered if case.kind == "problem" => {
            notices.push(Notice::good("已经答复。请看看说的和做的是不是一样，打个分；不满意可以提出异议。"));
        }
        State::Answered => notices.push(Notice::good("已经答复。不满意可以提出异议。")),
        State::Closed => notices.extend(upheld(events)),
        _ => {}
    }
    notices
}

/// Why it was not accepted, and what he can do now.
fn declined(engine: &Cases, events: &[CaseEvent]) -> Notice {
    let event = events.iter().rev().find(|event| event.kind == Action::Decline);
    let reason = event.and_then(|event| event.reason.as_deref()).unwrap_or_default();
    let post = event.map(|event| event.post.as_str()).unwrap_or_default();
    let next = engine.book.rules.decline_of(reason).map(|known| known.next.as_str()).unwrap_or_default();
    let own = "不同意的话，可以在下面申请复核一次，由上一级重新看。";
    Notice::attention(format!("{}。{next}{own}（决定的岗位：{post}）", reason.trim_end_matches('。')))
        .title("这件事没有受理")
}

/// What came of the last objection, and where one may still go.
fn upheld(events: &[CaseEvent]) -> Option<Notice> {
    let last = events.iter().rev().find(|event| matches!(event.kind, Action::Uphold | Action::Reopen))?;
    if last.kind != Action::Uphold {
        return None;
    }
    let reason = last.reason.as_deref().unwrap_or_default().trim_end_matches('。');
    let text = format!("{reason}。（决定的岗位：{}）还不同意的，可以打 12345，或者依法信访。", last.post);
    Some(Notice::info(text).title("上级复查后维持原答复").icon("scale"))
}

/// How long what he wrote is kept.
/// A case of his own that was merged or referred has ended; what it went on as may not have.
fn kept(engine: &Cases, case: &CaseItem, shown: &CaseItem) -> String {
    let days = engine.book.rules.sealed_days;
    match (case.erased_day, case.closed_day) {
        (Some(day), _) => format!("您写的原文、联系方式和往来已于{}按规定删除，公开的内容保留。", day.chinese()),
        (None, Some(closed)) if !shown.state.is_open() => {
            let day = engine.sealed_until(closed).chinese();
            format!("这件事已经结束。您写的原文、联系方式和往来保留到{day}，之后自动删除；公开的内容保留。")
        }
        (None, _) => format!("办结满 {days} 天后，您写的原文、联系方式和往来会自动删除；公开的内容保留。"),
    }
}

impl FollowPage {
    fn wrong(&self, word: &str) -> bool {
        self.mistake.as_ref().is_some_and(|(wrong, _)| *wrong == word)
    }

    fn by_officer(letter: &Letter) -> bool {
        letter.sender == Sender::Officer
    }

    fn label(letter: &Letter) -> String {
        match (letter.kind, letter.sender) {
            (MessageKind::Message, Sender::Officer) => letter.post.clone(),
            (MessageKind::Message, Sender::Reporter) => "我".into(),
            (kind, _) => format!("我 · {}", kind.label()),
        }
    }
}
