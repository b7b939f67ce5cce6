//! The numbers of a bulletin: live for a draft, frozen for an issued one. Counties' numbers add up to the whole's.

use std::collections::{BTreeMap, BTreeSet};

use huiyin_base::Region;
use huiyin_db::{Result, Tx};
use huiyin_figures::{Dimension, Figure, Key, Kind, Number, Registry};

use crate::bulletin::{Bulletin, Term};
use crate::store::bulletin;
use crate::template::Template;

/// Numbers by figure and place; no place is the whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Numbers(BTreeMap<String, BTreeMap<Option<Region>, Number>>);

impl Numbers {
    /// What is known of a figure.
    pub(crate) fn get(&self, figure: &str, place: Option<Region>) -> Option<Number> {
        let places = self.0.get(figure)?;
        // A county without rows has none; of a rate the whole too.
        let none = || Number { value: 0, over: places.get(&None).and_then(|whole| whole.over.map(|_| 0)) };
        Some(places.get(&place).copied().unwrap_or_else(none))
    }

    /// Whether a figure is known.
    pub(crate) fn knows(&self, figure: &str) -> bool {
        self.0.contains_key(figure)
    }

    /// Every number there is.
    pub(crate) fn all(&self) -> impl Iterator<Item = (&str, Option<Region>, Number)> {
        self.0
            .iter()
            .flat_map(|(figure, places)| places.iter().map(move |(place, number)| (figure.as_str(), *place, *number)))
    }

    pub(crate) fn put(&mut self, figure: &str, place: Option<Region>, number: Number) {
        self.0.entry(figure.to_owned()).or_default().insert(place, number);
    }
}

/// The figures of a template that are kept here, each with what it is a part of.
pub(crate) fn figures_of<'a>(registry: &'a Registry, template: &Template) -> Vec<&'a Figure> {
    let mut ids: BTreeSet<&str> = BTreeSet::new();
    for figure in template.figures().iter().filter_map(|id| registry.find(id)) {
        // Different values may stand in two counties: such numbers do not add up, and are not told here.
        let whole = registry.whole(figure);
        if figure.kind != Kind::Distinct && whole.is_none_or(|whole| whole.kind != Kind::Distinct) {
            ids.insert(figure.id);
            ids.extend(whole.map(|whole| whole.id));
        }
    }
    ids.into_iter().filter_map(|id| registry.find(id)).collect()
}

/// The numbers as they are now: one grouped query a figure.
pub(crate) async fn live(tx: &mut Tx, registry: &Registry, template: &Template, term: Term) -> Result<Numbers> {
    let mut numbers = Numbers::default();
    for figure in figures_of(registry, template).into_iter().filter(|figure| !matches!(figure.kind, Kind::Rate { .. }))
    {
        let cells = registry.breakdown(tx, figure, &term.cut(), Dimension::Region).await?;
        let total = cells.iter().map(|cell| cell.number.value).sum();
        numbers.put(figure.id, None, Number::plain(total));
        for cell in cells {
            if let Key::Region(region) = cell.key {
                numbers.put(figure.id, Some(region), cell.number);
            }
        }
    }
    for figure in figures_of(registry, template) {
        let Some(whole) = registry.whole(figure) else { continue };
        // What a rate is a part of has been counted above; only its part is asked for.
        let cells = registry.breakdown(tx, figure, &term.cut(), Dimension::Region).await?;
        let parts = cells.into_iter().filter_map(|cell| match cell.key {
            Key::Region(region) => Some((region, cell.number.value)),
            _ => None,
        });
        numbers.rate(figure.id, whole.id, &parts.collect());
    }
    Ok(numbers)
}

impl Numbers {
    /// A rate from its parts, county by county, and from what they are parts of.
    pub(crate) fn rate(&mut self, figure: &str, whole: &str, parts: &BTreeMap<Region, i64>) {
        let over = |place| self.get(whole, place).map_or(0, |number| number.value);
        let total = Number { value: parts.values().sum(), over: Some(over(None)) };
        let places: BTreeSet<Region> =
            self.0.get(whole).into_iter().flat_map(|places| places.keys().flatten().copied()).collect();
        let cells: Vec<(Region, Number)> = places
            .into_iter()
            .map(|place| {
                let value = parts.get(&place).copied().unwrap_or(0);
                (place, Number { value, over: Some(over(Some(place))) })
            })
            .collect();
        self.put(figure, None, total);
        for (place, number) in cells {
            self.put(figure, Some(place), number);
        }
    }
}

/// The numbers that an issued bulletin keeps.
pub(crate) async fn kept(tx: &mut Tx, of: &Bulletin) -> Result<Numbers> {
    let mut numbers = Numbers::default();
    for (figure, place, value, over) in bulletin::value_list(tx, of.region, of.id).await? {
        numbers.put(&figure, (place != of.region).then_some(place), Number { value, over });
    }
    Ok(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counties_of_a_rate_add_up_to_it() {
        let region = |ordinal| Region::new(ordinal).unwrap();
        let mut numbers = Numbers::default();
        numbers.put("due", None, Number::plain(30));
        numbers.put("due", Some(region(1)), Number::plain(10));
        numbers.put("due", Some(region(2)), Number::plain(20));
        numbers.rate("rate", "due", &BTreeMap::from([(region(2), 15)]));
        assert_eq!(numbers.get("rate", None), Some(Number { value: 15, over: Some(30) }));
        assert_eq!(numbers.get("rate", Some(region(1))), Some(Number { value: 0, over: Some(10) }));
        assert_eq!(numbers.get("rate", Some(region(3))), Some(Number { value: 0, over: Some(0) }));
        assert_eq!(numbers.get("other", None), None);
    }
}
