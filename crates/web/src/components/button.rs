use askama::Template;

use super::{Component, Example, Html, Icon, component};

/// What a press does: sends the form around it, or goes somewhere.
#[derive(Clone, Debug, Template)]
#[template(path = "components/button.html")]
pub struct Button {
    label: String,
    look: &'static str,
    icon: Option<Icon>,
    href: Option<String>,
    name_value: Option<(String, String)>,
    address: Option<String>,
    download: bool,
}

component!(Button);

impl Button {
    fn new(label: impl Into<String>, look: &'static str) -> Self {
        Self { label: label.into(), look, icon: None, href: None, name_value: None, address: None, download: false }
    }

    /// The main action. One on a page.
    pub fn primary(label: impl Into<String>) -> Self {
        Self::new(label, "btn-primary")
    }

    /// Any other action.
    pub fn secondary(label: impl Into<String>) -> Self {
        Self::new(label, "btn-outline")
    }

    /// What takes something away.
    pub fn danger(label: impl Into<String>) -> Self {
        Self::new(label, "btn-danger")
    }

    /// An action that stands back.
    pub fn quiet(label: impl Into<String>) -> Self {
        Self::new(label, "btn-ghost")
    }

    /// Goes to `href` instead of sending the form.
    pub fn to(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }

    /// A lucide icon before the words.
    pub fn icon(mut self, name: &str) -> Self {
        self.icon = Some(Icon::new(name));
        self
    }

    /// Small, for rows of tables.
    pub fn small(mut self) -> Self {
        self.look = match self.look {
            "btn-primary" => "btn-primary btn-sm",
            "btn-outline" => "btn-outline btn-sm",
            "btn-danger" => "btn-danger btn-sm",
            _ => "btn-ghost btn-sm",
        };
        self
    }

    /// What the form says when this button has sent it.
    pub fn saying(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.name_value = Some((name.into(), value.into()));
        self
    }

    /// Sends the form to another address than the form's own.
    pub fn sending_to(mut self, address: impl Into<String>) -> Self {
        self.address = Some(address.into());
        self
    }

    /// The link gives a file.
    pub fn download(mut self) -> Self {
        self.download = true;
        self
    }
}

impl Component for Button {
    const NAME: &'static str = "Button";
    const PURPOSE: &'static str = "按钮：一页只有一个红色的主操作。";

    fn examples() -> Vec<Example> {
        let row = [
            Button::primary("提交问题").icon("send"),
            Button::secondary("保存草稿"),
            Button::quiet("取消").to("#"),
            Button::danger("撤回").icon("undo-2"),
        ];
        vec![
            Example::new("主次", Html::row(row.map(Html::from))),
            Example::new("链接与下载", Button::secondary("导出 Excel").icon("file-spreadsheet").to("#").download()),
            Example::new("小按钮", Button::secondary("签收").small().icon("check")),
        ]
    }
}

/// One press that does one thing: a form of its own around a button.
#[derive(Clone, Debug, Template)]
#[template(path = "components/post_button.html")]
pub struct PostButton {
    action: String,
    csrf: Html,
    button: Button,
}

component!(PostButton);

impl PostButton {
    /// `csrf` is the page's hidden field (`ctx.csrf()`).
    pub fn new(action: impl Into<String>, csrf: &crate::Csrf, button: Button) -> Self {
        Self { action: action.into(), csrf: Html::drawn(csrf.to_string()), button }
    }
}

impl Component for PostButton {
    const NAME: &'static str = "PostButton";
    const PURPOSE: &'static str = "一按就办的操作：自带表单。";

    fn examples() -> Vec<Example> {
        vec![Example::new(
            "关注",
            PostButton::new("/gallery", &crate::Csrf::default(), Button::secondary("关注进展").icon("bell")),
        )]
    }
}
