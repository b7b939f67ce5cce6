use askama::Template;
use serde::Serialize;

use super::{Component, DataTable, Example, Html, Row, component};

/// A picture of figures. The table beside it says the same; the picture is drawn by a script where there is one.
#[derive(Clone, Debug, Template)]
#[template(path = "components/chart.html")]
pub struct Chart {
    picture: Picture,
    alone: bool,
}

component!(Chart);

#[derive(Clone, Debug, Serialize)]
struct Picture {
    kind: &'static str,
    title: String,
    unit: String,
    labels: Vec<String>,
    series: Vec<Series>,
}

/// One line, or one colour of bars.
#[derive(Clone, Debug, Serialize)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// A value for each label; none where it may not be shown.
    pub values: Vec<Option<i64>>,
}

impl Chart {
    /// Bars beside each other, one group for each label.
    pub fn bars(title: impl Into<String>, unit: impl Into<String>, labels: Vec<String>, series: Vec<Series>) -> Self {
        Self { picture: Picture { kind: "bar", title: title.into(), unit: unit.into(), labels, series }, alone: false }
    }

    /// Lines over time.
    pub fn lines(title: impl Into<String>, unit: impl Into<String>, labels: Vec<String>, series: Vec<Series>) -> Self {
        Self { picture: Picture { kind: "line", ..Self::bars(title, unit, labels, series).picture }, alone: false }
    }

    /// Without a table of its own: the page holds one beside it that says the same, with doors behind its numbers.
    pub fn alone(mut self) -> Self {
        self.alone = true;
        self
    }

    fn data(&self) -> String {
        // Serialising numbers and strings cannot fail.
        serde_json::to_string(&self.picture).unwrap_or_default()
    }

    fn table(&self) -> DataTable {
        let picture = &self.picture;
        let columns = DataTable::new(format!("{}（{}）", picture.title, picture.unit)).column("项目");
        let table = picture.series.iter().fold(columns, |table, series| table.figure(series.name.clone()));
        table.rows(picture.labels.iter().enumerate().map(|(index, label)| {
            let values = picture.series.iter().map(|series| match series.values.get(index) {
                Some(Some(value)) => Html::from(value.to_string()),
                _ => Html::from("不公布"),
            });
            Row::new(std::iter::once(Html::from(label)).chain(values))
        }))
    }
}

impl Component for Chart {
    const NAME: &'static str = "Chart";
    const PURPOSE: &'static str = "图，旁边总有同样的表。";

    fn examples() -> Vec<Example> {
        let months = (1..=6).map(|month| format!("{month}月")).collect();
        let series = |name: &str, values: [i64; 6]| Series { name: name.into(), values: values.map(Some).to_vec() };
        let posted = series("上墙", [1820, 1544, 2710, 2903, 2688, 2570]);
        let solved = series("已解决", [1490, 1402, 2306, 2611, 2540, 2498]);
        vec![Example::new("逐月", Chart::bars("逐月上墙与解决", "件", months, vec![posted, solved]))]
    }
}
