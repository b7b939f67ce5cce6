//! Lists by keyset, in both directions.

use std::collections::HashMap;
use std::fmt;
use std::str::FromStr;

use huiyin_base::{Day, Id, Instant, Region};
use huiyin_db::{Filter, Result, Tx, row};
use huiyin_directory::Scope;

use super::filter::{CaseFilter, narrowed, scoped, sight};
use super::search;
use crate::{CaseAnswer, CaseRef, Channel, Outcome, State};

row! {
    /// A line of a list: nothing sealed is in it.
    #[derive(Clone, Debug, PartialEq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct CaseLine {
        pub region: Region,
        pub id: Id,
        pub seq: i64,
        pub kind: String,
        pub number_year: Option<i64>,
        pub number_n: Option<i64>,
        pub state: State,
        pub outcome: Option<Outcome>,
        pub channel: Channel,
        pub category: String,
        pub sub_category: String,
        pub township: Option<Id>,
        pub village: Option<Id>,
        pub title: String,
        pub text: String,
        pub owner_region: Region,
        pub owner_org: Id,
        pub owner_account: Option<Id>,
        pub submitted_day: Day,
        pub posted_day: Option<Day>,
        pub assigned_day: Option<Day>,
        pub answer_from: Option<Day>,
        pub answered_day: Option<Day>,
        pub due_day: Option<Day>,
        pub reminded_day: Option<Day>,
        pub reopened_times: i64,
        pub followers: i64,
        pub photos: i64,
        pub close_year: Option<i64>,
        pub close_n: Option<i64>,
        pub due_at: Option<Instant>,
    }
}

macro_rules! line {
    () => {
        "x.region, x.id, x.seq, x.kind, x.number_year, x.number_n, x.state, x.outcome, x.channel, x.category,
    x.sub_category, x.township, x.village, x.title, x.text, x.owner_region, x.owner_org, x.owner_account, x.submitted_day,
    x.posted_day, x.assigned_day, x.answer_from, x.answered_day, x.due_day, x.reminded_day, x.reopened_times, x.followers,
    x.photos, x.close_year, x.close_n, x.due_at"
    };
}

/// The columns of a [`CaseLine`], in the order of its fields.
pub(super) const LINE: &str = line!();

pub(super) const LINES: &str = concat!("select ", line!(), " from case_item x where");

impl CaseLine {
    /// Year and running number of its close-out, while it is struck off.
    pub fn close_number(&self) -> Option<(i64, i64)> {
        self.close_year.zip(self.close_n).filter(|_| State::ECHOED.contains(&self.state))
    }

    /// Where the case is kept.
    pub fn at(&self) -> CaseRef {
        CaseRef { region: self.region, id: self.id }
    }

    /// Year and running number, once it is posted.
    pub fn number(&self) -> Option<(i64, i64)> {
        self.number_year.zip(self.number_n)
    }
}

/// In which order a list stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// The newest first.
    #[default]
    Newest,
    /// The most urgent first; what has no deadline is left out.
    Due,
    /// What most people have met or follow first.
    Followed,
    /// The newest answer first; what has none is left out.
    Answered,
}

impl Order {
    /// What a row is ordered by beside its place.
    pub fn mark(self, line: &CaseLine) -> Option<i64> {
        self.chosen(line.followers, line.answered_day)
    }

    pub(super) fn chosen(self, followers: i64, answered: Option<Day>) -> Option<i64> {
        match self {
            Self::Newest | Self::Due => None,
            Self::Followed => Some(followers),
            Self::Answered => answered.map(Day::number),
        }
    }
}

/// Which way a page lies from the last one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Towards {
    /// Further down.
    Next,
    /// Back up.
    Previous,
}

/// Where a page begins: the row beside it. Written into links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Which way.
    pub towards: Towards,
    /// The row's deadline, for lists by it.
    pub due: Option<Day>,
    /// The row's followers, or the day of its answer, for lists by either.
    pub mark: Option<i64>,
    /// The row's place.
    pub seq: i64,
}

/// One page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// The order.
    pub order: Order,
    /// Where it begins; none for the first page.
    pub at: Option<Cursor>,
    /// The most rows.
    pub limit: i64,
}

