//! Full-text search: the program cuts Chinese into words, the engine only keeps and finds them.
//!
//! A search table `NAME` holds, per document, a monotone `seq` and its words. On SQLite it is an FTS5 table whose rowid
//! is the `seq`; on PostgreSQL a table `(region, seq, words tsvector)`. Filters such as a county or a state are words
//! of the same index, with a prefix no typed word can have.

use std::sync::LazyLock;

use huiyin_base::Region;
use jieba_rs::Jieba;

use crate::{Engine, Filter, Query, Result, Tx, Value};

static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// The words of `text`: cut for search, lower case, without punctuation.
pub fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    JIEBA
        .cut_for_search(&lower, true)
        .into_iter()
        .map(|token| token.word.trim())
        .filter(|word| word.chars().any(char::is_alphanumeric))
        .map(|word| word.chars().filter(|letter| letter.is_alphanumeric()).collect())
        .collect()
}

/// The words under which `text` is kept: its words, and every two neighbouring Chinese characters, so that a search for any
/// two of them finds it however the text was cut.
pub fn words_kept(text: &str) -> Vec<String> {
    let mut all = words(text);
    all.extend(pairs(text));
    all.sort_unstable();
    all.dedup();
    all
}

/// The words that were typed to find something: two Chinese characters stand for themselves, more are cut like the text.
pub fn words_wanted(text: &str) -> Vec<String> {
    text.split_whitespace().flat_map(|part| if is_pair(part) { vec![part.to_owned()] } else { words(part) }).collect()
}

fn pairs(text: &str) -> Vec<String> {
    let letters: Vec<char> = text.chars().collect();
    letters.windows(2).filter(|two| two.iter().all(|letter| is_han(*letter))).map(|two| two.iter().collect()).collect()
}

fn is_pair(part: &str) -> bool {
    part.chars().count() == 2 && part.chars().all(is_han)
}

/// A Chinese character of the common blocks.
fn is_han(letter: char) -> bool {
    matches!(letter, '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{20000}'..='\u{2fa1f}')
}

/// A filter word, such as `tag("county", "16")`: letters and digits only, so that both engines keep it whole.
pub fn tag(kind: &str, value: &str) -> String {
    let clean: String = value.chars().filter(char::is_ascii_alphanumeric).collect();
    format!("zq{kind}{}", clean.to_lowercase())
}

