//! The numbers of one cut, loaded with few grouped queries, and the tables made of them.

use std::collections::BTreeSet;

use huiyin_db::{Result, Tx};
use huiyin_directory::{Regions, Viewer};
use huiyin_figures::{Cube, Dimension, Figure, Key, Kind, Number, Registry};
use huiyin_web::Site;

use crate::asked::{Asked, Township, county_of, month_label};
use crate::sheet::{Column, Sheet, Stub, sheet};
use crate::spread::{Spread, spread};
use crate::store;

/// Every figure that is shown, with its cells.
pub(crate) struct Board<'a> {
    registry: &'a Registry,
    regions: &'a Regions,
    pub(crate) asked: Asked,
    pub(crate) entries: Vec<Entry<'a>>,
}

/// A figure over the cut.
pub(crate) struct Entry<'a> {
    pub(crate) figure: &'a Figure,
    pub(crate) number: Number,
    /// The viewer may open the list here.
    pub(crate) opens: bool,
    /// It stands in the tables, not only at the head of the page.
    tabled: bool,
    cube: Option<Cube>,
}

impl<'a> Board<'a> {
    /// Loads `figures`: one grouped query each; those not `tabled` are only counted.
    pub(crate) async fn load(
        tx: &mut Tx,
        site: &'a Site,
        viewer: Option<&Viewer>,
        asked: Asked,
        figures: impl IntoIterator<Item = &'a Figure>,
        tabled: impl Fn(&Figure) -> bool,
    ) -> Result<Self> {
        let registry = &site.figures;
        let mut counting = registry.counting(&asked.cut);
        let mut entries = Vec::new();
        for figure in figures {
            let tabled = tabled(figure);
            let cube = if tabled { counting.cube(tx, figure).await? } else { None };
            let number = counting.value(tx, figure).await?;
            let opens = registry.may_open(tx, figure, viewer, &asked.cut).await?;
            entries.push(Entry { figure, number, opens, tabled, cube });
        }
        Ok(Self { registry, regions: &site.regions, asked, entries })
    }

    /// County by county in the city, township by township in a county, village by village in a township; with how the
    /// numbers lie over the places.
    pub(crate) async fn places(&self, tx: &mut Tx) -> Result<Option<(Sheet, Vec<(&'static str, Spread)>)>> {
        let (of, by, stubs) = self.place_stubs(tx).await?;
        let columns = self.columns(tx, by).await?;
        if columns.is_empty() || stubs.is_empty() {
            return Ok(None);
        }
        let named: BTreeSet<&Key> = stubs.iter().map(|stub| &stub.key).collect();
        let spreads = columns.iter().filter(|column| column.opens || column.figure.least == 0).filter_map(|column| {
            let cells: Vec<_> = column.cells.iter().filter(|cell| named.contains(&cell.key)).cloned().collect();
            Some((column.figure.name, spread(column.figure, &cells)?))
        });
        let spreads = spreads.collect();
        let mut rows = stubs.clone();
        rows.extend(unnamed(&columns, &stubs, if self.asked.township.is_some() { OTHERS } else { UNNAMED }));
        Ok(Some((sheet(of, &columns, &rows, &self.asked), spreads)))
    }

    /// Category by category, in the order of the list, also those without rows.
    pub(crate) async fn categories(&self, tx: &mut Tx) -> Result<Option<Sheet>> {
        let columns = self.columns(tx, Dimension::Category).await?;
        let mut stubs: Vec<Stub> = self
            .category_names()
            .into_iter()
            .filter(|(word, _)| self.asked.cut.category.as_ref().is_none_or(|chosen| chosen == word))
            .map(|(word, name)| Stub {
                asked: Some(self.asked.of_category(&word)),
                key: Key::Category(word),
                label: name,
            })
            .collect();
        stubs.extend(unnamed(&columns, &stubs, UNNAMED));
        Ok((!columns.is_empty() && !stubs.is_empty()).then(|| sheet("类别", &columns, &stubs, &self.asked)))
    }

    /// Month by month.
    pub(crate) async fn months(&self, tx: &mut Tx) -> Result<Option<Sheet>> {
        let mut columns = self.columns(tx, Dimension::Month).await?;
        let mixed = columns.iter().any(|column| column.figure.kind != Kind::StockAt);
        // A stock is no sum over months; it stands in a table of its own.
        columns.retain(|column| !mixed || column.figure.kind != Kind::StockAt);
        let months = self.asked.cut.days().months();
        let stub = |month: &i64| Stub {
            key: Key::Month(*month),
            label: month_label(*month, &months),
            asked: Some(self.asked.in_month(*month)),
        };
        let stubs: Vec<Stub> = months.iter().map(stub).collect();
        let mut table = sheet("月份", &columns, &stubs, &self.asked);
        if !mixed {
            table.foot = None;
        }
        Ok((!columns.is_empty() && !stubs.is_empty()).then_some(table))
    }

    /// The categories that the figures know.
    pub(crate) fn category_names(&self) -> Vec<(String, String)> {
        let lists = self.entries.iter().map(|entry| (entry.figure.categories)());
        lists.max_by_key(Vec::len).unwrap_or_default()
    }

    /// What a rate is a part of.
    pub(crate) fn whole(&self, figure: &Figure) -> Option<&'a Figure> {
        self.registry.whole(figure)
    }

