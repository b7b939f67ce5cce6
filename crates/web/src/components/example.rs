use askama::Template;

use super::{
    Breadcrumb, Button, Chart, DataTable, DeadlineBar, Door, EchoPair, Empty, Field, FilterBar, FormErrors, Html, Icon,
    Notice, Number, OfficialPaper, Pager, PhotoStrip, PostButton, ProgressJob, Rate, RatingInput, ReceiptCode, Stars,
    Tabs, Tag, Timeline,
};

/// A component shows itself: the gallery, the accessibility test and its own test draw the same examples.
pub trait Component: Template {
    /// Its name in code.
    const NAME: &'static str;
    /// What it is for, in a sentence.
    const PURPOSE: &'static str;

    /// All that it can look like.
    fn examples() -> Vec<Example>;
}

/// One look of a component.
#[derive(Clone, Debug)]
pub struct Example {
    /// What is shown.
    pub title: &'static str,
    /// The component, drawn.
    pub html: Html,
}

impl Example {
    /// Draws `component`.
    pub fn new(title: &'static str, component: impl Into<Html>) -> Self {
        Self { title, html: component.into() }
    }
}

/// A component with its examples, as the gallery shows it.
#[derive(Clone, Debug)]
pub struct Shown {
    /// Its name in code.
    pub name: &'static str,
    /// What it is for.
    pub purpose: &'static str,
    /// Its looks.
    pub examples: Vec<Example>,
}

fn shown<C: Component>() -> Shown {
    Shown { name: C::NAME, purpose: C::PURPOSE, examples: C::examples() }
}

/// Every component.
pub fn all() -> Vec<Shown> {
    vec![
        shown::<Button>(),
        shown::<PostButton>(),
        shown::<Field>(),
        shown::<FormErrors>(),
        shown::<RatingInput>(),
        shown::<Tag>(),
        shown::<Stars>(),
        shown::<Icon>(),
        shown::<Notice>(),
        shown::<Empty>(),
        shown::<Breadcrumb>(),
        shown::<Tabs>(),
        shown::<Door>(),
        shown::<FilterBar>(),
        shown::<DataTable>(),
        shown::<Pager>(),
        shown::<Number>(),
        shown::<Rate>(),
        shown::<DeadlineBar>(),
        shown::<Timeline>(),
        shown::<EchoPair>(),
        shown::<PhotoStrip>(),
        shown::<ReceiptCode>(),
        shown::<ProgressJob>(),
        shown::<Chart>(),
        shown::<OfficialPaper>(),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_component_has_examples_without_inline_style_or_script() {
        for shown in all() {
            assert!(!shown.examples.is_empty(), "{}", shown.name);
            for example in &shown.examples {
                let html = example.html.to_string();
                for forbidden in [" style=", "<style", "<script", " onclick=", "javascript:"] {
                    assert!(!html.contains(forbidden), "{} · {}: {forbidden}", shown.name, example.title);
                }
            }
        }
    }

    #[test]
    fn names_are_unique() {
        let shown = all();
        let names: BTreeSet<_> = shown.iter().map(|shown| shown.name).collect();
        assert_eq!(names.len(), shown.len());
    }
}
