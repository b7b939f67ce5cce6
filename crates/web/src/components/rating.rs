// PLACEHOLDER, to be overwritten by the real component.
use super::{Component, Example};
use askama::Template;
/// Placeholder.
#[derive(Clone, Debug, Template)]
#[template(source = "", ext = "html")]
pub struct RatingInput;
impl Component for RatingInput {
    const NAME: &'static str = "RatingInput";
    const PURPOSE: &'static str = "";
    fn examples() -> Vec<Example> {
        Vec::new()
    }
}
/// Placeholder.
#[derive(Clone, Debug, Template)]
#[template(source = "", ext = "html")]
pub struct Stars;
impl Component for Stars {
    const NAME: &'static str = "Stars";
    const PURPOSE: &'static str = "";
    fn examples() -> Vec<Example> {
        Vec::new()
    }
}
