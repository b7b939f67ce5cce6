//! What must not stand in a public text: numbers that name a person. Names cannot be told from other words for certain, so
//! they are asked about and never refused.

use huiyin_base::number::{CitizenNumber, CitizenNumberError};
use huiyin_db::text_enum;

text_enum! {
    /// What was found.
    pub enum PrivateKind {
        Citizen = "citizen" / "身份证号",
        Mobile = "mobile" / "手机号",
        Card = "card" / "银行卡号",
        LikeCitizen = "like_citizen" / "像身份证号的数字",
        Mail = "mail" / "邮箱",
        Chat = "chat" / "微信号、QQ 号",
        Plate = "plate" / "车牌号",
        Name = "name" / "人名",
    }
}

impl PrivateKind {
    /// Whether no public text may hold it. A plate may: it can be what the matter is about; so can the number of a contract, or the
    /// mailbox of an office. A name is only guessed.
    pub fn is_refused(self) -> bool {
        matches!(self, Self::Citizen | Self::Mobile | Self::Card)
    }
}

/// A place in a text, in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Private {
    /// What it is.
    pub kind: PrivateKind,
    /// Its first byte.
    pub start: usize,
    /// The byte after it.
    pub end: usize,
}

/// Everything in `text` that names a person, in order.
pub fn private_in(text: &str) -> Vec<Private> {
    let letters: Vec<(usize, char)> = text.char_indices().map(|(at, letter)| (at, narrow(letter))).collect();
    let mut found = numbers(&letters, text.len());
    found.extend(grouped(&letters, text.len()));
    found.extend(plates(&letters, text.len()));
    // A telephone number may be the name in the chat as well.
    let named = addresses(&letters, text.len()).into_iter();
    let named: Vec<_> = named.filter(|one| !found.iter().any(|at| at.start < one.end && one.start < at.end)).collect();
    found.extend(named);
    found.sort_by_key(|private| private.start);
    found
}

/// All that whoever writes is asked about before he sends: [`private_in`], and what looks like a name.
pub fn questionable_in(text: &str) -> Vec<Private> {
    let mut found = private_in(text);
    found.extend(crate::names::names_in(text));
    found.sort_by_key(|private| private.start);
    found
}

/// The text with all numbers and plates covered: a proposal for the moderator, and a preview for whoever writes.
pub fn covered(text: &str) -> String {
    covered_at(text, &private_in(text))
}

/// An office's own answer with what names a person for certain covered: its mailbox and the number of a contract stay.
pub fn covered_answer(text: &str) -> String {
    let places = private_in(text).into_iter();
    covered_at(text, &places.filter(|one| one.kind.is_refused() || one.kind == PrivateKind::Plate).collect::<Vec<_>>())
}

/// The text with these places covered; they stand in the order of the text.
pub fn covered_at(text: &str, places: &[Private]) -> String {
    let mut shown = String::with_capacity(text.len());
    let mut from = 0;
    for private in places {
        if private.start >= from {
            shown.push_str(&text[from..private.start]);
            shown.push_str(&"●".repeat(text[private.start..private.end].chars().count()));
            from = private.end;
        }
    }
    shown.push_str(&text[from..]);
    shown
}

/// The first number that no public text may hold.
pub(crate) fn forbidden_in(text: &str) -> Option<PrivateKind> {
    private_in(text).into_iter().map(|private| private.kind).find(|kind| kind.is_refused())
}

/// Runs of digits, also where spaces or dashes stand between them.
fn numbers(letters: &[(usize, char)], length: usize) -> Vec<Private> {
    let mut found = Vec::new();
    let mut at = 0;
    while at < letters.len() {
        if !letters[at].1.is_ascii_digit() {
            at += 1;
            continue;
        }
        let mut digits = String::new();
        let (first, mut after) = (at, at);
        while at < letters.len() {
            let letter = letters[at].1;
            let last_place = digits.len() == 17 && matches!(letter, 'x' | 'X');
            if letter.is_ascii_digit() || last_place {
                digits.push(letter);
                after = at + 1;
            } else if !(matches!(letter, ' ' | '-') && letters.get(at + 1).is_some_and(|next| next.1.is_ascii_digit()))
            {
                break;
            }
            at += 1;
        }
        if let Some(kind) = kind_of(&digits) {
            let end = letters.get(after).map_or(length, |next| next.0);
            found.push(Private { kind, start: letters[first].0, end });
        }
    }
    found
}

