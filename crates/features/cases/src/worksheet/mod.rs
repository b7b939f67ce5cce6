//! Answers written without a network: a unit's open cases as a protected sheet, handed in again, shown as what will
//! change, and asked to close one by one through the engine. No field of the city's is new in it.

mod sheet;
mod token;

use std::collections::HashSet;
use std::sync::Arc;

use huiyin_base::{Id, Problem, Rng};
use huiyin_directory::{OrgRef, Viewer};
use huiyin_documents::Table;
use serde::{Deserialize, Serialize};

pub use sheet::{COLUMNS, worksheet};

use crate::cases::{By, With, case_apply};
use crate::ledger::{
    ImportAction, ImportBatch, ImportKind, ImportRow, ImportState, ROWS, SheetRow, changed, rows_of, rows_put,
};
use crate::names::name_list;
use crate::privacy::forbidden_in;
use crate::store;
use crate::{Act, CaseItem, CaseRef, Cases, Moment, Outcome, Request, State};

/// The states in which an owner may go on to ask for closing.
pub(crate) const STATES: [State; 3] = [State::Signed, State::InHand, State::Reopened];

/// What a row asks for.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Asked {
    case: Id,
    events: i64,
    solved: bool,
    text: String,
}

/// How many rows ended how.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "each field is an action of its name")]
pub struct HandedIn {
    pub done: usize,
    pub conflict: usize,
}

/// What the columns of a worksheet are called by number: 编号, 办理结果, 给群众的答复, 校验码.
const NUMBER: usize = 0;
const OUTCOME: usize = 1;
const ANSWER: usize = 2;
const TOKEN: usize = 3;

impl Cases {
    /// Takes a worksheet in: each row is judged as it would be now, and kept sealed. Nothing changes yet. `number` prints a
    /// case's number.
    pub async fn worksheet_take(
        &self,
        table: Table,
        file_name: String,
        viewer: &Viewer,
        moment: Moment,
        number: &(dyn Fn(&CaseItem) -> String + Sync),
        rng: &mut Rng,
    ) -> Result<Id, Problem> {
        let org = viewer.grants.first().map(|grant| grant.org).ok_or_else(Problem::not_found)?;
        let id = Id::new(viewer.account.region, moment.now, rng);
        let batch = batch(id, org, file_name, &table, viewer, moment);
        let mut known = HashSet::new();
        let mut rows = Vec::with_capacity(table.rows.len());
        for row in &table.rows {
            let cells: Vec<String> = table.places.iter().map(|place| cell(&row.cells, *place)).collect();
            let judged = match &row.fault {
                Some(fault) => Err((ImportAction::Refuse, fault.clone())),
                None => self.judged(&cells, row.number, viewer, &mut known, number).await?,
            };
            let (action, message, plan) = match judged {
                Ok((message, asked)) => (ImportAction::Add, message, Some(asked)),
                Err((action, message)) => (action, message, None),
            };
            let key = (id, row.number);
            let sheet = SheetRow { number: row.number, cells: row.cells.clone(), fault: None };
            rows.push(ImportRow {
                number: row.number,
                cells: ROWS.seal(&self.vault, key, "cells", &sheet, rng)?,
                case_id: plan.as_ref().map(|plan| plan.case),
                plan: plan.map(|plan| ROWS.seal(&self.vault, key, "plan", &plan, rng)).transpose()?,
                action: Some(action),
                message: Some(message),
                twin: None,
                choice: None,
            });
        }
        let write = self.db.write("worksheet_add", move |tx| {
            let batch = batch.clone();
            Box::pin(async move { Ok(store::ledger_add(tx, &batch).await?) })
        });
        write.await?;
        rows_put(self, id, rows).await?;
        Ok(id)
    }