/// The rows of a page and where its neighbours begin.
#[derive(Clone, Debug)]
pub struct Slice<T, C = Cursor> {
    /// The rows in the list's order.
    pub rows: Vec<T>,
    /// The page before, if there is one.
    pub previous: Option<C>,
    /// The page after, if there is one.
    pub next: Option<C>,
}

impl Page {
    /// The first page, the newest first.
    pub const fn first(limit: i64) -> Self {
        Self { order: Order::Newest, at: None, limit }
    }

    /// The page at a link's cursor; what cannot be read is the first page.
    pub fn at(cursor: Option<&str>, limit: i64) -> Self {
        Self { at: cursor.and_then(|text| text.parse().ok()), ..Self::first(limit) }
    }

    /// The same page of the list in another order.
    #[must_use]
    pub const fn by(self, order: Order) -> Self {
        Self { order, ..self }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = if self.towards == Towards::Next { 'n' } else { 'p' };
        write!(f, "{way}{}.{}", self.due.map_or(0, Day::number), self.seq)?;
        self.mark.map_or(Ok(()), |mark| write!(f, ".{mark}"))
    }
}

/// The text is no cursor.
#[derive(Debug, thiserror::Error)]
#[error("not a cursor")]
pub struct NotACursor;

impl FromStr for Cursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> Result<Self, NotACursor> {
        let (towards, rest) = match text.split_at_checked(1) {
            Some(("n", rest)) => (Towards::Next, rest),
            Some(("p", rest)) => (Towards::Previous, rest),
            _ => return Err(NotACursor),
        };
        let number = |text: &str| text.parse::<i64>().map_err(|_| NotACursor);
        let (due, seq) = rest.split_once('.').ok_or(NotACursor)?;
        let (seq, mark) = seq.split_once('.').map_or((seq, None), |(seq, mark)| (seq, Some(mark)));
        let (due, mark) = (Day::from_number(number(due)?), mark.map(number).transpose()?);
        Ok(Self { towards, due, mark, seq: number(seq)? })
    }
}

/// The cases that staff may see.
pub async fn case_list(tx: &mut Tx, scope: &Scope, filter: &CaseFilter, page: &Page) -> Result<Slice<CaseLine>> {
    let sight = sight(tx, scope, filter.wall.region).await?;
    let base = scoped(narrowed(Filter::new(LINES).then("1 = 1"), filter), &sight, filter.wall.region);
    let Some(base) = search::narrowed(tx, base, &filter.wall).await? else { return Ok(Slice::empty()) };
    paged(tx, base, page).await
}

/// Those of these cases that staff may see, in no order.
pub async fn case_lines(tx: &mut Tx, scope: &Scope, cases: &[CaseRef]) -> Result<Vec<CaseLine>> {
    let sight = sight(tx, scope, None).await?;
    let mut regions: HashMap<Region, Vec<Id>> = HashMap::new();
    for case in cases {
        regions.entry(case.region).or_default().push(case.id);
    }
    let mut lines = Vec::new();
    for (region, ids) in regions {
        let base = Filter::new(LINES).then("x.region = ?").bind(region).and("x.id in (?)").bind_list(ids);
        lines.extend(scoped(base, &sight, Some(region)).query().fetch_all::<CaseLine>(tx).await?);
    }
    Ok(lines)
}

/// The standing accepted answers of these cases.
pub async fn answers_of(tx: &mut Tx, lines: &[CaseLine]) -> Result<HashMap<Id, CaseAnswer>> {
    // What was never answered has no answer that stands.
    let answered = |line: &&CaseLine| line.answered_day.is_some() || line.reopened_times > 0;
    let cases: Vec<(Region, Id)> = lines.iter().filter(answered).map(|line| (line.region, line.id)).collect();
    if cases.is_empty() {
        return Ok(HashMap::new());
    }
    let base = Filter::new(CaseAnswer::SELECT).then("(x.region, x.case_id) in (values ?)").bind_pairs(cases);
    let base = base.and("x.decision = 'accepted'").then("order by x.n");
    let answers = base.query().fetch_all::<CaseAnswer>(tx).await?;
    Ok(answers.into_iter().map(|answer| (answer.case_id, answer)).collect())
}

