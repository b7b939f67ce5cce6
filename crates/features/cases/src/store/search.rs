//! Full-text search over what is public.

use huiyin_base::{Id, Region};
use huiyin_db::text::{Lanes, SearchTable, Side, Sought, tag, words_kept, words_wanted};
use huiyin_db::{Engine, Filter, Result, Tx, padded, query};

use super::filter::WallFilter;
use crate::{CaseItem, State};

/// A place in the lists begins with its milliseconds, see [`seq_at`](crate::item::seq_at): a stretch lasts three days.
pub(super) const TABLE: SearchTable = SearchTable { name: "case_text", stretch: Some(48) };

/// The word for the kind of a part of a joint handling: staff find it, the wall does not.
const PART: &str = "part";

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
    all.extend(tags(Some(case.region), Some(&case.category), Some(case.listed().as_str())));
    all.extend(place_tags(case.township, case.village));
    all.push(tag("kind", if case.parent.is_some() { PART } else { &case.kind }));
    all
}

/// The words for these states. What was closed before they had one word may stand under its own.
pub(super) fn state_tags(states: &[State]) -> Vec<String> {
    let echoed = State::ECHOED.iter().filter(|state| !states.contains(state) && has_echoed(states));
    states.iter().chain(echoed).flat_map(|state| tags(None, None, Some(state.as_str()))).collect()
}

fn has_echoed(states: &[State]) -> bool {
    states.iter().any(|state| State::ECHOED.contains(state))
}

/// Indexes a posted case under words that were cut before.
pub async fn search_put_words(tx: &mut Tx, case: &CaseItem, words: &[String]) -> Result<()> {
    let echoed = State::ECHOED.contains(&case.listed());
    let lanes = [lane(None, echoed), lane(Some(case.region), echoed)];
    TABLE.put(tx, case.region, case.seq, words, if case.is_of_wall() { &lanes } else { &[] }).await
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

/// Up to so many matches are taken as they are; words that find more are tested row by row.
const FEW: i64 = 1_000;

/// Whether every document holds the words of its township and village. FTS5 keeps no text to which they could have been
/// added, so that on SQLite only what was indexed since holds them, and nothing notes when all do (docs/decisions/0036).
fn knows_places(engine: Engine) -> bool {
    engine == Engine::Postgres
}

fn place_tags(township: Option<Id>, village: Option<Id>) -> Vec<String> {
    let township = township.map(|id| tag("township", &id.to_string()));
    township.into_iter().chain(village.map(|id| tag("village", &id.to_string()))).collect()
}

/// Whether words are looked for.
pub(super) fn has_words(filter: &WallFilter) -> bool {
    !filter.words.trim().is_empty()
}

/// Whether the index of words knows all that narrows the wall: what stands in it is public, with its county, category
/// and state, but for whether an answer is closed already.
pub(super) fn answers_alone(engine: Engine, filter: &WallFilter) -> bool {
    let placed = filter.township.is_some() || filter.village.is_some();
    let place = filter.number.is_none() && (knows_places(engine) || !placed);
    let time = filter.posted_from.is_none() && filter.posted_to.is_none();
    let state = !has_echoed(&filter.states) || State::ECHOED.iter().all(|state| filter.states.contains(state));
    has_words(filter) && place && time && state && filter.sub_category.is_none()
}

/// The newest problems that the words find, and the filters that are words too.
pub(super) async fn newest(tx: &mut Tx, filter: &WallFilter, side: Option<Side>, limit: i64) -> Result<Vec<i64>> {
    let Some(sought) = on_wall(tx, filter).await? else { return Ok(Vec::new()) };
    TABLE.newest(tx, &sought, side, limit).await
}

/// How many problems the words find, and the filters that are words too; counted to `most`.
pub(super) async fn count(tx: &mut Tx, filter: &WallFilter, most: i64) -> Result<i64> {
    let Some(sought) = on_wall(tx, filter).await? else { return Ok(0) };
    TABLE.count(tx, &sought, most).await
}

/// The words for the kinds that no wall shows, which SQLite asks for. Named one by one, because nearly everything is a problem:
/// a list of all of them would be read with every search.
pub(super) async fn put_aside(tx: &mut Tx) -> Result<Vec<String>> {
    if tx.engine() == Engine::Postgres {
        return Ok(Vec::new());
    }
    let kinds = query(
        "with recursive known (kind) as (select min(kind) from case_entry
             union all select (select min(e.kind) from case_entry e where e.kind > known.kind) from known
             where known.kind is not null)
         select kind from known where kind is not null",
    );
    let kinds: Vec<String> = kinds.fetch_column(tx).await?;
    Ok(kinds.iter().map(String::as_str).chain([PART]).map(|kind| tag("kind", kind)).collect())
}

