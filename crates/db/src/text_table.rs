//! Tables that find documents by the words they hold.
//!
//! A search table holds, per document, a monotone `seq` and its words. On SQLite it is an FTS5 table whose rowid is the
//! `seq`; on PostgreSQL a table `(region, seq, words tsvector)`. Filters such as a county or a state are words of the
//! same index, with a prefix no typed word can have.
//!
//! FTS5 finds in the order of the `seq`. An index of PostgreSQL finds in none: the newest twenty of five thousand would
//! take all of them from as many pages. So each document also holds words there for the stretches of the order in which
//! it lies, a short one, a longer one and a long one, in each of its lanes, and the newest are looked for in the last short
//! ones, then further back in longer ones, until they are enough (docs/decisions/0035 and 0036).

use huiyin_base::Region;

use crate::text_walk::{Lanes, Side, Step, Walk, seq, stretch_words};
use crate::{Engine, Filter, Query, Result, Tx, Value};

/// A search table. The name is static; only this module writes SQL with it.
#[derive(Clone, Copy, Debug)]
pub struct SearchTable {
    /// The table's name.
    pub name: &'static str,
    /// `seq` of the same short stretch agree in all but this many low bits. It should hold some hundreds of documents to
    /// some thousands. Documents must be put anew when it changes. None where nobody asks for the newest.
    pub stretch: Option<u32>,
}

impl SearchTable {
    /// Indexes or re-indexes one document. `lanes` names those in which it is found; none where it was put aside.
    pub async fn put(self, tx: &mut Tx, region: Region, seq: i64, words: &[String], lanes: &[String]) -> Result<()> {
        let table = self.name;
        match tx.engine() {
            Engine::Sqlite => {
                let sql = format!("insert or replace into {table} (rowid, words) values ($1, $2)");
                Query::composed(sql, vec![Value::Int(seq), Value::Text(words.join(" "))]).execute(tx).await?;
            }
            Engine::Postgres => {
                let in_order = self.stretch.map(|stretch| stretch_words(stretch, lanes, seq));
                let all: Vec<&str> = words.iter().chain(in_order.iter().flatten()).map(String::as_str).collect();
                // The same words need not be indexed anew.
                let sql = format!(
                    "insert into {table} (region, seq, words) values ($1, $2, array_to_tsvector(string_to_array($3, ' ')))
                     on conflict (region, seq) do update set words = excluded.words
                     where {table}.words is distinct from excluded.words"
                );
                let values = vec![Value::Int(i64::from(region.ordinal())), Value::Int(seq), Value::Text(all.join(" "))];
                Query::composed(sql, values).execute(tx).await?;
            }
        }
        Ok(())
    }

    /// Removes one document.
    pub async fn remove(self, tx: &mut Tx, seq: i64) -> Result<()> {
        let sql = match tx.engine() {
            Engine::Sqlite => format!("delete from {} where rowid = $1", self.name),
            Engine::Postgres => format!("delete from {} where seq = $1", self.name),
        };
        Query::composed(sql, vec![Value::Int(seq)]).execute(tx).await?;
        Ok(())
    }

    /// The `seq` of the newest documents that hold what is sought, newest first, `limit` at most. `side` asks for those on
    /// one side of a document: the newest before it, or the oldest after it.
    pub async fn newest(self, tx: &mut Tx, sought: &Sought, side: Option<Side>, limit: i64) -> Result<Vec<i64>> {
        let mut found: Vec<i64> = Vec::new();
        let Some(mut walk) = self.walk(tx, sought, side).await? else { return Ok(found) };
        while let Some(step) = walk.next() {
            let missing = limit - length(&found);
            if missing <= 0 {
                break;
            }
            let rows = step.query(self.name, tx.engine(), missing).fetch_all(tx).await?;
            let more = step.taken(rows, missing);
            walk.found(more.as_deref().map(length), missing);
            found.extend(more.into_iter().flatten());
        }
        if matches!(side, Some(Side::After(_))) {
            found.reverse();
        }
        Ok(found)
    }

