use std::collections::BTreeMap;
use std::sync::Arc;

use huiyin_base::Region;

use crate::Dimension;
use crate::number::{Cell, Key, Number};

/// A number by county, category and month at once, read in one grouped query: a whole page of tables costs one walk over the rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cube {
    pub(crate) parts: Arc<[Bucket]>,
    /// Of a rate, what the parts are a part of.
    pub(crate) wholes: Option<Arc<[Bucket]>>,
}

/// One cell of a [`Cube`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bucket {
    pub(crate) region: Region,
    pub(crate) category: Option<String>,
    pub(crate) month: i64,
    pub(crate) value: i64,
}

impl Cube {
    /// The number over all cells.
    pub fn total(&self) -> Number {
        let sum = |buckets: &[Bucket]| buckets.iter().map(|bucket| bucket.value).sum();
        Number { value: sum(&self.parts), over: self.wholes.as_deref().map(sum) }
    }

    /// The cells of one dimension, in the order of their keys. Only counties, categories and months are kept.
    pub fn by(&self, dimension: Dimension) -> Vec<Cell> {
        let mut cells: BTreeMap<Key, Number> = BTreeMap::new();
        for whole in self.wholes.iter().flat_map(|wholes| wholes.iter()) {
            *cells.entry(whole.key(dimension)).or_default().over.get_or_insert(0) += whole.value;
        }
        for part in self.parts.iter() {
            let number = cells.entry(part.key(dimension)).or_default();
            number.value += part.value;
            if self.wholes.is_some() {
                number.over.get_or_insert(0);
            }
        }
        cells.into_iter().map(|(key, number)| Cell { key, number }).collect()
    }
}

impl Bucket {
    fn key(&self, dimension: Dimension) -> Key {
        match dimension {
            Dimension::Region => Key::Region(self.region),
            Dimension::Category => self.category.clone().map_or(Key::None, Key::Category),
            Dimension::Month => Key::Month(self.month),
            Dimension::Township | Dimension::Village | Dimension::Owner | Dimension::SubCategory | Dimension::Score => {
                Key::None
            }
        }
    }
}