/// Narrows a statement over `case_item x` to what the words find; none when they find nothing.
pub(super) async fn narrowed(tx: &mut Tx, base: Filter, filter: &WallFilter) -> Result<Option<Filter>> {
    if !has_words(filter) {
        return Ok(Some(base));
    }
    let Some(Sought { groups, filters, .. }) = sought(tx.engine(), filter) else { return Ok(None) };
    let groups = [groups, filters].concat();
    let found = TABLE.any(tx, &groups, FEW + 1).await?;
    if i64::try_from(found.len()).unwrap_or(i64::MAX) > FEW {
        return Ok(Some(TABLE.narrow(tx.engine(), base, "x.seq", &groups)));
    }
    Ok((!found.is_empty()).then(|| base.and("x.seq in (?)").bind_list(padded(found))))
}

/// The same without what no wall shows.
async fn on_wall(tx: &mut Tx, filter: &WallFilter) -> Result<Option<Sought>> {
    let Some(sought) = sought(tx.engine(), filter) else { return Ok(None) };
    Ok(Some(Sought { aside: put_aside(tx).await?, ..sought }))
}

/// What the filter asks of the index of words; none where what was typed holds no word.
fn sought(engine: Engine, filter: &WallFilter) -> Option<Sought> {
    let mut groups: Vec<Vec<String>> = words_wanted(&filter.words).into_iter().map(|word| vec![word]).collect();
    if groups.is_empty() {
        return None;
    }
    groups.extend(tags(None, filter.category.as_deref(), None).into_iter().map(|tag| vec![tag]));
    if knows_places(engine) {
        groups.extend(place_tags(filter.township, filter.village).into_iter().map(|tag| vec![tag]));
    }
    let mut filters = vec![tags(filter.region, None, None)];
    let states = state_tags(&filter.states);
    // Of the states a lane knows no more than whether there is an answer.
    let known = if is_echoed(filter) { &mut filters } else { &mut groups };
    known.push(states);
    Some(Sought { groups, filters, lanes: lanes(filter), aside: Vec::new() })
}

/// The answered and no others.
fn is_echoed(filter: &WallFilter) -> bool {
    has_echoed(&filter.states) && filter.states.iter().all(|state| State::ECHOED.contains(state))
}

/// Where the index finds the newest in order. Each case lies in a lane of the city and in one of its county, those that have
/// an answer in others than those that have none.
fn lanes(filter: &WallFilter) -> Lanes {
    let all = filter.states.is_empty();
    let answered = (all || has_echoed(&filter.states)).then_some(true);
    let waiting = (all || !is_echoed(filter)).then_some(false);
    let names = waiting.into_iter().chain(answered).map(|echoed| lane(filter.region, echoed)).collect();
    if filter.region.is_some() { Lanes::Narrow(names) } else { Lanes::Wide(names) }
}

pub(super) fn lane(county: Option<Region>, echoed: bool) -> String {
    let county = county.map(|county| format!("c{}", county.ordinal())).unwrap_or_default();
    format!("{county}{}", if echoed { "e" } else { "o" })
}

pub(super) fn tags(region: Option<Region>, category: Option<&str>, state: Option<&str>) -> Vec<String> {
    let county = region.map(|region| tag("county", &region.to_string()));
    let category = category.map(|category| tag("category", category));
    county.into_iter().chain(category).chain(state.map(|state| tag("state", state))).collect()
}
