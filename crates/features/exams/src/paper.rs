//! Papers: dealt to each person from the test's seed, so that nothing of them is stored and a start is one small write.

use huiyin_base::{Id, Rng};

use crate::question::{Body, Question, Verdict, WHOLE};
use crate::store::{ExamItem, ExamSection};

/// Everything from which papers are dealt; never changes once a test is open.
#[derive(Clone, Debug)]
pub(crate) struct Book {
    /// The parts of the test.
    pub sections: Vec<ExamSection>,
    /// The questions, each with its part and id.
    pub items: Vec<(ExamItem, Question)>,
}

/// One question of somebody's paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Dealt {
    /// Which of the book's sections.
    pub section: usize,
    /// Which of the book's items.
    pub item: usize,
    /// What is shown first, second …: numbers of options (of things to be ordered, of right sides) as the question keeps them.
    pub shown: Vec<usize>,
}

impl Book {
    /// The paper of one person's n-th go. The same every time.
    pub(crate) fn deal(&self, seed: i64, shuffled: bool, taker: Id, n: i64) -> Vec<Dealt> {
        let mut rng = Rng::fork(seed.unsigned_abs(), &format!("{taker}/{n}"));
        let mut paper = Vec::new();
        for (place, section) in self.sections.iter().enumerate() {
            let mut pool: Vec<usize> =
                (0..self.items.len()).filter(|i| self.items[*i].0.section == section.n).collect();
            let all = pool.len();
            let drawn = usize::try_from(section.drawn).unwrap_or(0);
            if shuffled || (drawn > 0 && drawn < all) {
                rng.shuffle(&mut pool);
            }
            pool.truncate(if drawn == 0 { all } else { drawn });
            if !shuffled {
                pool.sort_unstable();
            }
            for item in pool {
                paper.push(Dealt { section: place, item, shown: self.shown(item, shuffled, &mut rng) });
            }
        }
        paper
    }

    /// Things to be ordered and right sides are always mixed: as they are kept they would give the answer away.
    fn shown(&self, item: usize, shuffled: bool, rng: &mut Rng) -> Vec<usize> {
        let (count, mixed) = match &self.items[item].1.body {
            Body::Choice { options, .. } => (options.len(), shuffled),
            Body::Order { items } => (items.len(), true),
            Body::Match { pairs } => (pairs.len(), true),
            Body::Truth { .. } | Body::Fill { .. } | Body::Numeric { .. } | Body::Short { .. } => (0, false),
        };
        let mut shown: Vec<usize> = (0..count).collect();
        if mixed {
            rng.shuffle(&mut shown);
        }
        shown
    }

    /// The question of a place.
    pub(crate) fn question(&self, dealt: &Dealt) -> &Question {
        &self.items[dealt.item].1
    }

    /// What a place brings at most, in hundredths; nothing where the taker compares himself.
    pub(crate) fn worth(&self, dealt: &Dealt) -> i64 {
        match self.question(dealt).body {
            Body::Short { own: true } => 0,
            _ => self.sections[dealt.section].marks * 100,
        }
    }

    /// What the whole paper brings at most, in hundredths.
    pub(crate) fn out_of(&self, paper: &[Dealt]) -> i64 {
        paper.iter().map(|dealt| self.worth(dealt)).sum()
    }

    /// Marks the answer to a place; `part` is what a marker gave.
    pub(crate) fn mark(&self, dealt: &Dealt, given: &str, part: Option<i64>) -> Marked {
        match self.question(dealt).mark(&dealt.kept(self.question(dealt), given)) {
            Verdict::Part(part) => Marked::Part(i64::from(part)),
            Verdict::Own => Marked::Own,
            Verdict::Marker => part.map_or(Marked::Waits, Marked::Part),
        }
    }
}

/// What became of an answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Marked {
    /// A part of [`WHOLE`].
    Part(i64),
    /// The taker compares himself.
    Own,
    /// A marker has not looked yet.
    Waits,
}

impl Marked {
    /// In hundredths, of a place that brings `worth`.
    pub(crate) fn of(self, worth: i64) -> i64 {
        match self {
            Self::Part(part) => part * worth / i64::from(WHOLE),
            Self::Own | Self::Waits => 0,
        }
    }
}

