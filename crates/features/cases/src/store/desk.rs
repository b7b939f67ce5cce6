//! What waits on whose desk, kept where the one who must act lives.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, row, text_enum, values};
use huiyin_directory::{AccountRef, OrgRef, Scope};

use super::filter::barred_subjects;
use super::list::{Cursor, NotACursor, Slice, Towards, sliced};
use crate::{CaseItem, CaseRef, State};

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
    }
}

impl DeskItem {
    /// The case.
    pub fn case(&self) -> CaseRef {
        CaseRef { region: self.case_region, id: self.case_id }
    }

    fn key(&self) -> (Region, Id, Duty) {
        (self.region, self.org, self.duty)
    }
}

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
    let escalated = case.escalated_to().filter(|_| open);
    main.into_iter().chain(escalated.map(|org| item(org, Duty::Escalated, None, due))).collect()
}

/// Replaces what lay on desks before by what lies there now.
pub async fn desk_put(tx: &mut Tx, before: &[DeskItem], after: &[DeskItem]) -> Result<()> {
    let kept: BTreeSet<_> = after.iter().map(DeskItem::key).collect();
    for gone in before.iter().filter(|item| !kept.contains(&item.key())) {
        let delete = query(
            "delete from desk_item where region = $1 and org = $2 and duty = $3 and case_region = $4 and case_id = $5",
        );
        let delete = delete.bind(gone.region).bind(gone.org).bind(gone.duty);
        delete.bind(gone.case_region).bind(gone.case_id).execute(tx).await?;
    }
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
            item.due_day
        ]
    });
    let head = "insert into desk_item
        (region, org, duty, case_region, case_id, account, seq, category, state, subject, due_day)";
    let tail = "on conflict (region, org, duty, case_region, case_id) do update set account = excluded.account,
        seq = excluded.seq, category = excluded.category, state = excluded.state, subject = excluded.subject,
        due_day = excluded.due_day";
    insert_many(tx, head, rows.collect(), tail).await?;
    Ok(())
}

/// One page of a desk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeskPage {
    /// One duty; none for all.
    pub duty: Option<Duty>,
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

/// What waits for the viewer: at the organisations `at` which he handles cases, unless it waits for somebody else by
/// name. The most urgent first, what has no day last.
pub async fn desk_list(
    tx: &mut Tx,
    scope: &Scope,
    at: &[OrgRef],
    page: &DeskPage,
) -> Result<Slice<DeskItem, DeskCursor>> {
    const FAR: i64 = 99_991_231;
    let Some(base) = narrowed(Filter::new("select * from desk_item d where"), tx, scope, at).await? else {
        return Ok(Slice::empty());
    };
    let base = base.and_some("d.duty = ?", page.duty);
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
    let rows = ordered.bind(page.limit + 1).query().fetch_all(tx).await?;
    Ok(sliced(rows, page.limit, page.at.map(|at| at.case.towards), |item: &DeskItem, towards| DeskCursor {
        case: Cursor { towards, due: item.due_day, seq: item.seq },
        duty: item.duty,
    }))
}

/// How many things wait for the viewer, duty by duty, and how many of them are late on `today`.
pub async fn desk_count(tx: &mut Tx, scope: &Scope, at: &[OrgRef], today: Day) -> Result<Vec<(Duty, i64, i64)>> {
    let head = "select d.duty, count(*), cast(coalesce(sum(case when d.due_day < ? then 1 else 0 end), 0) as bigint)
        from desk_item d where";
    let Some(base) = narrowed(Filter::new(head).bind(today), tx, scope, at).await? else { return Ok(Vec::new()) };
    base.then("group by d.duty order by d.duty").query().fetch_all(tx).await
}

async fn narrowed(mut base: Filter, tx: &mut Tx, scope: &Scope, at: &[OrgRef]) -> Result<Option<Filter>> {
    let Some(account) = scope.account else { return Ok(None) };
    if at.is_empty() {
        return Ok(None);
    }
    let barred = barred_subjects(tx, scope).await?;
    let regions: BTreeSet<Region> = at.iter().map(|org| org.region).collect();
    base = base.then("d.region in (?)").bind_list(regions);
    base = base.and("d.org in (?)").bind_list(at.iter().map(|org| org.id));
    base = base.and("d.account is null or d.account = ?").bind(account.id);
    if !barred.is_empty() {
        base = base.and("d.subject is null or d.subject not in (?)").bind_list(barred);
    }
    Ok(Some(base))
}
