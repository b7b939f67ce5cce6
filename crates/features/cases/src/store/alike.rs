//! Updates of many rows of a table: those that assign the same become one statement, as most do when a clock moves many cases.

use huiyin_base::Id;
use huiyin_db::{Filter, Result, Tx};

/// Updates, each with the ids of the rows it is for.
#[derive(Debug, Default)]
pub(super) struct Alike(Vec<(Filter, Vec<Id>)>);

impl Alike {
    /// Gathers updates that lack only their last condition, which names the row.
    pub(super) fn of(updates: impl IntoIterator<Item = (Filter, Id)>) -> Self {
        let mut alike = Self::default();
        for (update, id) in updates {
            match alike.0.iter_mut().find(|(known, _)| *known == update) {
                Some((_, ids)) => ids.push(id),
                None => alike.0.push((update, vec![id])),
            }
        }
        alike
    }

    /// Runs them. `which` is the last condition, with `?` for the ids: `id in (?)`.
    pub(super) async fn run(self, tx: &mut Tx, which: &'static str) -> Result<()> {
        for (update, ids) in self.0 {
            update.and(which).bind_list(padded(ids)).query().execute(tx).await?;
        }
        Ok(())
    }
}

/// The last once more until there are 1, 2, 4, 8 and so on: a statement stays prepared for each length that occurs.
pub(crate) fn padded(mut ids: Vec<Id>) -> Vec<Id> {
    if let Some(last) = ids.last().copied() {
        ids.resize(ids.len().next_power_of_two(), last);
    }
    ids
}

#[cfg(test)]
mod tests {
    use huiyin_base::{Instant, Region, Rng};

    use super::*;

    #[test]
    fn what_assigns_the_same_is_one_statement_for_a_length_that_is_known() {
        let region = Region::new(1).expect("a region");
        let mut rng = Rng::seeded(1);
        let ids: Vec<Id> = (0..5).map(|_| Id::new(region, Instant::UNIX_EPOCH, &mut rng)).collect();
        let update = |n: i64| Filter::new("update t set a = ?").bind(n).then("where region = ?").bind(region);
        let alike = Alike::of([(update(1), ids[0]), (update(2), ids[1]), (update(1), ids[2]), (update(1), ids[3])]);
        let gathered: Vec<&Vec<Id>> = alike.0.iter().map(|(_, ids)| ids).collect();
        assert_eq!(gathered, [&vec![ids[0], ids[2], ids[3]], &vec![ids[1]]]);
        assert_eq!(padded(ids[..3].to_vec()), [ids[0], ids[1], ids[2], ids[2]]);
        assert_eq!(padded(Vec::new()), []);
    }
}
