use askama::Template;

use super::{FormErrors, Html, Icon, component};

/// One of several things to choose from.
#[derive(Clone, Debug, Default)]
pub struct Choice {
    pub(super) value: String,
    pub(super) label: String,
    pub(super) hint: Option<String>,
    pub(super) group: Option<String>,
}

impl Choice {
    /// What the form sends, and what the reader sees.
    pub fn new(value: impl ToString, label: impl Into<String>) -> Self {
        Self { value: value.to_string(), label: label.into(), hint: None, group: None }
    }

    /// A line below it (radio buttons and boxes only).
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The heading it stands under in a select. Choices of one group follow each other.
    pub fn group(mut self, group: impl Into<String>) -> Self {
        self.group = Some(group.into());
        self
    }
}

#[derive(Clone, Debug)]
pub(super) enum Control {
    Input(&'static str),
    Area(u8),
    Select,
    Radio,
    Boxes,
    Tick,
    File { accept: &'static str, many: bool },
}

/// A labelled control of a form, with its hint, what was written, and what was wrong with it.
#[derive(Clone, Debug, Template)]
#[template(path = "components/field.html")]
pub struct Field {
    name: String,
    label: String,
    control: Control,
    choices: Vec<Choice>,
    values: Vec<String>,
    hint: Option<String>,
    error: Option<String>,
    required: bool,
    hidden_label: bool,
    longest: Option<u32>,
    attributes: Vec<(&'static str, String)>,
    /// Before the name in ids.
    form: String,
}

component!(Field);

impl Field {
    fn new(name: &str, label: &str, control: Control) -> Self {
        Self {
            name: name.to_owned(),
            label: label.to_owned(),
            control,
            choices: Vec::new(),
            values: Vec::new(),
            hint: None,
            error: None,
            required: false,
            hidden_label: false,
            longest: None,
            attributes: Vec::new(),
            form: String::new(),
        }
    }

    /// A line of text.
    pub fn text(name: &str, label: &str) -> Self {
        Self::new(name, label, Control::Input("text"))
    }

    /// A password; what was written is never shown again.
    pub fn password(name: &str, label: &str) -> Self {
        Self::new(name, label, Control::Input("password"))
    }

    /// A telephone number: the telephone's keys on a phone.
    pub fn phone(name: &str, label: &str) -> Self {
        Self::new(name, label, Control::Input("tel")).with("inputmode", "tel").with("autocomplete", "tel")
    }

    /// Digits only.
    pub fn number(name: &str, label: &str) -> Self {
        Self::text(name, label).with("inputmode", "numeric")
    }

    /// A day, as 2016-12-16.
    pub fn date(name: &str, label: &str) -> Self {
        Self::new(name, label, Control::Input("date"))
    }

    /// A word to look for.
    pub fn search(name: &str, label: &str) -> Self {
        Self::new(name, label, Control::Input("search"))
    }

    /// Text of `rows` lines.
    pub fn area(name: &str, label: &str, rows: u8) -> Self {
        Self::new(name, label, Control::Area(rows))
    }

    /// One of many. An empty first choice is the caller's: `Choice::new("", "请选择")`.
    pub fn select(name: &str, label: &str, choices: Vec<Choice>) -> Self {
        Self { choices, ..Self::new(name, label, Control::Select) }
    }

    /// One of few, all in sight.
    pub fn radio(name: &str, label: &str, choices: Vec<Choice>) -> Self {
        Self { choices, ..Self::new(name, label, Control::Radio) }
    }

    /// Several of few.
    pub fn boxes(name: &str, label: &str, choices: Vec<Choice>) -> Self {
        Self { choices, ..Self::new(name, label, Control::Boxes) }
    }

    /// Yes or nothing: sends `1`; ticked when its value is `1`.
    pub fn tick(name: &str, label: &str) -> Self {
        Self::new(name, label, Control::Tick)
    }

    /// A file. `accept` as HTML writes it, `many` for more than one.
    pub fn file(name: &str, label: &str, accept: &'static str, many: bool) -> Self {
        Self::new(name, label, Control::File { accept, many })
    }

    /// What was written or chosen before.
    pub fn value(mut self, value: impl ToString) -> Self {
        self.values = vec![value.to_string()];
        self
    }

    /// What was ticked before, of several.
    pub fn values<V: ToString>(mut self, values: impl IntoIterator<Item = V>) -> Self {
        self.values = values.into_iter().map(|value| value.to_string()).collect();
        self
    }

    /// A line below the label that helps before it goes wrong.
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Takes its own message out of `errors`.
    pub fn errors(mut self, errors: &FormErrors) -> Self {
        self.error = errors.of(&self.name).map(ToOwned::to_owned);
        self
    }

    /// What was wrong with it.
    pub fn error(mut self, message: impl Into<String>) -> Self {
        self.error = Some(message.into());
        self
    }

    /// Must be filled in.
    pub fn required(mut self) -> Self {
        self.required = true;
        self
    }

    /// The most characters it takes.
    pub fn longest(mut self, characters: u32) -> Self {
        self.longest = Some(characters);
        self
    }

    /// The label is only read aloud: for a search beside a magnifying glass.
    pub fn hidden_label(mut self) -> Self {
        self.hidden_label = true;
        self
    }

    /// The word of the form it stands in: where a page has several forms, fields of one name keep ids of their own.
    pub fn within(mut self, form: &str) -> Self {
        self.form = format!("{form}-");
        self
    }

    /// A further attribute of the control: `autocomplete`, `placeholder`, `min`, `hx-get` …
    pub fn with(mut self, attribute: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((attribute, value.into()));
        self
    }

    /// The page's id of the control.
    fn id(&self) -> String {
        format!("f-{}{}", self.form, self.name)
    }

    fn choice_id(&self, index: &usize) -> String {
        // The first has the field's own id, so that the summary of mistakes leads to it.
        if *index == 0 { self.id() } else { format!("{}-{index}", self.id()) }
    }

    fn kind(&self) -> &'static str {
        match self.control {
            Control::Input(kind) => kind,
            Control::Boxes | Control::Tick => "checkbox",
            Control::Radio => "radio",
            _ => "",
        }
    }

    fn is_group(&self) -> bool {
        matches!(self.control, Control::Radio | Control::Boxes)
    }

    fn is_tick(&self) -> bool {
        matches!(self.control, Control::Tick)
    }

    /// A password is never sent back.
    fn written(&self) -> &str {
        if self.kind() == "password" { "" } else { self.values.first().map_or("", String::as_str) }
    }

    fn chosen(&self, choice: &Choice) -> bool {
        self.values.contains(&choice.value)
    }

    fn opens_group(&self, index: &usize) -> Option<&str> {
        let group = self.choices[*index].group.as_deref()?;
        let before = index.checked_sub(1).and_then(|before| self.choices[before].group.as_deref());
        (before != Some(group)).then_some(group)
    }

    fn closes_group(&self, index: &usize) -> bool {
        let group = self.choices[*index].group.as_deref();
        group.is_some() && self.choices.get(index + 1).and_then(|after| after.group.as_deref()) != group
    }

    /// The attributes that every control has.
    fn state(&self) -> Html {
        let required = if self.required { " required" } else { "" };
        let invalid = if self.error.is_some() { r#" aria-invalid="true""# } else { "" };
        let described = self.described_by().map(|by| format!(r#" aria-describedby="{by}""#)).unwrap_or_default();
        Html::drawn(format!("{required}{invalid}{described}{}", self.further()))
    }

    fn further(&self) -> Html {
        let attributes = self.attributes.iter();
        let written = attributes.map(|(name, value)| format!(r#" {name}="{}""#, Html::from(value)));
        Html::drawn(written.collect())
    }

    fn described_by(&self) -> Option<String> {
        let hint = self.hint.as_ref().map(|_| format!("{}-hint", self.id()));
        let error = self.error.as_ref().map(|_| format!("{}-error", self.id()));
        match (hint, error) {
            (Some(hint), Some(error)) => Some(format!("{hint} {error}")),
            (hint, error) => hint.or(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_stands_beside_the_field_and_is_tied_to_it() {
        let errors = FormErrors::new().with("place", "请选择村");
        let html = Field::text("place", "所在村").value("<x>").hint("写到村").errors(&errors).to_string();
        assert!(html.contains(r#"aria-describedby="f-place-hint f-place-error""#));
        assert!(html.contains(r#"aria-invalid="true""#) && html.contains("请选择村"));
        assert!(html.contains("&#60;x&#62;") && !html.contains("<x>"));
    }

    #[test]
    fn a_password_is_never_sent_back() {
        assert!(!Field::password("password", "密码").value("secret").to_string().contains("secret"));
    }

    #[test]
    fn chooses_what_was_chosen() {
        let choices = || vec![Choice::new("a", "甲").group("一"), Choice::new("b", "乙").group("一")];
        let select = Field::select("kind", "类别", choices()).value("b").to_string();
        assert_eq!(select.matches("selected").count(), 1);
        assert_eq!(select.matches("<optgroup").count(), 1);
        let boxes = Field::boxes("kind", "类别", choices()).values(["a", "b"]).to_string();
        assert_eq!(boxes.matches(" checked").count(), 2);
    }
}
