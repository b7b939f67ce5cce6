use huiyin_base::Instant;

use super::{Deed, Fate, Problem};

/// Gives every merged problem an earlier one of its county to merge into, of its own topic and township where there is one.
pub(crate) fn choose_targets(problems: &mut [Problem]) {
    let merged: Vec<usize> = (0..problems.len()).filter(|index| problems[*index].fate == Fate::Merged).collect();
    for index in merged {
        let Some(at) =
            problems[index].steps.iter().find(|step| matches!(step.deed, Deed::Merge(_))).map(|step| step.at)
        else {
            continue;
        };
        let target = target(problems, index, at);
        let problem = &mut problems[index];
        for step in &mut problem.steps {
            if matches!(step.deed, Deed::Merge(_)) {
                // Nothing earlier in the county: it goes elsewhere instead.
                step.deed = target.map_or(Deed::Refer, |serial| Deed::Merge(Some(serial)));
            }
        }
        if target.is_none() {
            problem.fate = Fate::Referred;
        }
    }
}

fn target(problems: &[Problem], index: usize, at: Instant) -> Option<u64> {
    let own = &problems[index];
    let fits = |other: &&Problem| {
        other.county == own.county
            && other.serial != own.serial
            && !matches!(other.fate, Fate::Merged | Fate::Referred)
            && other.posted().is_some_and(|posted| posted < at)
    };
    let near = |other: &Problem| {
        let alike = usize::from(std::ptr::eq(other.topic, own.topic)) * 4;
        alike + usize::from(other.township == own.township) * 2 + usize::from(other.village == own.village)
    };
    // The newest of the nearest; a few hundred before it are enough to look at.
    let before = problems[..index].iter().rev().filter(fits).take(400);
    before.max_by_key(|other| (near(other), other.submitted)).map(|other| other.serial)
}
