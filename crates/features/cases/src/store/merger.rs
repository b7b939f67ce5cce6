//! Cases near a case: into which it may be merged.

use std::collections::BTreeSet;

use huiyin_db::{Filter, Result, Tx};
use huiyin_directory::Scope;

use super::filter::{scoped, sight};
use super::list::{CaseLine, LINES};
use crate::{CaseItem, State};

/// So many neighbours are compared.
const COMPARED: i64 = 80;

/// Posted cases of the same township and category that staff may see, the most similar first, at most `limit`. Told by the
/// pairs of letters that both texts share.
pub async fn merger_list(tx: &mut Tx, scope: &Scope, case: &CaseItem, limit: usize) -> Result<Vec<CaseLine>> {
    /// Less than a tenth in common is chance.
    const LEAST: f64 = 0.1;
    let sight = sight(tx, scope).await?;
    let base = Filter::new(LINES)
        .then("x.region = ?")
        .bind(case.region)
        .and("x.kind = 'problem' and x.posted_day is not null");
    let base = base.and("x.id <> ?").bind(case.id).and("x.category = ?").bind(&case.category);
    let base = base.and_some("x.township = ?", case.township);
    let base = base.and("coalesce(x.state, '') not in (?)").bind_list([State::Merged, State::Referred]);
    let base = scoped(base, &sight, Some(case.region));
    let near: Vec<CaseLine> = base.then("order by x.seq desc limit ?").bind(COMPARED).query().fetch_all(tx).await?;
    let own = pairs(&case.title, &case.text);
    let mut ranked: Vec<(f64, CaseLine)> =
        near.into_iter().map(|line| (shared(&own, &pairs(&line.title, &line.text)), line)).collect();
    ranked.retain(|(shared, _)| *shared >= LEAST);
    ranked.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    Ok(ranked.into_iter().take(limit).map(|(_, line)| line).collect())
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