    /// The worksheet as it stands, for whoever handed it in.
    pub async fn worksheet_find(&self, id: Id, viewer: &Viewer) -> Result<ImportBatch, Problem> {
        let found = store::ledger_find(&mut self.db.read().await?, id).await?;
        let own = |batch: &ImportBatch| batch.kind == ImportKind::Worksheet && batch.by() == Some(viewer.account);
        found.filter(own).ok_or_else(Problem::not_found)
    }

    /// Asks to close what the rows ask for, each by itself: one that moved meanwhile is told and harms no other. The sheet
    /// is done when every row is, so that after a break it can be handed in again; a row that is done stays done.
    pub async fn worksheet_apply(&self, id: Id, viewer: &Viewer, moment: Moment) -> Result<HandedIn, Problem> {
        let batch = self.worksheet_find(id, viewer).await?;
        if batch.state != ImportState::Checked {
            return Err(Problem::conflict("这张答复表已经交过了，结果写在每一行后面。"));
        }
        let (_, rows) = rows_of(self, &batch).await?;
        let mut ended = HandedIn::default();
        for row in rows.into_iter().filter(|row| row.action == Some(ImportAction::Add)) {
            let Some(plan) = &row.plan else { continue };
            let asked: Asked = ROWS.open(&self.vault, (id, row.number), "plan", plan)?;
            let (number, case) = (row.number, asked.case);
            match self.closing(id, number, asked, viewer, moment).await {
                Ok(()) => ended.done += 1,
                Err(problem) if problem.source.is_some() => return Err(problem),
                Err(problem) => {
                    ended.conflict += 1;
                    let message = format!("没有提交：{}", problem.message);
                    let write = self.db.write("worksheet_end", move |tx| {
                        let message = message.clone();
                        Box::pin(async move {
                            let action = ImportAction::Conflict;
                            Ok(store::ledger_row_end(tx, id, number, action, &message, Some(case)).await?)
                        })
                    });
                    write.await?;
                }
            }
        }
        let write = self.db.write("worksheet_complete", move |tx| {
            Box::pin(
                async move { Ok(store::ledger_advance(tx, id, ImportState::Checked, ImportState::Complete).await?) },
            )
        });
        write.await?;
        Ok(ended)
    }

    /// Gives a worksheet up before anything was asked for.
    pub async fn worksheet_discard(&self, id: Id, viewer: &Viewer) -> Result<(), Problem> {
        self.worksheet_find(id, viewer).await?;
        let write = self.db.write("worksheet_discard", move |tx| {
            Box::pin(
                async move { Ok(store::ledger_advance(tx, id, ImportState::Checked, ImportState::Discarded).await?) },
            )
        });
        if write.await? { Ok(()) } else { Err(changed()) }
    }

    /// One row with its end, all in one write.
    async fn closing(&self, id: Id, number: u32, asked: Asked, viewer: &Viewer, moment: Moment) -> Result<(), Problem> {
        let outcome = if asked.solved { Outcome::Solved } else { Outcome::Explained };
        let case = CaseRef { region: asked.case.region(), id: asked.case };
        let close = Act::from(Request::RequestClose { outcome, text: asked.text, photos: Vec::new() });
        let all = Arc::new((self.book.clone(), By::Staff(viewer.clone()), Act::from(Request::Begin), close));
        let write = self.db.write("worksheet_close", move |tx| {
            let all = Arc::clone(&all);
            Box::pin(async move {
                let (book, by, begin, close) = &*all;
                let item = store::case_get(tx, case).await?.ok_or_else(Problem::not_found)?;
                if item.events != asked.events {
                    return Err(Problem::conflict(moved(&item)));
                }
                if item.state != State::InHand {
                    case_apply(tx, book, case, begin, by, moment, &With::default()).await?;
                }
                let done = case_apply(tx, book, case, close, by, moment, &With::default()).await?;
                let action = ImportAction::Done;
                Ok(store::ledger_row_end(tx, id, number, action, done.message, Some(case.id)).await?)
            })
        });
        write.await
    }

