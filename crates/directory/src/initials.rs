use pinyin::ToPinyin as _;

/// The initials of a Chinese name in pinyin, lower case: 宝塔区 gives `btq`. Letters and digits stay, marks go.
///
/// What a list is searched by, so that an officer types four letters and not four characters.
pub fn initials(name: &str) -> String {
    let mut text = String::new();
    for (index, letter) in name.chars().enumerate() {
        if letter.is_ascii_alphanumeric() {
            text.push(letter.to_ascii_lowercase());
        } else if let Some(initial) = special(letter, index).or_else(|| letter.to_pinyin().map(first)) {
            text.push_str(initial);
        }
    }
    text
}

fn first(pinyin: pinyin::Pinyin) -> &'static str {
    pinyin.first_letter()
}

/// Characters with several readings, as they are read in names of places and families.
fn special(letter: char, index: usize) -> Option<&'static str> {
    match (letter, index) {
        ('长' | '重', _) => Some("c"),
        ('单', 0) => Some("s"),
        ('解', 0) => Some("x"),
        ('仇', 0) => Some("q"),
        ('区', 0) => Some("o"),
        ('曾' | '查' | '翟', 0) => Some("z"),
        ('朴', 0) => Some("p"),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::initials;

    #[test]
    fn of_places_and_people() {
        assert_eq!(initials("宝塔区"), "btq");
        assert_eq!(initials("延长县（第2村）A"), "ycxd2ca");
        assert_eq!(initials("单晓明"), "sxm");
        assert_eq!(initials("，。 "), "");
    }
}
