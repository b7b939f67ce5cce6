//! The way of a search through the order of its table.

use std::ops::RangeInclusive;

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

/// How many low bits the `seq` of a stretch of this level do not share.
fn bits(stretch: u32, level: u32) -> u32 {
    stretch + level * LONGER
}

/// Parts of what is found in order. Each document lies in one or more of them, or in none, where it was put aside. A search
/// names lanes that have no document in common.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Lanes {
    /// Together they hold a good part of everything: where few are found, those are looked at for their lane.
    Wide(Vec<String>),
    /// They hold so little that asking for them is cheap.
    Narrow(Vec<String>),
}

impl Default for Lanes {
    /// The one lane without a name.
    fn default() -> Self {
        Self::Wide(vec![String::new()])
    }
}

impl Lanes {
    fn names(&self) -> &[String] {
        let (Self::Wide(names) | Self::Narrow(names)) = self;
        names
    }

    /// The words of these stretches.
    fn stretches(&self, level: u32, numbers: RangeInclusive<i64>) -> Vec<String> {
        numbers.flat_map(|n| self.names().iter().map(move |lane| stretch_word(level, n, lane))).collect()
    }

    /// All of the step that lies in them.
    fn all(&self, step: &Step) -> Step {
        let words: Vec<String> = self.names().iter().map(|lane| all_word(lane)).collect();
        match self {
            // Asked for, it would be the longest list of all.
            Self::Wide(_) => Step { reading: Reading::Whole(Some(group(Engine::Postgres, &words))), ..step.clone() },
            Self::Narrow(_) => Step { reading: Reading::Whole(None), ..step.with(&words) },
        }
    }
}

/// The words of the stretches in which a document lies, and of all of them, in each of its lanes.
pub(crate) fn stretch_words(stretch: u32, lanes: &[String], seq: i64) -> Vec<String> {
    let of_lane = |lane: &String| {
        let levels = (0..LEVELS).map(|level| stretch_word(level, seq >> bits(stretch, level), lane));
        levels.chain([all_word(lane)]).collect::<Vec<_>>()
    };
    lanes.iter().flat_map(of_lane).collect()
}

fn stretch_word(level: u32, n: i64, lane: &str) -> String {
    tag("stretch", &format!("{level}n{n}{lane}"))
}

fn all_word(lane: &str) -> String {
    tag("stretch", &format!("all{lane}"))
}

/// A part of the order, from which end it is asked for, and what is wanted there.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    wanted: String,
    reading: Reading,
    below: i64,
    above: i64,
    pub(crate) backwards: bool,
}

/// How a step is read.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Reading {
    /// In its order, as far as is missing.
    Ordered,
    /// All of it, if that is not too much.
    Few,
    /// All that holds the words, wherever it lies, if that is not too much; of it what holds this as well.
    Whole(Option<String>),
}

/// So much is read of a step that is looked through as a whole: more than is to be expected where the step before, of an eighth its
/// length, held less than half of what was missing.
const fn few(missing: i64) -> i64 {
    4 * if missing > 100 { missing } else { 100 }
}

