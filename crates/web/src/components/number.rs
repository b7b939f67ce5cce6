use askama::Template;

use super::{Component, Example, Icon, component};

/// A figure with its door: it opens the list it was counted from, or says what it means and who can open it.
#[derive(Clone, Debug, Template)]
#[template(path = "components/number.html")]
pub struct Number {
    label: String,
    text: String,
    unit: String,
    href: Option<String>,
    definition: Option<String>,
    large: bool,
}

component!(Number);

impl Number {
    /// `text` is the number as it is printed (`31,602`, `少于5`).
    pub fn new(label: impl Into<String>, text: impl Into<String>, unit: impl Into<String>) -> Self {
        let (label, text, unit) = (label.into(), text.into(), unit.into());
        Self { label, text, unit, href: None, definition: None, large: true }
    }

    /// The list it was counted from, for those who may open it.
    pub fn to(mut self, href: impl Into<String>) -> Self {
        self.href = Some(href.into());
        self
    }

    /// How it is counted.
    pub fn definition(mut self, definition: impl Into<String>) -> Self {
        self.definition = Some(definition.into());
        self
    }

    /// In a line of text or a table's cell: no label, usual size.
    pub fn inline(mut self) -> Self {
        self.large = false;
        self
    }
}

impl Component for Number {
    const NAME: &'static str = "Number";
    const PURPOSE: &'static str = "数字后面有名单：能点开的看得出能点。";

    fn examples() -> Vec<Example> {
        let definition = "2016年上墙的问题，按上墙日期计。";
        vec![
            Example::new("能点开", Number::new("收到问题", "31,602", "件").to("#").definition(definition)),
            Example::new(
                "不能点开，说明口径",
                Number::new("扣减经费", "少于5", "村").definition("名单由县级组织部门掌握。"),
            ),
            Example::new("表格里", Number::new("逾期", "128", "件").to("#").inline()),
        ]
    }
}

/// A share, never without its two numbers and its date.
#[derive(Clone, Debug, Template)]
#[template(path = "components/rate.html")]
pub struct Rate {
    label: String,
    text: String,
    part: (String, String, Option<String>),
    whole: (String, String, Option<String>),
    day: Option<String>,
    definition: Option<String>,
    permille: Option<u16>,
}

component!(Rate);

impl Rate {
    /// `text` as printed (`88.9 %`); the part and the whole as (words, number as printed).
    pub fn new(label: impl Into<String>, text: impl Into<String>, part: (&str, &str), whole: (&str, &str)) -> Self {
        let text = text.into();
        let permille = text.trim_end_matches('%').trim().parse::<f64>().ok().map(tenths);
        Self {
            label: label.into(),
            text,
            part: (part.0.to_owned(), part.1.to_owned(), None),
            whole: (whole.0.to_owned(), whole.1.to_owned(), None),
            day: None,
            definition: None,
            permille,
        }
    }

    /// The lists behind the part and the whole.
    pub fn to(mut self, part: impl Into<String>, whole: impl Into<String>) -> Self {
        self.part.2 = Some(part.into());
        self.whole.2 = Some(whole.into());
        self
    }

    /// As of which day.
    pub fn day(mut self, day: impl Into<String>) -> Self {
        self.day = Some(day.into());
        self
    }

    /// How it is counted.
    pub fn definition(mut self, definition: impl Into<String>) -> Self {
        self.definition = Some(definition.into());
        self
    }
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to the width of the bar")]
fn tenths(percent: f64) -> u16 {
    (percent * 10.0).round().clamp(0.0, 1000.0) as u16
}

impl Component for Rate {
    const NAME: &'static str = "Rate";
    const PURPOSE: &'static str = "比率总与两个数和日期一起出现。";

    fn examples() -> Vec<Example> {
        let solved = Rate::new("解决率", "88.9 %", ("已解决", "28,096"), ("已上墙", "31,602"));
        let definition = "解释说明、合并、转办的仍计入分母。";
        vec![
            Example::new("两个数", solved.to("#", "#").day("2016年12月16日").definition(definition)),
            Example::new("分母为零", Rate::new("满意率", "—", ("满意", "0"), ("已评价", "0"))),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_shows_both_numbers_and_a_bar() {
        let html = Rate::new("解决率", "88.9 %", ("已解决", "28,096"), ("已上墙", "31,602")).to_string();
        assert!(html.contains("28,096") && html.contains("31,602") && html.contains(r#"value="889""#));
        assert!(!Rate::new("满意率", "—", ("满意", "0"), ("已评价", "0")).to_string().contains("<meter"));
    }
}
