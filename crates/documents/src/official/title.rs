//! A title is broken where it may be read: in lines that are about as long as each other, the upper never the shorter.

/// Characters of 2号 in a line of 156 mm.
const MOST: usize = 20;
/// After these a line may well end.
const AFTER: &[char] = &['的', '于', '、', '，', '）', '》', '年', '月', '及'];
/// Before these words a line may well end: a new thought begins.
const BEFORE: &[&str] = &["和", "与", "工作", "推进", "情况", "考核", "重点", "目标", "全市", "全县", "各县", "关于"];
/// Before these no line may begin, after those none may end.
const NOT_FIRST: &[char] = &['、', '，', '）', '》', '”', '：', '的', '年', '月', '日', '号'];
const NOT_LAST: &[char] = &['（', '《', '“', '第'];

/// The lines of a title.
pub(super) fn lines(title: &str) -> Vec<String> {
    let letters: Vec<char> = title.trim().chars().collect();
    let wanted = letters.len().div_ceil(MOST);
    let mut lines = Vec::new();
    let mut from = 0;
    for left in (1..=wanted).rev() {
        let rest = letters.len() - from;
        let cut = if left == 1 { rest } else { cut(&letters[from..], rest.div_ceil(left)) };
        lines.push(letters[from..from + cut].iter().collect());
        from += cut;
    }
    lines
}

/// Where to cut, nearest to a length: a good place counts as much as being two characters nearer.
fn cut(letters: &[char], near: usize) -> usize {
    let cost = |at: &usize| {
        let (before, after) = (letters[at - 1], letters[*at]);
        let torn = NOT_FIRST.contains(&after)
            || NOT_LAST.contains(&before)
            || (before.is_ascii_alphanumeric() && after.is_ascii_alphanumeric());
        let rest: String = letters[*at..].iter().take(2).collect();
        let well = AFTER.contains(&before) || BEFORE.iter().any(|word| rest.starts_with(word));
        at.abs_diff(near) * 2 + if torn { 20 } else { 0 } + if well { 0 } else { 9 }
    };
    let most = MOST.min(letters.len() - 1);
    (near.saturating_sub(4).max(1)..=(near + 4).min(most)).min_by_key(cost).unwrap_or(near.min(most))
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn short_titles_stay_on_one_line_and_long_ones_break_well() {
        assert_eq!(lines("关于全市问题墙工作情况的通报"), ["关于全市问题墙工作情况的通报"]);
        let broken = lines("关于2016年11月全市问题墙和回音壁工作推进情况的通报");
        assert_eq!(broken.concat(), "关于2016年11月全市问题墙和回音壁工作推进情况的通报");
        assert_eq!(broken.len(), 2);
        assert!(broken.iter().all(|line| line.chars().count() <= 20), "{broken:?}");
        assert!(!broken[1].starts_with('的'), "{broken:?}");
        for length in 1..120 {
            let title = "甲".repeat(length);
            assert_eq!(lines(&title).concat(), title);
            assert!(lines(&title).iter().all(|line| line.chars().count() <= 20));
        }
        assert!(lines("").is_empty());
    }
}
