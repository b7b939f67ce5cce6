use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, ToValue, row};

use crate::{Cut, Place};

/// The rows behind a number: one `from … where …`, and which of its columns say what.
///
/// The figures crate wraps it as a count, a list and a breakdown; nothing else builds any of them.
#[derive(Clone, Debug)]
#[must_use = "a selection is rows to count and to list"]
pub struct Selection {
    pub(crate) rows: Filter,
    pub(crate) columns: Columns,
}

/// SQL expressions over the rows of a [`Selection`]. Static text of the owning store.
#[derive(Clone, Copy, Debug)]
pub struct Columns {
    /// The row's id, unique over all regions.
    pub id: &'static str,
    /// Its region.
    pub region: &'static str,
    /// Its day, yyyymmdd, never null: by it rows are cut into months and ordered.
    pub day: &'static str,
    /// What the list calls it; public text.
    pub title: &'static str,
    /// The township of its day.
    pub township: Option<&'static str>,
    /// The village of its day.
    pub village: Option<&'static str>,
    /// The region and id of the organisation responsible.
    pub owner: Option<(&'static str, &'static str)>,
    /// Its category's word.
    pub category: Option<&'static str>,
    /// Its sub-category's word.
    pub sub_category: Option<&'static str>,
    /// The mark that people gave it.
    pub score: Option<&'static str>,
    /// Year and running number of the short number shown to the public.
    pub number: Option<(&'static str, &'static str)>,
    /// What [`crate::Kind::Sum`] and [`crate::Kind::Money`] add up.
    pub amount: Option<&'static str>,
    /// What [`crate::Kind::Distinct`] tells apart.
    pub distinct: Option<&'static str>,
}

row! {
    /// A row of the list behind a number.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Record {
        /// Where it is kept.
        pub region: Region,
        /// Which it is. Never shown to the public.
        pub id: Id,
        /// Its day.
        pub day: Day,
        /// What it is called.
        pub title: String,
        /// Its category's word.
        pub category: Option<String>,
        /// Year of its short number.
        pub year: Option<i64>,
        /// Running number of its short number.
        pub number: Option<i64>,
        /// What it adds to a sum.
        pub amount: Option<i64>,
    }
}

row! {
    /// A row of the list of those that wait, with who is responsible and where it lies.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "as in Record; beside it the ids of the organisations")]
    pub struct Waiting {
        pub region: Region,
        pub id: Id,
        pub day: Day,
        pub title: String,
        pub category: Option<String>,
        pub year: Option<i64>,
        pub number: Option<i64>,
        pub amount: Option<i64>,
        pub owner_region: Option<Region>,
        pub owner: Option<Id>,
        pub township: Option<Id>,
        pub village: Option<Id>,
    }
}

/// Where a page of a list ended: the next begins after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Position {
    /// The last row's day.
    pub day: Day,
    /// The last row's id.
    pub id: Id,
}

impl Columns {
    /// No columns; name at least `id`, `region`, `day` and `title`.
    pub const NONE: Self = Self {
        id: "",
        region: "",
        day: "",
        title: "",
        township: None,
        village: None,
        owner: None,
        category: None,
        sub_category: None,
        score: None,
        number: None,
        amount: None,
        distinct: None,
    };
}

impl Selection {
    /// Begins with `from …`, which must contain its `where`.
    pub fn new(rows: &'static str, columns: Columns) -> Self {
        Self { rows: Filter::new(rows), columns }
    }

    /// Narrows to the cut's place, organisation and category; by days only with [`Selection::during`] or a condition of the
    /// store's own, since a stock is replayed.
    pub fn within(mut self, cut: &Cut) -> Self {
        let columns = self.columns;
        self = match cut.place {
            Place::City => self,
            Place::Region(region) => self.equal(columns.region, region),
            Place::Org(org) => self.equal(columns.region, org.region).at_org(org.id),
        };
        if let Some(owner) = cut.owner {
            self = self.below(columns.owner, owner.region, owner.id);
        }
        self = self.only(columns.category, cut.category.as_deref());
        self = self.only(columns.sub_category, cut.sub_category.as_deref());
        self.only(columns.score, cut.score)
    }

    fn only(self, column: Option<&'static str>, value: Option<impl ToValue>) -> Self {
        match (value, column) {
            (Some(value), Some(column)) => self.equal(column, value),
            (Some(_), None) => self.nothing(),
            (None, _) => self,
        }
    }

    /// Narrows to the days of the cut by the selection's own day.
    pub fn during(mut self, cut: &Cut) -> Self {
        let (days, column) = (cut.days(), self.columns.day);
        self.rows = self.rows.then("and").then(column).then(">= ?").bind(days.from);
        self.rows = self.rows.then("and").then(column).then("<= ?").bind(days.to);
        self
    }

    /// Narrows by a condition of the owning store, given as static pieces.
    pub fn narrowed(mut self, narrow: impl FnOnce(Filter) -> Filter) -> Self {
        self.rows = narrow(self.rows);
        self
    }

    fn equal(mut self, column: &'static str, value: impl ToValue) -> Self {
        self.rows = self.rows.then("and").then(column).then("= ?").bind(value);
        self
    }

    fn at_org(mut self, org: Id) -> Self {
        self.rows = match (self.columns.township, self.columns.village) {
            (Some(township), Some(village)) => self
                .rows
                .then("and (")
                .then(township)
                .then("= ?")
                .bind(org)
                .then("or")
                .then(village)
                .then("= ?)")
                .bind(org),
            (Some(column), None) | (None, Some(column)) => self.rows.then("and").then(column).then("= ?").bind(org),
            (None, None) => return self.nothing(),
        };
        self
    }

    fn below(mut self, owner: Option<(&'static str, &'static str)>, region: Region, org: Id) -> Self {
        let Some((region_column, org_column)) = owner else { return self.nothing() };
        self = self.equal(region_column, region);
        self.rows = self.rows.then("and").then(org_column).then(crate::store::BELOW).bind(region).bind(org);
        self
    }

    /// A cut that the figure cannot make is empty, never wider than was asked for.
    fn nothing(mut self) -> Self {
        self.rows = self.rows.and("1 = 0");
        self
    }
}

impl From<&Record> for Position {
    fn from(record: &Record) -> Self {
        Self { day: record.day, id: record.id }
    }
}
