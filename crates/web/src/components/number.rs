// PLACEHOLDER, to be overwritten by the real component.
use super::{Component, Example};
use askama::Template;
/// Placeholder.
#[derive(Clone, Debug, Template)]
#[template(source = "", ext = "html")]
pub struct Number;
impl Component for Number {
    const NAME: &'static str = "Number";
    const PURPOSE: &'static str = "";
    fn examples() -> Vec<Example> {
        Vec::new()
    }
}
/// Placeholder.
#[derive(Clone, Debug, Template)]
#[template(source = "", ext = "html")]
pub struct Rate;
impl Component for Rate {
    const NAME: &'static str = "Rate";
    const PURPOSE: &'static str = "";
    fn examples() -> Vec<Example> {
        Vec::new()
    }
}
