//! Numbers of one page: over one cut, in one snapshot, and none counted twice.

use std::collections::HashMap;
use std::sync::Arc;

use huiyin_db::{Result, Tx};

use crate::cube::Bucket;
use crate::{Cube, Cut, Figure, Kind, Number, Registry, store};

/// What has been counted so far. Several rates are parts of the same whole, and a table's cells add up to its number: what a
/// page needs twice is asked once. Every question goes to the same snapshot, or the numbers would not fit together.
#[derive(Debug)]
pub struct Counting<'a> {
    registry: &'a Registry,
    cut: &'a Cut,
    values: HashMap<&'static str, i64>,
    buckets: HashMap<&'static str, Arc<[Bucket]>>,
}

impl Registry {
    /// Begins to count over `cut`.
    pub fn counting<'a>(&'a self, cut: &'a Cut) -> Counting<'a> {
        Counting { registry: self, cut, values: HashMap::new(), buckets: HashMap::new() }
    }
}

impl Counting<'_> {
    /// The number; of a rate both of its numbers.
    pub async fn value(&mut self, tx: &mut Tx, figure: &Figure) -> Result<Number> {
        let value = self.count(tx, figure).await?;
        let over = match self.registry.whole(figure) {
            Some(whole) => Some(self.count(tx, whole).await?),
            None => None,
        };
        Ok(Number { value, over })
    }

    /// The number by county, category and month at once, for figures whose cells add up; `None` for others: different values may
    /// be in two cells.
    pub async fn cube(&mut self, tx: &mut Tx, figure: &Figure) -> Result<Option<Cube>> {
        let whole = self.registry.whole(figure);
        if figure.kind == Kind::Distinct || whole.is_some_and(|whole| whole.kind == Kind::Distinct) {
            return Ok(None);
        }
        let parts = self.cells(tx, figure).await?;
        let wholes = match whole {
            Some(whole) => Some(self.cells(tx, whole).await?),
            None => None,
        };
        Ok(Some(Cube { parts, wholes }))
    }

    async fn count(&mut self, tx: &mut Tx, figure: &Figure) -> Result<i64> {
        if let Some(buckets) = self.buckets.get(figure.id) {
            return Ok(buckets.iter().map(|bucket| bucket.value).sum());
        }
        if let Some(value) = self.values.get(figure.id) {
            return Ok(*value);
        }
        let value = store::number_count(tx, figure.kind, (figure.rows)(self.cut)).await?;
        self.values.insert(figure.id, value);
        Ok(value)
    }

    async fn cells(&mut self, tx: &mut Tx, figure: &Figure) -> Result<Arc<[Bucket]>> {
        if let Some(buckets) = self.buckets.get(figure.id) {
            return Ok(Arc::clone(buckets));
        }
        let buckets: Arc<[Bucket]> = store::number_cube(tx, figure.kind, (figure.rows)(self.cut)).await?.into();
        self.buckets.insert(figure.id, Arc::clone(&buckets));
        Ok(buckets)
    }
}
