// PLACEHOLDER, to be overwritten by the real component.
use super::{Component, Example};
use askama::Template;
/// Placeholder.
#[derive(Clone, Debug, Template)]
#[template(source = "", ext = "html")]
pub struct Chart;
impl Component for Chart {
    const NAME: &'static str = "Chart";
    const PURPOSE: &'static str = "";
    fn examples() -> Vec<Example> {
        Vec::new()
    }
}
/// Placeholder.
#[derive(Clone, Debug, Template)]
#[template(source = "", ext = "html")]
pub struct Series;
impl Component for Series {
    const NAME: &'static str = "Series";
    const PURPOSE: &'static str = "";
    fn examples() -> Vec<Example> {
        Vec::new()
    }
}
