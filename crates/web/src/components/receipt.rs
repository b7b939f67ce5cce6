use askama::Template;

use super::{Component, Example, Icon, component};

/// A receipt code, large and in fours, to be written down or read aloud.
#[derive(Clone, Debug, Template)]
#[template(path = "components/receipt.html")]
pub struct ReceiptCode {
    label: String,
    groups: Vec<String>,
}

component!(ReceiptCode);

impl ReceiptCode {
    /// The code as it is printed, in groups.
    pub fn new(code: &str) -> Self {
        let groups = code.split(['-', ' ']).filter(|group| !group.is_empty()).map(ToOwned::to_owned).collect();
        Self { label: "回执码".into(), groups }
    }

    /// What the code is called where it is no receipt.
    pub fn called(self, label: impl Into<String>) -> Self {
        Self { label: label.into(), ..self }
    }

    fn whole(&self) -> String {
        self.groups.join("-")
    }

    /// Letter by letter, so that it is not read as a word.
    fn aloud(&self) -> String {
        let spelt = |group: &String| group.chars().map(String::from).collect::<Vec<_>>().join(" ");
        self.groups.iter().map(spelt).collect::<Vec<_>>().join("，")
    }
}

impl Component for ReceiptCode {
    const NAME: &'static str = "ReceiptCode";
    const PURPOSE: &'static str = "回执码：大字，四个一组，便于抄写和念给别人听。";

    fn examples() -> Vec<Example> {
        vec![Example::new("回执码", ReceiptCode::new("7K3M-Q9XT-2FHR-5"))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_read_letter_by_letter() {
        assert_eq!(ReceiptCode::new("7K3M-Q9").aloud(), "7 K 3 M，Q 9");
    }
}