impl Dealt {
    /// An answer by what was shown, in the numbers by which the question keeps its options.
    pub(crate) fn kept(&self, question: &Question, given: &str) -> String {
        match question.body {
            Body::Choice { .. } | Body::Order { .. } | Body::Match { .. } => {
                let kept = given.split(',').map(|one| {
                    let shown = one.trim().parse::<usize>().ok().and_then(|place| self.shown.get(place));
                    shown.map(ToString::to_string).unwrap_or_default()
                });
                kept.collect::<Vec<_>>().join(",")
            }
            Body::Truth { .. } | Body::Fill { .. } | Body::Numeric { .. } | Body::Short { .. } => given.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::question::Weighed;
    use huiyin_base::{Instant, Region};

    fn book(count: i64, drawn: i64) -> Book {
        let id = |n: i64| Id::new(Region::FIRST, Instant::UNIX_EPOCH, &mut Rng::seeded(n.unsigned_abs()));
        let exam = id(0);
        let section = |n, drawn| ExamSection {
            exam,
            n,
            title: String::new(),
            marks: 2,
            drawn,
            category: String::new(),
            kind: String::new(),
            tag: String::new(),
        };
        let options = || vec![Weighed::new("甲", WHOLE), Weighed::new("乙", 0), Weighed::new("丙", 0)];
        let items = (1..=count).map(|n| {
            let item = ExamItem { exam, n, section: 1, question: id(n), version: 1 };
            (item, Question::new(format!("第{n}题"), Body::Choice { many: false, options: options() }))
        });
        let mut items: Vec<_> = items.collect();
        let order = Body::Order { items: vec!["一".into(), "二".into(), "三".into()] };
        let last = ExamItem { exam, n: count + 1, section: 2, question: id(99), version: 1 };
        items.push((last, Question::new("排一排", order)));
        Book { sections: vec![section(1, drawn), section(2, 0)], items }
    }

    #[test]
    fn a_paper_is_the_same_every_time_and_another_for_another() {
        let (book, mut rng) = (book(40, 10), Rng::seeded(3));
        let mut takers = (0..50).map(|_| Id::new(Region::FIRST, Instant::UNIX_EPOCH, &mut rng));
        let taker = takers.next().unwrap();
        let paper = book.deal(7, true, taker, 1);
        assert_eq!(paper, book.deal(7, true, taker, 1));
        assert_eq!((paper.len(), book.out_of(&paper)), (11, 2_200));
        assert_ne!(paper, book.deal(7, true, taker, 2));
        let mut seen = std::collections::BTreeSet::new();
        for taker in takers {
            let paper = book.deal(7, true, taker, 1);
            let items: std::collections::BTreeSet<usize> = paper.iter().map(|dealt| dealt.item).collect();
            assert_eq!(items.len(), 11, "no question twice");
            seen.extend(items);
        }
        assert_eq!(seen.len(), 41, "every question is dealt to somebody");
    }

    #[test]
    fn what_was_shown_is_marked_by_what_was_kept() {
        let (book, mut rng) = (book(5, 0), Rng::seeded(4));
        for _ in 0..20 {
            let taker = Id::new(Region::FIRST, Instant::UNIX_EPOCH, &mut rng);
            for dealt in book.deal(1, true, taker, 1) {
                let places: Vec<String> = (0..3)
                    .filter_map(|kept| dealt.shown.iter().position(|shown| *shown == kept))
                    .map(|place| place.to_string())
                    .collect();
                let given = if dealt.section == 0 { places[0].clone() } else { places.join(",") };
                assert_eq!(book.mark(&dealt, &given, None), Marked::Part(i64::from(WHOLE)));
                assert_eq!(book.mark(&dealt, "7,x", None), Marked::Part(0));
            }
        }
        let plain = book.deal(1, false, Id::new(Region::FIRST, Instant::UNIX_EPOCH, &mut rng), 1);
        assert_eq!(plain.iter().map(|dealt| dealt.item).collect::<Vec<_>>(), [0, 1, 2, 3, 4, 5]);
    }
}
