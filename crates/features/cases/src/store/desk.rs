//! What waits on whose desk, kept where the one who must act lives.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, FromRow, Result, Row, Tx, insert_many, padded, row, text_enum, values};
use huiyin_directory::{AccountRef, OrgRef, Scope};

use super::list::{CaseLine, Cursor, LINE, NotACursor, Slice, Towards, sliced};
use crate::{CaseItem, CaseRef, State, Urgent};

text_enum! {
    /// What is to be done.
    pub enum Duty {
        Moderate = "moderate" / "审核",
        Assign = "assign" / "交办",
        Sign = "sign" / "签收",
        Handle = "handle" / "办理",
        Verify = "verify" / "核验",
        Review = "review" / "复查",
        Escalated = "escalated" / "督办",
        Urgent = "urgent" / "紧急处置",
        Extend = "extend" / "延期审批",
        Joint = "joint" / "联合办理审批",
    }
}

row! {
    /// One thing to do.
    #[derive(Clone, Debug, PartialEq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct DeskItem {
        pub region: Region,
        pub org: Id,
        pub duty: Duty,
        pub case_region: Region,
        pub case_id: Id,
        pub account: Option<Id>,
        pub seq: i64,
        pub category: String,
        pub state: State,
        pub subject: Option<Id>,
        pub due_day: Option<Day>,
        pub returned: bool,
    }
}

impl DeskItem {
    /// The case.
    pub fn case(&self) -> CaseRef {
        CaseRef { region: self.case_region, id: self.case_id }
    }

    fn key(&self) -> (Region, Id, Duty, Region, Id) {
        (self.region, self.org, self.duty, self.case_region, self.case_id)
    }
}

/// One thing to do as a desk shows it.
#[derive(Clone, Debug, PartialEq)]
pub struct DeskRow {
    /// What is to be done.
    pub duty: Duty,
    /// By when.
    pub due_day: Option<Day>,
    /// Whether it came back.
    pub returned: bool,
    /// How many parts a case has that is to be handled, and how many of them are open.
    pub parts: (i64, i64),
    /// The case.
    pub line: CaseLine,
}

impl FromRow for DeskRow {
    /// Its own columns stand before those of the line, each in their order.
    fn from_row(row: &Row<'_>) -> Result<Self> {
        Ok(Self {
            duty: row.get("duty")?,
            due_day: row.get("desk_due")?,
            returned: row.get("returned")?,
            parts: (row.get("parts")?, row.get("open_parts")?),
            line: CaseLine::from_row(row)?,
        })
    }
}

/// The columns of a [`DeskRow`] before those of its line. Parts are looked for where they tell whoever handles the whole something.
/// Their units are counted, of which each has one: no index of the lists holds these, and SQLite goes by the parents instead of
/// reading the whole county's.
const ROW: &str = "select d.duty, d.due_day as desk_due, d.returned,
    case when d.duty = 'handle' then (select count(p.owner_org) from case_item p where p.region = d.case_region
        and p.parent = d.case_id and p.kind = 'problem') else 0 end as parts,
    case when d.duty = 'handle' then (select count(p.owner_org) from case_item p where p.region = d.case_region
        and p.parent = d.case_id and p.kind = 'problem' and p.state in (?)) else 0 end as open_parts,";

