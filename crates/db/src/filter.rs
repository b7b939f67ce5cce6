use crate::{Engine, Query, ToValue, Tx, Value};

/// A statement composed from static pieces, each with `?` for its parameters.
///
/// Users' words only ever arrive as bound values; no piece is made from them.
///
/// ```ignore
/// let mut filter = Filter::new("select … from case_item c where c.region = ?").bind(region);
/// if let Some(state) = wanted.state { filter = filter.and("c.state = ?").bind(state); }
/// filter.then("order by c.seq desc limit ?").bind(20).query().fetch_all(tx).await
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use = "a filter does nothing until it becomes a query"]
pub struct Filter {
    sql: String,
    values: Vec<Value>,
    /// Bytes of `sql` whose `?` are numbered already.
    numbered: usize,
}

impl Filter {
    /// Begins with `base`, which must contain its `where`.
    pub fn new(base: &'static str) -> Self {
        Self { sql: base.to_owned(), values: Vec::new(), numbered: 0 }
    }

    /// Puts `pieces` in front, none of which holds a parameter: one selection of rows becomes a count and a list.
    pub fn before(mut self, pieces: &[&'static str]) -> Self {
        let mut head = pieces.join(" ");
        debug_assert!(!head.contains('?'), "a parameter in front would come before those bound: {head}");
        head.push(' ');
        self.sql.insert_str(0, &head);
        self.numbered += head.len();
        self
    }

    /// Adds ` and (condition)`.
    pub fn and(mut self, condition: &'static str) -> Self {
        self.sql.push_str(" and (");
        self.sql.push_str(condition);
        self.sql.push(')');
        self
    }

    /// Adds ` tail`, such as an order or a limit.
    pub fn then(mut self, tail: &'static str) -> Self {
        self.sql.push(' ');
        self.sql.push_str(tail);
        self
    }

    /// Adds a piece that this crate itself has composed.
    pub(crate) fn composed(mut self, piece: &str) -> Self {
        self.sql.push_str(piece);
        self
    }

    /// At most `n` rows. The number stands in the statement: of a limit that it does not know PostgreSQL expects a tenth of all
    /// rows, and for so many walks a list from its end where the index of what is asked for gives the first page at once. For
    /// the sizes that pages have, of which programs choose one among few hundred: each is a statement of its own.
    pub fn limit(self, n: i64) -> Self {
        self.composed(&format!(" limit {n}"))
    }

    /// Binds the next `?`.
    pub fn bind(mut self, value: impl ToValue) -> Self {
        self.values.push(value.to_value());
        self.number_next(1, false);
        self
    }

    /// Replaces the next `?` by as many parameters as there are values: `c.state in (?)`. No value becomes `null`.
    pub fn bind_list<T: ToValue>(mut self, values: impl IntoIterator<Item = T>) -> Self {
        let before = self.values.len();
        self.values.extend(values.into_iter().map(T::to_value));
        let count = self.values.len() - before;
        self.number_next(count, true);
        self
    }

    /// Replaces the next `?` by pairs of parameters: `(a, b) in (values ?)`. Without a pair nothing equals them.
    pub fn bind_pairs<A: ToValue, B: ToValue>(mut self, pairs: impl IntoIterator<Item = (A, B)>) -> Self {
        let before = self.values.len();
        for (one, other) in pairs {
            self.values.extend([one.to_value(), other.to_value()]);
        }
        let markers: Vec<String> =
            (before + 1..self.values.len()).step_by(2).map(|n| format!("(${n},${})", n + 1)).collect();
        self.put_next(&if markers.is_empty() { "(null,null)".to_owned() } else { markers.join(",") });
        self
    }

    /// Adds a condition when there is a value for it.
    pub fn and_some<T: ToValue>(self, condition: &'static str, value: Option<T>) -> Self {
        match value {
            Some(value) => self.and(condition).bind(value),
            None => self,
        }
    }

    /// Locks the rows of the table called `x` until the write ends, so that nobody else changes them meanwhile. SQLite has
    /// one writer at a time, and nothing to lock.
    pub fn locked(self, tx: &Tx) -> Self {
        match tx.engine() {
            Engine::Sqlite => self,
            Engine::Postgres => self.then("for no key update of x"),
        }
    }

    /// The finished statement.
    pub fn query(self) -> Query {
        debug_assert!(!self.sql[self.numbered..].contains('?'), "a parameter is not bound: {}", self.sql);
        Query::composed(self.sql, self.values)
    }

    fn number_next(&mut self, count: usize, list: bool) {
        let last = self.values.len();
        let markers: Vec<String> = (last + 1 - count..=last).map(|n| format!("${n}")).collect();
        let text = if list && markers.is_empty() { "null".to_owned() } else { markers.join(",") };
        self.put_next(&text);
    }

    fn put_next(&mut self, text: &str) {
        let Some(offset) = self.sql[self.numbered..].find('?') else {
            debug_assert!(false, "more values than parameters: {}", self.sql);
            return;
        };
        let at = self.numbered + offset;
        self.sql.replace_range(at..=at, text);
        self.numbered = at + text.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_in_front_leave_the_numbers_alone() {
        let rows = Filter::new("from t where a = ?").bind(1_i64);
        let query = rows.before(&["select b,", "count(*)"]).and("c = ?").bind(2_i64).query();
        assert_eq!(query.sql(), "select b, count(*) from t where a = $1 and (c = $2)");
    }

    #[test]
    fn pairs_are_numbered_one_by_one() {
        let query = Filter::new("select 1 from t where a = ?").bind(1_i64).and("(b, c) in (values ?)");
        let query = query.bind_pairs([(2_i64, "x"), (3, "y")]).and_some("d = ?", Some(4_i64)).query();
        assert_eq!(query.sql(), "select 1 from t where a = $1 and ((b, c) in (values ($2,$3),($4,$5))) and (d = $6)");
    }

    #[test]
    fn numbers_parameters_in_the_order_they_are_bound() {
        let query = Filter::new("select 1 from t where a = ?")
            .bind(1_i64)
            .and("b in (?)")
            .bind_list(["x", "y"])
            .and("c in (?)")
            .bind_list(Vec::<i64>::new())
            .and_some("d = ?", None::<i64>)
            .then("order by a limit ?")
            .bind(20_i64)
            .query();
        assert_eq!(
            query.sql(),
            "select 1 from t where a = $1 and (b in ($2,$3)) and (c in (null)) order by a limit $4"
        );
    }
}