/// A search table. The name is static; only this module writes SQL with it.
#[derive(Clone, Copy, Debug)]
pub struct SearchTable(pub &'static str);

impl SearchTable {
    /// Indexes or re-indexes one document.
    pub async fn put(self, tx: &mut Tx, region: Region, seq: i64, words: &[String]) -> Result<()> {
        let table = self.0;
        let text = Value::Text(words.join(" "));
        match tx.engine() {
            Engine::Sqlite => {
                let sql = format!("insert or replace into {table} (rowid, words) values ($1, $2)");
                Query::composed(sql, vec![Value::Int(seq), text]).execute(tx).await?;
            }
            Engine::Postgres => {
                let sql = format!(
                    "insert into {table} (region, seq, words) values ($1, $2, to_tsvector('simple', $3))
                     on conflict (region, seq) do update set words = excluded.words"
                );
                let values = vec![Value::Int(i64::from(region.ordinal())), Value::Int(seq), text];
                Query::composed(sql, values).execute(tx).await?;
            }
        }
        Ok(())
    }

    /// Removes one document.
    pub async fn remove(self, tx: &mut Tx, seq: i64) -> Result<()> {
        let sql = match tx.engine() {
            Engine::Sqlite => format!("delete from {} where rowid = $1", self.0),
            Engine::Postgres => format!("delete from {} where seq = $1", self.0),
        };
        Query::composed(sql, vec![Value::Int(seq)]).execute(tx).await?;
        Ok(())
    }

    /// The `seq` of the newest documents that hold a word of every group and none of `barred`, newest first, `limit` at
    /// most. `side` asks for those on one side of a document: the newest before it, or the oldest after it.
    pub async fn newest(
        self,
        tx: &mut Tx,
        groups: &[Vec<String>],
        barred: &[String],
        side: Option<Side>,
        limit: i64,
    ) -> Result<Vec<i64>> {
        let Some(wanted) = wanted(tx.engine(), groups, barred) else { return Ok(Vec::new()) };
        let (below, above, direction) = match side {
            None => (i64::MAX, i64::MIN, "desc"),
            Some(Side::Before(seq)) => (seq, i64::MIN, "desc"),
            Some(Side::After(seq)) => (i64::MAX, seq, "asc"),
        };
        let table = self.0;
        let sql = match tx.engine() {
            Engine::Sqlite => format!(
                "select rowid from {table} where {table} match $1 and rowid < $2 and rowid > $3
                 order by rowid {direction} limit $4"
            ),
            Engine::Postgres => format!(
                "select seq from {table} where words @@ to_tsquery('simple', $1) and seq < $2 and seq > $3
                 order by seq {direction} limit $4"
            ),
        };
        let values = vec![Value::Text(wanted), Value::Int(below), Value::Int(above), Value::Int(limit)];
        let mut found: Vec<i64> = Query::composed(sql, values).planned_anew().fetch_column(tx).await?;
        if direction == "asc" {
            found.reverse();
        }
        Ok(found)
    }

    /// Narrows a statement to the documents that hold a word of every group, by testing each of its rows: for words that
    /// are common. `column` holds the `seq`.
    pub fn narrow(self, engine: Engine, filter: Filter, column: &'static str, groups: &[Vec<String>]) -> Filter {
        let Some(wanted) = wanted(engine, groups, &[]) else { return filter.and("1 = 0") };
        let table = self.0;
        let piece = match engine {
            // The sign keeps SQLite from beginning with all matches instead of with the list's own order.
            Engine::Sqlite => format!(" and +{column} in (select rowid from {table} where {table} match ?)"),
            Engine::Postgres => {
                format!(" and {column} in (select t.seq from {table} t where t.words @@ to_tsquery('simple', ?))")
            }
        };
        filter.composed(&piece).bind(wanted).planned_anew()
    }
}

/// One side of a document in the order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Older ones.
    Before(i64),
    /// Newer ones.
    After(i64),
}

/// The engine's own expression for a word of every group and none of `barred`; none where there is nothing to look for.
fn wanted(engine: Engine, groups: &[Vec<String>], barred: &[String]) -> Option<String> {
    let (mark, or, and, not) = match engine {
        Engine::Sqlite => ('"', " OR ", " AND ", "NOT"),
        Engine::Postgres => ('\'', " | ", " & ", "& !"),
    };
    let group = |words: &[String]| {
        let quoted: Vec<String> = words.iter().map(|word| format!("{mark}{word}{mark}")).collect();
        format!("({})", quoted.join(or))
    };
    let groups: Vec<String> = groups.iter().filter(|words| !words.is_empty()).map(|words| group(words)).collect();
    if groups.is_empty() {
        return None;
    }
    let all = groups.join(and);
    Some(if barred.is_empty() { all } else { format!("({all}) {not} {}", group(barred)) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_chinese_into_words_and_drops_marks() {
        let words = words("村里的自来水，三天没来了！<b>OR</b> \"x'");
        assert!(words.contains(&"自来水".to_owned()), "{words:?}");
        assert!(words.iter().all(|word| word.chars().all(char::is_alphanumeric)));
        assert_eq!(tag("county", "61'06"), "zqcounty6106");
    }

    #[test]
    fn two_characters_find_what_holds_them_however_it_was_cut() {
        let kept = words_kept("自来水管坏了");
        for wanted in ["水管", "自来", "来水", "管坏"] {
            assert!(words_wanted(wanted).iter().all(|word| kept.contains(word)), "{wanted}: {kept:?}");
        }
        assert!(words_wanted("路灯").iter().all(|word| !kept.contains(word)));
        assert_eq!(words_wanted("水管 OR \"x'"), ["水管", "or", "x"]);
    }
}