pub(super) async fn paged(tx: &mut Tx, base: Filter, page: &Page) -> Result<Slice<CaseLine>> {
    let rows = ordered(base, page).query().fetch_all(tx).await?;
    Ok(sliced(rows, page.limit, page.at.map(|at| at.towards), |row: &CaseLine, towards| Cursor {
        towards,
        due: row.due_day.filter(|_| page.order == Order::Due),
        mark: page.order.mark(row),
        seq: row.seq,
    }))
}

/// Cuts off the row too many and says where the neighbours begin. `way` is how this page was come to.
pub(super) fn sliced<T, C>(
    mut rows: Vec<T>,
    limit: i64,
    way: Option<Towards>,
    cursor: impl Fn(&T, Towards) -> C,
) -> Slice<T, C> {
    let limit = usize::try_from(limit).unwrap_or(0);
    let more = rows.len() > limit;
    rows.truncate(limit);
    let back = way == Some(Towards::Previous);
    if back {
        rows.reverse();
    }
    let first = rows.first().map(|row| cursor(row, Towards::Previous));
    let last = rows.last().map(|row| cursor(row, Towards::Next));
    let previous = first.filter(|_| if back { more } else { way.is_some() });
    Slice { previous, next: last.filter(|_| back || more), rows }
}

/// One row more than asked for tells whether there is another page.
pub(super) fn ordered(base: Filter, page: &Page) -> Filter {
    let seq = page.at.map(|at| at.seq);
    let due = page.at.and_then(|at| at.due);
    let back = page.at.is_some_and(|at| at.towards == Towards::Previous);
    let base = match (page.order, back) {
        (Order::Newest, false) => base.and_some("x.seq < ?", seq).then("order by x.seq desc"),
        (Order::Newest, true) => base.and_some("x.seq > ?", seq).then("order by x.seq"),
        (Order::Due, false) => {
            let base = base.and("x.due_day is not null");
            let base = match due.zip(seq) {
                Some((due, seq)) => base.and("(x.due_day, x.seq) > (?, ?)").bind(due).bind(seq),
                None => base,
            };
            base.then("order by x.due_day, x.seq")
        }
        (Order::Due, true) => {
            let base = base.and("x.due_day is not null");
            let base = match due.zip(seq) {
                Some((due, seq)) => base.and("(x.due_day, x.seq) < (?, ?)").bind(due).bind(seq),
                None => base,
            };
            base.then("order by x.due_day desc, x.seq desc")
        }
        (Order::Followed, back) => by_followers(base, page.at, back),
        (Order::Answered, back) => by_answer(base, page.at, back),
    };
    base.limit(page.limit + 1)
}

fn by_followers(base: Filter, at: Option<Cursor>, back: bool) -> Filter {
    let mark = at.and_then(|at| at.mark.map(|mark| (mark, at.seq)));
    let base = match (mark, back) {
        (Some((mark, seq)), false) => base.and("(x.followers, x.seq) < (?, ?)").bind(mark).bind(seq),
        (Some((mark, seq)), true) => base.and("(x.followers, x.seq) > (?, ?)").bind(mark).bind(seq),
        (None, _) => base,
    };
    base.then(if back { "order by x.followers, x.seq" } else { "order by x.followers desc, x.seq desc" })
}

fn by_answer(base: Filter, at: Option<Cursor>, back: bool) -> Filter {
    let base = base.and("x.answered_day is not null");
    let mark = at.and_then(|at| at.mark.map(|mark| (mark, at.seq)));
    let base = match (mark, back) {
        (Some((mark, seq)), false) => base.and("(x.answered_day, x.seq) < (?, ?)").bind(mark).bind(seq),
        (Some((mark, seq)), true) => base.and("(x.answered_day, x.seq) > (?, ?)").bind(mark).bind(seq),
        (None, _) => base,
    };
    base.then(if back { "order by x.answered_day, x.seq" } else { "order by x.answered_day desc, x.seq desc" })
}

impl<T, C> Slice<T, C> {
    pub(super) fn empty() -> Self {
        Self { rows: Vec::new(), previous: None, next: None }
    }
}