/// A mobile number in groups of 3, 4 and 4 between which stands what also parts other numbers: 139.1234.5678, (139)12345678, or the end of
/// a line.
fn grouped(letters: &[(usize, char)], length: usize) -> Vec<Private> {
    let mut found = Vec::new();
    for (at, (start, letter)) in letters.iter().enumerate() {
        let begins = at == 0 || !letters[at - 1].1.is_ascii_digit();
        if *letter != '1' || !begins {
            continue;
        }
        let (mut digits, mut parted, mut after) = (String::new(), false, at);
        for (place, (_, letter)) in letters.iter().enumerate().skip(at) {
            let parts = matches!(digits.len(), 3 | 7) && after == place;
            if letter.is_ascii_digit() && digits.len() < 12 {
                (digits, after) = (digits + &letter.to_string(), place + 1);
            } else if parts && matches!(letter, '.' | ',' | '，' | '。' | ')' | '）' | '\n') {
                parted = true;
            } else {
                break;
            }
        }
        if parted && kind_of(&digits) == Some(PrivateKind::Mobile) {
            let end = letters.get(after).map_or(length, |next| next.0);
            found.push(Private { kind: PrivateKind::Mobile, start: *start, end });
        }
    }
    found
}

fn kind_of(digits: &str) -> Option<PrivateKind> {
    let bytes = digits.as_bytes();
    match bytes.len() {
        18 if CitizenNumber::parse(digits).is_ok() => Some(PrivateKind::Citizen),
        11 if bytes[0] == b'1' && (b'3'..=b'9').contains(&bytes[1]) => Some(PrivateKind::Mobile),
        16..=19 if luhn(bytes) => Some(PrivateKind::Card),
        // One digit written wrong names him all the same.
        18 if CitizenNumber::parse(digits) == Err(CitizenNumberError::Check) => Some(PrivateKind::LikeCitizen),
        _ => None,
    }
}

fn luhn(digits: &[u8]) -> bool {
    let sum: u32 = digits
        .iter()
        .rev()
        .enumerate()
        .map(|(place, digit)| {
            let value = u32::from(digit.wrapping_sub(b'0')) * if place % 2 == 1 { 2 } else { 1 };
            if value > 9 { value - 9 } else { value }
        })
        .sum();
    digits.iter().all(u8::is_ascii_digit) && sum.is_multiple_of(10)
}

/// 陕J12345: a province, a letter, five or six letters and digits.
fn plates(letters: &[(usize, char)], length: usize) -> Vec<Private> {
    const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";
    let mut found = Vec::new();
    for (at, (start, letter)) in letters.iter().enumerate() {
        if !PROVINCES.contains(*letter) || !letters.get(at + 1).is_some_and(|next| next.1.is_ascii_alphabetic()) {
            continue;
        }
        let dot = usize::from(letters.get(at + 2).is_some_and(|next| matches!(next.1, '·' | '.' | ' ' | '-')));
        let rest = &letters[at + 2 + dot..];
        let run = rest.iter().take_while(|next| next.1.is_ascii_alphanumeric()).count();
        let digits = rest.iter().take(run).filter(|next| next.1.is_ascii_digit()).count();
        if (5..=6).contains(&run) && digits >= 2 {
            let end = rest.get(run).map_or(length, |next| next.0);
            found.push(Private { kind: PrivateKind::Plate, start: *start, end });
        }
    }
    found
}