/// On whose desks a case lies: a function of how it stands.
pub fn desk_items(case: &CaseItem) -> Vec<DeskItem> {
    let item = |org: OrgRef, duty, account: Option<AccountRef>, due_day| DeskItem {
        region: org.region,
        org: org.id,
        duty,
        case_region: case.region,
        case_id: case.id,
        account: account.map(|account| account.id),
        seq: case.seq,
        category: case.category.clone(),
        state: case.state,
        subject: case.subject,
        due_day,
        returned: came_back(case),
    };
    let (owner, person, due) = (case.owner(), case.owner_person(), case.due_day);
    let main = match case.state {
        State::Submitted => Some(item(case.desk_org(), Duty::Moderate, None, due)),
        State::Posted => Some(item(case.desk_org(), Duty::Assign, None, due)),
        State::Assigned => Some(item(owner, Duty::Sign, person, due)),
        State::Signed | State::InHand | State::Reopened => Some(item(owner, Duty::Handle, person, due)),
        State::Paused => Some(item(owner, Duty::Handle, person, case.pause_until)),
        State::CloseRequested => case.verify_at().map(|org| item(org, Duty::Verify, None, case.due_verify)),
        State::Answered => case.review_at().map(|org| item(org, Duty::Review, None, due)),
        _ => None,
    };
    let open = case.state.is_open() || case.review_at().is_some();
    let urgent = urgent_items(case, item);
    // While it can be decided: not while the clock stands still or the answer waits for its verifier.
    let decides = matches!(case.state, State::Signed | State::InHand | State::Reopened);
    let asks = case.extend_until.is_some() && decides;
    let asked = asks.then(|| item(case.desk_org(), Duty::Extend, None, due));
    let jointly = case.joint_day.is_some() && (decides || case.state == State::Paused);
    let jointly = jointly.then(|| item(case.desk_org(), Duty::Joint, None, due));
    let escalated = case.escalated_to().filter(|_| open);
    let escalated = escalated.map(|org| item(org, Duty::Escalated, None, due));
    main.into_iter().chain(escalated).chain(urgent).chain(asked).chain(jointly).collect()
}

/// An emergency that nobody has dealt with: at the post on call, by name, and at the desk once that was told as well.
fn urgent_items(
    case: &CaseItem,
    item: impl Fn(OrgRef, Duty, Option<AccountRef>, Option<Day>) -> DeskItem,
) -> Vec<DeskItem> {
    let waits = case.urgent == Some(Urgent::Flagged) && case.state.is_open();
    let (Some(post), true) = (case.urgent_post(), waits) else { return Vec::new() };
    let day = case.urgent_at.map(Day::of);
    let person = case.urgent_person();
    let desk_told = case.urgent_step > 0 || person.is_none();
    if desk_told && post == case.desk_org() {
        return vec![item(post, Duty::Urgent, None, day)];
    }
    let desk = desk_told.then(|| item(case.desk_org(), Duty::Urgent, None, day));
    std::iter::once(item(post, Duty::Urgent, person, day)).chain(desk).collect()
}

/// A returned assignment, an answer that was not accepted, an objection: whoever has it now had it before.
fn came_back(case: &CaseItem) -> bool {
    match case.state {
        State::Posted => case.returned_times > 0,
        State::InHand | State::Reopened => case.answers > 0,
        _ => false,
    }
}

/// Replaces what lay on desks before by what lies there now.
pub async fn desk_put(tx: &mut Tx, before: &[DeskItem], after: &[DeskItem]) -> Result<()> {
    let kept: BTreeSet<_> = after.iter().map(DeskItem::key).collect();
    let gone = before.iter().filter(|item| !kept.contains(&item.key()));
    delete_many(tx, &gone.collect::<Vec<_>>()).await?;
    let rows = after.iter().filter(|item| !before.contains(item)).map(|item| {
        values![
            item.region,
            item.org,
            item.duty,
            item.case_region,
            item.case_id,
            item.account,
            item.seq,
            &item.category,
            item.state,
            item.subject,
            item.due_day,
            item.returned
        ]
    });
    let head = "insert into desk_item
        (region, org, duty, case_region, case_id, account, seq, category, state, subject, due_day, returned)";
    let tail = "on conflict (region, org, duty, case_region, case_id) do update set account = excluded.account,
        seq = excluded.seq, category = excluded.category, state = excluded.state, subject = excluded.subject,
        due_day = excluded.due_day, returned = excluded.returned";
    insert_many(tx, head, rows.collect(), tail).await?;
    Ok(())
}

