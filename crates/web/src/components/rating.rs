use askama::Template;

use super::{Component, Example, Icon, component};

/// The words of the five marks, from 5 down to 1.
const WORDS: [(u8, &str); 5] = [(5, "非常满意"), (4, "满意"), (3, "一般"), (2, "不满意"), (1, "非常不满意")];

/// Five words to choose from; the form sends 5 to 1.
#[derive(Clone, Debug, Template)]
#[template(path = "components/rating.html")]
pub struct RatingInput {
    name: String,
    label: String,
    chosen: Option<u8>,
    error: Option<String>,
}

component!(RatingInput);

impl RatingInput {
    /// The question above the words.
    pub fn new(name: impl Into<String>, label: impl Into<String>) -> Self {
        Self { name: name.into(), label: label.into(), chosen: None, error: None }
    }

    /// What was chosen before.
    pub fn value(mut self, mark: Option<u8>) -> Self {
        self.chosen = mark;
        self
    }

    /// What was wrong.
    pub fn errors(mut self, errors: &super::FormErrors) -> Self {
        self.error = errors.of(&self.name).map(ToOwned::to_owned);
        self
    }

    fn is_chosen(&self, mark: &u8) -> bool {
        self.chosen == Some(*mark)
    }
}

impl Component for RatingInput {
    const NAME: &'static str = "RatingInput";
    const PURPOSE: &'static str = "群众打分：用词选，不用星星猜。";

    fn examples() -> Vec<Example> {
        vec![Example::new("打分", RatingInput::new("rating", "您对办理结果满意吗？").value(Some(4)))]
    }
}

/// A mark that was given: stars and its word.
#[derive(Clone, Debug, Template)]
#[template(path = "components/stars.html")]
pub struct Stars {
    mark: u8,
}

component!(Stars);

impl Stars {
    /// `mark` is 1 to 5.
    pub fn new(mark: u8) -> Self {
        Self { mark: mark.clamp(1, 5) }
    }

    fn word(&self) -> &'static str {
        WORDS[usize::from(5 - self.mark)].1
    }
}

impl Component for Stars {
    const NAME: &'static str = "Stars";
    const PURPOSE: &'static str = "已经打的分。";

    fn examples() -> Vec<Example> {
        vec![Example::new("满意", Stars::new(4)), Example::new("非常不满意", Stars::new(1))]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_have_their_words() {
        assert_eq!(Stars::new(5).word(), "非常满意");
        assert_eq!(Stars::new(1).word(), "非常不满意");
        assert_eq!(Stars::new(9).word(), "非常满意");
    }
}