impl Step {
    pub(crate) fn beside(side: Option<Side>, wanted: String) -> Self {
        let all = Self { wanted, reading: Reading::Ordered, below: i64::MAX, above: i64::MIN, backwards: true };
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

    /// The `seq` of its documents, and whether they are what is wanted.
    pub(crate) fn query(&self, table: &str, engine: Engine, missing: i64) -> Query {
        let seq = seq(engine);
        let holds = if engine == Engine::Sqlite { format!("{table} match $1") } else { "words @@ $1::tsquery".into() };
        let here = format!("{seq} < $2 and {seq} > $3");
        let sql = match &self.reading {
            Reading::Ordered => {
                let order = if self.backwards { "desc" } else { "asc" };
                format!("select {seq}, true from {table} where {holds} and {here} order by {seq} {order} limit $4")
            }
            Reading::Few => format!("select {seq}, true from {table} where {holds} and {here} limit $4"),
            Reading::Whole(None) => format!("select {seq}, {here} from {table} where {holds} limit $4"),
            Reading::Whole(Some(tested)) => {
                // Hidden from the index.
                let tested = format!("coalesce(words, '') @@ '{}'::tsquery", tested.replace('\'', "''"));
                format!("select {seq}, {here} and {tested} from {table} where {holds} limit $4")
            }
        };
        let most = if self.reading == Reading::Ordered { missing } else { few(missing) + 1 };
        let values = vec![Value::Text(self.wanted.clone()), Value::Int(self.below), Value::Int(self.above)];
        Query::composed(sql, values).bind(most)
    }

    /// What of the missing was found, in its order; none where the step is too much to be read as a whole.
    pub(crate) fn taken(&self, rows: Vec<(i64, bool)>, missing: i64) -> Option<Vec<i64>> {
        let most = |n: i64| usize::try_from(n).unwrap_or(usize::MAX);
        if self.reading != Reading::Ordered && rows.len() > most(few(missing)) {
            return None;
        }
        let mut found: Vec<i64> = rows.into_iter().filter_map(|(seq, wanted)| wanted.then_some(seq)).collect();
        found.sort_unstable();
        if self.backwards {
            found.reverse();
        }
        found.truncate(most(missing));
        Some(found)
    }
}

/// Where the rest is likely to hold no more than this, it is read as a whole.
const LIKELY_FEW: i128 = 300;

/// The way through the order: two short stretches, then as far again or further, at last all the rest, or sooner, where it
/// is likely to hold only a few. One or two at a time, because GIN weighs each document that holds the other words against all
/// that are asked for, also those that lie elsewhere. What turns out to be too much for one step is gone through in shorter ones.
#[derive(Clone, Debug)]
pub(crate) struct Walk {
    /// What is left; none when all was looked through.
    rest: Option<Step>,
    /// How the order is cut; none to take all at once.
    order: Option<Order>,
    level: u32,
    /// The level above which a step was too much: what is missing lies within that one.
    most_level: u32,
    found: i64,
}

/// An order that is cut in stretches.
#[derive(Clone, Debug)]
struct Order {
    /// The low bits of a short stretch.
    stretch: u32,
    /// What is looked through.
    lanes: Lanes,
    /// How long it is from where one begins.
    length: i128,
}

impl Walk {
    pub(crate) fn at_once(all: Step) -> Self {
        Self { rest: Some(all), order: None, level: 0, most_level: LEVELS, found: 0 }
    }

    /// From where `all` begins.
    pub(crate) fn in_stretches(mut all: Step, stretch: u32, lanes: Lanes, (first, last): (i64, i64)) -> Self {
        all.below = all.below.min(last.saturating_add(1));
        all.above = all.above.max(first.saturating_sub(1));
        Self { order: Some(Order { stretch, lanes, length: all.length() }), ..Self::at_once(all) }
    }

    /// The next part; none when all was looked through.
    pub(crate) fn next(&self) -> Option<Step> {
        let rest = self.rest.as_ref()?;
        let Some(order) = &self.order else { return Some(rest.clone()) };
        if rest.above.saturating_add(1) >= rest.below {
            return None;
        }
        if self.level == LEVELS {
            return Some(order.lanes.all(rest));
        }
        let (here, end) = self.stretches(order, rest);
        let reading = if self.level == 0 { Reading::Ordered } else { Reading::Few };
        let step = rest.with(&order.lanes.stretches(self.level, here.min(end)..=here.max(end)));
        Some(Step { reading, ..step })
    }

    /// The next stretch, and the one behind it, where of the next less than half is left, or they are short.
    fn stretches(&self, order: &Order, rest: &Step) -> (i64, i64) {
        let bits = bits(order.stretch, self.level);
        let at = if rest.backwards { rest.below - 1 } else { rest.above + 1 };
        let (here, onward) = (at >> bits, if rest.backwards { -1 } else { 1 });
        let left = if rest.backwards { at - (here << bits) } else { ((here + 1) << bits) - at };
        (here, if self.level == 0 || left < 1 << (bits - 1) { here + onward } else { here })
    }

    /// What the last part held, of so many that were missing. Where it held too few the next one lies in longer stretches, unless as
    /// many again are enough; where the rest is likely to hold only a few, it is all of it. Where it was too much, the same is
    /// gone through in shorter ones, in which all that is missing must lie.
    pub(crate) fn found(&mut self, n: Option<i64>, missing: i64) {
        let Some(n) = n else {
            self.most_level = self.level.saturating_sub(1);
            self.level = self.most_level;
            return;
        };
        let read = self.level;
        self.rest = self.behind();
        self.found += n;
        if n < missing - n {
            self.level = (self.level + 1).min(self.most_level);
        }
        // What holds nothing of the last days tells little: whoever looks for answers finds none yet.
        let tells = self.found > 0 || read > 0;
        if self.most_level == LEVELS && tells && self.rests_in_few() {
            self.level = LEVELS;
        }
    }

