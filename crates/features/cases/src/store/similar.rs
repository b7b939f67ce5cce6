//! Open problems that a new report may be about, by the words they share.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_base::{Id, Region};
use huiyin_db::text::{Lanes, Sought, words};
use huiyin_db::{Filter, Result, Tx};

use super::list::{CaseLine, LINES};
use super::search::{TABLE, lane, put_aside, state_tags, tags};
use crate::State;

/// Where to look for similar problems, and among which.
#[derive(Clone, Debug)]
pub struct Near {
    /// The county.
    pub region: Region,
    /// The township.
    pub township: Id,
    /// The village, where it is known: its problems stand first, and those of other villages stay away.
    pub village: Option<Id>,
    /// The category's word; none while nobody has chosen one.
    pub category: Option<String>,
}

/// So many words of the text are looked for, the longest first: they say most.
const MOST_WORDS: usize = 8;
/// So many cases are compared by their place.
const MOST_CANDIDATES: usize = 200;
/// So many matches of one word are looked at, the newest first.
const MOST_MATCHES: i64 = 1_000;

/// Posted and open problems of the place and category, if one is chosen, that share words with `text`, the most alike first.
pub async fn similar_list(tx: &mut Tx, near: &Near, text: &str, limit: usize) -> Result<Vec<CaseLine>> {
    let wanted = telling(text);
    let mut hits: BTreeMap<i64, usize> = BTreeMap::new();
    for word in &wanted {
        let category = near.category.as_deref().map(|category| tags(None, Some(category), None));
        let groups: Vec<_> = std::iter::once(vec![word.clone()]).chain(category).collect();
        let filters = vec![tags(Some(near.region), None, None), state_tags(&State::OPEN)];
        let mut found = TABLE.any(tx, &[&groups[..], &filters].concat(), MOST_MATCHES + 1).await?;
        if i64::try_from(found.len()).is_ok_and(|n| n > MOST_MATCHES) {
            let lanes = Lanes::Narrow(vec![lane(Some(near.region), false)]);
            let sought = Sought { groups, filters, lanes, aside: put_aside(tx).await? };
            found = TABLE.newest(tx, &sought, None, MOST_MATCHES).await?;
        }
        for seq in found {
            *hits.entry(seq).or_default() += 1;
        }
    }
    // One word in common says little, unless there is hardly more.
    let fewest = if wanted.len() > 2 { 2 } else { 1 };
    let mut ranked: Vec<(usize, i64)> =
        hits.into_iter().filter(|(_, count)| *count >= fewest).map(|(seq, count)| (count, seq)).collect();
    ranked.sort_unstable_by(|one, other| other.cmp(one));
    ranked.truncate(MOST_CANDIDATES);
    if ranked.is_empty() {
        return Ok(Vec::new());
    }
    let base = Filter::new(LINES).then("x.region = ?").bind(near.region).and("x.township = ?").bind(near.township);
    let base = base.and("x.seq in (?)").bind_list(ranked.iter().map(|(_, seq)| *seq));
    let base = base
        .and("x.kind = 'problem' and x.posted_day is not null and x.parent is null")
        .and("x.state in (?)")
        .bind_list(State::OPEN);
    let mut lines: Vec<CaseLine> = base.query().fetch_all(tx).await?;
    lines.retain(|line| near.village.is_none() || line.village.is_none() || line.village == near.village);
    lines.sort_by_key(|line| {
        let place = ranked.iter().position(|(_, seq)| *seq == line.seq).unwrap_or(usize::MAX);
        (near.village.is_some() && line.village != near.village, place)
    });
    lines.truncate(limit);
    Ok(lines)
}

/// The words that say what the matter is: of two letters and more, no numbers, the longest first.
fn telling(text: &str) -> Vec<String> {
    let beginning: String = text.chars().take(600).collect();
    let all: BTreeSet<String> = words(&beginning).into_iter().collect();
    let mut all: Vec<String> = all
        .into_iter()
        .filter(|word| word.chars().count() >= 2 && !word.chars().any(|letter| letter.is_ascii_digit()))
        .collect();
    all.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    all.truncate(MOST_WORDS);
    all
}
