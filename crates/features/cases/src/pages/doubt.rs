//! What an officer is asked about before others read what he wrote: whatever looks like a person's name or number. Names are
//! only guessed, so a tick answers the question and nothing is refused for good.

use std::collections::BTreeSet;

use huiyin_base::Problem;
use huiyin_web::components::Field;

use crate::questionable_in;

/// Under this name a form is told what it asks about.
pub(super) const DOUBTED: &str = "doubted";
/// The tick that answers.
pub(super) const CHECKED: &str = "checked";

/// Who reads what was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reader {
    /// Everybody. Numbers that name a person are refused by the engine, whoever ticks what.
    Public,
    /// Whoever raised the case.
    Reporter,
}

/// What in these texts is doubtful, as the form names it: 王建国（人名）. Empty where nothing is.
pub(super) fn doubted(reader: Reader, texts: &[&str]) -> String {
    let mut found = BTreeSet::new();
    for text in texts {
        for private in questionable_in(text) {
            if reader == Reader::Reporter || !private.kind.is_refused() {
                found.insert((private.kind.label(), &text[private.start..private.end]));
            }
        }
    }
    found.into_iter().map(|(kind, words)| format!("{words}（{kind}）")).collect::<Vec<_>>().join("、")
}

/// The question, unless it was answered or there is none.
pub(super) fn ask(reader: Reader, doubted: &str, checked: &str) -> Result<(), Problem> {
    if doubted.is_empty() || checked == "1" {
        return Ok(());
    }
    Err(Problem::invalid(match reader {
        Reader::Public => format!(
            "要公开的文字里像是有：{doubted}。是群众的，请改成“反映人”“一位住户”这样的说法；不是，或者本来就公开的，在下面打勾再提交。"
        ),
        Reader::Reporter => format!(
            "写给反映人的话里像是有：{doubted}。别人的姓名、号码请不要写；不是，或者确实要告诉他的，在下面打勾再发送。"
        ),
    }))
}

/// The tick, where something was asked about.
pub(super) fn tick(doubted: &str, checked: &str) -> Option<Field> {
    let field = Field::tick(CHECKED, "已核对，可以这样写").hint(doubted).value(checked);
    (!doubted.is_empty()).then_some(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_public_is_asked_about_names_and_the_reporter_about_numbers_too() {
        let text = "请村民王建国打13900000000，水务局已来过。";
        assert_eq!(doubted(Reader::Public, &[text]), "王建国（人名）");
        assert_eq!(doubted(Reader::Reporter, &[text]), "王建国（人名）、13900000000（手机号）");
        assert_eq!(doubted(Reader::Reporter, &["水务局已来过，办公室电话0911-2110000。"]), "");
    }

    #[test]
    fn a_tick_answers() {
        assert!(ask(Reader::Public, "王建国（人名）", "").is_err());
        assert!(ask(Reader::Public, "王建国（人名）", "1").is_ok() && ask(Reader::Public, "", "").is_ok());
        assert!(tick("", "").is_none() && tick("王建国（人名）", "").is_some());
    }
}
