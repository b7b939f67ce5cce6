//! Call-backs by lot: seeds committed beforehand, lists frozen, results by somebody who had no hand in the case.

use std::sync::Arc;

use huiyin_base::{Day, Problem, Region, Report, Rng};
use huiyin_db::Tx;
use huiyin_directory::Viewer;
use huiyin_vault::Place;

use crate::actor::desk_grant;
use crate::draw::{Held, Lot, drawn, faults, hash_of, list_hash, sample, seed_of};
use crate::item::month_of;
use crate::store::{self, Answered, CallState, CallbackDraw, CallbackEntry};
use crate::words::limited;
use crate::{CaseItem, CaseRef, Cases, Moment};

/// What came of a call.
#[derive(Clone, Debug)]
pub enum CallResult {
    /// Whoever raised it answered.
    Reached {
        /// He says that it is solved.
        solved: bool,
        /// 1 to 5.
        score: i64,
        /// What he said; may be empty.
        words: String,
    },
    /// Nobody answered this time.
    Missed,
    /// He does not wish to answer.
    Refused,
}

impl Cases {
    /// Commits the seeds of this month and of the next for these counties; what is committed stays.
    pub async fn callback_commit(&self, counties: &[Region], today: Day, rng: &mut Rng) -> Result<u64, Problem> {
        let this = month_of(today);
        let next = month_of(this.plus(32));
        let draws: Vec<CallbackDraw> = counties
            .iter()
            .flat_map(|region| [(*region, this), (*region, next)])
            .map(|(region, month)| committed(&self.vault, region, month, today, rng))
            .collect();
        let write = self.db.write("callback_commit", move |tx| {
            let draws = draws.clone();
            Box::pin(async move { Ok(store::callback_commit(tx, &draws).await?) })
        });
        write.await
    }

    /// Holds every draw whose month is over, and tells how many. `name` prints a county for case numbers.
    pub async fn callback_draw(&self, today: Day, name: impl Fn(Region) -> String) -> Result<usize, Problem> {
        let due = store::callback_draw_due(&mut self.db.read().await?, month_of(today)).await?;
        let mut held = 0;
        for draw in due {
            let seed = open_seed(&self.vault, &draw)?;
            let (rules, short) = (self.book.clocks.callback, Arc::new(name(draw.region)));
            let write = self.db.write("callback_draw", move |tx| {
                let (draw, seed, short) = (draw.clone(), seed.clone(), Arc::clone(&short));
                Box::pin(async move {
                    if !store::callback_draw_lock(tx, draw.region, draw.month).await? {
                        return Ok(false);
                    }
                    let last = month_of(draw.month.plus(32)).plus(-1);
                    let answered = store::callback_answered(tx, draw.region, draw.month, last).await?;
                    let (draw, entries) = hold(&rules, draw, seed, &answered, &short, today);
                    for chunk in entries.chunks(400) {
                        store::callback_entry_add(tx, chunk).await?;
                    }
                    store::callback_draw_save(tx, &draw).await?;
                    Ok(true)
                })
            });
            held += usize::from(write.await?);
        }
        Ok(held)
    }

    /// Whether the viewer may call back for a case, in a sentence where he may not: he neither owned it nor verified its answer,
    /// and belongs neither to the unit that handled it nor to the one it is about.
    pub async fn caller(&self, tx: &mut Tx, case: &CaseItem, viewer: &Viewer) -> Result<(), Problem> {
        let kind = self.book.kind_of(case).ok_or_else(Problem::not_found)?;
        let owners = store::owner_list(tx, case.at()).await?;
        let orgs = [case.desk_org(), case.owner()].into_iter();
        let lines = store::lines_find(tx, orgs.chain(viewer.grants.iter().map(|grant| grant.org)).collect()).await?;
        if crate::is_barred(viewer, case, &lines) || desk_grant(kind, case.desk_org(), viewer, &lines).is_none() {
            return Err(Problem::not_found());
        }
        if owners.iter().any(|owner| owner.account() == viewer.account) || case.verified_by() == Some(viewer.account) {
            return Err(Problem::forbidden("承办、核验过这件事的人不做回访，请别的同事来。"));
        }
        if viewer.grants.iter().any(|grant| lines.within(grant.org, case.owner())) {
            return Err(Problem::forbidden("这件事由您所在的单位承办，要由上一级回访。"));
        }
        Ok(())
    }

