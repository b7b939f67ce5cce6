//! Cells laid out as a table: a row a place, a category or a month, a column a figure.

use std::collections::HashMap;

use huiyin_figures::{Cell, Figure, Key, Kind, Number, RateBook, Shown, mask};

use huiyin_web::components::{DataTable, Html, Number as NumberView, Row};

use crate::asked::Asked;

/// A table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Sheet {
    /// What its rows are: 县区, 类别, 月份.
    pub(crate) of: &'static str,
    pub(crate) heads: Vec<Head>,
    pub(crate) rows: Vec<Line>,
    pub(crate) foot: Option<Line>,
}

/// A column's head.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) name: &'static str,
    pub(crate) unit: &'static str,
    /// By what kept values are divided for a picture.
    pub(crate) scale: i64,
    pub(crate) href: String,
}

/// A row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) label: String,
    pub(crate) href: Option<String>,
    pub(crate) numbers: Vec<Shape>,
}

/// A number with its door.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    pub(crate) text: String,
    /// Both numbers of a rate.
    pub(crate) both: Option<String>,
    pub(crate) href: Option<String>,
    /// As a number, for charts; none where it is not shown.
    pub(crate) plain: Option<Number>,
}

/// A row to be: what the cells call it, what people call it, what it narrows to.
#[derive(Clone, Debug)]
pub(crate) struct Stub {
    pub(crate) key: Key,
    pub(crate) label: String,
    /// None for rows that name none, which nothing narrows to.
    pub(crate) asked: Option<Asked>,
}

/// A column to be.
#[derive(Debug)]
pub(crate) struct Column<'a> {
    pub(crate) figure: &'a Figure,
    pub(crate) cells: Vec<Cell>,
    pub(crate) total: Number,
    /// The viewer may open the list and so sees small cells too.
    pub(crate) opens: bool,
}

impl Sheet {
    /// As a table of the page, titled “按县区”.
    pub(crate) fn table(&self) -> DataTable {
        let table = DataTable::new(format!("按{}", self.of)).column(self.of);
        let table = self.heads.iter().fold(table, |table, head| table.figure(head.title()));
        let row = |line: &Line| {
            let numbers = line.numbers.iter().zip(&self.heads).map(|(shape, head)| shape.html(head));
            let row = Row::new(std::iter::once(Html::from(&line.label)).chain(numbers));
            match &line.href {
                Some(href) => row.to(href.clone()),
                None => row,
            }
        };
        let table = table.rows(self.rows.iter().map(row));
        match &self.foot {
            Some(line) => {
                let numbers = line.numbers.iter().zip(&self.heads).map(|(shape, head)| shape.html(head));
                table.foot(std::iter::once(Html::from(&line.label)).chain(numbers))
            }
            None => table,
        }
    }
}

impl Head {
    fn title(&self) -> String {
        if self.unit == "%" { self.name.to_owned() } else { format!("{}（{}）", self.name, self.unit) }
    }
}

impl Shape {
    /// The number with its door, and below it both numbers of a rate.
    fn html(&self, head: &Head) -> Html {
        // A rate's text ends with its sign already.
        let unit = if head.unit == "%" { "" } else { head.unit };
        let number = NumberView::new(head.name, self.text.as_str(), unit).inline();
        let number: Html = match &self.href {
            Some(href) => number.to(href.clone()).into(),
            None => number.into(),
        };
        match &self.both {
            // One piece, so that a phone's card keeps them together, and only breaks between them.
            Some(both) => {
                Html::drawn(format!("<span>{number} <span class=\"nowrap\">（{}）</span></span>", Html::from(both)))
            }
            None => number,
        }
    }
}

/// The table of `columns` over `stubs`, in the order in which both are given.
pub(crate) fn sheet(of: &'static str, columns: &[Column<'_>], stubs: &[Stub], whole: &Asked) -> Sheet {
    let shapes: Vec<Vec<Shape>> = columns.iter().map(|column| shapes(column, stubs, whole)).collect();
    let rows = stubs.iter().enumerate().map(|(row, stub)| Line {
        label: stub.label.clone(),
        href: stub.asked.as_ref().map(|asked| asked.link("/figures")),
        numbers: shapes.iter().map(|column| column[row].clone()).collect(),
    });
    let heads = columns.iter().map(|column| Head {
        name: column.figure.name,
        unit: column.figure.unit,
        scale: column.figure.scale(),
        href: whole.link(&format!("/figures/{}", column.figure.id)),
    });
    let foot = columns.iter().map(|column| shape(column, &Shown::Open(column.total), Some(whole), whole));
    let adds_up = columns.iter().all(|column| column.figure.kind != Kind::Distinct);
    let foot = adds_up.then(|| Line { label: "合计".into(), href: None, numbers: foot.collect() });
    Sheet { of, heads: heads.collect(), rows: rows.collect(), foot }
}

fn shapes(column: &Column<'_>, stubs: &[Stub], whole: &Asked) -> Vec<Shape> {
    let empty = Number { value: 0, over: column.total.over.map(|_| 0) };
    let mut found: HashMap<&Key, Number> = stubs.iter().map(|stub| (&stub.key, empty)).collect();
    for cell in &column.cells {
        // What no row stands for is told in the row for none, if there is one.
        let key = if found.contains_key(&cell.key) { &cell.key } else { &Key::None };
        if let Some(number) = found.get_mut(key) {
            number.value += cell.number.value;
            number.over = number.over.map(|over| over + cell.number.over.unwrap_or(0));
        }
    }
    let cell = |stub: &Stub| Cell { key: stub.key.clone(), number: found.get(&stub.key).copied().unwrap_or(empty) };
    let cells: Vec<Cell> = stubs.iter().map(cell).collect();
    let shown = mask(&cells, if column.opens { 0 } else { column.figure.least });
    shown.iter().zip(stubs).map(|(shown, stub)| shape(column, shown, stub.asked.as_ref(), whole)).collect()
}

fn shape(column: &Column<'_>, shown: &Shown, asked: Option<&Asked>, whole: &Asked) -> Shape {
    let open = shown.open();
    let least = RateBook::built_in().least(column.figure.id, whole.cut.period.to);
    let door = asked.filter(|_| column.opens && open.is_some_and(|number| number.value > 0));
    Shape {
        text: match open {
            Some(number) if number.over.is_some() => number.text_over(least),
            _ => column.figure.shown(shown),
        },
        both: open.and_then(Number::both),
        href: door.map(|asked| asked.link(&format!("/figures/{}/list", column.figure.id))),
        plain: open,
    }
}
