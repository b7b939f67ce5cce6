//! Cases near a case: into which it may be merged.

use std::collections::{BTreeSet, HashMap};

use huiyin_base::Id;
use huiyin_db::{Filter, Result, Tx};
use huiyin_directory::Scope;

use super::filter::{scoped, sight};
use super::list::{CaseLine, case_lines};
use crate::{CaseItem, CaseRef, State};

/// So many neighbours are compared.
const COMPARED: i64 = 80;

/// Posted cases of the same township and category that staff may see, the most similar first, at most `limit`. Told by the
/// pairs of letters that both texts share.
pub async fn merger_list(tx: &mut Tx, scope: &Scope, case: &CaseItem, limit: usize) -> Result<Vec<CaseLine>> {
    /// Less than a tenth in common is chance.
    const LEAST: f64 = 0.1;
    let sight = sight(tx, scope).await?;
    let base = Filter::new("select x.id, x.title, x.text from case_item x where")
        .then("x.region = ?")
        .bind(case.region)
        .and("x.kind = 'problem' and x.posted_day is not null");
    let base = base.and("x.id <> ?").bind(case.id).and("x.category = ?").bind(&case.category);
    let base = base.and_some("x.township = ?", case.township);
    let base = base.and("coalesce(x.state, '') not in (?)").bind_list([State::Merged, State::Referred]);
    let base = scoped(base, &sight, Some(case.region));
    let base = base.then("order by x.seq desc limit ?").bind(COMPARED);
    let near: Vec<(Id, String, String)> = base.query().fetch_all(tx).await?;
    let own = pairs(&case.title, &case.text);
    let mut ranked: Vec<(f64, Id)> =
        near.iter().map(|(id, title, text)| (shared(&own, &pairs(title, text)), *id)).collect();
    ranked.retain(|(shared, _)| *shared >= LEAST);
    ranked.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    ranked.truncate(limit);
    let found: Vec<CaseRef> = ranked.iter().map(|(_, id)| CaseRef { region: case.region, id: *id }).collect();
    let lines = case_lines(tx, scope, &found).await?;
    let mut lines: HashMap<Id, CaseLine> = lines.into_iter().map(|line| (line.id, line)).collect();
    Ok(found.iter().filter_map(|at| lines.remove(&at.id)).collect())
}

fn pairs(title: &str, text: &str) -> BTreeSet<(char, char)> {
    let letters: Vec<char> = title.chars().chain(text.chars()).filter(|letter| letter.is_alphanumeric()).collect();
    letters.windows(2).map(|two| (two[0], two[1])).collect()
}

/// The part of the smaller text that stands in the other.
fn shared(one: &BTreeSet<(char, char)>, other: &BTreeSet<(char, char)>) -> f64 {
    let both = u32::try_from(one.intersection(other).count()).unwrap_or(0);
    let least = u32::try_from(one.len().min(other.len())).unwrap_or(u32::MAX).max(1);
    f64::from(both) / f64::from(least)
}