    /// Writes down what came of a call that was drawn.
    pub async fn callback_record(
        &self,
        case: CaseRef,
        result: CallResult,
        viewer: &Viewer,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<CallbackEntry, Problem> {
        let mut tx = self.db.read().await?;
        let item = store::case_get(&mut tx, case).await?.ok_or_else(Problem::not_found)?;
        self.caller(&mut tx, &item, viewer).await?;
        let gone = || Problem::conflict("这件事没有等着回访，可能别人刚记过结果，请刷新后再看。");
        let before = store::callback_waiting(&mut tx, case).await?.ok_or_else(gone)?;
        drop(tx);
        if matches!(result, CallResult::Missed) && before.day == Some(moment.today) {
            // A form sent again is no second try, and three within a minute are none either.
            return Err(Problem::conflict("今天已经记过一次没打通，请改天再打。"));
        }
        let mut after = before.clone();
        after.tries += 1;
        (after.account_region, after.account) = (Some(viewer.account.region), Some(viewer.account.id));
        after.day = Some(moment.today);
        after.state = Some(match result {
            CallResult::Missed if after.tries < self.book.clocks.callback.tries => CallState::Waiting,
            CallResult::Missed => CallState::Unreached,
            CallResult::Refused => CallState::Refused,
            CallResult::Reached { solved, score, words } => {
                if !(1..=5).contains(&score) {
                    return Err(Problem::invalid("请在一到五分之间选择。"));
                }
                (after.solved, after.score) = (Some(solved), Some(score));
                if !words.trim().is_empty() {
                    let words = limited("对方说的话", &words, self.book.rules.limit.message)?;
                    after.words = Some(self.vault.seal(words_place(case.id.uuid().as_bytes()), words.as_bytes(), rng));
                }
                CallState::Reached
            }
        });
        let saved = after.clone();
        let write = self.db.write("callback_record", move |tx| {
            let (before, after) = (before.clone(), after.clone());
            Box::pin(async move { Ok(store::callback_record(tx, &before, &after).await?) })
        });
        if write.await? { Ok(saved) } else { Err(gone()) }
    }
}

/// A draw whose seed is made and sealed.
pub fn committed(vault: &huiyin_vault::Vault, region: Region, month: Day, today: Day, rng: &mut Rng) -> CallbackDraw {
    let seed = seed_of(&rng.bytes());
    CallbackDraw {
        region,
        month,
        seed_hash: hash_of(&seed),
        seed_sealed: vault.seal(seed_place(&row_of(region, month)), seed.as_bytes(), rng),
        salt: Some(seed_of(&rng.bytes())),
        committed_day: today,
        seed: None,
        list_hash: None,
        answered: 0,
        listed: 0,
        drawn: 0,
        drawn_day: None,
    }
}

/// The seed of a committed draw.
pub fn open_seed(vault: &huiyin_vault::Vault, draw: &CallbackDraw) -> Result<String, Problem> {
    let seed = vault.open_sealed(seed_place(&row_of(draw.region, draw.month)), &draw.seed_sealed);
    String::from_utf8(seed.map_err(Problem::broken)?).map_err(Problem::broken)
}

/// Freezes the list and draws from it. Pure.
pub fn hold(
    rules: &crate::CallbackRules,
    draw: CallbackDraw,
    seed: String,
    answered: &[Answered],
    county: &str,
    today: Day,
) -> (CallbackDraw, Vec<CallbackEntry>) {
    let callable = answered.iter().filter(|case| case.callable == 1);
    let mut entries: Vec<CallbackEntry> = callable
        .map(|case| CallbackEntry {
            region: draw.region,
            month: draw.month,
            case_id: case.id,
            number: format!("{county}-{}-{:05}", case.number_year, case.number_n),
            owner_region: case.owner_region,
            owner_org: case.owner_org,
            lots: if case.own == 1 { rules.lots } else { 1 },
            drawn: false,
            state: None,
            tries: 0,
            solved: None,
            score: None,
            words: None,
            account_region: None,
            account: None,
            day: None,
        })
        .collect();
    let list = lots_of(&entries);
    let chosen = drawn(&seed, &list, sample(rules, list.len()));
    for entry in &mut entries {
        entry.drawn = chosen.contains(&entry.number);
        entry.state = entry.drawn.then_some(CallState::Waiting);
    }
    let count = |n: usize| i64::try_from(n).unwrap_or(0);
    let draw = CallbackDraw {
        seed: Some(seed),
        list_hash: Some(list_hash(&list, draw.salt.as_deref())),
        answered: count(answered.len()),
        listed: count(list.len()),
        drawn: count(chosen.len()),
        drawn_day: Some(today),
        ..draw
    };
    (draw, entries)
}

/// Repeats every draw that was held, of call-backs and of inspections: the seed is the one that was committed, the list is the one that was frozen, and the same
/// cases come out.
pub async fn check_draws(tx: &mut Tx) -> huiyin_db::Result<Report> {
    let mut findings = Vec::new();
    let mut held = 0;
    for draw in store::callback_draw_list(tx, None, i64::MAX).await? {
        let Some(seed) = &draw.seed else { continue };
        held += 1;
        let entries = store::callback_entry_list(tx, draw.region, draw.month).await?;
        let list = lots_of(&entries);
        let which = format!("{} {}", draw.region, &draw.month.to_string()[..7]);
        let say = |wrong: bool, words: &str| wrong.then(|| format!("{which} 的回访抽签：{words}"));
        let stored = entries.iter().filter(|entry| entry.drawn).map(|entry| entry.number.clone()).collect();
        let kept = Held {
            seed,
            seed_hash: &draw.seed_hash,
            list_hash: draw.list_hash.as_ref(),
            salt: draw.salt.as_deref(),
            drawn: usize::try_from(draw.drawn).unwrap_or(0),
        };
        findings.extend(faults(&kept, &list, &stored).into_iter().map(|words| format!("{which} 的回访抽签：{words}")));
        let called = entries.iter().filter(|entry| entry.state.is_some() != entry.drawn).count();
        findings.extend(say(called > 0, "有回访结果的事项和抽中的对不上。"));
        findings.extend(say(draw.committed_day > month_of(draw.month.plus(32)).plus(-1), "种子是月份结束以后才定的。"));
    }
    let (inspections, more) = crate::supervision::draw_faults(tx).await?;
    findings.extend(more);
    Ok(Report::new("draws", held + inspections, findings))
}

fn lots_of(entries: &[CallbackEntry]) -> Vec<Lot> {
    entries.iter().map(|entry| Lot { number: entry.number.clone(), lots: entry.lots }).collect()
}

/// As a change of keys binds it: numbers as four bytes, the month before the region.
fn row_of(region: Region, month: Day) -> Vec<u8> {
    let month = u32::try_from(month.number()).unwrap_or(0);
    [month, u32::from(region.ordinal())].map(u32::to_be_bytes).concat()
}

fn seed_place(row: &[u8]) -> Place<'_> {
    Place { table: "callback_draw", column: "seed_sealed", row }
}

fn words_place(row: &[u8]) -> Place<'_> {
    Place { table: "callback_entry", column: "words", row }
}
