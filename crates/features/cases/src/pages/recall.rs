//! On the desk of a unit: what it had been handed and no longer has, with the reason, until somebody there has read it.

use askama::Template;
use huiyin_base::{Id, Problem};
use huiyin_db::Tx;
use huiyin_directory::Viewer;
use huiyin_web::{Can, Csrf, Ctx, Form, Path, Result};
use serde::Deserialize;

use crate::Action;
use crate::permissions::{CaseSee, OWNERS};
use crate::store::{self, CaseRecall};

/// The most that are shown at once; the next follow once these are read.
const SHOWN: i64 = 20;

#[derive(Template)]
#[template(path = "recalls.html")]
pub(crate) struct Recalls {
    csrf: Csrf,
    notices: Vec<Notice>,
}

impl askama::filters::HtmlSafe for Recalls {}

struct Notice {
    case: String,
    what: String,
    title: String,
    reason: String,
    by: String,
}

impl Recalls {
    /// None where nothing is to be read.
    pub(crate) async fn find(ctx: &Ctx, tx: &mut Tx, viewer: &Viewer) -> Result<Option<Self>> {
        let found = store::recall_list(tx, &own(viewer), SHOWN).await?;
        let notices: Vec<Notice> = found.iter().map(notice).collect();
        Ok((!notices.is_empty()).then(|| Self { csrf: ctx.csrf(), notices }))
    }
}

fn notice(of: &CaseRecall) -> Notice {
    let what = if Action::parse(&of.act) == Some(Action::Withdraw) { "撤回了" } else { "改派给别的单位了" };
    Notice {
        case: of.case_id.to_string(),
        what: format!("{}{what}", of.kind),
        title: of.title.clone(),
        reason: of.reason.clone(),
        by: format!("{}　{}", of.post, of.day.chinese()),
    }
}

/// The units for which the viewer handles what is handed to them.
pub(super) fn own(viewer: &Viewer) -> Vec<huiyin_directory::OrgRef> {
    let mut orgs: Vec<_> = viewer.grants_of(OWNERS).map(|grant| grant.org).collect();
    orgs.sort_by_key(|org| org.id);
    orgs.dedup();
    orgs
}

#[derive(Debug, Deserialize)]
pub(crate) struct Nothing {}

/// Somebody of the unit has read it; for the others of the unit it is read too.
pub(crate) async fn read(
    ctx: Ctx,
    can: Can<CaseSee>,
    Path(id): Path<String>,
    Form(Nothing {}): Form<Nothing>,
) -> Result {
    let case: Id = id.parse().map_err(|_| Problem::not_found())?;
    let orgs = own(&can.viewer);
    let write = ctx.site.db.write("recall_read", move |tx| {
        let orgs = orgs.clone();
        Box::pin(async move {
            for org in orgs {
                store::recall_read(tx, org, case).await?;
            }
            Ok(())
        })
    });
    write.await?;
    ctx.redirect("/desk", Some("好的，这一条不再提示。"))
}
