//! The measures of GB/T 9704-2012, in the units of a Word file: twentieths of a point, half points for type, eighths of a
//! point for rules.

/// Millimetres of the standard in twentieths of a point.
pub(super) const fn mm(millimetres: u32) -> u32 {
    // An inch has 25.4 mm and 1,440 twentieths of a point.
    millimetres * 14_400 / 254
}

/// A4 across and down.
pub(super) const PAGE: (u32, u32) = (11_906, 16_838);
/// 天头 37 mm, 订口 28 mm; the text is 156 × 225 mm, which leaves 26 mm to the right and 35 mm below.
pub(super) const TOP: u32 = mm(37);
/// The side at which the paper is bound.
pub(super) const LEFT: u32 = mm(28);
/// The side that is turned.
pub(super) const RIGHT: u32 = mm(26);
/// Below the text.
pub(super) const BOTTOM: u32 = mm(35);
/// 版心, across.
pub(super) const WIDTH: u32 = PAGE.0 - LEFT - RIGHT;
/// 22 lines in 225 mm.
pub(super) const LINE: u32 = 579;
/// 28 characters in 156 mm.
pub(super) const CHARACTER: u32 = WIDTH / 28;
/// What a character of 3号 is drawn together, so that 28 stand in a line.
pub(super) const TIGHTER: i32 = -5;
/// 发文机关标志 begins 35 mm below the upper edge of the text.
pub(super) const MARK_ABOVE: u32 = mm(35);
/// The line of the page number lies 7 mm below the text.
pub(super) const FOLIO: u32 = BOTTOM - mm(7) - 280;

/// 2号, 3号 and 4号 in half points.
pub(super) const SIZE_2: u32 = 44;
/// The text.
pub(super) const SIZE_3: u32 = 32;
/// 版记, page numbers.
pub(super) const SIZE_4: u32 = 28;
/// 小四, for tables: the standard names no size for them.
pub(super) const SIZE_TABLE: u32 = 24;
/// 4号 in twentieths of a point: one character in.
pub(super) const CHARACTER_4: u32 = 280;

/// The red rule under 发文字号: 4 mm below it. The standard gives no thickness.
pub(super) const RED_RULE: (u32, u32) = (16, 11);
/// 版记: first and last rule 0.35 mm, those between 0.25 mm.
pub(super) const RULE_OUTER: u32 = 8;
/// 0.25 mm.
pub(super) const RULE_INNER: u32 = 6;
/// The red of 发文机关标志 and its rule.
pub(super) const RED: &str = "E60012";

/// How many characters of the text's size a string is wide: what is not Chinese takes half.
pub(super) fn halves(text: &str) -> u32 {
    text.chars().map(|c| if c.is_ascii() { 1 } else { 2 }).sum()
}

/// A measure where the file wants no sign.
pub(super) fn size(measure: u32) -> usize {
    usize::try_from(measure).unwrap_or(0)
}

/// A measure where the file wants a sign.
pub(super) fn signed(measure: u32) -> i32 {
    i32::try_from(measure).unwrap_or(i32::MAX)
}