    /// What is left behind the part that was read.
    fn behind(&self) -> Option<Step> {
        let (order, rest) = (self.order.as_ref()?, self.rest.as_ref()?);
        if self.level == LEVELS {
            return None;
        }
        let (_, end) = self.stretches(order, rest);
        let bits = bits(order.stretch, self.level);
        let rest = rest.clone();
        let (below, above) = (end << bits, ((end + 1) << bits) - 1);
        Some(if rest.backwards { Step { below, ..rest } } else { Step { above, ..rest } })
    }

    /// Whether the rest holds few, if as many lie there as were found so far and some more.
    fn rests_in_few(&self) -> bool {
        let Some((order, rest)) = self.order.as_ref().zip(self.rest.as_ref()) else { return false };
        let left = rest.length();
        i128::from(self.found + 3) * left <= LIKELY_FEW * (order.length - left)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What migration 0050 has written: other words would find nothing that was there before.
    #[test]
    fn a_document_keeps_the_words_of_its_stretches() {
        let seq = (5520 << 48) + 7;
        let words = stretch_words(48, &["o".to_owned(), "c7o".to_owned()], seq);
        assert_eq!(words[..4], ["zqstretch0n5520o", "zqstretch1n690o", "zqstretch2n86o", "zqstretchallo"]);
        assert_eq!(words[4..], ["zqstretch0n5520c7o", "zqstretch1n690c7o", "zqstretch2n86c7o", "zqstretchallc7o"]);
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
                    let first = wanted.iter().copied().take(limit).collect::<Vec<_>>();
                    for lanes in [Lanes::Wide(vec!["o".into()]), Lanes::Narrow(vec!["o".into()])] {
                        let walk = Walk::in_stretches(Step::beside(side, "x".into()), 1, lanes, ends);
                        assert_eq!(walked(walk, 1, &all, limit), first, "{side:?}, {limit}");
                    }
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

    /// What is behind a gap is found, and never more than a few documents are read for it than a short stretch holds.
    #[test]
    fn what_is_too_much_for_a_step_is_gone_through_in_shorter_ones() {
        for (gap, stretch) in [0, 10, 50, 150, 900, 4_000].into_iter().flat_map(|gap| [(gap, 3), (gap, 4)]) {
            // One in each place of the order, but for the newest.
            let all: Vec<i64> = (1..4_000).chain([4_000 + gap]).collect();
            let all_steps = Step::beside(None, "x".into());
            let ends = (1, 4_000 + gap);
            let walk = Walk::in_stretches(all_steps, stretch, Lanes::Wide(vec!["o".into()]), ends);
            let first: Vec<i64> = all.iter().rev().copied().take(101).collect();
            assert_eq!(walked(walk, stretch, &all, 101), first, "{gap}");
        }
    }

    /// What the steps meet, step by step and each in its direction, until they are so many.
    fn walked(mut walk: Walk, stretch: u32, all: &[i64], limit: usize) -> Vec<i64> {
        let (mut found, mut steps) = (Vec::new(), 0);
        while let Some(step) = walk.next().filter(|_| found.len() < limit) {
            let kept = |seq| stretch_words(stretch, &["o".to_owned()], seq);
            let held = |seq: i64, words: &str| kept(seq).iter().any(|word| words.contains(&format!("'{word}'")));
            let here = |seq: i64| seq < step.below && seq > step.above;
            let missing = limit - found.len();
            let rows = all.iter().copied();
            let rows: Vec<(i64, bool)> = match &step.reading {
                Reading::Whole(None) => {
                    rows.filter(|seq| held(*seq, &step.wanted)).map(|seq| (seq, here(seq))).collect()
                }
                Reading::Whole(Some(tested)) => rows.map(|seq| (seq, here(seq) && held(seq, tested))).collect(),
                _ => rows.filter(|seq| here(*seq) && held(*seq, &step.wanted)).map(|seq| (seq, true)).collect(),
            };
            assert!(step.reading != Reading::Ordered || rows.len() <= 2 << stretch, "{} are sorted", rows.len());
            let missing = i64::try_from(missing).unwrap();
            let more = step.taken(rows, missing);
            walk.found(more.as_ref().map(|more| i64::try_from(more.len()).unwrap()), missing);
            found.extend(more.into_iter().flatten());
            steps += 1;
            assert!(steps < 40, "it comes to an end");
        }
        found
    }
}
