//! Ledgers of what was handed down, one a kind: which there are, each of them, as a file, and handing something down.

mod asked;
mod bring;
mod columns;
mod export;
mod groups;
mod issue;
mod names;
mod overview;
mod public_ledger;
mod show;

use huiyin_web::{Public, Routes};

pub(crate) use issue::units as units_below;
pub(crate) use public_ledger::has_public_ledger;

use crate::permissions::{CaseExport, CaseIssue, CaseSee};

pub(super) use asked::{Asked, chosen};

pub(super) fn routes() -> Routes {
    Routes::new()
        .get::<Public, _>("/public-ledgers", public_ledger::list)
        .get::<Public, _>("/public-ledgers/{kind}", public_ledger::show)
        .get::<CaseSee, _>("/ledgers", overview::show)
        .get::<CaseSee, _>("/ledgers/{kind}", show::show)
        .get::<CaseExport, _>("/ledgers/{kind}/sheet", export::show)
        .get::<CaseIssue, _>("/ledgers/{kind}/sheet/new", bring::new)
        .post::<CaseIssue, _>("/ledgers/{kind}/sheet", bring::check)
        .post::<CaseIssue, _>("/ledgers/{kind}/rows", bring::create)
        .get::<CaseIssue, _>("/ledgers/{kind}/new", issue::new)
        .post::<CaseIssue, _>("/ledgers/{kind}/cases", issue::create)
}
