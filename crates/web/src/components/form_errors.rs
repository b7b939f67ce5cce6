use askama::Template;

use super::{Component, Example, Icon, component};

/// What was wrong with a form: beside its fields, and together above it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Template)]
#[template(path = "components/form_errors.html")]
pub struct FormErrors {
    mistakes: Vec<Mistake>,
}

component!(FormErrors);

#[derive(Clone, Debug, PartialEq, Eq)]
struct Mistake {
    /// Empty when it is the form's as a whole.
    field: String,
    message: String,
}

impl FormErrors {
    /// Nothing wrong yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// `message` says what to do, and makes sense without the label beside it.
    pub fn add(&mut self, field: &str, message: impl Into<String>) {
        self.mistakes.push(Mistake { field: field.to_owned(), message: message.into() });
    }

    /// As [`add`](Self::add), to build one in a row.
    pub fn with(mut self, field: &str, message: impl Into<String>) -> Self {
        self.add(field, message);
        self
    }

    /// What is wrong with the form as a whole.
    pub fn whole(message: impl Into<String>) -> Self {
        Self::new().with("", message)
    }

    /// Whether the form may go on.
    pub fn is_empty(&self) -> bool {
        self.mistakes.is_empty()
    }

    /// The first message of `field`.
    pub fn of(&self, field: &str) -> Option<&str> {
        self.mistakes.iter().find(|mistake| mistake.field == field).map(|mistake| mistake.message.as_str())
    }
}

impl Component for FormErrors {
    const NAME: &'static str = "FormErrors";
    const PURPOSE: &'static str = "表单上方的错误汇总，点一下就到那一项；没有错误时什么也不显示。";

    fn examples() -> Vec<Example> {
        let errors = FormErrors::new().with("village", "请选择问题所在的村（社区）。").with("text", "请写明详细情况。");
        vec![Example::new("两处错误", errors), Example::new("整个表单", FormErrors::whole("用户名或密码不对。"))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_silent_without_mistakes_and_leads_to_fields() {
        assert_eq!(FormErrors::new().to_string().trim(), "");
        let errors = FormErrors::new().with("text", "请写明<情况>").with("", "再试一次");
        assert_eq!(errors.of("text"), Some("请写明<情况>"));
        assert_eq!(errors.of("title"), None);
        let html = errors.to_string();
        assert!(html.contains(r##"href="#f-text""##) && html.contains("&#60;情况&#62;"));
    }
}
