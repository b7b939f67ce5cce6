//! One act for many cases: written with its rows, done by a leased job, each row through the one function that moves a
//! case. Declining is not among the acts: whoever wrote a report is owed a look at it.

use std::sync::Arc;

use huiyin_base::{Day, Id, Problem, Region, Rng};
use huiyin_db::text_enum;
use huiyin_directory::{AccountRef, OrgRef, Viewer, viewer_find};
use huiyin_jobs::NewJob;
use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use crate::cases::{By, With, case_apply};
use crate::store::{self, BulkRow, BulkRun, RowState};
use crate::{Act, Assignment, CaseRef, Cases, Moment, Request};

/// The job that does a run.
pub const BULK: &str = "case_bulk";

/// So many rows are done together; their writes share commits.
const TOGETHER: i64 = 64;

text_enum! {
    /// What may be done in bulk.
    pub enum BulkAction {
        Assign = "assign" / "交办",
        Sign = "sign" / "签收",
        Entrust = "entrust" / "换人办理",
        Remind = "remind" / "提醒",
        Extend = "extend" / "调整期限",
    }
}

/// A bulk act with its input.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
#[expect(missing_docs, reason = "the fields are those of the requests of the same names")]
pub enum BulkAct {
    Assign { org: String, goal: String, deadline: Option<i64> },
    Sign,
    Entrust { account: String, reason: String },
    Remind { reason: String },
    Extend { deadline: i64, reason: String },
}

impl BulkAct {
    /// Its word.
    pub const fn action(&self) -> BulkAction {
        match self {
            Self::Assign { .. } => BulkAction::Assign,
            Self::Sign => BulkAction::Sign,
            Self::Entrust { .. } => BulkAction::Entrust,
            Self::Remind { .. } => BulkAction::Remind,
            Self::Extend { .. } => BulkAction::Extend,
        }
    }

    /// What the public reads of it, where the action is public.
    pub(crate) fn words(&self) -> Option<&str> {
        match self {
            Self::Assign { goal, .. } => Some(goal),
            Self::Entrust { reason, .. } | Self::Remind { reason } | Self::Extend { reason, .. } => Some(reason),
            Self::Sign => None,
        }
    }

    /// The request for one case.
    pub(crate) fn request(&self) -> Result<Act, Problem> {
        let wrong = |_| Problem::invalid("这一批的内容不完整，请重新选择。");
        Ok(match self {
            Self::Assign { org, goal, deadline } => {
                let id: Id = org.parse().map_err(wrong)?;
                let to = OrgRef { region: id.region(), id };
                let deadline = deadline.and_then(Day::from_number);
                Request::Assign(Assignment { to, account: None, goal: goal.clone(), deadline }).into()
            }
            Self::Sign => Request::Sign.into(),
            Self::Entrust { account, reason } => {
                let id: Id = account.parse().map_err(wrong)?;
                Request::Entrust(AccountRef { region: id.region(), id }).because(reason)
            }
            Self::Remind { reason } => Request::Remind.because(reason),
            Self::Extend { deadline, reason } => {
                let day = Day::from_number(*deadline).ok_or_else(|| Problem::invalid("请填写新的期限。"))?;
                Request::Extend(day).because(reason)
            }
        })
    }
}

/// The rows of a run over these cases.
pub fn bulk_rows(region: Region, run: Id, cases: &[CaseRef]) -> Vec<BulkRow> {
    let row = |(case, n): (&CaseRef, i64)| BulkRow {
        region,
        run,
        n,
        case_region: case.region,
        case_id: case.id,
        state: RowState::Waiting,
        message: None,
    };
    cases.iter().zip(1..).map(row).collect()
}

