use askama::Template;

use super::{Choice, Component, Example, Field, Icon, component};

/// What a list is narrowed by. A plain GET form; with scripts the list changes as one chooses.
#[derive(Clone, Debug, Template)]
#[template(path = "components/filter.html")]
pub struct FilterBar {
    action: String,
    fields: Vec<Field>,
    chips: Vec<Chip>,
    clear: Option<String>,
    export: Option<String>,
    kept: Vec<(String, String)>,
}

component!(FilterBar);

/// A condition that holds now, and the address without it.
#[derive(Clone, Debug)]
pub struct Chip {
    /// Such as 宝塔区.
    pub label: String,
    /// The list without it.
    pub without: String,
}

impl FilterBar {
    /// The address of the list.
    pub fn new(action: impl Into<String>) -> Self {
        Self {
            action: action.into(),
            fields: Vec::new(),
            chips: Vec::new(),
            clear: None,
            export: None,
            kept: Vec::new(),
        }
    }

    /// A field to search or narrow by.
    pub fn field(mut self, field: Field) -> Self {
        self.fields.push(field);
        self
    }

    /// A condition that no field shows and that searching again must not lose.
    pub fn kept(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.kept.push((name.into(), value.into()));
        self
    }

    /// A condition that holds now.
    pub fn chip(mut self, label: impl Into<String>, without: impl Into<String>) -> Self {
        self.chips.push(Chip { label: label.into(), without: without.into() });
        self
    }

    /// The list without any condition.
    pub fn clear(mut self, href: impl Into<String>) -> Self {
        self.clear = Some(href.into());
        self
    }

    /// The list as a file.
    pub fn export(mut self, href: impl Into<String>) -> Self {
        self.export = Some(href.into());
        self
    }
}

impl Component for FilterBar {
    const NAME: &'static str = "FilterBar";
    const PURPOSE: &'static str = "列表的查找与筛选。";

    fn examples() -> Vec<Example> {
        let counties =
            vec![Choice::new("", "全部县（区）"), Choice::new("baota", "宝塔区"), Choice::new("ansai", "安塞区")];
        let search = Field::search("q", "找一找").with("placeholder", "例如：自来水").value("自来水");
        let county = Field::select("county", "县（区）", counties).value("baota");
        let bar = FilterBar::new("#").field(search).field(county).chip("宝塔区", "#").chip("自来水", "#");
        vec![Example::new("有两个条件", bar.clear("#").export("#"))]
    }
}
