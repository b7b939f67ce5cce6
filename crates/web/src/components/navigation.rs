use askama::Template;

use super::{Component, Example, Html, Icon, component};

/// Where the reader is.
#[derive(Clone, Debug, Template)]
#[template(path = "components/breadcrumb.html")]
pub struct Breadcrumb {
    steps: Vec<(String, String)>,
    here: String,
}

component!(Breadcrumb);

impl Breadcrumb {
    /// The page itself.
    pub fn new(here: impl Into<String>) -> Self {
        Self { steps: Vec::new(), here: here.into() }
    }

    /// A step above it, from the top down.
    pub fn step(mut self, label: impl Into<String>, href: impl Into<String>) -> Self {
        self.steps.push((label.into(), href.into()));
        self
    }
}

impl Component for Breadcrumb {
    const NAME: &'static str = "Breadcrumb";
    const PURPOSE: &'static str = "所在位置，一级一级往上。";

    fn examples() -> Vec<Example> {
        let here = Breadcrumb::new("柳沟村").step("延安市", "#").step("宝塔区", "#").step("甘谷驿镇", "#");
        vec![Example::new("四级", here)]
    }
}

/// Views of one thing, each with an address of its own.
#[derive(Clone, Debug, Template)]
#[template(path = "components/tabs.html")]
pub struct Tabs {
    label: String,
    tabs: Vec<Tab>,
}

component!(Tabs);

#[derive(Clone, Debug)]
struct Tab {
    label: String,
    href: String,
    count: Option<String>,
    current: bool,
}

impl Tabs {
    /// What they are views of, for a screen reader.
    pub fn new(label: impl Into<String>) -> Self {
        Self { label: label.into(), tabs: Vec::new() }
    }

    /// A view; `current` is the one in sight.
    pub fn tab(mut self, label: impl Into<String>, href: impl Into<String>, current: bool) -> Self {
        self.tabs.push(Tab { label: label.into(), href: href.into(), count: None, current });
        self
    }

    /// How many things the last view holds.
    pub fn count(mut self, count: impl ToString) -> Self {
        if let Some(tab) = self.tabs.last_mut() {
            tab.count = Some(count.to_string());
        }
        self
    }
}

impl Component for Tabs {
    const NAME: &'static str = "Tabs";
    const PURPOSE: &'static str = "同一件事的几种看法，每个都有自己的网址。";

    fn examples() -> Vec<Example> {
        let desk = Tabs::new("我的事项").tab("待签收", "#", true).count(3).tab("办理中", "#", false).count(12);
        vec![Example::new("带数目", desk.tab("待核实", "#", false).tab("已办结", "#", false))]
    }
}

/// A large way in, for the first page.
#[derive(Clone, Debug, Template)]
#[template(path = "components/door.html")]
pub struct Door {
    title: String,
    text: String,
    href: String,
    icon: Icon,
    main: bool,
}

component!(Door);

impl Door {
    /// Where it leads, what it is called, what happens behind it.
    pub fn new(href: impl Into<String>, icon: &str, title: impl Into<String>, text: impl Into<String>) -> Self {
        Self { title: title.into(), text: text.into(), href: href.into(), icon: Icon::new(icon).size(32), main: false }
    }

    /// The one that most people come for.
    pub fn main(mut self) -> Self {
        self.main = true;
        self
    }
}

impl Component for Door {
    const NAME: &'static str = "Door";
    const PURPOSE: &'static str = "首页的大门：一眼看清，一按就进。";

    fn examples() -> Vec<Example> {
        let doors = [
            Door::new("#", "megaphone", "提问题", "不用注册，写下来、选好村，三分钟就能交。").main(),
            Door::new("#", "message-square-warning", "问题墙", "看看大家提了什么，办到了哪一步。"),
            Door::new("#", "ticket", "查回音", "凭回执码看进展、补充情况、打分。"),
        ];
        let row = doors.map(|door| door.to_string()).concat();
        vec![Example::new("三扇门", Html::drawn(format!(r#"<div class="doors">{row}</div>"#)))]
    }
}
