//! The year's inspections with what they found, good practice, a talk, and the meetings at which peers learned.

mod beside;
mod cases;
mod going;
mod meetings;
mod texts;
mod visits;

use huiyin_base::{Day, Id, Rng};
use huiyin_cases::Rulebook;
use huiyin_cases::store::history_add_records;
use huiyin_cases::supervision::store as kept;
use huiyin_db::Db;
use huiyin_directory::{AccountRef, OrgRef, Role};
use huiyin_vault::Vault;

use crate::Scale;
use crate::history::Historian;
use crate::invent::{AccountNumber, City, OrgNumber};
use crate::store::close_counter_put;

/// What is made with.
pub(crate) struct Supervisor<'a> {
    pub(crate) city: &'a City,
    pub(crate) scale: &'a Scale,
    pub(crate) historian: &'a Historian,
    pub(crate) book: &'a Rulebook,
    pub(crate) vault: &'a Vault,
}

impl Supervisor<'_> {
    /// Writes all of it, in two writes.
    pub(crate) async fn write(&self, db: &Db) -> anyhow::Result<()> {
        let mut rng = Rng::fork(self.scale.seed, "supervision");
        let year = visits::year(self, &mut rng);
        let (found, counters) = cases::found(self, &year, &mut rng)?;
        let (practices, talk) = beside::beside(self, &year, &mut rng)?;
        let meetings = meetings::meetings(self, &mut rng);
        let all = std::sync::Arc::new((year, found, practices, talk, meetings, counters));
        let write = db.write("demo_supervision", move |tx| {
            let all = std::sync::Arc::clone(&all);
            Box::pin(async move {
                let (year, found, practices, (talks, basis), meetings, counters) = &*all;
                kept::plan_add(tx, &year.plan).await?;
                kept::team_add(tx, &year.teams).await?;
                kept::member_add(tx, &year.members).await?;
                kept::inspection_add(tx, &year.inspections).await?;
                kept::item_add(tx, &year.items).await?;
                for (inspection, teams) in &year.crews {
                    kept::crew_add(tx, *inspection, teams).await?;
                }
                kept::unit_add(tx, &year.units).await?;
                kept::record_add(tx, &year.records, &year.marks, &[]).await?;
                kept::finding_add(tx, &found.0).await?;
                history_add_records(tx, &found.1).await?;
                close_counter_put(tx, "finding", counters).await?;
                kept::practice_add(tx, practices).await?;
                kept::talk_add(tx, talks, basis).await?;
                Ok(huiyin_life::store::meeting_add(tx, meetings).await?)
            })
        });
        Ok(write.await?)
    }

    fn org(&self, number: OrgNumber) -> OrgRef {
        let org = &self.city.orgs[number];
        OrgRef { region: org.region, id: org.id }
    }

    fn account(&self, number: AccountNumber) -> AccountRef {
        let account = &self.city.accounts[number];
        AccountRef { region: account.region, id: account.id }
    }

    /// The first who holds the role there.
    fn holder(&self, org: OrgNumber, role: Role) -> Option<AccountNumber> {
        self.city.holders(org, role).first().copied()
    }

    fn day(&self, month: u32, day: u32) -> Day {
        Day::new(self.scale.today.year(), month, day).unwrap_or(self.scale.today)
    }

    /// An id of a day's morning.
    fn id(at: Day, of: OrgRef, rng: &mut Rng) -> Id {
        let later = chrono::TimeDelta::milliseconds(9 * 3_600_000 + rng.between(0, 3_600_000));
        Id::new(of.region, at.start() + later, rng)
    }
}
