use std::collections::{BTreeMap, BTreeSet};

use huiyin_base::{Id, Region};
use huiyin_db::{Result, Tx};
use huiyin_directory::{OrgKind, OrgRef, Reach, Viewer};

use crate::number::{Cell, CrossCell, Key, Number};
use crate::{Cut, Dimension, Figure, Kind, Place, Position, Record, Sight, Waiting, store};

/// Every figure of the house, in the order in which features registered them.
#[derive(Clone, Debug, Default)]
pub struct Registry {
    figures: Vec<Figure>,
}

/// A page of the rows behind a number.
#[derive(Clone, Debug)]
pub struct List {
    /// Newest first.
    pub records: Vec<Record>,
    /// Where the next page begins, when there is one.
    pub next: Option<Position>,
}

/// An organisation as a key.
pub type OrgKey = (Region, Id);

impl Registry {
    /// No figures yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Declares a figure. Ids are unique: a second one of the same id is a mistake of the program and stops it at its start.
    pub fn add(&mut self, figure: Figure) {
        assert!(self.find(figure.id).is_none(), "the figure {} is declared twice", figure.id);
        self.figures.push(figure);
    }

    /// The figure called `id`.
    pub fn find(&self, id: &str) -> Option<&Figure> {
        self.figures.iter().find(|figure| figure.id == id)
    }

    /// All figures.
    pub fn all(&self) -> &[Figure] {
        &self.figures
    }

    /// Those that `viewer` may see.
    pub fn seen_by<'a>(&'a self, viewer: Option<&'a Viewer>) -> impl Iterator<Item = &'a Figure> {
        self.figures.iter().filter(move |figure| figure.seen_by.includes(viewer))
    }

    /// The number over `cut`; of a rate both of its numbers.
    pub async fn value(&self, tx: &mut Tx, figure: &Figure, cut: &Cut) -> Result<Number> {
        self.counting(cut).value(tx, figure).await
    }

    /// The number cell by cell, in one grouped query (two for a rate); a stock by months is replayed to each month's end.
    ///
    /// Cells without rows are left out: who draws them knows which places and months there are.
    pub async fn breakdown(&self, tx: &mut Tx, figure: &Figure, cut: &Cut, by: Dimension) -> Result<Vec<Cell>> {
        if figure.kind == Kind::StockAt && by == Dimension::Month {
            return self.month_ends(tx, figure, cut).await;
        }
        let cells = store::number_group(tx, figure.kind, (figure.rows)(cut), by).await?;
        let Some(whole) = self.whole(figure) else { return Ok(cells) };
        let wholes = store::number_group(tx, whole.kind, (whole.rows)(cut), by).await?;
        Ok(joined(cells, wholes))
    }

    /// The number by two things at once, in one grouped query (two for a rate). Cells without rows are left out. Not for
    /// stocks by month, which are replayed, nor for distinct values.
    pub async fn cross(
        &self,
        tx: &mut Tx,
        figure: &Figure,
        cut: &Cut,
        by: (Dimension, Dimension),
    ) -> Result<Vec<CrossCell>> {
        let parts = store::number_cross(tx, figure.kind, (figure.rows)(cut), by).await?;
        let Some(whole) = self.whole(figure) else { return Ok(parts) };
        let wholes = store::number_cross(tx, whole.kind, (whole.rows)(cut), by).await?;
        let over = |cell: CrossCell| (cell.keys, Number { value: 0, over: Some(cell.number.value) });
        let mut cells: BTreeMap<(Key, Key), Number> = wholes.into_iter().map(over).collect();
        for part in parts {
            cells.entry(part.keys).or_insert(Number { value: 0, over: Some(0) }).value = part.number.value;
        }
        Ok(cells.into_iter().map(|(keys, number)| CrossCell { keys, number }).collect())
    }

    /// The rows that have waited longest, the oldest first: cases, never people.
    pub async fn oldest(&self, tx: &mut Tx, figure: &Figure, cut: &Cut, limit: i64) -> Result<Vec<Waiting>> {
        store::waiting_list(tx, (figure.rows)(cut), limit).await
    }

    /// Code and name of organisations, for tables by them.
    pub async fn org_names(&self, tx: &mut Tx, orgs: &[OrgRef]) -> Result<BTreeMap<OrgKey, (String, String)>> {
        let names = store::org_names(tx, orgs).await?;
        Ok(names.into_iter().map(|(region, id, code, name)| ((region, id), (code, name))).collect())
    }

