use askama::Template;

use super::{Component, Example, Html, Icon, Number, Tag, component};

/// A real table on a desk, a card for each row on a phone.
#[derive(Clone, Debug, Template)]
#[template(path = "components/table.html")]
pub struct DataTable {
    caption: String,
    caption_shown: bool,
    columns: Vec<Column>,
    rows: Vec<Row>,
    foot: Option<Vec<Html>>,
    picks: Option<(String, String)>,
}

component!(DataTable);

#[derive(Clone, Debug)]
struct Column {
    label: String,
    figure: bool,
    /// The address that sorts by it, and whether it is sorted now: up, down.
    sort: Option<(String, Option<bool>)>,
}

impl Column {
    fn order(&self) -> &'static str {
        match &self.sort {
            Some((_, Some(true))) => "ascending",
            Some((_, Some(false))) => "descending",
            _ => "none",
        }
    }

    fn arrow(&self) -> Icon {
        Icon::new(if self.order() == "ascending" { "arrow-up" } else { "arrow-down" }).size(14)
    }
}

/// A row; its first cell names it.
#[derive(Clone, Debug)]
pub struct Row {
    cells: Vec<Html>,
    href: Option<String>,
    key: Option<String>,
    /// What the tick is called aloud.
    named: Option<String>,
}

impl Row {
    /// One cell a column.
    pub fn new(cells: impl IntoIterator<Item = Html>) -> Self {
        Self { cells: cells.into_iter().collect(), href: None, key: None, named: None }
    }

    /// The first cell leads there.
    pub fn to(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }

    /// What a tick before the row sends.
    pub fn key(mut self, key: impl Into<String>) -> Self {
        self.key = Some(key.into());
        self
    }

    /// What the tick is called aloud, where its key means nothing to a reader.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.named = Some(name.into());
        self
    }
}

impl DataTable {
    /// `caption` says what the table holds; it is read aloud, and shown by [`titled`](Self::titled).
    pub fn new(caption: impl Into<String>) -> Self {
        Self {
            caption: caption.into(),
            caption_shown: false,
            columns: Vec::new(),
            rows: Vec::new(),
            foot: None,
            picks: None,
        }
    }

    /// Shows the caption above the table.
    pub fn titled(mut self) -> Self {
        self.caption_shown = true;
        self
    }

    /// A column of words.
    pub fn column(mut self, label: impl Into<String>) -> Self {
        self.columns.push(Column { label: label.into(), figure: false, sort: None });
        self
    }

    /// A column of figures: aligned at the right, digits of one width.
    pub fn figure(mut self, label: impl Into<String>) -> Self {
        self.columns.push(Column { label: label.into(), figure: true, sort: None });
        self
    }

    /// The last column sorts: the address that does it, and the order it is in now (`Some(true)` is ascending).
    pub fn sorted_by(mut self, href: impl Into<String>, ascending: Option<bool>) -> Self {
        if let Some(column) = self.columns.last_mut() {
            column.sort = Some((href.into(), ascending));
        }
        self
    }

    /// The rows.
    pub fn rows(mut self, rows: impl IntoIterator<Item = Row>) -> Self {
        self.rows.extend(rows);
        self
    }

    /// The sums below.
    pub fn foot(mut self, cells: impl IntoIterator<Item = Html>) -> Self {
        self.foot = Some(cells.into_iter().collect());
        self
    }

    /// A tick before each row that has a key, sent as `name` by the form whose id is `form`.
    pub fn picks(mut self, name: impl Into<String>, form: impl Into<String>) -> Self {
        self.picks = Some((name.into(), form.into()));
        self
    }

    fn label(&self, index: &usize) -> &str {
        self.columns.get(*index).map_or("", |column| column.label.as_str())
    }

    fn is_figure(&self, index: &usize) -> bool {
        self.columns.get(*index).is_some_and(|column| column.figure)
    }
}

impl Component for DataTable {
    const NAME: &'static str = "DataTable";
    const PURPOSE: &'static str = "表格：电脑上是表，手机上每行一张卡片，数字对齐。";

    fn examples() -> Vec<Example> {
        let counties = DataTable::new("各县（区）办理情况").titled().column("县（区）").figure("上墙").figure("已解决");
        let county = |name: &str, posted: &str, solved: &str| {
            Row::new([Html::from(name), posted.into(), Number::new("已解决", solved, "件").to("#").inline().into()])
        };
        let rows = [
            county("宝塔区", "6,214", "5,487"),
            county("安塞区", "2,730", "2,466"),
            county("子长县", "2,951", "2,598"),
        ];
        let desk =
            DataTable::new("待签收的问题").column("编号").sorted_by("#", Some(false)).column("问题").column("状态");
        let case = |number: &str, title: &str, tag: Tag| {
            Row::new([number.into(), title.into(), tag.into()]).to("#").key(number)
        };
        let cases = [
            case("宝塔-2016-00421", "三组自来水三天没来", Tag::attention("今天到期").icon("clock")),
            case("宝塔-2016-00398", "村口路灯坏了两盏", Tag::info("办理中").icon("wrench")),
        ];
        vec![
            Example::new("汇总", counties.rows(rows).foot(["合计".into(), "11,895".into(), "10,551".into()])),
            Example::new("可排序，可多选", desk.rows(cases).picks("case", "bulk")),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_carry_their_column_for_the_phone() {
        let table = DataTable::new("表").column("村").figure("件数").rows([Row::new(["<柳沟>".into(), "12".into()])]);
        let html = table.to_string();
        assert!(html.contains(r#"data-label="件数""#) && html.contains("&lt;柳沟&gt;"));
        assert!(html.contains(r#"<th scope="row""#));
    }
}
