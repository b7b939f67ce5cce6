//! Full-text search over what is public.

use huiyin_base::Region;
use huiyin_db::text::{SearchTable, tag, words_kept, words_wanted};
use huiyin_db::{Filter, Result, Tx};

use super::filter::WallFilter;
use crate::CaseItem;

pub(super) const TABLE: SearchTable = SearchTable("case_text");

/// Indexes a posted case anew: its public text, the accepted answer, and the filters as words.
pub async fn search_put(tx: &mut Tx, case: &CaseItem, answer: Option<&str>) -> Result<()> {
    if case.posted_day.is_none() {
        return Ok(());
    }
    search_put_words(tx, case, &search_words(case, answer)).await
}

/// The words under which a case is found. Cutting them is slow, so that bulk writes do it before.
pub fn search_words(case: &CaseItem, answer: Option<&str>) -> Vec<String> {
    let mut all = words_kept(&case.title);
    all.extend(words_kept(&case.text));
    all.extend(words_kept(answer.unwrap_or_default()));
    all.extend(tags(Some(case.region), Some(&case.category), Some(case.state.as_str())));
    all
}

/// Indexes a posted case under words that were cut before.
pub async fn search_put_words(tx: &mut Tx, case: &CaseItem, words: &[String]) -> Result<()> {
    TABLE.put(tx, case.region, case.seq, words).await
}

/// Indexes the next cases of a region after `after`; gives the last one's place, none when all are done.
pub async fn reindex(tx: &mut Tx, region: Region, after: i64, limit: i64) -> Result<Option<i64>> {
    let base = Filter::new(CaseItem::SELECT).then("x.region = ?").bind(region).and("x.seq > ?").bind(after);
    let cases: Vec<CaseItem> =
        base.and("x.posted_day is not null").then("order by x.seq limit ?").bind(limit).query().fetch_all(tx).await?;
    for case in &cases {
        let answer = super::answer_list(tx, case.at(), true).await?.pop();
        let answer = answer.filter(|_| case.state.has_outcome()).map(|answer| answer.text);
        search_put(tx, case, answer.as_deref()).await?;
    }
    Ok(cases.last().map(|case| case.seq))
}

/// The newest matches of the words and of the filters that are words too.
pub(super) async fn matches(tx: &mut Tx, filter: &WallFilter, before: Option<i64>) -> Result<Vec<i64>> {
    let mut wanted = words_wanted(&filter.words);
    if wanted.is_empty() {
        return Ok(Vec::new());
    }
    let state = match filter.states[..] {
        [state] => Some(state.as_str()),
        _ => None,
    };
    wanted.extend(tags(filter.region, filter.category.as_deref(), state));
    TABLE.newest(tx, &wanted, before).await
}

pub(super) fn tags(region: Option<Region>, category: Option<&str>, state: Option<&str>) -> Vec<String> {
    let county = region.map(|region| tag("county", &region.to_string()));
    let category = category.map(|category| tag("category", category));
    county.into_iter().chain(category).chain(state.map(|state| tag("state", state))).collect()
}