async fn delete_many(tx: &mut Tx, gone: &[&DeskItem]) -> Result<()> {
    const TOGETHER: usize = 16;
    for gone in gone.chunks(TOGETHER) {
        deletion(&padded(gone.to_vec())).query().execute(tx).await?;
    }
    Ok(())
}

/// Each by its key. Beside a term that has no index, such as a constant, SQLite would walk the table for all of them. The
/// organisation and the duty are hidden: PostgreSQL takes an index of the whole desk for as good as the key.
pub(super) fn deletion(gone: &[&DeskItem]) -> Filter {
    gone.iter().enumerate().fold(Filter::new("delete from desk_item where"), |base, (place, item)| {
        let base = if place == 0 { base } else { base.then("or") };
        let base = base.then("(region = ? and case_region = ? and case_id = ? and coalesce(org, org) = ?");
        let base = base.bind(item.region).bind(item.case_region).bind(item.case_id).bind(item.org);
        base.then("and coalesce(duty, '') = ?)").bind(item.duty)
    })
}

/// A view of a desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeskView {
    /// Waits for the viewer by name.
    Mine,
    /// Due on this day.
    Due(Day),
    /// Was due before this day.
    Late(Day),
    /// Came back.
    Returned,
}

/// One page of a desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeskPage {
    /// One duty; none for all.
    pub duty: Option<Duty>,
    /// One view of it; none for all.
    pub view: Option<DeskView>,
    /// Where it begins; none for the first page.
    pub at: Option<DeskCursor>,
    /// The most rows.
    pub limit: i64,
}

/// Where a page of a desk begins: a case may lie on it by two duties. Written into links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeskCursor {
    /// The case beside it.
    pub case: Cursor,
    /// The duty beside it.
    pub duty: Duty,
}

impl fmt::Display for DeskCursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.case, self.duty.as_str())
    }
}

impl FromStr for DeskCursor {
    type Err = NotACursor;

    fn from_str(text: &str) -> std::result::Result<Self, NotACursor> {
        let (case, duty) = text.rsplit_once('.').ok_or(NotACursor)?;
        Ok(Self { case: case.parse()?, duty: Duty::parse(duty).ok_or(NotACursor)? })
    }
}

/// The place in the order of what has no day.
const FAR: i64 = 99_991_231;

/// What waits for the viewer: at the organisations `at` which he handles cases, unless it waits for somebody else by
/// name. The most urgent first, what has no day last.
pub async fn desk_list(
    tx: &mut Tx,
    scope: &Scope,
    at: &[OrgRef],
    page: &DeskPage,
) -> Result<Slice<DeskItem, DeskCursor>> {
    let Some(items) = lying(Filter::new(""), scope, at, page) else { return Ok(Slice::empty()) };
    Ok(arranged(items.query().fetch_all(tx).await?, page, |item: &DeskItem| (item.due_day, item.seq, item.duty)))
}

/// The same as the desk shows it, in one statement.
pub async fn desk_rows(
    tx: &mut Tx,
    scope: &Scope,
    at: &[OrgRef],
    page: &DeskPage,
) -> Result<Slice<DeskRow, DeskCursor>> {
    let Some(rows) = shown(scope, at, page) else { return Ok(Slice::empty()) };
    Ok(arranged(rows.query().fetch_all(tx).await?, page, |row: &DeskRow| (row.due_day, row.line.seq, row.duty)))
}

pub(super) fn shown(scope: &Scope, at: &[OrgRef], page: &DeskPage) -> Option<Filter> {
    let head = Filter::new(ROW).bind_list(State::OPEN).then(LINE).then("from (");
    let items = lying(head, scope, at, page)?;
    Some(items.then(") d join case_item x on x.region = d.case_region and x.id = d.case_id"))
}

