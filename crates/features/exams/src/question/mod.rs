//! A question: what is asked, what is right, and how much of it. Pure; knows nothing of pages and tables.

pub mod aiken;
pub mod gift;
mod mark;
pub mod sheet;
mod text;

use serde::{Deserialize, Serialize};

pub use mark::{Verdict, right_answer, shown};
pub use text::{matches, normal, plain};

/// A whole mark. A weight is a part of it, in hundred-thousandths of a per cent, as fine as GIFT writes it.
pub const WHOLE: i32 = 10_000_000;

/// The most letters of a name, of a stem and feedback, and of an option.
const NAME: usize = 200;
const STEM: usize = 4_000;
const OPTION: usize = 1_000;
/// As many options as there are letters.
pub const MOST_OPTIONS: usize = 26;

/// How a text is written. Nothing but plain text is ever drawn; the word is kept so that an export says it again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TextFormat {
    /// As it stands.
    #[default]
    Plain,
    /// Moodle's own mixture of text and markup.
    Moodle,
    /// HTML; shown without its markup.
    Html,
    /// Markdown; shown as it stands.
    Markdown,
}

/// A question with everything that is kept of it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Question {
    /// What it is called in lists; may be empty.
    pub name: String,
    /// How its texts are written.
    pub format: TextFormat,
    /// What is asked; of a missing word what stands before it.
    pub stem: String,
    /// What stands after a missing word.
    pub tail: Option<String>,
    /// What is right.
    pub body: Body,
    /// Said after the answer; of a short answer what a good one holds.
    pub feedback: String,
    /// Where it belongs, as `法律/宪法`.
    pub category: String,
    /// Words to find it by.
    pub tags: Vec<String>,
    /// Where it is from.
    pub source: String,
}

/// The kinds of questions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind")]
pub enum Body {
    /// One of several, or several of them.
    Choice {
        /// Whether several may be ticked.
        many: bool,
        /// What there is to choose from.
        options: Vec<Weighed>,
    },
    /// True or false.
    Truth {
        /// What is right.
        right: bool,
        /// Said to whoever was wrong.
        wrong_feedback: String,
        /// Said to whoever was right.
        right_feedback: String,
    },
    /// A word to be filled in; `*` in an answer stands for anything.
    Fill {
        /// What is accepted.
        answers: Vec<Weighed>,
    },
    /// A number to be filled in.
    Numeric {
        /// What is accepted.
        answers: Vec<Near>,
    },
    /// Things to be brought into order; kept in the right one.
    Order {
        /// In the right order.
        items: Vec<String>,
    },
    /// Things to be put together.
    Match {
        /// What belongs together.
        pairs: Vec<(String, String)>,
    },
    /// An answer in words.
    Short {
        /// The taker compares with the feedback himself; otherwise a marker decides.
        own: bool,
    },
}

/// A text with the part of the mark that it brings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weighed {
    /// The text.
    pub text: String,
    /// Its part, of [`WHOLE`]; below zero it takes away.
    pub weight: i32,
    /// Said to whoever chose it.
    pub feedback: String,
}

/// A range of numbers with the part of the mark that it brings.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Near {
    /// The range.
    pub span: Span,
    /// Its part, of [`WHOLE`].
    pub weight: i32,
    /// Said to whoever hit it.
    pub feedback: String,
}

/// A range of numbers.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Span {
    /// A number and how far from it is still right.
    About {
        /// The number.
        value: f64,
        /// How far.
        tolerance: f64,
    },
    /// Between two numbers.
    Between {
        /// From here.
        low: f64,
        /// To here.
        high: f64,
    },
}

impl Weighed {
    /// A text that brings so much.
    pub fn new(text: impl Into<String>, weight: i32) -> Self {
        Self { text: text.into(), weight, feedback: String::new() }
    }
}

impl Body {
    /// The word that is stored.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Choice { many: false, .. } => "single",
            Self::Choice { many: true, .. } => "multiple",
            Self::Truth { .. } => "truth",
            Self::Fill { .. } => "fill",
            Self::Numeric { .. } => "numeric",
            Self::Order { .. } => "order",
            Self::Match { .. } => "match",
            Self::Short { .. } => "short",
        }
    }
}

/// Every kind: its stored word and what people call it.
pub const KINDS: [(&str, &str); 8] = [
    ("single", "单选题"),
    ("multiple", "多选题"),
    ("truth", "判断题"),
    ("fill", "填空题"),
    ("numeric", "数字题"),
    ("order", "排序题"),
    ("match", "连线题"),
    ("short", "简答题"),
];

