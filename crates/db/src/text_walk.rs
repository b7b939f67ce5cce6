//! The way of a search through the order of its table.

use crate::text::tag;
use crate::text_table::group;
use crate::{Engine, Query, Value};

/// One side of a document in the order of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// Older ones.
    Before(i64),
    /// Newer ones.
    After(i64),
}

/// The name of the `seq` where it is compared. The addition keeps PostgreSQL from walking the order and testing each
/// document for its words.
pub(crate) fn seq(engine: Engine) -> &'static str {
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
pub(crate) fn stretch_words(stretch: u32, seq: i64) -> Vec<String> {
    let levels = (0..LEVELS).map(|level| stretch_word(level, seq >> bits(stretch, level)));
    levels.chain([tag("stretch", ALL)]).collect()
}

fn stretch_word(level: u32, n: i64) -> String {
    tag("stretch", &format!("{level}n{n}"))
}

/// A part of the order, from which end it is asked for, and what is wanted there.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    wanted: String,
    /// What was put aside is left out of what was found; on PostgreSQL alone.
    none_aside: bool,
    below: i64,
    above: i64,
    pub(crate) backwards: bool,
}

impl Step {
    pub(crate) fn beside(side: Option<Side>, wanted: String) -> Self {
        let all = Self { wanted, none_aside: false, below: i64::MAX, above: i64::MIN, backwards: true };
        match side {
            None => all,
            Some(Side::Before(seq)) => Self { below: seq, ..all },
            Some(Side::After(seq)) => Self { above: seq, backwards: false, ..all },
        }
    }

    fn length(&self) -> i128 {
        i128::from(self.below) - i128::from(self.above)
    }

    /// Leaves out what holds one of these words, as SQLite says it.
    pub(crate) fn without(mut self, words: &[String]) -> Self {
        if !words.is_empty() {
            self.wanted = format!("({}) NOT {}", self.wanted, group(Engine::Sqlite, words));
        }
        self
    }

    /// Also asks for one of these words, as PostgreSQL says it.
    fn with(&self, words: &[String]) -> Self {
        Self { wanted: format!("{} & {}", self.wanted, group(Engine::Postgres, words)), ..self.clone() }
    }

    /// The documents of the step, `$4` at most.
    pub(crate) fn sql(&self, table: &str, engine: Engine, column: &str, order: &str) -> String {
        let seq = seq(engine);
        let holds = match engine {
            Engine::Sqlite => format!("{table} match $1"),
            // Hidden from the index.
            Engine::Postgres if self.none_aside => {
                format!("words @@ $1::tsquery and coalesce(words, '') @@ '{}'::tsquery", tag("stretch", ALL))
            }
            Engine::Postgres => "words @@ $1::tsquery".to_owned(),
        };
        format!("select {column} from {table} where {holds} and {seq} < $2 and {seq} > $3 {order} limit $4")
    }

    /// A statement made of [`Step::sql`].
    pub(crate) fn query(&self, sql: String, limit: i64) -> Query {
        let values = vec![Value::Text(self.wanted.clone()), Value::Int(self.below), Value::Int(self.above)];
        Query::composed(sql, values).bind(limit)
    }
}

/// What is found in one step need not be looked for stretch by stretch, if it is no more than this.
const FEW: i128 = 300;

/// The way through the order: two short stretches, then as far again or further, at last all the rest, or sooner, where it
/// holds only a few. One or two at a time, because GIN weighs each document that holds the other words against all that are
/// asked for, also those that lie elsewhere.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    /// What is left; none when all was looked through.
    rest: Option<Step>,
    /// How the order is cut; none to take all at once.
    order: Option<Order>,
    level: u32,
    found: i64,
    missing: i64,
}

/// An order that is cut in stretches.
#[derive(Clone, Copy, Debug)]
struct Order {
    /// The low bits of a short stretch.
    stretch: u32,
    /// How long it is from where one begins.
    length: i128,
}

impl Walk {
    pub(crate) fn at_once(all: Step) -> Self {
        Self { rest: Some(all), order: None, level: 0, found: 0, missing: 0 }
    }

    /// From where `all` begins.
    pub(crate) fn in_stretches(mut all: Step, stretch: u32, (first, last): (i64, i64)) -> Self {
        all.below = all.below.min(last.saturating_add(1));
        all.above = all.above.max(first.saturating_sub(1));
        Self { order: Some(Order { stretch, length: all.length() }), ..Self::at_once(all) }
    }

