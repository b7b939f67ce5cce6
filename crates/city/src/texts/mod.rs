//! Words of residents and officers: a grammar of parts, so that nearly every text is its own. Pure.

mod grammar;
mod topic;

use std::collections::BTreeMap;

use huiyin_base::Rng;

pub use topic::{Topic, TopicPlace, topics};

use grammar::{Voice, tidy};

/// Tells the texts of one problem; what was said once (the spot, a number) is said again.
#[derive(Debug)]
pub struct Teller {
    topic: &'static Topic,
    voice: Voice,
}

/// A problem as a resident writes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Written {
    /// One line.
    pub title: String,
    /// From one line to a few hundred characters.
    pub text: String,
}

/// Who answers, and when what was done.
#[derive(Clone, Debug, Default)]
pub struct Handled {
    /// The unit that handled it.
    pub unit: String,
    /// The unit's office telephone.
    pub phone: String,
    /// The post of whoever handled it.
    pub post: String,
    /// The day of the visit, as people say it.
    pub visit: String,
    /// The day on which it was done.
    pub finish: String,
}

impl Teller {
    /// Begins the story of a problem of this topic in this village or community; `explained` when it will turn out that
    /// it cannot be solved.
    pub fn new(topic: &'static Topic, village: &str, community: bool, explained: bool, rng: Rng) -> Self {
        let mut voice = Voice::new(&topic.parts, rng);
        let answer: &[&str] = if explained { &["unsolved"] } else { &["cause", "done"] };
        voice.choose_case(&[&["title", "effect", "wish"], answer].concat());
        let spots = if community { "problem.spot_community" } else { "problem.spot_village" };
        let spot = voice.pick(spots);
        voice.remember("spot", spot);
        voice.set("village", village);
        Self { topic, voice }
    }

    /// What the resident writes.
    pub fn problem(&mut self) -> Written {
        let title = tidy(&self.voice.pick("title"));
        self.voice.set("title", &title);
        let length = ["short", "middle", "middle", "middle", "middle", "long", "long"][self.voice.below(7)];
        let text = tidy(&self.voice.pick(&format!("problem.form.{length}")));
        Written { title, text }
    }

    /// The public answer to a problem that was solved; `again` after an objection.
    pub fn solved(&mut self, handled: &Handled, again: bool) -> String {
        self.handled(handled);
        let cost = self.money();
        self.voice.set("cost", &cost);
        tidy(&self.voice.pick(if again { "answer.again" } else { "answer.form" }))
    }

    /// The public answer to a problem that cannot be solved now, and why.
    pub fn explained(&mut self, handled: &Handled) -> String {
        self.handled(handled);
        tidy(&self.voice.pick("answer.explained"))
    }

    /// Another short text by the key of its list, such as `reason.decline`.
    pub fn say(&mut self, key: &str) -> String {
        tidy(&self.voice.pick(key))
    }

    /// Sets a word that the lists may use, such as `due`.
    pub fn know(&mut self, key: &'static str, value: &str) {
        self.voice.set(key, value);
    }

    fn handled(&mut self, handled: &Handled) {
        let Handled { unit, phone, post, visit, finish } = handled;
        for (key, value) in [("unit", unit), ("phone", phone), ("post", post), ("visit", visit), ("finish", finish)] {
            self.voice.set(key, value);
        }
    }

    /// What it cost, in a sentence; many things cost nothing but work.
    fn money(&mut self) -> String {
        let (low, high) = self.topic.cost;
        if high == 0 || (low == 0 && self.voice.below(2) == 0) {
            return String::new();
        }
        // Hundreds of yuan, more often few than many.
        let spread = (high - low.max(1)) * 10;
        let hundreds = low.max(1) * 10 + self.voice.between(0, spread).min(self.voice.between(0, spread));
        let money = match hundreds {
            ..100 => format!("{}元", hundreds * 100),
            _ => format!("{}.{}万元", hundreds / 100, hundreds / 10 % 10),
        };
        self.voice.set("money", &money);
        self.voice.pick("answer.cost_form")
    }
}

/// Lists of parts by their key.
pub(crate) type Parts = BTreeMap<String, Vec<String>>;
