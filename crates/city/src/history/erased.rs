//! What the program has removed by now of cases that ended long ago.

use huiyin_base::Day;
use huiyin_cases::{CaseErasure, Moment, note_erased};

use super::History;

/// At which hour of the night the program removes what is due.
const HOUR: chrono::TimeDelta = chrono::TimeDelta::hours(3);

impl History {
    /// Removes what the program would have removed by `today`, so many `days` after the case ended.
    pub(super) fn erase(&mut self, days: i64, today: Day) {
        let Some(day) = self.item.closed_day.map(|closed| closed.plus(days)).filter(|day| *day <= today) else {
            return;
        };
        let original = i64::from(self.item.original.take().is_some());
        let contact = i64::from(self.item.contact.take().is_some());
        let comments = self.ratings.iter_mut().filter_map(|rating| rating.comment.take()).count();
        let letters = self.messages.len();
        for letter in &mut self.messages {
            letter.body.clear();
        }
        // Drawn later, and public only where the problem was posted.
        let hidden = if self.item.posted_day.is_none() { std::mem::take(&mut self.photos_wanted) } else { 0 };
        let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
        let removed = [
            ("original", original),
            ("contact", contact),
            ("photos", i64::from(hidden)),
            ("comments", count(comments)),
            ("messages", count(letters)),
        ];
        let (region, case_id) = (self.item.region, self.item.id);
        let record = |(what, n): (&str, i64)| CaseErasure { region, case_id, day, what: what.to_owned(), n };
        self.erasures = removed.into_iter().filter(|(_, n)| *n > 0).map(record).collect();
        self.events.push(note_erased(&mut self.item, days, Moment::at(day.start() + HOUR)));
    }
}
