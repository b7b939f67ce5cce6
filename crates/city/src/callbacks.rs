//! The year's draws for call-backs with believable results, and who is on call these days.

use huiyin_base::{Day, Id, Problem, Rng};
use huiyin_cases::store::{callback_answered, callback_commit, callback_entry_add, roster_add};
use huiyin_cases::{CallState, CallbackDraw, CallbackEntry, RosterEntry, Rulebook, committed, hold, open_seed};
use huiyin_db::Db;
use huiyin_directory::{AccountRef, OrgRef, Regions, Role};
use huiyin_vault::Vault;

use crate::Scale;
use crate::invent::{City, OrgNumber};

/// Days for which somebody is down already; after them the roster shows its gap.
const ROSTER_DAYS: i64 = 6;

/// What the draws of a city are made with.
pub(crate) struct Caller<'a> {
    pub(crate) city: &'a City,
    pub(crate) scale: &'a Scale,
    pub(crate) book: &'a Rulebook,
    pub(crate) vault: &'a Vault,
}

/// Who calls in a county, and who does where the county itself answered.
#[derive(Clone, Copy)]
struct Callers {
    root: OrgRef,
    county: AccountRef,
    city: AccountRef,
}

impl Caller<'_> {
    /// Writes what was drawn and said of every month that is over, the seeds of those that are not, and the rosters.
    pub(crate) async fn write(&self, db: &Db) -> anyhow::Result<()> {
        let regions = Regions::built_in()?;
        for county in &self.city.counties {
            let root = &self.city.orgs[county.org];
            let at = OrgRef { region: root.region, id: root.id };
            let (Some(own), Some(city)) =
                (self.staff(Role::CountyStaff, county.org), self.staff(Role::CityStaff, self.city.org))
            else {
                continue;
            };
            let callers = Callers { root: at, county: own, city };
            let mut rng = Rng::fork(self.scale.seed ^ u64::from(county.region.ordinal()), "call-backs");
            let (draws, entries) = self.year(db, callers, regions.short(county.region), &mut rng).await?;
            let roster = self.roster(callers, &mut rng);
            let write = db.write("demo_callbacks", move |tx| {
                let (draws, entries, roster) = (draws.clone(), entries.clone(), roster.clone());
                Box::pin(async move {
                    callback_commit(tx, &draws).await?;
                    callback_entry_add(tx, &entries).await?;
                    roster_add(tx, &roster).await?;
                    Ok(())
                })
            });
            write.await?;
        }
        Ok(())
    }

    async fn year(
        &self,
        db: &Db,
        callers: Callers,
        short: &str,
        rng: &mut Rng,
    ) -> Result<(Vec<CallbackDraw>, Vec<CallbackEntry>), Problem> {
        let (mut draws, mut all) = (Vec::new(), Vec::new());
        let mut tx = db.read().await?;
        for month in self.months() {
            // Before the month began; the first month's on the day the wall opened.
            let settled = month.plus(-3).max(self.first()).min(self.scale.today);
            let draw = committed(self.vault, callers.root.region, month, settled, rng);
            let next = next_month(month);
            if next > self.scale.today {
                draws.push(draw);
                continue;
            }
            let seed = open_seed(self.vault, &draw)?;
            let answered = callback_answered(&mut tx, callers.root.region, month, next.plus(-1)).await?;
            let held_day = self.book.calendar.add_working_days(next.plus(-1), 1);
            let rules = &self.book.clocks.callback;
            let (draw, mut entries) = hold(rules, draw, seed, &answered, short, held_day);
            for entry in entries.iter_mut().filter(|entry| entry.drawn) {
                self.call(entry, callers, held_day, rng);
            }
            draws.push(draw);
            all.extend(entries);
        }
        Ok((draws, all))
    }

    /// What came of one call: most are reached at the first or second try, and most of them say that it is solved.
    fn call(&self, entry: &mut CallbackEntry, callers: Callers, drawn: Day, rng: &mut Rng) {
        let day = self.book.calendar.add_working_days(drawn, u32::try_from(rng.between(1, 14)).unwrap_or(1));
        if day > self.scale.today {
            return;
        }
        let own = entry.owner_org == callers.root.id;
        let caller = if own { callers.city } else { callers.county };
        (entry.account_region, entry.account, entry.day) = (Some(caller.region), Some(caller.id), Some(day));
        match rng.below(100) {
            0..=12 => (entry.state, entry.tries) = (Some(CallState::Unreached), self.book.clocks.callback.tries),
            13..=17 => (entry.state, entry.tries) = (Some(CallState::Refused), 1),
            _ => {
                let solved = rng.chance(885);
                let score = if solved { [3, 4, 4, 5, 5, 5] } else { [1, 1, 2, 2, 2, 3] };
                entry.state = Some(CallState::Reached);
                entry.tries = if rng.chance(700) { 1 } else { 2 };
                (entry.solved, entry.score) = (Some(solved), rng.pick(&score).copied());
            }
        }
    }

    fn roster(&self, callers: Callers, rng: &mut Rng) -> Vec<RosterEntry> {
        let eight = chrono::TimeDelta::hours(8);
        let made = self.scale.now();
        let days = (0..ROSTER_DAYS).map(|later| self.scale.today.plus(later - 1));
        let turns = days.map(|day| RosterEntry {
            region: callers.root.region,
            id: Id::new(callers.root.region, made, rng),
            org: callers.root.id,
            post: "值班室".into(),
            account_region: callers.county.region,
            account: callers.county.id,
            from_at: day.start() + eight,
            to_at: day.plus(1).start() + eight,
            added_region: callers.county.region,
            added_by: callers.county.id,
            removed_at: None,
            reach: None,
        });
        turns.collect()
    }

    fn staff(&self, role: Role, org: OrgNumber) -> Option<AccountRef> {
        let holds =
            |account: &&crate::invent::Account| account.grants.iter().any(|held| held.role == role && held.org == org);
        self.city.accounts.iter().find(holds).map(|account| AccountRef { region: account.region, id: account.id })
    }

    fn first(&self) -> Day {
        Day::new(self.scale.today.year(), 1, 1).unwrap_or(self.scale.today)
    }

    /// From January to the month after this one.
    fn months(&self) -> Vec<Day> {
        let mut months = vec![self.first()];
        while let Some(last) = months.last().copied().filter(|last| *last <= self.scale.today) {
            months.push(next_month(last));
        }
        months
    }
}

fn next_month(month: Day) -> Day {
    let next = month.plus(32);
    Day::new(next.year(), next.month(), 1).unwrap_or(next)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_follows_a_month() {
        let next = |day: &str| next_month(day.parse().unwrap()).to_string();
        assert_eq!(
            [next("2016-01-01"), next("2016-02-01"), next("2016-12-01")],
            ["2016-02-01", "2016-03-01", "2017-01-01"]
        );
    }
}
