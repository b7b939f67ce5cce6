use askama::Template;

use super::{Component, Example, Icon, component};

/// To the page before and the page after, by key: no page numbers, any depth at the same speed.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "components/pager.html")]
pub struct Pager {
    before: Option<String>,
    after: Option<String>,
    count: Option<String>,
    label: String,
}

component!(Pager);

impl Pager {
    /// The addresses of both pages, where there are such.
    pub fn new(before: Option<String>, after: Option<String>) -> Self {
        Self { before, after, count: None, label: "翻页".to_owned() }
    }

    /// What it turns the pages of, where a page has two lists.
    pub fn of(mut self, list: &str) -> Self {
        self.label = format!("翻页：{list}");
        self
    }

    /// How many there are, as printed: `共 31,602 件`, `1,000 件以上`.
    pub fn count(mut self, count: impl Into<String>) -> Self {
        self.count = Some(count.into());
        self
    }
}

impl Component for Pager {
    const NAME: &'static str = "Pager";
    const PURPOSE: &'static str = "上一页、下一页。";

    fn examples() -> Vec<Example> {
        vec![
            Example::new("中间", Pager::new(Some("#".into()), Some("#".into())).count("共 31,602 件")),
            Example::new("第一页", Pager::new(None, Some("#".into())).of("第二个列表")),
        ]
    }
}