    /// The next part, where so many are missing.
    pub(crate) fn next(&mut self, missing: i64) -> Option<Step> {
        let step = self.rest.take().filter(|_| missing > 0)?;
        self.missing = missing;
        let Some(Order { stretch, .. }) = self.order else { return Some(step) };
        if step.above.saturating_add(1) >= step.below {
            return None;
        }
        if self.level == LEVELS {
            // All but what was put aside: asked for, it would be the longest list of all.
            return Some(Step { none_aside: true, ..step });
        }
        let bits = bits(stretch, self.level);
        let at = if step.backwards { step.below - 1 } else { step.above + 1 };
        let (here, onward) = (at >> bits, if step.backwards { -1 } else { 1 });
        // Of the stretch here less than half may be left; and the shortest are short.
        let left = if step.backwards { at - (here << bits) } else { ((here + 1) << bits) - at };
        let end = if self.level == 0 || left < 1 << (bits - 1) { here + onward } else { here };
        self.rest = Some(if step.backwards {
            Step { below: end << bits, ..step.clone() }
        } else {
            Step { above: ((end + 1) << bits) - 1, ..step.clone() }
        });
        let words: Vec<String> = (here.min(end)..=here.max(end)).map(|n| stretch_word(self.level, n)).collect();
        Some(step.with(&words))
    }

    /// Where the last part held so many of what was missing, the next one lies in longer stretches, unless as many again are
    /// enough; where the rest can hold only a few, it is all of it.
    pub(crate) fn found(&mut self, n: i64) {
        self.found += n;
        if n < self.missing - n {
            self.level = (self.level + 1).min(LEVELS);
        }
        if self.rests_in_few() {
            self.level = LEVELS;
        }
    }

    /// Whether the rest holds few, if as many lie there as were found so far and some more.
    fn rests_in_few(&self) -> bool {
        let Some((Order { length, .. }, rest)) = self.order.zip(self.rest.as_ref()) else { return false };
        let left = rest.length();
        i128::from(self.found + 3) * left <= FEW * (length - left)
    }
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
        // Few and many in a stretch, and long stretches with none.
        let mut all: Vec<i64> =
            (0..24).flat_map(|bit| [1_i64 << bit, (1 << bit) + 5, 3 << bit]).chain(4_000..4_090).collect();
        all.sort_unstable();
        all.dedup();
        let ends = (all[0], all[all.len() - 1]);
        for edge in all.iter().step_by(3).flat_map(|seq| [seq - 1, *seq, seq + 1]).chain([i64::MIN, i64::MAX]) {
            for side in [None, Some(Side::Before(edge)), Some(Side::After(edge))] {
                let mut wanted: Vec<i64> = all.iter().copied().filter(|seq| lies(side, *seq)).collect();
                if !matches!(side, Some(Side::After(_))) {
                    wanted.reverse();
                }
                for limit in [1, 7, 60, 1_000] {
                    let walk = Walk::in_stretches(Step::beside(side, "x".into()), 1, ends);
                    let first = wanted.iter().copied().take(limit).collect::<Vec<_>>();
                    assert_eq!(walked(walk, &all, limit), first, "{side:?}, {limit}");
                }
            }
        }
    }

    fn lies(side: Option<Side>, seq: i64) -> bool {
        match side {
            None => true,
            Some(Side::Before(edge)) => seq < edge,
            Some(Side::After(edge)) => seq > edge,
        }
    }

    /// What the steps meet, step by step and each in its direction, until they are so many.
    fn walked(mut walk: Walk, all: &[i64], limit: usize) -> Vec<i64> {
        let (mut found, mut steps) = (Vec::new(), 0);
        while let Some(step) = walk.next(i64::try_from(limit - found.len()).unwrap()) {
            let all_are = step.none_aside;
            let named = |seq: i64| {
                all_are || stretch_words(1, seq).iter().any(|word| step.wanted.contains(&format!("'{word}'")))
            };
            let within = all.iter().copied().filter(|seq| *seq < step.below && *seq > step.above);
            let mut met: Vec<i64> = within.filter(|seq| named(*seq)).collect();
            if step.backwards {
                met.reverse();
            }
            met.truncate(limit - found.len());
            walk.found(i64::try_from(met.len()).unwrap());
            found.extend(met);
            steps += 1;
            assert!(steps < 30, "it comes to an end");
        }
        found
    }
}
