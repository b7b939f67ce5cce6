//! Marked sentences: found in a chapter by their letters, and drawn into its HTML.
//!
//! A place is counted in letters without blanks, so that line breaks, indents and tags make no difference.

/// Where a sentence stands: its first letter and how many there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stretch {
    pub(crate) start: usize,
    pub(crate) length: usize,
}

fn letters(text: &str) -> Vec<char> {
    text.chars().filter(|letter| !letter.is_whitespace()).collect()
}

/// Where `quote` stands in `text`; of several places the one nearest to `near`.
pub(crate) fn find(text: &str, quote: &str, near: Option<usize>) -> Option<Stretch> {
    let (text, quote) = (letters(text), letters(quote));
    if quote.is_empty() || quote.len() > text.len() {
        return None;
    }
    let starts = (0..=text.len() - quote.len()).filter(|start| text[*start..].starts_with(&quote));
    let start = starts.min_by_key(|start| near.map_or(*start, |near| start.abs_diff(near)))?;
    Some(Stretch { start, length: quote.len() })
}

/// The HTML with every stretch inside `<mark>`; tags inside a stretch stay whole.
pub(crate) fn drawn(html: &str, stretches: &[Stretch]) -> String {
    let marked = |at: usize| stretches.iter().any(|s| (s.start..s.start + s.length).contains(&at));
    let mut out = String::with_capacity(html.len() + 64);
    let (mut at, mut open, mut rest) = (0, false, html);
    while let Some(first) = rest.chars().next() {
        let (piece, after) = rest.split_at(token(rest));
        let tag = first == '<';
        let blank = !tag && (first.is_whitespace() || piece == "&nbsp;");
        let inside = !tag && marked(at) && (open || !blank);
        if inside != open {
            out.push_str(if inside { "<mark>" } else { "</mark>" });
            open = inside;
        }
        out.push_str(piece);
        at += usize::from(!tag && !blank);
        rest = after;
    }
    if open {
        out.push_str("</mark>");
    }
    out
}

/// The bytes of the first tag, entity or letter.
fn token(rest: &str) -> usize {
    let first = rest.chars().next().map_or(0, char::len_utf8);
    match rest.as_bytes().first() {
        Some(b'<') => rest.find('>').map_or(first, |end| end + 1),
        Some(b'&') => rest[..rest.len().min(10)].find(';').map_or(first, |end| end + 1),
        _ => first,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_found_without_its_blanks_and_nearest_to_where_it_was() {
        let text = "水来了。\n　　渠通了，水来了。";
        assert_eq!(find(text, "水 来了", None), Some(Stretch { start: 0, length: 3 }));
        assert_eq!(find(text, "水来了", Some(9)), Some(Stretch { start: 8, length: 3 }));
        assert_eq!(find(text, "没有", None), None);
        assert_eq!(find(text, "　", None), None);
    }

    #[test]
    fn it_is_drawn_across_tags_and_entities() {
        let html = "<p>甲<b>乙</b>&amp;丙</p><p>丁</p>";
        let stretch = Stretch { start: 1, length: 3 };
        assert_eq!(drawn(html, &[stretch]), "<p>甲<b><mark>乙</mark></b><mark>&amp;丙</mark></p><p>丁</p>");
        assert_eq!(drawn(html, &[]), html);
    }
}
