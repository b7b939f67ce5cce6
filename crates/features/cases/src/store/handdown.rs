//! One breaking down, or one change carried down, with a row for each unit.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, text_enum};
use huiyin_directory::{AccountRef, OrgRef};

use super::stored::stored;
use crate::CaseRef;

text_enum! {
    /// What is handed down.
    pub enum HanddownAct {
        Issue = "issue" / "分解",
        Change = "change" / "调整",
    }
}

text_enum! {
    /// Whether a unit has got it.
    pub enum HanddownState {
        Waiting = "waiting" / "等待下达",
        Done = "done" / "已下达",
    }
}

stored! {
    /// One handing down.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Handdown in "handdown" {
        fixed {
            region: Region,
            id: Id,
            parent: Id,
            act: HanddownAct,
            nonce: [u8; 32],
            kind: String,
            title: String,
            text: String,
            measure: String,
            due_day: Option<Day>,
            issuer_region: Region,
            issuer: Id,
            account_region: Region,
            account: Id,
            post: String,
            total: i64,
            created_day: Day,
        }
        moving {}
    }
}

stored! {
    /// One unit of it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct HanddownRow in "handdown_row" {
        fixed {
            region: Region,
            run: Id,
            n: i64,
            unit_region: Region,
            unit: Id,
            person_region: Option<Region>,
            person: Option<Id>,
            target: Option<i64>,
            child_region: Region,
            child: Id,
            state: HanddownState,
        }
        moving {}
    }
}

impl Handdown {
    /// The case that was broken down.
    pub fn parent_at(&self) -> CaseRef {
        CaseRef { region: self.region, id: self.parent }
    }

    /// In whose name.
    pub fn issuer_at(&self) -> OrgRef {
        OrgRef { region: self.issuer_region, id: self.issuer }
    }

    /// Who did it.
    pub fn account_at(&self) -> AccountRef {
        AccountRef { region: self.account_region, id: self.account }
    }
}

impl HanddownRow {
    /// The unit.
    pub fn unit_at(&self) -> OrgRef {
        OrgRef { region: self.unit_region, id: self.unit }
    }

    /// The person named there.
    pub fn person_at(&self) -> Option<AccountRef> {
        self.person_region.zip(self.person).map(|(region, id)| AccountRef { region, id })
    }

    /// The case of the unit.
    pub fn child_at(&self) -> CaseRef {
        CaseRef { region: self.child_region, id: self.child }
    }
}

/// Adds a run with its rows.
pub async fn handdown_add(tx: &mut Tx, run: &Handdown, rows: &[HanddownRow]) -> Result<()> {
    insert_many(tx, Handdown::INSERT, vec![run.values()], "").await?;
    insert_many(tx, HanddownRow::INSERT, rows.iter().map(HanddownRow::values).collect(), "").await?;
    Ok(())
}

/// The run that the same form made.
pub async fn handdown_find_nonce(tx: &mut Tx, region: Region, nonce: [u8; 32]) -> Result<Option<Handdown>> {
    let base = Filter::new(Handdown::SELECT).then("x.region = ?").bind(region);
    base.and("x.nonce = ?").bind(nonce).query().fetch_optional(tx).await
}

/// One run.
pub async fn handdown_get(tx: &mut Tx, region: Region, id: Id) -> Result<Option<Handdown>> {
    let base = Filter::new(Handdown::SELECT).then("x.region = ?").bind(region);
    base.and("x.id = ?").bind(id).query().fetch_optional(tx).await
}

/// The runs of a case, the newest first.
pub async fn handdown_list(tx: &mut Tx, parent: CaseRef) -> Result<Vec<Handdown>> {
    let base = Filter::new(Handdown::SELECT).then("x.region = ?").bind(parent.region);
    base.and("x.parent = ?").bind(parent.id).then("order by x.id desc limit 50").query().fetch_all(tx).await
}

/// The rows that wait, all of them: a run has a few thousand at most.
pub async fn handdown_waiting(tx: &mut Tx, region: Region, run: Id) -> Result<Vec<HanddownRow>> {
    let base = Filter::new(HanddownRow::SELECT).then("x.region = ?").bind(region).and("x.run = ?").bind(run);
    base.and("x.state = ?").bind(HanddownState::Waiting).then("order by x.n").query().fetch_all(tx).await
}

/// How many rows of a run wait.
pub async fn handdown_waiting_count(tx: &mut Tx, region: Region, run: Id) -> Result<i64> {
    let count = query("select count(*) from handdown_row where region = $1 and run = $2 and state = 'waiting'");
    count.bind(region).bind(run).fetch_scalar(tx).await
}

/// These rows are written.
pub async fn handdown_done(tx: &mut Tx, region: Region, run: Id, rows: &[i64]) -> Result<()> {
    let base = Filter::new("update handdown_row set state = 'done' where region = ?").bind(region);
    base.and("run = ?").bind(run).and("n in (?)").bind_list(rows.iter().copied()).query().execute(tx).await?;
    Ok(())
}