/// Each organisation's part stands in an index in the order of the page; together they would have to be sorted.
fn lying(head: Filter, scope: &Scope, at: &[OrgRef], page: &DeskPage) -> Option<Filter> {
    let mut parts = head;
    for (n, org) in at.iter().enumerate() {
        let union = if n > 0 { "union all select * from" } else { "select * from" };
        let base = parts.then(union).then("(select * from desk_item d where");
        let base = narrowed(base, scope, std::slice::from_ref(org))?;
        let base = viewed(base.and_some("d.duty = ?", page.duty), scope, page.view);
        parts = ordered(base, page).then(") part");
    }
    (!at.is_empty()).then_some(parts)
}

/// By what a desk is ordered: the day it is due, the place of its case, the duty.
type Place = (Option<Day>, i64, Duty);

fn arranged<T>(mut rows: Vec<T>, page: &DeskPage, place: impl Fn(&T) -> Place) -> Slice<T, DeskCursor> {
    let towards = page.at.map(|at| at.case.towards);
    rows.sort_by_key(|row| {
        let (due, seq, duty) = place(row);
        (due.map_or(FAR, Day::number), seq, duty.as_str())
    });
    if towards == Some(Towards::Previous) {
        rows.reverse();
    }
    rows.truncate(usize::try_from(page.limit + 1).unwrap_or(usize::MAX));
    sliced(rows, page.limit, towards, |row, towards| {
        let (due, seq, duty) = place(row);
        DeskCursor { case: Cursor { towards, due, mark: None, seq }, duty }
    })
}

/// From where the page begins, in its direction, one row more than it shows.
fn ordered(base: Filter, page: &DeskPage) -> Filter {
    let back = page.at.is_some_and(|at| at.case.towards == Towards::Previous);
    let base = match page.at {
        Some(at) => {
            let beside = if back {
                "(coalesce(d.due_day, 99991231), d.seq, d.duty) < (?, ?, ?)"
            } else {
                "(coalesce(d.due_day, 99991231), d.seq, d.duty) > (?, ?, ?)"
            };
            base.and(beside).bind(at.case.due.map_or(FAR, Day::number)).bind(at.case.seq).bind(at.duty)
        }
        None => base,
    };
    let ordered = if back {
        base.then("order by coalesce(d.due_day, 99991231) desc, d.seq desc, d.duty desc limit ?")
    } else {
        base.then("order by coalesce(d.due_day, 99991231), d.seq, d.duty limit ?")
    };
    // Not in the statement itself: most desks hold fewer things, and PostgreSQL would sort a long one for its first page.
    ordered.bind(page.limit + 1)
}

pub(super) fn viewed(base: Filter, scope: &Scope, view: Option<DeskView>) -> Filter {
    match view {
        None => base,
        Some(DeskView::Mine) => base.and_some("d.account = ?", scope.account.map(|account| account.id)),
        Some(DeskView::Due(day)) => base.and("coalesce(d.due_day, 99991231) = ?").bind(day),
        Some(DeskView::Late(day)) => base.and("coalesce(d.due_day, 99991231) < ?").bind(day),
        Some(DeskView::Returned) => base.and("d.returned = ?").bind(true),
    }
}

pub(super) fn narrowed(mut base: Filter, scope: &Scope, at: &[OrgRef]) -> Option<Filter> {
    let account = scope.account?;
    if at.is_empty() {
        return None;
    }
    base = if let [org] = at {
        base.then("d.region = ?").bind(org.region).and("d.org = ?").bind(org.id)
    } else {
        let regions: BTreeSet<Region> = at.iter().map(|org| org.region).collect();
        let base = base.then("d.region in (?)").bind_list(regions);
        base.and("d.org in (?)").bind_list(at.iter().map(|org| org.id))
    };
    base = base.and("d.account is null or d.account = ?").bind(account.id);
    if !scope.barred.is_empty() {
        base = base.and("d.subject is null or d.subject not in (?)").bind_list(scope.barred.iter().copied());
    }
    Some(base)
}
