use huiyin_base::{Day, Rng};
use huiyin_cases::Categories;

use crate::texts::{Topic, TopicPlace, topics};

/// How many problems each month brings, January first; the last is cut short by the city's today. Invented: quiet at
/// Spring Festival, busy when the walls were set up in spring, when it is dry, and before winter.
const MONTHS: [u64; 12] = [62, 38, 96, 104, 101, 92, 90, 94, 88, 92, 104, 48];

/// How often a category is met. Invented.
const CATEGORIES: [(&str, u64); 4] =
    [("leadership", 86), ("infrastructure", 428), ("industry", 217), ("village_affairs", 269)];

/// A day on which somebody writes.
pub(crate) fn day(today: Day, rng: &mut Rng) -> Day {
    loop {
        let month = u32::try_from(rng.weighted(&MONTHS)).unwrap_or(0) + 1;
        let number = u32::try_from(rng.between(1, 31)).unwrap_or(1);
        if let Some(day) = Day::new(today.year(), month, number).filter(|day| *day <= today) {
            return day;
        }
    }
}

/// What somebody writes about in that month, in a village or in a community.
pub(crate) fn topic(month: u32, community: bool, categories: &Categories, rng: &mut Rng) -> (&'static Topic, String) {
    let month = usize::try_from(month.saturating_sub(1)).unwrap_or(0).min(11);
    let place = if community { TopicPlace::Village } else { TopicPlace::Community };
    let weight = |topic: &Topic| if topic.place == place { 0 } else { topic.months[month] };
    loop {
        let category = CATEGORIES[rng.weighted(&CATEGORIES.map(|(_, weight)| weight))].0;
        let fits: Vec<&'static Topic> = topics()
            .iter()
            .filter(|topic| weight(topic) > 0 && categories.sub(category, &topic.sub).is_some())
            .collect();
        let weights: Vec<u64> = fits.iter().map(|topic| weight(topic)).collect();
        if let Some(topic) = fits.get(rng.weighted(&weights)) {
            return (topic, category.to_owned());
        }
    }
}
