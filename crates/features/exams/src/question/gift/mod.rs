//! GIFT, Moodle's text format for questions: the whole of its syntax, both ways.

mod read;
mod write;

pub use read::read;
pub(in crate::question) use read::span;
pub(in crate::question) use write::span_text;
pub use write::write;

use super::{Question, TextFormat};

/// What a file came to: what can be taken over, and what cannot, by line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Each question with the line or row at which it begins.
    pub questions: Vec<(u32, Question)>,
    /// Each fault with its line or row.
    pub faults: Vec<(u32, String)>,
}

/// What must be escaped, and what it is while the syntax is taken apart: code points that no text may hold.
const ESCAPED: [(char, char); 10] = [
    ('~', '\u{fdd0}'),
    ('=', '\u{fdd1}'),
    ('#', '\u{fdd2}'),
    ('{', '\u{fdd3}'),
    ('}', '\u{fdd4}'),
    (':', '\u{fdd5}'),
    ('\\', '\u{fdd6}'),
    ('>', '\u{fdd7}'),
    ('/', '\u{fdd8}'),
    ('%', '\u{fdda}'),
];
/// A line break written as `\n`.
const BREAK: char = '\u{fdd9}';

const FORMATS: [(&str, TextFormat); 4] = [
    ("[html]", TextFormat::Html),
    ("[moodle]", TextFormat::Moodle),
    ("[plain]", TextFormat::Plain),
    ("[markdown]", TextFormat::Markdown),
];

/// The tag by which a short answer says that its taker compares himself: GIFT has no word for it.
const OWN: &str = "自己对照";