    /// How many documents hold what is sought, counted to `most`, which should be no more than a few pages of a list.
    pub async fn count(self, tx: &mut Tx, sought: &Sought, most: i64) -> Result<i64> {
        Ok(length(&self.newest(tx, sought, None, most).await?))
    }

    /// The `seq` of documents that hold a word of every group, those put aside as well, in no order, `limit` at most.
    pub async fn any(self, tx: &mut Tx, groups: &[Vec<String>], limit: i64) -> Result<Vec<i64>> {
        let Some(wanted) = wanted(tx.engine(), groups) else { return Ok(Vec::new()) };
        let (table, seq) = (self.name, seq(tx.engine()));
        let sql = match tx.engine() {
            Engine::Sqlite => format!("select {seq} from {table} where {table} match $1 limit $2"),
            Engine::Postgres => format!("select {seq} from {table} where words @@ $1::tsquery limit $2"),
        };
        Query::composed(sql, vec![Value::Text(wanted), Value::Int(limit)]).fetch_column(tx).await
    }

    /// Narrows a statement to the documents that hold a word of every group, by testing each of its rows: for words that
    /// are common. `column` holds the `seq`.
    pub fn narrow(self, engine: Engine, filter: Filter, column: &'static str, groups: &[Vec<String>]) -> Filter {
        let Some(wanted) = wanted(engine, groups) else { return filter.and("1 = 0") };
        let table = self.name;
        let piece = match engine {
            // The sign keeps SQLite from beginning with all matches instead of with the list's own order.
            Engine::Sqlite => format!(" and +{column} in (select rowid from {table} where {table} match ?)"),
            Engine::Postgres => format!(" and {column} in (select t.seq from {table} t where t.words @@ ?::tsquery)"),
        };
        filter.composed(&piece).bind(wanted)
    }

    /// The way through the order; none where nothing is looked for, or nothing is there.
    async fn walk(self, tx: &mut Tx, sought: &Sought, side: Option<Side>) -> Result<Option<Walk>> {
        let engine = tx.engine();
        let in_order = self.stretch.filter(|_| engine == Engine::Postgres);
        let filters = if in_order.is_none() { &sought.filters[..] } else { &[] };
        let Some(wanted) = wanted(engine, &[&sought.groups, filters].concat()) else { return Ok(None) };
        let all = Step::beside(side, wanted);
        let Some(stretch) = in_order else {
            let all = if engine == Engine::Sqlite { all.without(&sought.aside) } else { all };
            return Ok(Some(Walk::at_once(all)));
        };
        let sql = format!("select min(seq), max(seq) from {}", self.name);
        let ends: (Option<i64>, Option<i64>) = Query::composed(sql, Vec::new()).fetch_one(tx).await?;
        Ok(ends.0.zip(ends.1).map(|ends| Walk::in_stretches(all, stretch, sought.lanes.clone(), ends)))
    }
}

/// What documents are looked for. Groups without words ask for nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// A word of each of these groups.
    pub groups: Vec<Vec<String>>,
    /// The same, for what the lanes say of their documents: not asked for where those are.
    pub filters: Vec<Vec<String>>,
    /// In which lanes, where the order is one of stretches.
    pub lanes: Lanes,
    /// The words by which SQLite knows what was put aside; none of it is found.
    pub aside: Vec<String>,
}

fn length(found: &[i64]) -> i64 {
    i64::try_from(found.len()).unwrap_or(i64::MAX)
}

/// The engine's own expression for a word of every group; none where there is nothing to look for.
fn wanted(engine: Engine, groups: &[Vec<String>]) -> Option<String> {
    let and = if engine == Engine::Sqlite { " AND " } else { " & " };
    let groups: Vec<String> =
        groups.iter().filter(|words| !words.is_empty()).map(|words| group(engine, words)).collect();
    (!groups.is_empty()).then(|| groups.join(and))
}

/// Any of these words.
pub(crate) fn group(engine: Engine, words: &[String]) -> String {
    let (mark, or) = if engine == Engine::Sqlite { ('"', " OR ") } else { ('\'', " | ") };
    let quoted: Vec<String> = words.iter().map(|word| format!("{mark}{word}{mark}")).collect();
    format!("({})", quoted.join(or))
}
