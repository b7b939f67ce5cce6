// PLACEHOLDER, to be overwritten by the real component.
use super::{Component, Example};
use askama::Template;
/// Placeholder.
#[derive(Clone, Debug, Template)]
#[template(source = "", ext = "html")]
pub struct ProgressJob;
impl Component for ProgressJob {
    const NAME: &'static str = "ProgressJob";
    const PURPOSE: &'static str = "";
    fn examples() -> Vec<Example> {
        Vec::new()
    }
}
