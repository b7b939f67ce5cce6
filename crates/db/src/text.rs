//! Full-text search: the program cuts Chinese into words, the engine only keeps and finds them.
//!
//! A search table `NAME` holds, per document, a monotone `seq` and its words. On SQLite it is an FTS5 table whose rowid
//! is the `seq`; on PostgreSQL a table `(region, seq, words tsvector)`. Filters such as a county or a state are words
//! of the same index, with a prefix no typed word can have.

use std::sync::LazyLock;

use huiyin_base::Region;
use jieba_rs::Jieba;

use crate::{Engine, Query, Result, Tx, Value};

/// At most so many matches are looked at, newest first.
pub const MOST_MATCHES: i64 = 1_000;

static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// Loads the dictionary now rather than at the first search.
pub fn warm() {
    LazyLock::force(&JIEBA);
}

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

    /// The `seq` of the newest documents that hold every word, before `before` when given, newest first.
    pub async fn newest(self, tx: &mut Tx, words: &[String], before: Option<i64>) -> Result<Vec<i64>> {
        let wanted: Vec<String> = words.iter().filter(|word| !word.is_empty()).cloned().collect();
        if wanted.is_empty() {
            return Ok(Vec::new());
        }
        let before = Value::Int(before.unwrap_or(i64::MAX));
        let limit = Value::Int(MOST_MATCHES);
        let (sql, wanted) = match tx.engine() {
            Engine::Sqlite => {
                let quoted: Vec<String> = wanted.iter().map(|word| format!("\"{word}\"")).collect();
                let sql = format!(
                    "select rowid from {0} where {0} match $1 and rowid < $2 order by rowid desc limit $3",
                    self.0
                );
                (sql, quoted.join(" "))
            }
            Engine::Postgres => {
                let quoted: Vec<String> = wanted.iter().map(|word| format!("'{word}'")).collect();
                let sql = format!(
                    "select seq from {} where words @@ to_tsquery('simple', $1) and seq < $2 order by seq desc limit $3",
                    self.0
                );
                (sql, quoted.join(" & "))
            }
        };
        Query::composed(sql, vec![Value::Text(wanted), before, limit]).fetch_column(tx).await
    }
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