    /// What a row comes to, or how it fails; the outer error is for what is broken.
    async fn judged(
        &self,
        cells: &[String],
        row: u32,
        viewer: &Viewer,
        known: &mut HashSet<Id>,
        number: &(dyn Fn(&CaseItem) -> String + Sync),
    ) -> Result<Result<(String, Asked), (ImportAction, String)>, Problem> {
        let get = |column: usize| cells.get(column).map_or("", |cell| cell.trim());
        let (outcome, text) = (get(OUTCOME), crate::cleaned(get(ANSWER)));
        let refuse = |message: String| Ok(Err((ImportAction::Refuse, format!("第 {row} 行：{message}"))));
        if outcome.is_empty() && text.is_empty() {
            return Ok(Err((ImportAction::Skip, format!("第 {row} 行没有填写，不变。"))));
        }
        let Some((case, events)) = token::opened(&self.vault, get(TOKEN)) else {
            return refuse("校验码不对，这一行不是从系统下载的，或者被改动过。请重新下载后再填。".into());
        };
        let at = CaseRef { region: case.region(), id: case };
        let Some(item) = store::case_get(&mut self.db.read().await?, at).await? else {
            return refuse("没有找到这件事。请重新下载后再填。".into());
        };
        let printed = number(&item);
        if get(NUMBER) != printed {
            return refuse(format!("编号和这一行的内容对不上（应是 {printed}），行可能被调换过。请重新下载后再填。"));
        }
        if !known.insert(case) {
            return refuse(format!("{printed} 在表里出现了两次，只留一行。"));
        }
        if item.owner_person() != Some(viewer.account) {
            return refuse(format!("{printed} 现在不由您承办，请交给承办人填写。"));
        }
        if item.events != events || !STATES.contains(&item.state) {
            return Ok(Err((ImportAction::Conflict, format!("第 {row} 行：{printed} {}", moved(&item)))));
        }
        let solved = match outcome {
            "已解决" => true,
            "已说明" => false,
            "" => return refuse(format!("{printed} 没有选办理结果，请选“已解决”或“已说明”。")),
            _ => return refuse(format!("{printed} 的办理结果只能是“已解决”或“已说明”。")),
        };
        let most = self.book.rules.limit.answer;
        if text.is_empty() || text.chars().count() > most {
            return refuse(format!("{printed} 要写给群众看的答复，最多 {most} 字。"));
        }
        if let Some(kind) = forbidden_in(&text) {
            return refuse(format!("{printed} 的答复里有{}，请隐去。", kind.label()));
        }
        let shown: String = text.chars().take(60).collect();
        let more = if text.chars().count() > 60 { "……" } else { "" };
        let names = name_list(&text).map(|names| format!("　请再看一眼：像是人名（{names}），是群众的不要公开。"));
        let message = format!("{printed}：申请办结，{outcome}。答复：{shown}{more}{}", names.unwrap_or_default());
        Ok(Ok((message, Asked { case, events, solved, text })))
    }
}

fn moved(item: &CaseItem) -> String {
    format!("在您下载以后有了变动，现在是“{}”。请打开看过，再在页面上办理，或重新下载后填写。", item.state.label())
}

fn cell(cells: &[String], place: Option<usize>) -> String {
    place.and_then(|place| cells.get(place)).cloned().unwrap_or_default()
}

fn batch(id: Id, org: OrgRef, file_name: String, table: &Table, viewer: &Viewer, moment: Moment) -> ImportBatch {
    ImportBatch {
        region: id.region(),
        id,
        kind: ImportKind::Worksheet,
        org: org.id,
        file_name,
        headers: serde_json::Value::from(table.headers.clone()).to_string(),
        places: "{}".to_owned(),
        notices: serde_json::Value::from(table.notices.clone()).to_string(),
        unknown: "[]".to_owned(),
        state: ImportState::Checked,
        rows_total: i64::try_from(table.rows.len()).unwrap_or(i64::MAX),
        account_region: Some(viewer.account.region),
        account: Some(viewer.account.id),
        created_at: moment.now,
        created_day: moment.today,
    }
}
