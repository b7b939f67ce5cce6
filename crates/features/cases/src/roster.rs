//! Who is on call for emergencies: kept by each county, its gaps in plain sight.

use chrono::{NaiveTime, TimeDelta};
use huiyin_base::{Day, Id, Instant, Problem, Region, Rng};
use huiyin_directory::{AccountRef, OrgRef, Viewer, org_root, role_holders};
use huiyin_gateways::Address;

use crate::actor::desk_grant;
use crate::words::seal_reach;
use crate::{Cases, Moment, RosterEntry, Standing, store};

/// The most days that one entry may be repeated for.
const MOST_DAYS: u32 = 62;

/// Somebody's turn, the same hours on one or several days.
#[derive(Clone, Debug)]
pub struct Turn {
    /// Where he works.
    pub org: OrgRef,
    /// Who.
    pub account: AccountRef,
    /// What the post is called.
    pub post: String,
    /// The first day.
    pub day: Day,
    /// It begins.
    pub from: NaiveTime,
    /// It ends; not later than it begins means on the next day.
    pub to: NaiveTime,
    /// On so many days, one after the other.
    pub days: u32,
    /// Where he is reached at once: a mobile number or a mail address. Empty: the telephone in the register, if he has one.
    pub reach: String,
}

impl Cases {
    /// Puts somebody down, and tells for how many turns: those that he is down for already stay as they are.
    pub async fn roster_add(
        &self,
        region: Region,
        turn: Turn,
        viewer: &Viewer,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<u64, Problem> {
        self.check_keeper(region, viewer).await?;
        self.check_turn(region, &turn, moment).await?;
        let reach = reach_of(&turn.reach)?;
        let entries: Vec<RosterEntry> = (0..turn.days)
            .map(|later| {
                let day = turn.day.plus(i64::from(later));
                let until = if turn.to > turn.from { day } else { day.plus(1) };
                let id = Id::new(region, moment.now, rng);
                RosterEntry {
                    region,
                    id,
                    org: turn.org.id,
                    post: turn.post.trim().to_owned(),
                    account_region: turn.account.region,
                    account: turn.account.id,
                    from_at: day.at(turn.from),
                    to_at: until.at(turn.to),
                    added_region: viewer.account.region,
                    added_by: viewer.account.id,
                    removed_at: None,
                    reach: reach.as_ref().map(|reach| seal_reach(&self.vault, id, reach, rng)),
                }
            })
            .collect();
        let write = self.db.write("roster_add", move |tx| {
            let entries = entries.clone();
            Box::pin(async move { Ok(store::roster_add(tx, &entries).await?) })
        });
        write.await
    }

    /// Takes a turn off.
    pub async fn roster_remove(&self, region: Region, id: Id, viewer: &Viewer, now: Instant) -> Result<(), Problem> {
        self.check_keeper(region, viewer).await?;
        let write = self.db.write("roster_remove", move |tx| {
            Box::pin(async move { Ok(store::roster_remove(tx, region, id, now).await?) })
        });
        if write.await? { Ok(()) } else { Err(Problem::conflict("这一班已经撤下了，请刷新后再看。")) }
    }

    /// The county's desk, and whoever stands above it.
    pub(crate) async fn check_keeper(&self, region: Region, viewer: &Viewer) -> Result<OrgRef, Problem> {
        let mut tx = self.db.read().await?;
        let root = org_root(&mut tx, region).await?.ok_or_else(Problem::not_found)?.at();
        let lines = store::lines_find(&mut tx, vec![root]).await?;
        let kind = self.book.kind("problem").ok_or_else(Problem::not_found)?;
        desk_grant(kind, root, viewer, &lines).map(|_| root).ok_or_else(Problem::not_found)
    }

    async fn check_turn(&self, region: Region, turn: &Turn, moment: Moment) -> Result<(), Problem> {
        if turn.post.trim().is_empty() || turn.post.chars().count() > 20 {
            return Err(Problem::invalid("请填写岗位名称，最多 20 字，例如“值班室”。"));
        }
        if !(1..=MOST_DAYS).contains(&turn.days) {
            return Err(Problem::invalid(format!("天数请填 1 到 {MOST_DAYS}。")));
        }
        if turn.day < moment.today || turn.day.since(moment.today) > 366 {
            return Err(Problem::invalid("日期请从今天起选，最远排到一年以后。"));
        }
        let kind = self.book.kind("problem").ok_or_else(Problem::not_found)?;
        let roles = [Standing::Desk, Standing::OwnerOrg].map(|standing| kind.roles(standing)).concat();
        let mut tx = self.db.read().await?;
        let holders = role_holders(&mut tx, turn.org, &roles, moment.today).await?;
        if turn.org.region == region && holders.iter().any(|held| held.account == turn.account.id) {
            Ok(())
        } else {
            Err(Problem::invalid("请从名单里选择值班人员，只能选本县（市、区）在岗的人。"))
        }
    }
}

/// What somebody wrote, if messages can go there.
fn reach_of(text: &str) -> Result<Option<String>, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let wrong = || Problem::invalid("值班手机请填 11 位号码，或填一个邮箱；也可以不填。");
    Address::parse(text).map(|_| Some(text.to_owned())).ok_or_else(wrong)
}

/// The stretches between two moments in which nobody is on call.
pub fn gaps(entries: &[RosterEntry], from: Instant, to: Instant) -> Vec<(Instant, Instant)> {
    let mut turns: Vec<(Instant, Instant)> = entries.iter().map(|entry| (entry.from_at, entry.to_at)).collect();
    turns.sort_unstable();
    let mut covered = from;
    let mut gaps = Vec::new();
    for (begin, end) in turns.into_iter().filter(|(begin, end)| *end > from && *begin < to) {
        // A change of shift is no gap.
        if begin - covered > TimeDelta::minutes(1) {
            gaps.push((covered, begin));
        }
        covered = covered.max(end);
    }
    if to - covered > TimeDelta::minutes(1) {
        gaps.push((covered, to));
    }
    gaps
}
