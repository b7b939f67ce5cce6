//! The library of good practice.

use huiyin_base::{Day, Id, Region};
use huiyin_db::text::{words_kept, words_wanted};
use huiyin_db::{Filter, Result, Tx, insert_many, query, values};

use crate::store::stored::stored;

stored! {
    /// What a unit does well.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Practice in "practice" {
        fixed {
            region: Region,
            id: Id,
            title: String,
            text: String,
            category: String,
            unit_region: Region,
            unit: Id,
            unit_name: String,
            inspection_region: Option<Region>,
            inspection: Option<Id>,
            meeting_region: Option<Region>,
            meeting: Option<Id>,
            org: Id,
            account_region: Region,
            account: Id,
            day: Day,
            nonce: String,
            withdrawn_day: Option<Day>,
        }
        moving {}
    }
}

/// How the library is narrowed.
#[derive(Clone, Debug, Default)]
pub struct PracticeFilter {
    /// Words, as they were typed.
    pub words: String,
    /// A category.
    pub category: Option<String>,
    /// Where the unit lies.
    pub region: Option<Region>,
    /// After this one of the list.
    pub after: Option<(Day, Id)>,
}

/// Writes good practice with the words under which it is found.
pub async fn practice_add(tx: &mut Tx, practices: &[Practice]) -> Result<()> {
    insert_many(tx, Practice::INSERT, practices.iter().map(Practice::values).collect(), "").await?;
    let mut rows = Vec::new();
    for practice in practices {
        let text = [&practice.title, &practice.text, &practice.unit_name].map(|text| words_kept(text)).concat();
        let mut words: Vec<String> = text;
        words.sort_unstable();
        words.dedup();
        rows.extend(words.into_iter().map(|word| values![practice.region, practice.id, word]));
    }
    let head = "insert into practice_word (region, practice, word)";
    for chunk in rows.chunks(400) {
        insert_many(tx, head, chunk.to_vec(), "on conflict do nothing").await?;
    }
    Ok(())
}

/// The library, the newest first.
pub async fn practice_list(tx: &mut Tx, filter: &PracticeFilter, limit: i64) -> Result<Vec<Practice>> {
    let mut base = Filter::new(Practice::SELECT).then("x.withdrawn_day is null");
    let wanted = words_wanted(&filter.words);
    if wanted.is_empty() && !filter.words.trim().is_empty() {
        return Ok(Vec::new());
    }
    for word in wanted {
        base = base.and(
            "exists (select 1 from practice_word w where w.region = x.region and w.practice = x.id and w.word = ?)",
        );
        base = base.bind(word);
    }
    base = base.and_some("x.category = ?", filter.category.clone()).and_some("x.unit_region = ?", filter.region);
    if let Some((day, id)) = filter.after {
        base = base.and("x.day < ? or (x.day = ? and x.id < ?)").bind(day).bind(day).bind(id);
    }
    base.then("order by x.day desc, x.id desc limit ?").bind(limit).query().fetch_all(tx).await
}

/// One of the library.
pub async fn practice_find(tx: &mut Tx, id: Id) -> Result<Option<Practice>> {
    let base = Filter::new(Practice::SELECT).then("x.region = ?").bind(id.region()).and("x.id = ?").bind(id);
    base.and("x.withdrawn_day is null").query().fetch_optional(tx).await
}

/// The one that this word has made.
pub async fn practice_nonce(tx: &mut Tx, region: Region, nonce: &str) -> Result<Option<Practice>> {
    let base = Filter::new(Practice::SELECT).then("x.region = ?").bind(region).and("x.nonce = ?").bind(nonce);
    base.query().fetch_optional(tx).await
}

/// Takes one out of the library.
pub async fn practice_withdraw(tx: &mut Tx, id: Id, day: Day) -> Result<()> {
    let update = query("update practice set withdrawn_day = $1 where region = $2 and id = $3");
    update.bind(day).bind(id.region()).bind(id).execute(tx).await?;
    Ok(())
}
