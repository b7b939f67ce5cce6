use huiyin_base::Id;
use huiyin_directory::{Role, Viewer};

use crate::number::yuan;
use crate::{Cut, Number, Selection, Shown};

/// A number of the city, declared once. `data/seed-figures.csv` fixes the ids of those it names.
#[derive(Clone, Debug)]
pub struct Figure {
    /// Its word, such as `problems_raised`.
    pub id: &'static str,
    /// What people call it.
    pub name: &'static str,
    /// What it counts in: 个, 次, %.
    pub unit: &'static str,
    /// What is counted and what is not, in one or two sentences.
    pub definition: &'static str,
    /// How the rows become a number.
    pub kind: Kind,
    /// The rows behind it, made by the owning feature's store. The value, the list and the breakdowns all come from here.
    pub rows: fn(&Cut) -> Selection,
    /// How it may be broken down, coarsest first.
    pub breakdowns: &'static [Dimension],
    /// The categories there are, word and name, in their order; also those without rows. Empty where there are none.
    pub categories: fn() -> Vec<(String, String)>,
    /// The sub-categories there are, word and name, in their order. Empty where there are none.
    pub sub_categories: fn() -> Vec<(String, String)>,
    /// Cells under this many read 少于n; 0 for figures that are not sensitive.
    pub least: i64,
    /// Who may see the number.
    pub seen_by: Sight,
    /// Who may open the list.
    pub opened_by: Sight,
    /// Where one row stands: the path to which its number is added, such as `/problems/`; or, of a list that only officials open,
    /// with `{id}` at its end, such as `/cases/{id}`.
    pub record_path: Option<&'static str>,
}

/// How rows become a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Rows.
    Count,
    /// Different values of [`crate::Columns::distinct`].
    Distinct,
    /// The sum of [`crate::Columns::amount`].
    Sum,
    /// The sum of [`crate::Columns::amount`] in fen, shown in yuan; its unit is 元.
    Money,
    /// Rows as a part of those of another figure.
    Rate {
        /// The other figure's id.
        over: &'static str,
    },
    /// Rows as they stood at the end of the cut's last day; the selection replays them.
    StockAt,
}

/// By what a number is broken down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Dimension {
    /// County by county, in code order.
    Region,
    /// Township by township.
    Township,
    /// Village by village.
    Village,
    /// The organisation responsible.
    Owner,
    /// Category by category.
    Category,
    /// Month by month.
    Month,
    /// Sub-category by sub-category.
    SubCategory,
    /// By the mark that people gave, 1 to 5.
    Score,
}

/// Who may see a number or open its list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// Everybody.
    Everyone,
    /// Whoever is signed in.
    SignedIn,
    /// Holders of one of these roles; a list opens only where the role reaches.
    Roles(&'static [Role]),
    /// Nobody: a list that would give away who said what.
    Nobody,
}

impl Sight {
    /// Whether `viewer` is among them, wherever the role is held.
    pub fn includes(self, viewer: Option<&Viewer>) -> bool {
        match self {
            Self::Everyone => true,
            Self::SignedIn => viewer.is_some(),
            Self::Roles(roles) => viewer.is_some_and(|viewer| viewer.has_any(roles)),
            Self::Nobody => false,
        }
    }

    /// The words for them: “县级工作人员、督查员”.
    pub fn label(self) -> String {
        match self {
            Self::Everyone => "所有人".to_owned(),
            Self::SignedIn => "已登录的用户".to_owned(),
            Self::Roles(roles) => roles.iter().map(|role| role.label()).collect::<Vec<_>>().join("、"),
            Self::Nobody => "谁也不能打开".to_owned(),
        }
    }
}

impl Figure {
    /// Whether a number is too small to be told to whoever may not open the list: it, or what it is a part of.
    pub fn hides(&self, number: &Number) -> bool {
        number.value < self.least || number.over.is_some_and(|over| over < self.least)
    }

    /// Where a row stands, by its number or its id; nowhere where it has none, or where the reader may not be told its id.
    pub fn link(&self, number: Option<&str>, id: Option<Id>) -> Option<String> {
        let path = self.record_path?;
        match path.strip_suffix("{id}") {
            Some(path) => id.map(|id| format!("{path}{id}")),
            None => number.map(|number| format!("{path}{number}")),
        }
    }

    /// Whether it may be broken down by `dimension`.
    pub fn breaks_down_by(&self, dimension: Dimension) -> bool {
        self.breakdowns.contains(&dimension)
    }

    /// Whether amounts are added up, and not rows counted.
    pub const fn adds_amounts(&self) -> bool {
        matches!(self.kind, Kind::Sum | Kind::Money)
    }

    /// The number as it is printed beside the unit: money is kept in fen and read in yuan.
    pub fn text(&self, number: Number) -> String {
        if self.kind == Kind::Money { yuan(number.value) } else { number.text() }
    }

    /// The same for what may be hidden.
    pub fn shown(&self, shown: &Shown) -> String {
        shown.open().map_or_else(|| shown.text(), |number| self.text(number))
    }

    /// By what a kept value is divided for a picture: a hundred for money.
    pub const fn scale(&self) -> i64 {
        if matches!(self.kind, Kind::Money) { 100 } else { 1 }
    }
}
