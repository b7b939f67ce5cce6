//! Full-text search: the program cuts Chinese into words, the engine only keeps and finds them ([`SearchTable`]).

use std::sync::LazyLock;

use jieba_rs::Jieba;

pub use crate::text_table::{SearchTable, Sought};
pub use crate::text_walk::{Lanes, Side};

static JIEBA: LazyLock<Jieba> = LazyLock::new(Jieba::new);

/// So many letters of a word are kept and looked for: PostgreSQL takes no word of more than 2,047 bytes.
const LONGEST: usize = 100;

/// The words of `text`: cut for search, lower case, without punctuation.
pub fn words(text: &str) -> Vec<String> {
    let lower = text.to_lowercase();
    JIEBA
        .cut_for_search(&lower, true)
        .into_iter()
        .map(|token| token.word.trim())
        .map(|word| word.chars().filter(|letter| is_kept(*letter)).take(LONGEST).collect())
        .filter(|word: &String| !word.is_empty())
        .collect()
}

/// Letters and digits. Numbers that are signs, such as ② and ½, are none: what was kept before knows them on one engine only.
fn is_kept(letter: char) -> bool {
    letter.is_alphabetic() || letter.is_ascii_digit() || ('０'..='９').contains(&letter)
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cuts_chinese_into_words_and_drops_marks() {
        let words = words("村里的自来水，三天没来了！<b>OR</b> \"x'");
        assert!(words.contains(&"自来水".to_owned()), "{words:?}");
        assert!(words.iter().all(|word| word.chars().all(char::is_alphanumeric)));
        assert_eq!(tag("county", "61'06"), "zqcounty6106");
        assert_eq!(words_wanted("②号楼 ½"), words_wanted("号楼"));
        let endless = "9".repeat(3_000);
        assert_eq!(words_kept(&endless), words_wanted(&endless));
        assert!(words_kept(&endless).iter().all(|word| word.len() == LONGEST));
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
