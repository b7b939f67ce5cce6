//! What a moderator may change: privacy is taken out and misprints are mended; the meaning stays whoever wrote it.

use data_encoding::HEXLOWER;
use huiyin_base::Problem;
use sha2::{Digest as _, Sha256};
use similar::{Algorithm, DiffOp, DiffTag, capture_diff_slices};

use crate::{CaseItem, DeskRules, Words};

/// A piece of a comparison, in the order of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PieceKind {
    /// In both.
    Same,
    /// Only in the original.
    Out,
    /// Only in the public text.
    In,
}

/// The public text beside the original.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Comparison {
    /// The pieces in the order of reading.
    pub pieces: Vec<(PieceKind, String)>,
    /// Letters of the original.
    pub original: usize,
    /// Letters of it that were taken out.
    pub removed: usize,
    /// Letters that the moderator put in; signs of redaction and punctuation are none.
    pub own: usize,
}

/// Longer than any text that is taken: what a comparison costs grows with the square of the letters.
const MOST_COMPARED: usize = 10_000;

/// Compares letter by letter; of what nobody can have written, nothing is looked for in the other.
pub fn compare(original: &str, public: &str) -> Comparison {
    let (old, new): (Vec<char>, Vec<char>) = (original.chars().collect(), public.chars().collect());
    let mut pieces: Vec<(PieceKind, String)> = Vec::new();
    let (mut removed, mut own) = (0, 0);
    let ops = if old.len().max(new.len()) > MOST_COMPARED {
        vec![DiffOp::Replace { old_index: 0, old_len: old.len(), new_index: 0, new_len: new.len() }]
    } else {
        capture_diff_slices(Algorithm::Myers, &old, &new)
    };
    for op in ops {
        let (tag, before, after) = op.as_tag_tuple();
        if tag == DiffTag::Equal {
            pieces.push((PieceKind::Same, old[before].iter().collect()));
            continue;
        }
        let (out, put): (String, String) = (old[before].iter().collect(), new[after].iter().collect());
        removed += out.chars().filter(|letter| letter.is_alphanumeric()).count();
        own += put.chars().filter(|letter| is_own(*letter)).count();
        pieces.extend([(PieceKind::Out, out), (PieceKind::In, put)].into_iter().filter(|(_, text)| !text.is_empty()));
    }
    Comparison { pieces, original: old.iter().filter(|letter| letter.is_alphanumeric()).count(), removed, own }
}

/// 某 and × stand for what was taken out.
fn is_own(letter: char) -> bool {
    letter.is_alphanumeric() && !matches!(letter, '某' | '×')
}

/// Refuses a form that was drawn from another text than the case has now.
pub(crate) fn over(case: &CaseItem, mark: &str) -> Result<(), Problem> {
    if mark.is_empty() || mark == text_mark(&case.title, &case.text) {
        return Ok(());
    }
    Err(Problem::conflict("您打开以后，别人改过公开文字。请对照上面现在的文字，再改一次。"))
}

/// A mark of a title and text, by which a form says what it was drawn from.
pub fn text_mark(title: &str, text: &str) -> String {
    let digest = Sha256::digest(format!("{title}\n{text}"));
    HEXLOWER.encode(&digest[..8])
}

/// Refuses a public text that says something else than whoever wrote it. A title of the moderator's own is free where
/// none was written; there is nothing to compare with once the original was deleted.
pub(crate) fn check(rules: &DeskRules, words: &Words, title: &str, text: &str) -> Result<Option<Comparison>, Problem> {
    if words.text.trim().is_empty() {
        return Ok(None);
    }
    let edit = rules.edit;
    let whole = compare(words.text.trim(), text.trim());
    let named = compare(words.title.trim(), title.trim());
    let (mut own, mut original) = (whole.own, whole.original);
    if !words.title.trim().is_empty() {
        own += named.own;
        original += named.original;
    }
    let allowed = edit.own_letters.max(original * edit.own_share / 100);
    if own > allowed {
        return Err(Problem::invalid(format!(
            "公开文字只能隐去个人信息、改错别字。您写进了 {own} 个原文没有的字，这一件最多 {allowed} 个。请按原文的意思改回来，不同之处标在下面。"
        )));
    }
    if whole.removed * 100 > whole.original * edit.removed_share {
        return Err(Problem::invalid(format!(
            "删去了原文 {} 个字中的 {} 个，剩下的已不是反映人的意思（最多可以隐去 {}%）。隐去这么多仍不能公开的，请不予上墙并写明原因，请他改写后再反映。",
            whole.original, whole.removed, edit.removed_share
        )));
    }
    Ok(Some(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules() -> DeskRules {
        DeskRules::parse(include_str!("../../../../rules/case-desk.toml")).unwrap()
    }

    fn words(text: &str) -> Words {
        Words { title: String::new(), text: text.into(), contact: None }
    }

    const TEXT: &str = "村口的自来水管坏了三天，我叫张三，电话 13900000000，请快来修理。";

    #[test]
    fn redaction_and_misprints_pass() {
        for public in [
            TEXT,
            "村口的自来水管坏了三天，我叫●●，电话 ●●●●●●●●●●●，请快来修理。",
            "村口的自来水管坏了三天，请快来修理。",
            "村口的自来水管坏了3天，我叫张某某，请快来修。",
        ] {
            assert!(check(&rules(), &words(TEXT), "水管坏了", public).is_ok(), "{public}");
        }
    }

    #[test]
    fn another_meaning_is_refused() {
        for public in ["村里供水总体正常，个别管道已列入改造计划，感谢群众关心支持。", "修理。"]
        {
            assert!(check(&rules(), &words(TEXT), "供水", public).is_err(), "{public}");
        }
        // A title that was written is not turned round either.
        let titled = Words { title: "干部优亲厚友".into(), ..words(TEXT) };
        assert!(check(&rules(), &titled, "村级事务管理工作的一点建议意见", TEXT).is_err());
        assert!(check(&rules(), &words(""), "旧事", "原文已按期删除").unwrap().is_none());
    }

    #[test]
    fn what_is_too_long_to_be_taken_is_not_compared() {
        let (old, new) = ("甲".repeat(4_000), "乙甲".repeat(MOST_COMPARED));
        let found = compare(&old, &new);
        assert_eq!((found.pieces.len(), found.removed, found.own), (2, 4_000, 2 * MOST_COMPARED));
    }

    #[test]
    fn pieces_put_both_texts_together_again() {
        let (old, new) = ("甲乙丙丁", "甲●丙丁戊");
        let found = compare(old, new);
        let side = |without| {
            found.pieces.iter().filter(|(kind, _)| *kind != without).map(|(_, text)| text.as_str()).collect::<String>()
        };
        assert_eq!((side(PieceKind::In), side(PieceKind::Out)), (old.to_owned(), new.to_owned()));
        assert_eq!((found.original, found.removed, found.own), (4, 1, 1));
    }
}