    fn tabled(&self) -> usize {
        self.entries.iter().filter(|entry| entry.tabled).count()
    }

    async fn columns(&self, tx: &mut Tx, by: Dimension) -> Result<Vec<Column<'a>>> {
        let mut columns = Vec::new();
        for entry in self.entries.iter().filter(|entry| entry.tabled && entry.figure.breaks_down_by(by)) {
            let stock_by_month = entry.figure.kind == Kind::StockAt && by == Dimension::Month;
            let kept = matches!(by, Dimension::Region | Dimension::Category | Dimension::Month) && !stock_by_month;
            let cells = match entry.cube.as_ref().filter(|_| kept) {
                Some(cube) => cube.by(by),
                // Month ends of many stocks on one page cost many walks: only the page of the figure itself shows them.
                None if stock_by_month && self.tabled() > 1 => continue,
                None => self.registry.breakdown(tx, entry.figure, &self.asked.cut, by).await?,
            };
            columns.push(Column { figure: entry.figure, cells, total: entry.number, opens: entry.opens });
        }
        Ok(columns)
    }

    async fn place_stubs(&self, tx: &mut Tx) -> Result<(&'static str, Dimension, Vec<Stub>)> {
        let day = self.asked.cut.until();
        if let Some(township) = &self.asked.township {
            let villages = store::village_list(tx, township.org, day, self.asked.public).await?;
            return Ok(("村（社区）", Dimension::Village, self.org_stubs(villages)));
        }
        if let Some(county) = &self.asked.county {
            let townships = store::township_list(tx, county.region, day).await?;
            return Ok(("乡镇（街道）", Dimension::Township, self.org_stubs(townships)));
        }
        let mut counties: Vec<_> =
            store::county_list(tx).await?.into_iter().map(|region| county_of(self.regions, region, day)).collect();
        counties.sort_by(|left, right| left.code.cmp(&right.code));
        let stubs = counties.into_iter().map(|county| Stub {
            key: Key::Region(county.region),
            label: county.name.clone(),
            asked: Some(self.asked.in_county(&county)),
        });
        Ok(("县区", Dimension::Region, stubs.collect()))
    }

    fn org_stubs(&self, places: Vec<Township>) -> Vec<Stub> {
        let stub = |place: Township| Stub {
            key: Key::Org(place.org.region, place.org.id),
            label: place.name.clone(),
            asked: Some(self.asked.in_township(&place)),
        };
        places.into_iter().map(stub).collect()
    }
}

/// What has no such place or category.
const UNNAMED: &str = "未注明";
/// In a township: what names no village, and the villages where too few people live to be named.
const OTHERS: &str = "没写到村的，和人少不单列的村";

/// One row for all cells that no other row stands for, so that the rows always come to the sum.
fn unnamed(columns: &[Column<'_>], stubs: &[Stub], label: &str) -> Option<Stub> {
    let known: BTreeSet<&Key> = stubs.iter().map(|stub| &stub.key).collect();
    let left = columns.iter().flat_map(|column| &column.cells).any(|cell| !known.contains(&cell.key));
    left.then(|| Stub { key: Key::None, label: label.into(), asked: None })
}
