//! Tables that find documents by the words they hold.
//!
//! A search table holds, per document, a monotone `seq` and its words. On SQLite it is an FTS5 table whose rowid is the
//! `seq`; on PostgreSQL a table `(region, seq, words tsvector)`. Filters such as a county or a state are words of the
//! same index, with a prefix no typed word can have.
//!
//! FTS5 finds in the order of the `seq`. An index of PostgreSQL finds in none: the newest twenty of five thousand would
//! take all of them from as many pages. So each document also holds words there for the stretches of the order in which
//! it lies, a short one, a longer one and a long one, and the newest are looked for in the last short ones, then further
//! back in longer ones, until they are enough (docs/decisions/0035).

use huiyin_base::Region;

use crate::text::tag;
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
    /// Indexes or re-indexes one document. `aside` says that it is none of those whose newest are asked for.
    pub async fn put(self, tx: &mut Tx, region: Region, seq: i64, words: &[String], aside: bool) -> Result<()> {
        let table = self.name;
        match tx.engine() {
            Engine::Sqlite => {
                let sql = format!("insert or replace into {table} (rowid, words) values ($1, $2)");
                Query::composed(sql, vec![Value::Int(seq), Value::Text(words.join(" "))]).execute(tx).await?;
            }
            Engine::Postgres => {
                let in_order = self.stretch.filter(|_| !aside).map(|stretch| stretch_words(stretch, seq));
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

    /// The `seq` of the newest documents that hold a word of every group, newest first, `limit` at most, without those put
    /// aside; `aside` are the words by which SQLite knows them. `side` asks for those on one side of a document: the newest
    /// before it, or the oldest after it.
    pub async fn newest(
        self,
        tx: &mut Tx,
        groups: &[Vec<String>],
        aside: &[String],
        side: Option<Side>,
        limit: i64,
    ) -> Result<Vec<i64>> {
        let seq = seq(tx.engine());
        let mut found = Vec::new();
        for step in self.steps(tx, groups, aside, side).await? {
            let missing = limit - i64::try_from(found.len()).unwrap_or(limit);
            if missing <= 0 {
                break;
            }
            let direction = if step.backwards { "desc" } else { "asc" };
            let sql = self.sql(tx.engine(), seq, &format!("order by {seq} {direction}"));
            found.extend(step.query(sql, missing).fetch_column::<i64>(tx).await?);
        }
        if matches!(side, Some(Side::After(_))) {
            found.reverse();
        }
        Ok(found)
    }

    /// How many documents hold a word of every group, without those put aside, counted to `most`.
    pub async fn count(self, tx: &mut Tx, groups: &[Vec<String>], aside: &[String], most: i64) -> Result<i64> {
        let sql = format!("select count(*) from ({}) c", self.sql(tx.engine(), "1", ""));
        let mut n = 0;
        for step in self.steps(tx, groups, aside, None).await? {
            if n >= most {
                break;
            }
            n += step.query(sql.clone(), most - n).fetch_scalar::<i64>(tx).await?;
        }
        Ok(n)
    }

    /// The `seq` of documents that hold a word of every group, those put aside as well, in no order, `limit` at most.
    pub async fn any(self, tx: &mut Tx, groups: &[Vec<String>], limit: i64) -> Result<Vec<i64>> {
        let Some(wanted) = wanted(tx.engine(), groups) else { return Ok(Vec::new()) };
        let sql = self.sql(tx.engine(), seq(tx.engine()), "");
        Step::beside(None, wanted).query(sql, limit).fetch_column(tx).await
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

    /// The parts of the order that are looked through one after the other; none where nothing is looked for, or there.
    async fn steps(
        self,
        tx: &mut Tx,
        groups: &[Vec<String>],
        aside: &[String],
        side: Option<Side>,
    ) -> Result<Vec<Step>> {
        let Some(wanted) = wanted(tx.engine(), groups) else { return Ok(Vec::new()) };
        let all = Step::beside(side, wanted);
        match (tx.engine(), self.stretch) {
            (Engine::Sqlite, _) => Ok(vec![all.without(aside)]),
            (Engine::Postgres, None) => Ok(vec![all]),
            (Engine::Postgres, Some(stretch)) => {
                let sql = format!("select min(seq), max(seq) from {}", self.name);
                let ends: (Option<i64>, Option<i64>) = Query::composed(sql, Vec::new()).fetch_one(tx).await?;
                Ok(ends.0.zip(ends.1).map(|ends| all.in_stretches(stretch, side, ends)).unwrap_or_default())
            }
        }
    }

    /// Of the documents that hold the words wanted in `$1` and lie below `$2` and above `$3`, `$4` at most.
    fn sql(self, engine: Engine, column: &str, order: &str) -> String {
        let (table, seq) = (self.name, seq(engine));
        let holds = match engine {
            Engine::Sqlite => format!("{table} match $1"),
            Engine::Postgres => "words @@ $1::tsquery".to_owned(),
        };
        format!("select {column} from {table} where {holds} and {seq} < $2 and {seq} > $3 {order} limit $4")
    }
}

/// The name of the `seq` where it is compared. The addition keeps PostgreSQL from walking the order and testing each
/// document for its words.
fn seq(engine: Engine) -> &'static str {
    if engine == Engine::Sqlite { "rowid" } else { "(seq + 0)" }
}

/// Short stretches, longer ones, long ones.
const LEVELS: u32 = 3;

/// A stretch of a level is eight of the level before: so many bits.
const LONGER: u32 = 3;

/// The word of all that was not put aside.
const ALL: &str = "all";

/// How many low bits the `seq` of a stretch of this level do not share.
fn bits(stretch: u32, level: u32) -> u32 {
    stretch + level * LONGER
}

/// The words of the stretches in which a document lies, and of all of them.
fn stretch_words(stretch: u32, seq: i64) -> Vec<String> {
    let levels = (0..LEVELS).map(|level| stretch_word(level, seq >> bits(stretch, level)));
    levels.chain([tag("stretch", ALL)]).collect()
}

fn stretch_word(level: u32, n: i64) -> String {
    tag("stretch", &format!("{level}n{n}"))
}

/// A part of the order, from which end it is asked for, and what is wanted there.
#[derive(Clone, Debug)]
struct Step {
    wanted: String,
    below: i64,
    above: i64,
    backwards: bool,
}

impl Step {
    fn beside(side: Option<Side>, wanted: String) -> Self {
        let all = Self { wanted, below: i64::MAX, above: i64::MIN, backwards: true };
        match side {
            None => all,
            Some(Side::Before(seq)) => Self { below: seq, ..all },
            Some(Side::After(seq)) => Self { above: seq, backwards: false, ..all },
        }
    }

    /// Leaves out what holds one of these words, as SQLite says it.
    fn without(mut self, words: &[String]) -> Self {
        if !words.is_empty() {
            self.wanted = format!("({}) NOT {}", self.wanted, group(Engine::Sqlite, words));
        }
        self
    }

    /// Also asks for one of these words, as PostgreSQL says it.
    fn with(&self, words: &[String]) -> Self {
        Self { wanted: format!("{} & {}", self.wanted, group(Engine::Postgres, words)), ..self.clone() }
    }

    /// The same in steps through the order, from where `side` begins to the last document that way; `first` and `last` are the
    /// `seq` of the ends. Few words a step: what one costs grows with them.
    fn in_stretches(&self, stretch: u32, side: Option<Side>, (first, last): (i64, i64)) -> Vec<Self> {
        let edge = match side {
            None => last,
            Some(Side::Before(seq) | Side::After(seq)) => seq.clamp(first, last),
        };
        let (mut steps, mut at) = (Vec::new(), edge >> stretch);
        for level in 0..LEVELS {
            // To the end of the next longer one: nine to sixteen, the nearest two of them first.
            let (near, far, next) = if self.backwards {
                let end = ((at >> LONGER) - 1) << LONGER;
                (at - 1..=at, end..=at - 2, (end >> LONGER) - 1)
            } else {
                let end = ((at >> LONGER) + 2) << LONGER;
                (at..=at + 1, at + 2..=end - 1, end >> LONGER)
            };
            let there = first >> bits(stretch, level)..=last >> bits(stretch, level);
            for stretches in [near, far] {
                let words: Vec<String> =
                    stretches.filter(|n| there.contains(n)).map(|n| stretch_word(level, n)).collect();
                if !words.is_empty() {
                    steps.push(self.with(&words));
                }
            }
            at = next;
        }
        let mut rest = self.with(&[tag("stretch", ALL)]);
        let begin = |at: i64| at.saturating_mul(1 << bits(stretch, LEVELS));
        if self.backwards {
            rest.below = rest.below.min(begin(at.saturating_add(1)));
        } else {
            rest.above = rest.above.max(begin(at).saturating_sub(1));
        }
        if rest.below > first && rest.above < last {
            steps.push(rest);
        }
        steps
    }

    /// A statement of [`SearchTable::sql`].
    fn query(&self, sql: String, limit: i64) -> Query {
        let values = vec![Value::Text(self.wanted.clone()), Value::Int(self.below), Value::Int(self.above)];
        Query::composed(sql, values).bind(limit)
    }
}

/// One side of a document in the order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Older ones.
    Before(i64),
    /// Newer ones.
    After(i64),
}

/// The engine's own expression for a word of every group; none where there is nothing to look for.
fn wanted(engine: Engine, groups: &[Vec<String>]) -> Option<String> {
    let and = if engine == Engine::Sqlite { " AND " } else { " & " };
    let groups: Vec<String> =
        groups.iter().filter(|words| !words.is_empty()).map(|words| group(engine, words)).collect();
    (!groups.is_empty()).then(|| groups.join(and))
}

/// Any of these words.
fn group(engine: Engine, words: &[String]) -> String {
    let (mark, or) = if engine == Engine::Sqlite { ('"', " OR ") } else { ('\'', " | ") };
    let quoted: Vec<String> = words.iter().map(|word| format!("{mark}{word}{mark}")).collect();
    format!("({})", quoted.join(or))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What migration 0048 has written: other words would find nothing that was there before.
    #[test]
    fn a_document_keeps_the_words_of_its_stretches() {
        let seq = (5520 << 48) + 7;
        assert_eq!(stretch_words(48, seq), ["zqstretch0n5520", "zqstretch1n690", "zqstretch2n86", "zqstretchall"]);
    }

    #[test]
    fn the_steps_meet_each_document_once_and_in_order() {
        let all: Vec<i64> = (0..24).flat_map(|bit| [1_i64 << bit, (1 << bit) + 5, 3 << bit]).collect();
        let ends = (*all.iter().min().unwrap(), *all.iter().max().unwrap());
        let met = |step: &Step, seq: i64| {
            let named = stretch_words(1, seq).iter().any(|word| step.wanted.contains(&format!("'{word}'")));
            named && seq < step.below && seq > step.above
        };
        for edge in all.iter().flat_map(|seq| [seq - 1, *seq, seq + 1]).chain([i64::MIN, i64::MAX]) {
            for side in [None, Some(Side::Before(edge)), Some(Side::After(edge))] {
                let steps = Step::beside(side, "x".into()).in_stretches(1, side, ends);
                let mut seen: Vec<Vec<i64>> = Vec::new();
                for step in &steps {
                    seen.push(all.iter().copied().filter(|seq| met(step, *seq)).collect());
                }
                let wanted = all.iter().filter(|seq| match side {
                    None => true,
                    Some(Side::Before(edge)) => **seq < edge,
                    Some(Side::After(edge)) => **seq > edge,
                });
                let (mut wanted, mut found): (Vec<i64>, Vec<i64>) = (wanted.copied().collect(), seen.concat());
                let forwards = matches!(side, Some(Side::After(_)));
                let edges = seen.iter().filter(|step| !step.is_empty());
                let edges: Vec<(i64, i64)> =
                    edges.map(|step| (*step.iter().min().unwrap(), *step.iter().max().unwrap())).collect();
                let in_turn =
                    edges.windows(2).all(|two| if forwards { two[0].1 <= two[1].0 } else { two[0].0 >= two[1].1 });
                assert!(in_turn, "{side:?}: {edges:?}");
                wanted.sort_unstable();
                found.sort_unstable();
                assert_eq!(found, wanted, "{side:?}");
            }
        }
    }
}
