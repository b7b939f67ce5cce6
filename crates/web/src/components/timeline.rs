// PLACEHOLDER, to be overwritten by the real component.
use super::{Component, Example};
use askama::Template;
/// Placeholder.
#[derive(Clone, Debug, Template)]
#[template(source = "", ext = "html")]
pub struct Event;
impl Component for Event {
    const NAME: &'static str = "Event";
    const PURPOSE: &'static str = "";
    fn examples() -> Vec<Example> {
        Vec::new()
    }
}
/// Placeholder.
#[derive(Clone, Debug, Template)]
#[template(source = "", ext = "html")]
pub struct Timeline;
impl Component for Timeline {
    const NAME: &'static str = "Timeline";
    const PURPOSE: &'static str = "";
    fn examples() -> Vec<Example> {
        Vec::new()
    }
}
