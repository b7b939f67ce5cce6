//! The end of what a branch has announced: so many days after the meeting its notice goes, and a line in the audit says how many went.

use huiyin_base::{Day, Problem};
use huiyin_directory::audit::{AuditKind, Event, record};
use huiyin_web::Site;
use serde::Deserialize;

use crate::store::branch_meeting_sweep;

/// Notices in one write, and writes in one run of the job.
const TOGETHER: i64 = 500;
const ROUNDS: usize = 40;

#[derive(Debug, Deserialize)]
struct Rules {
    version: Vec<Version>,
}

#[derive(Debug, Deserialize)]
struct Version {
    from: toml::value::Datetime,
    keep_days: i64,
}

/// How many days a notice is kept after its meeting, by the version of the rules that holds on `today`.
fn kept(today: Day) -> Result<i64, Problem> {
    let rules: Rules =
        toml::from_str(include_str!("../../../../rules/branch-meetings.toml")).map_err(Problem::broken)?;
    let holds = rules.version.iter().filter_map(|version| {
        let from: Day = version.from.to_string().parse().ok()?;
        (from <= today).then_some((from, version.keep_days))
    });
    let last = holds.max_by_key(|(from, _)| *from);
    last.map(|(_, days)| days).ok_or_else(|| Problem::broken(std::io::Error::other("no rule holds")))
}

/// The job. Running it again does nothing again.
pub(crate) async fn sweep(site: &Site) -> huiyin_jobs::Outcome {
    let today = site.today();
    let before = today.plus(-kept(today)?);
    let mut gone = 0;
    for _ in 0..ROUNDS {
        let (real, mut rng) = (site.clock.real(), site.rngs.rng());
        let event = Event::new(site.home, AuditKind::Retention, real, &mut rng);
        let write = site.db.write("branch_meeting_sweep", move |tx| {
            let event = event.clone();
            Box::pin(async move {
                let gone = branch_meeting_sweep(tx, before, TOGETHER).await?;
                if gone > 0 {
                    record(tx, &event.detail(format!("删除到期的支部会议通知 {gone} 条"))).await?;
                }
                Ok(gone)
            })
        });
        let done = write.await?;
        gone += done;
        if done == 0 {
            break;
        }
    }
    Ok((gone > 0).then(|| format!("{gone} 条到期的支部会议通知已删除")))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_are_read_by_their_day() {
        assert_eq!(kept(Day::new(2016, 12, 16).unwrap()).unwrap(), 400);
        assert!(kept(Day::new(2015, 12, 31).unwrap()).is_err());
    }
}