impl Cases {
    /// Writes a run and its job. The same `id` again is the same form sent twice: nothing more is written.
    pub async fn bulk_start(
        &self,
        id: Id,
        act: &BulkAct,
        cases: &[CaseRef],
        viewer: &Viewer,
        (moment, real_now): (Moment, huiyin_base::Instant),
        rng: &mut Rng,
    ) -> Result<(), Problem> {
        act.request()?;
        let most = self.book.desk.bulk.most;
        let total = i64::try_from(cases.len()).unwrap_or(i64::MAX);
        if total == 0 || total > most {
            return Err(Problem::invalid(format!("一次可以办 1 到 {most} 件，请调整选择。")));
        }
        let region = viewer.account.region;
        if id.region() != region {
            return Err(Problem::invalid("这张表单不完整，请返回列表重新选择。"));
        }
        let run = BulkRun {
            region,
            id,
            account: viewer.account.id,
            action: act.action().as_str().to_owned(),
            input: serde_json::to_string(act).map_err(Problem::broken)?,
            total,
            created_day: moment.today,
        };
        let job = NewJob {
            region,
            kind: BULK,
            key: Some(id.to_string()),
            payload: serde_json::json!({ "run": id.to_string() }),
            run_at: real_now,
            created_by: Some(viewer.account.id),
        };
        let all = Arc::new((run, bulk_rows(region, id, cases), job, Id::new(region, moment.now, rng)));
        let write = self.db.write("bulk_start", move |tx| {
            let all = Arc::clone(&all);
            Box::pin(async move {
                let (run, rows, job, job_id) = &*all;
                if store::bulk_run_add(tx, run, rows).await? {
                    huiyin_jobs::enqueue(tx, job, *job_id).await?;
                }
                Ok(())
            })
        });
        write.await
    }

    /// Does what still waits of a run; gives how many were done and how many refused. It may run again after any
    /// interruption: a row is ended in the transaction of its act.
    pub async fn bulk_run(&self, region: Region, run: Id, moment: Moment) -> Result<(u64, u64), Problem> {
        let mut tx = self.db.read().await?;
        let run = store::bulk_run_get(&mut tx, region, run).await?.ok_or_else(Problem::not_found)?;
        let act: BulkAct = serde_json::from_str(&run.input).map_err(Problem::broken)?;
        let account = AccountRef { region, id: run.account };
        let viewer = viewer_find(&mut tx, account, moment.today).await?;
        drop(tx);
        let act = act.request()?;
        let (mut done, mut refused) = (0, 0);
        loop {
            let mut tx = self.db.read().await?;
            let rows = store::bulk_row_list(&mut tx, region, run.id, Some(RowState::Waiting), TOGETHER).await?;
            drop(tx);
            if rows.is_empty() {
                return Ok((done, refused));
            }
            let mut tasks = JoinSet::new();
            for row in rows {
                let (cases, act, viewer) = (self.clone(), act.clone(), viewer.clone());
                tasks.spawn(async move { cases.bulk_row(row, act, viewer, moment).await });
            }
            while let Some(ended) = tasks.join_next().await {
                if ended.map_err(Problem::broken)?? { done += 1 } else { refused += 1 }
            }
        }
    }

    /// One row; whether it was done.
    async fn bulk_row(&self, row: BulkRow, act: Act, viewer: Option<Viewer>, moment: Moment) -> Result<bool, Problem> {
        let tried = match viewer {
            Some(viewer) => self.bulk_act(row.clone(), act, viewer, moment).await,
            None => Err(Problem::forbidden("您的账号或岗位已变，没有再办。")),
        };
        match tried {
            Ok(()) => Ok(true),
            Err(problem) if problem.is_ours() => Err(problem),
            Err(problem) => {
                let write = self.db.write("bulk_refuse", move |tx| {
                    let (row, why) = (row.clone(), problem.message.clone());
                    Box::pin(async move {
                        store::bulk_row_end(tx, &row, RowState::Refused, Some(&why)).await?;
                        Ok(())
                    })
                });
                write.await?;
                Ok(false)
            }
        }
    }

    async fn bulk_act(&self, row: BulkRow, act: Act, viewer: Viewer, moment: Moment) -> Result<(), Problem> {
        let all = Arc::new((self.book.clone(), act, By::Staff(viewer), With::default(), row));
        let write = self.db.write("bulk_act", move |tx| {
            let all = Arc::clone(&all);
            Box::pin(async move {
                let (book, act, by, with, row) = &*all;
                if store::bulk_row_end(tx, row, RowState::Done, None).await? {
                    case_apply(tx, book, row.case(), act, by, moment, with).await?;
                }
                Ok(())
            })
        });
        write.await
    }
}
