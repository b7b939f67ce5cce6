//! Texts of questions: as they are drawn, and as they are compared.

use super::TextFormat;

/// A text as it is drawn: HTML without its markup, everything else as it stands.
pub fn plain(format: TextFormat, text: &str) -> String {
    match format {
        TextFormat::Html | TextFormat::Moodle => stripped(text),
        TextFormat::Plain | TextFormat::Markdown => text.to_owned(),
    }
}

/// Only what begins like markup is taken for it: in `a < b` nothing is lost.
fn stripped(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(start) = rest.find('<') {
        out.push_str(&rest[..start]);
        let tail = &rest[start + 1..];
        let markup = tail.starts_with(|c: char| c.is_ascii_alphabetic() || c == '/' || c == '!');
        let Some(end) = tail.find('>').filter(|_| markup) else {
            out.push('<');
            rest = tail;
            continue;
        };
        let name = tail[..end].trim_start_matches('/').to_ascii_lowercase();
        if ["br", "p", "div", "li"].iter().any(|block| name.starts_with(block)) && !out.ends_with('\n') {
            out.push('\n');
        }
        rest = &tail[end + 1..];
    }
    out.push_str(rest);
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&#39;", "'"), ("&nbsp;", " "), ("&amp;", "&")];
    let out = named.iter().fold(out, |out, (entity, letter)| out.replace(entity, letter));
    out.trim().to_owned()
}

/// A text as it is compared: letters of full width made narrow, small, without blanks at its ends and doubled ones.
pub fn normal(text: &str) -> String {
    let narrow = text.chars().map(|c| match c {
        '\u{3000}' => ' ',
        '。' => '.',
        '！'..='～' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    });
    let narrow: String = narrow.collect::<String>().to_lowercase();
    let words: Vec<&str> = narrow.split_whitespace().collect();
    words.join(" ").trim_end_matches('.').to_owned()
}

/// Whether `given` is what `wanted` says; a `*` in it stands for anything, `\*` for itself.
pub fn matches(wanted: &str, given: &str) -> bool {
    let given = normal(given);
    let mut parts = Vec::new();
    let mut part = String::new();
    let mut letters = wanted.chars().peekable();
    while let Some(letter) = letters.next() {
        match letter {
            '\\' if letters.peek() == Some(&'*') => {
                part.push('*');
                letters.next();
            }
            '*' => parts.push(std::mem::take(&mut part)),
            other => part.push(other),
        }
    }
    if parts.is_empty() {
        return normal(&part) == given;
    }
    parts.push(part);
    let parts: Vec<String> = parts.iter().map(|part| normal(part)).collect();
    between(&parts, &given)
}

/// The first part begins the text, the last ends it, the others stand between them in order.
fn between(parts: &[String], text: &str) -> bool {
    let [first, middle @ .., last] = parts else { return false };
    let Some(mut rest) = text.strip_prefix(first.as_str()) else { return false };
    for part in middle.iter().filter(|part| !part.is_empty()) {
        let Some(at) = rest.find(part.as_str()) else { return false };
        rest = &rest[at + part.len()..];
    }
    rest.ends_with(last.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_loses_its_markup_and_nothing_else() {
        assert_eq!(plain(TextFormat::Html, "<p>甲 &lt; 乙<br>1 < 2</p><script>x</script>"), "甲 < 乙\n1 < 2\nx");
        assert_eq!(plain(TextFormat::Plain, "<b>"), "<b>");
    }

    #[test]
    fn comparing_minds_neither_width_nor_case_nor_a_full_stop() {
        assert!(matches("Ａbc", " aBC。"));
        assert!(matches("村民*会议", "村民代表会议"));
        assert!(!matches("村民*会议", "会议村民"));
        assert!(matches(r"5\*3", "5*3") && !matches(r"5\*3", "53"));
        assert!(matches("*", "什么都行"));
    }
}