/// What people call a kind.
pub fn kind_label(word: &str) -> &'static str {
    KINDS.iter().find(|(known, _)| *known == word).map_or("题", |(_, label)| label)
}

impl Question {
    /// A question without name, category and feedback.
    pub fn new(stem: impl Into<String>, body: Body) -> Self {
        Self {
            name: String::new(),
            format: TextFormat::Plain,
            stem: stem.into(),
            tail: None,
            body,
            feedback: String::new(),
            category: String::new(),
            tags: Vec::new(),
            source: String::new(),
        }
    }

    /// What is wrong with it, in a sentence, or nothing.
    pub fn fault(&self) -> Option<String> {
        let long = |text: &str, most: usize| text.chars().count() > most;
        if self.stem.trim().is_empty() && self.tail.as_deref().unwrap_or("").trim().is_empty() {
            return Some("没有题干。".into());
        }
        if long(&self.stem, STEM) || long(&self.feedback, STEM) {
            return Some(format!("题干或解析太长，最多 {STEM} 字。"));
        }
        if long(&self.name, NAME) || long(&self.category, NAME) || long(&self.source, NAME) {
            return Some(format!("名称、分类或来源太长，最多 {NAME} 字。"));
        }
        if self.tags.len() > 12 || self.tags.iter().any(|tag| tag.is_empty() || long(tag, 40)) {
            return Some("标签最多 12 个，每个最多 40 字。".into());
        }
        self.body.fault()
    }

    /// The question on one line, for lists.
    pub fn line(&self) -> String {
        let tail = self.tail.as_deref().map(|tail| format!("____{}", plain(self.format, tail))).unwrap_or_default();
        let whole = format!("{}{tail}", plain(self.format, &self.stem));
        whole.split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Its texts as they are drawn, in the order of the answer's numbers.
    pub fn plain(&self, text: &str) -> String {
        plain(self.format, text)
    }
}

impl Body {
    fn fault(&self) -> Option<String> {
        let texts: Vec<&str> = match self {
            Self::Choice { options, .. } => options.iter().map(|option| option.text.as_str()).collect(),
            Self::Fill { answers } => answers.iter().map(|answer| answer.text.as_str()).collect(),
            Self::Order { items } => items.iter().map(String::as_str).collect(),
            Self::Match { pairs } => pairs.iter().flat_map(|(left, right)| [left.as_str(), right]).collect(),
            Self::Truth { .. } | Self::Numeric { .. } | Self::Short { .. } => return self.numbers_fault(),
        };
        let pairs = if matches!(self, Self::Match { .. }) { 2 } else { 1 };
        let fewest = if matches!(self, Self::Fill { .. }) { 1 } else { 2 };
        let count = texts.len() / pairs;
        if count < fewest || count > MOST_OPTIONS {
            return Some(format!("选项（或答案）要 {fewest} 到 {MOST_OPTIONS} 个，这里有 {count} 个。"));
        }
        if texts.iter().any(|text| text.trim().is_empty() || text.chars().count() > OPTION) {
            return Some(format!("有的选项是空的，或者超过 {OPTION} 字。"));
        }
        let weighed = match self {
            Self::Choice { options, .. } => options,
            Self::Fill { answers } => answers,
            _ => return None,
        };
        if weighed.iter().any(|one| one.weight.abs() > WHOLE) {
            return Some("分值比例要在 -100% 到 100% 之间。".into());
        }
        let whole = weighed.iter().filter(|one| one.weight >= WHOLE).count();
        match self {
            Self::Choice { many: false, .. } | Self::Fill { .. } if whole == 0 => Some("没有写哪个是正确答案。".into()),
            Self::Choice { many: true, options } => {
                let sum: i64 = options.iter().map(|one| i64::from(one.weight.max(0))).sum();
                (sum < i64::from(WHOLE) - 1_000).then(|| "各正确选项的比例加起来不到 100%。".into())
            }
            _ => None,
        }
    }

    fn numbers_fault(&self) -> Option<String> {
        let Self::Numeric { answers } = self else { return None };
        if answers.is_empty() || answers.len() > MOST_OPTIONS || answers.iter().all(|one| one.weight < WHOLE) {
            return Some("没有写正确的数字。".into());
        }
        let sound = |near: &Near| match near.span {
            Span::About { value, tolerance } => value.is_finite() && tolerance.is_finite() && tolerance >= 0.0,
            Span::Between { low, high } => low.is_finite() && high.is_finite() && low <= high,
        };
        let sound = answers.iter().all(|near| sound(near) && near.weight.abs() <= WHOLE);
        (!sound).then(|| "数字或范围写得不对，写成 3、3:0.5 或 2..4 的样子。".into())
    }
}
