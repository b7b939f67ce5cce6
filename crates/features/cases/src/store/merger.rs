//! Cases near a case: into which it may be merged.

use std::collections::HashMap;

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
    let sight = sight(tx, scope, Some(case.region)).await?;
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
    let alike = |(id, title, text): &(Id, String, String)| (shared(&own, &pairs(title, text)), *id);
    let mut ranked: Vec<(f64, Id)> = near.iter().map(alike).collect();
    ranked.retain(|(shared, _)| *shared >= LEAST);
    ranked.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    ranked.truncate(limit);
    let found: Vec<CaseRef> = ranked.iter().map(|(_, id)| CaseRef { region: case.region, id: *id }).collect();
    let lines = case_lines(tx, scope, &found).await?;
    let mut lines: HashMap<Id, CaseLine> = lines.into_iter().map(|line| (line.id, line)).collect();
    Ok(found.iter().filter_map(|at| lines.remove(&at.id)).collect())
}

/// The pairs of letters that follow each other, each once and in order.
fn pairs(title: &str, text: &str) -> Vec<u64> {
    // The tables of all the world's letters are slow to ask, and most letters here are these.
    let is_letter = |letter: &char| matches!(letter, '\u{4e00}'..='\u{9fff}') || letter.is_alphanumeric();
    let mut letters = title.chars().chain(text.chars()).filter(is_letter).map(u64::from);
    let Some(mut before) = letters.next() else { return Vec::new() };
    let mut pairs: Vec<u64> = letters
        .map(|letter| {
            let pair = before << 32 | letter;
            before = letter;
            pair
        })
        .collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

/// The part of the smaller text that stands in the other.
fn shared(one: &[u64], other: &[u64]) -> f64 {
    let (less, more) = if one.len() < other.len() { (one, other) } else { (other, one) };
    let both = less.iter().filter(|pair| more.binary_search(pair).is_ok()).count();
    let count = |n: usize| f64::from(u32::try_from(n).unwrap_or(u32::MAX));
    count(both) / count(less.len().max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_two_texts_share_is_a_part_of_the_smaller() {
        let of = |one: &str, other: &str| shared(&pairs(one, ""), &pairs("", other));
        assert!((of("村道积水", "村道积水，车过不去") - 1.0).abs() < 1e-9);
        assert!((of("村道积水，不能走", "村道、积水") - 1.0).abs() < 1e-9, "marks do not count");
        assert!((of("村道积水", "村道结冰") - 1.0 / 3.0).abs() < 1e-9);
        assert!(of("路灯不亮", "低保待遇").abs() < 1e-9);
        assert!(of("", "低保待遇").abs() < 1e-9);
        assert!(of("水", "水").abs() < 1e-9, "one letter is no pair");
    }
}
