//! Tables by two things at once: a shade says where much is, the number says how much, the door says which.

use std::collections::HashMap;

use huiyin_figures::{CrossCell, Figure, Key, Number, RateBook};
use huiyin_web::components::{DataTable, Html, Number as NumberView, Row};

use crate::asked::Asked;

/// A row or a column to be.
#[derive(Clone, Debug)]
pub(super) struct Stub {
    pub(super) key: Key,
    pub(super) label: String,
}

/// The cells of a figure over rows and columns, in the order in which both are given. `door` narrows the cut to a cell.
pub(super) struct Heat<'a> {
    pub(super) figure: &'a Figure,
    pub(super) caption: &'a str,
    pub(super) of: &'a str,
    pub(super) rows: &'a [Stub],
    pub(super) columns: &'a [Stub],
    pub(super) cells: &'a [CrossCell],
    /// The list may be opened here.
    pub(super) opens: bool,
}

/// Shades beside none.
const SHADES: i64 = 5;

impl Heat<'_> {
    pub(super) fn table(&self, asked: &Asked, door: impl Fn(&Key, &Key) -> Asked) -> DataTable {
        let numbers: HashMap<(Key, Key), Number> =
            self.cells.iter().map(|cell| (cell.keys.clone(), cell.number)).collect();
        let least = RateBook::built_in().least(self.figure.id, asked.cut.period.to);
        let shown = |row: &Stub, column: &Stub| numbers.get(&(row.key.clone(), column.key.clone())).copied();
        let worth = |number: Number| number.permille().unwrap_or(number.value);
        let most = self.rows.iter().flat_map(|row| self.columns.iter().filter_map(move |column| shown(row, column)));
        let most = most.filter(|number| !number.is_few(least)).map(worth).max().unwrap_or(0);
        let table = DataTable::new(self.caption).column(self.of);
        let table = self.columns.iter().fold(table, |table, column| table.figure(column.label.clone()));
        let rows = self.rows.iter().map(|row| {
            let cells = self.columns.iter().map(|column| {
                let Some(number) = shown(row, column).filter(|number| number.value > 0 || number.over.is_some()) else {
                    return Html::drawn("<span class=\"muted\">0</span>".to_owned());
                };
                let level = if number.is_few(least) { 0 } else { shade(worth(number), most) };
                let link = (self.opens && number.value > 0)
                    .then(|| door(&row.key, &column.key).link(&format!("/figures/{}/list", self.figure.id)));
                cell(self.figure, number, least, level, link)
            });
            Row::new(std::iter::once(Html::from(&row.label)).chain(cells))
        });
        table.rows(rows.collect::<Vec<_>>())
    }
}

fn cell(figure: &Figure, number: Number, least: i64, level: i64, link: Option<String>) -> Html {
    let text = match number.both() {
        Some(both) if number.is_few(least) => both,
        _ => number.text(),
    };
    let view = NumberView::new(figure.name, text, "").inline();
    let view: Html = match link {
        Some(link) => view.to(link).into(),
        None => view.into(),
    };
    let both = number.both().filter(|_| !number.is_few(least));
    let both = both.map(|both| format!(" <span class=\"nowrap heat-both\">（{}）</span>", Html::from(both)));
    Html::drawn(format!("<span class=\"heat-cell heat-{level}\">{view}{}</span>", both.unwrap_or_default()))
}

/// 1 to 5 for something, 0 for nothing.
fn shade(value: i64, most: i64) -> i64 {
    if value <= 0 || most <= 0 { 0 } else { ((value * SHADES + most - 1) / most).clamp(1, SHADES) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_greatest_is_darkest_and_nothing_has_no_shade() {
        assert_eq!([0, 1, 20, 21, 100].map(|value| shade(value, 100)), [0, 1, 1, 2, 5]);
        assert_eq!(shade(3, 0), 0);
    }
}
