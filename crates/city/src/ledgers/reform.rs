//! The reform ledger: meetings, plans, tasks.

use huiyin_base::Rng;
use huiyin_cases::{FieldValue, Value};
use huiyin_directory::Role;

use super::{Entry, Ledgers, words};
use crate::invent::OrgNumber;

impl Ledgers<'_> {
    /// Meetings and plans of the city's group for reform; tasks of its departments and of the counties.
    pub(super) fn reform(&self) -> Vec<Entry> {
        let mut all = Vec::new();
        let offices: Vec<OrgNumber> = self
            .departments(self.city.org)
            .into_iter()
            .filter(|org| !self.staff(*org, &[Role::CaseOfficer]).is_empty())
            .collect();
        let counties: Vec<OrgNumber> = self.city.counties.iter().map(|county| county.org).collect();
        for (what, full, small) in [("meeting", 17, 2), ("plan", 98, 5), ("task", 381, 15)] {
            let (done, open) = self.sizes(full, small);
            let open = if what == "meeting" { 0 } else { open / 3 };
            for n in 0..done + open {
                let at = usize::try_from(n).unwrap_or(0);
                let mut rng = Rng::fork(self.scale.seed ^ n, what);
                let to = match what {
                    "meeting" => offices.first(),
                    "plan" => offices.get(at % offices.len().max(1)),
                    _ if at % 3 == 0 || offices.is_empty() => counties.get(at / 3 % counties.len().max(1)),
                    _ => offices.get(at % offices.len()),
                };
                // The first office works for the group for reform; a city without departments has nobody to ask.
                let Some(to) = to.copied() else { continue };
                all.push(self.reform_entry(what, at, to, n < done, &mut rng));
            }
        }
        all
    }

    fn reform_entry(&self, what: &'static str, at: usize, to: OrgNumber, done: bool, rng: &mut Rng) -> Entry {
        let (area, matter) = words::REFORM[at % words::REFORM.len()];
        let turn = at / words::REFORM.len() + 1;
        let days = match what {
            // A meeting about every third week.
            "meeting" => {
                let nth = i64::try_from(at).unwrap_or(0);
                self.days((8 + 13 * nth, 8 + 13 * nth), (8, 8), rng)
            }
            "plan" => self.days((5, 150), (30, 60), rng),
            _ => self.days((5, 120), (60, 110), rng),
        };
        let turned = if turn > 1 { format!("（第 {turn} 批）") } else { String::new() };
        let (title, text, result) = match what {
            "meeting" => (
                format!("全面深化改革领导小组第 {} 次会议", at + 1),
                format!("研究{matter}等事项，议定的事列入改革台账。"),
                "会议已召开，纪要已印发".to_owned(),
            ),
            "plan" => (
                format!("{matter}实施方案{turned}"),
                format!("制定{matter}的实施方案，征求意见后印发。"),
                "方案已印发，任务已分解".to_owned(),
            ),
            _ => (
                format!("{matter}{turned}"),
                format!("按照方案推进{matter}，形成能用的办法。"),
                "已按方案办成，制度已经用起来".to_owned(),
            ),
        };
        let mut values = vec![FieldValue::text("type", what), FieldValue::text("area", area)];
        if what != "task" && done {
            values.push(FieldValue::new("held_on", Value::Day(days[2])));
        }
        Entry {
            kind: "reform",
            from: self.city.org,
            to,
            title,
            text,
            values,
            steps: if done { 5 } else { 2 + at % 2 },
            deadline: self.deadline(days[3], rng),
            told: (Vec::new(), words::SAID[at % words::SAID.len()].to_owned()),
            done: format!("{result}。"),
            days,
            rng: rng.clone(),
        }
    }
}