    /// Where the row with this short number stands: a public page continues a list by it, since it never shows an id.
    pub async fn position(
        &self,
        tx: &mut Tx,
        figure: &Figure,
        cut: &Cut,
        region: Region,
        number: (i64, i64),
    ) -> Result<Option<Position>> {
        store::position_find(tx, (figure.rows)(cut), region, number).await
    }

    /// A page of the rows behind the number, newest first.
    pub async fn list(
        &self,
        tx: &mut Tx,
        figure: &Figure,
        cut: &Cut,
        after: Option<Position>,
        limit: usize,
    ) -> Result<List> {
        let asked = i64::try_from(limit).unwrap_or(i64::MAX).saturating_add(1);
        let mut records = store::record_list(tx, figure.kind, (figure.rows)(cut), after, asked).await?;
        let more = records.len() > limit;
        records.truncate(limit);
        let next = records.last().filter(|_| more).map(Position::from);
        Ok(List { records, next })
    }

    /// Whether `viewer` may open the list behind the number over `cut`: an official's role must reach the whole place.
    pub async fn may_open(&self, tx: &mut Tx, figure: &Figure, viewer: Option<&Viewer>, cut: &Cut) -> Result<bool> {
        let (Sight::Roles(roles), Some(viewer)) = (figure.opened_by, viewer) else {
            return Ok(figure.opened_by.includes(viewer));
        };
        let grants: Vec<_> = viewer.grants_of(roles).collect();
        let whole_city = grants.iter().any(|grant| grant.org_kind == OrgKind::City);
        let reaches: Vec<Reach> = grants.iter().flat_map(|grant| grant.reach.iter().copied()).collect();
        Ok(match cut.place {
            Place::City => whole_city,
            Place::Region(region) => whole_city || reaches.contains(&Reach::Region(region)),
            Place::Org(org) => {
                let path: BTreeSet<_> = store::org_path(tx, org).await?.into_iter().collect();
                whole_city
                    || reaches.iter().any(|reach| match reach {
                        Reach::Region(region) => *region == org.region,
                        Reach::Subtree(top) => top.region == org.region && path.contains(&top.id),
                    })
            }
        })
    }

    /// What is wrong with the declarations themselves, one sentence each.
    pub fn mistakes(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        for figure in &self.figures {
            let mut note = |what: &str| mistakes.push(format!("指标 {}：{what}", figure.id));
            if figure.definition.is_empty() || figure.name.is_empty() || figure.unit.is_empty() {
                note("名称、单位或定义没有写");
            }
            let Kind::Rate { over } = figure.kind else { continue };
            match self.find(over) {
                None => note("比率的分母没有登记"),
                Some(whole) if matches!(whole.kind, Kind::Rate { .. }) => note("比率的分母也是比率"),
                Some(whole) if !figure.breakdowns.iter().all(|by| whole.breaks_down_by(*by)) => {
                    note("分母不能按同样的维度细分");
                }
                Some(_) => {}
            }
        }
        mistakes
    }

    /// The figure that a rate is a part of.
    pub fn whole(&self, figure: &Figure) -> Option<&Figure> {
        match figure.kind {
            Kind::Rate { over } => self.find(over),
            _ => None,
        }
    }

    async fn month_ends(&self, tx: &mut Tx, figure: &Figure, cut: &Cut) -> Result<Vec<Cell>> {
        let mut cells = Vec::new();
        for month in cut.days().months() {
            let number = self.value(tx, figure, &cut.in_month(month)).await?;
            cells.push(Cell { key: Key::Month(month), number });
        }
        Ok(cells)
    }
}

/// The parts beside their wholes; a part without a whole stands over 0, which `check` then finds.
fn joined(parts: Vec<Cell>, wholes: Vec<Cell>) -> Vec<Cell> {
    let mut cells: BTreeMap<Key, Number> =
        wholes.into_iter().map(|cell| (cell.key, Number { value: 0, over: Some(cell.number.value) })).collect();
    for part in parts {
        let number = cells.entry(part.key).or_insert(Number { value: 0, over: Some(0) });
        number.value = part.number.value;
    }
    cells.into_iter().map(|(key, number)| Cell { key, number }).collect()
}
