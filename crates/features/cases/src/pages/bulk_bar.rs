//! What may be done to the ticked rows of a list.

use askama::Template;
use huiyin_directory::Viewer;

use crate::BulkAction;
use crate::permissions::{DESK, OWNERS};
use crate::store::FilterPage;

/// The bar below a list: its buttons send the ticks to the page that asks once more.
#[derive(Clone, Debug, Template)]
#[template(path = "bulk_bar.html")]
pub(crate) struct BulkBar {
    page: &'static str,
    query: String,
    /// How many the whole list holds, as it is said.
    all: String,
    actions: Vec<BulkAction>,
}

impl askama::filters::HtmlSafe for BulkBar {}

impl BulkBar {
    /// None where the viewer does nothing to cases.
    pub(crate) fn of(viewer: &Viewer, page: FilterPage, query: &str, all: impl ToString) -> Option<Self> {
        let actions = offered(viewer);
        let bar = Self { page: page.as_str(), query: query.to_owned(), all: all.to_string(), actions };
        (!bar.actions.is_empty()).then_some(bar)
    }
}

/// The bulk acts of the viewer's roles. Whether he may do one to a case is decided case by case.
pub(crate) fn offered(viewer: &Viewer) -> Vec<BulkAction> {
    let may = |action: &BulkAction| match action {
        BulkAction::Assign | BulkAction::Extend | BulkAction::Remind => viewer.has_any(DESK),
        BulkAction::Sign | BulkAction::Entrust => viewer.has_any(OWNERS),
    };
    BulkAction::ALL.iter().copied().filter(may).collect()
}