/// Mailboxes, and the names under which somebody is found in a chat: 微信 abc_123, QQ：123456.
fn addresses(letters: &[(usize, char)], length: usize) -> Vec<Private> {
    const CHATS: [&str; 4] = ["微信号", "微信", "QQ号", "QQ"];
    let is_part = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.');
    let end_of = |after: usize| letters.get(after).map_or(length, |next| next.0);
    let (mut found, mut at) = (Vec::new(), 0);
    while at < letters.len() {
        let upper = |place: usize| letters.get(place).map(|next| next.1.to_ascii_uppercase());
        let stands = |word: &&str| word.chars().enumerate().all(|(place, letter)| upper(at + place) == Some(letter));
        if let Some(word) = CHATS.into_iter().find(stands) {
            let width = word.chars().count();
            let between = letters[at + width..].iter().take_while(|next| matches!(next.1, ':' | ' ' | '是')).count();
            let first = at + width + between;
            let run = letters[first..].iter().take_while(|next| is_part(next.1)).count();
            if run >= 5 {
                found.push(Private { kind: PrivateKind::Chat, start: letters[first].0, end: end_of(first + run) });
            }
            at = first + run;
            continue;
        }
        if letters[at].1 == '@' {
            let before = letters[..at].iter().rev().take_while(|next| is_part(next.1)).count();
            let run = letters[at + 1..].iter().take_while(|next| is_part(next.1)).count();
            let dotted = letters[at + 1..at + 1 + run].iter().any(|next| next.1 == '.');
            if before > 0 && dotted {
                let (start, end) = (letters[at - before].0, end_of(at + 1 + run));
                found.push(Private { kind: PrivateKind::Mail, start, end });
            }
        }
        at += 1;
    }
    found
}

fn narrow(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => u32::from(letter).checked_sub(0xfee0).and_then(char::from_u32).unwrap_or(letter),
        '\u{3000}' => ' ',
        '—' | '–' => '-',
        _ => letter,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_that_name_somebody_are_covered() {
        for (text, shown) in [
            ("电话13900000000，谢谢", "电话●●●●●●●●●●●，谢谢"),
            ("电话 139 0000 0000", "电话 ●●●●●●●●●●●●●"),
            ("１３９００００００００", "●●●●●●●●●●●"),
            ("电话139.0000.0000，谢谢", "电话●●●●●●●●●●●●●，谢谢"),
            ("（139）00000000", "（●●●●●●●●●●●●"),
            ("139\n00000000。", "●●●●●●●●●●●●。"),
            ("陕J-12345一直停在路口", "●●●●●●●●一直停在路口"),
            ("身份证34052419800101001x。", "身份证●●●●●●●●●●●●●●●●●●。"),
            ("卡号6222 0212 3456 7894", "卡号●●●●●●●●●●●●●●●●●●●"),
            ("陕J·12345一直停在路口", "●●●●●●●●一直停在路口"),
            ("写错一位的340524198001010013", "写错一位的●●●●●●●●●●●●●●●●●●"),
            ("加我微信：wang_1980，发照片", "加我微信：●●●●●●●●●，发照片"),
            ("qq 12345678 找我", "qq ●●●●●●●● 找我"),
            ("发到 wang.li@example.com 谢谢", "发到 ●●●●●●●●●●●●●●●●●●● 谢谢"),
        ] {
            assert_eq!(covered(text), shown);
        }
    }

    #[test]
    fn other_numbers_stay() {
        let text = "2016年12月16日，0911-2110000 报修，共 31602 件，编号 宝塔-2016-00421，流水号 340524198013010013，微信群里都在说，川流不息";
        assert_eq!((covered(text).as_str(), private_in(text)), (text, Vec::new()));
        let text = "修了139.5米，1200.3456平方米，欠款139，4567元，共1395678元";
        assert_eq!((covered(text).as_str(), private_in(text)), (text, Vec::new()));
        assert_eq!(forbidden_in("陕J12345占道"), None);
        assert_eq!(forbidden_in("合同 340524198001010013"), None, "asked about, not refused");
        assert_eq!(forbidden_in("找13900000000"), Some(PrivateKind::Mobile));
    }
}
