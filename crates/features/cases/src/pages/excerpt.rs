//! The beginning of what somebody wrote, for a list.

/// The beginning of a text, unless the title says it already.
pub(crate) fn excerpt(text: &str, title: &str) -> String {
    const LONGEST: usize = 90;
    let mut beginning = String::with_capacity(LONGEST * 3 + 8);
    let mut room = LONGEST;
    for word in text.split_whitespace() {
        let space = (!beginning.is_empty()).then_some(' ');
        for letter in space.into_iter().chain(word.chars()) {
            if room == 0 {
                return beginning + "……";
            }
            beginning.push(letter);
            room -= 1;
        }
    }
    if beginning == title { String::new() } else { beginning }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_is_cut_and_a_short_one_is_whole() {
        assert_eq!(excerpt("水管\n\n  坏了", "停水"), "水管 坏了");
        assert_eq!(excerpt("停水\n", "停水"), "");
        assert_eq!(excerpt(&"水".repeat(90), ""), "水".repeat(90));
        assert_eq!(excerpt(&"水".repeat(91), ""), format!("{}……", "水".repeat(90)));
    }
}
