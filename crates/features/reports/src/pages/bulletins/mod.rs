//! Bulletins and reviews: the list, the paper, the records behind its numbers, and what an issuer does.

mod doors;
mod edit;
mod files;
mod frozen;
mod list;
mod review;
mod show;

use huiyin_base::Problem;
use huiyin_db::Tx;
use huiyin_directory::Role;
use huiyin_web::{Ctx, Public, Routes};
use serde::Deserialize;

use crate::bulletin::{Bulletin, BulletinKind, Term};
use crate::permissions::{BulletinIssue, ISSUERS, LEADERS};
use crate::store::bulletin::{Sight, bulletin_find};

pub(crate) fn routes() -> Routes {
    use BulletinKind::{Monthly, Quarterly};
    Routes::new()
        .get::<Public, _>("/bulletins", |ctx| list::show(ctx, Monthly))
        .get::<Public, _>("/bulletins/{term}", |ctx, term, query| show::show(ctx, Monthly, term, query))
        .get::<Public, _>("/bulletins/{term}/figures/{figure}", |ctx, path, query| {
            frozen::show(ctx, Monthly, path, query)
        })
        .get::<Public, _>("/bulletins/{term}/paper", |ctx, term, query| files::paper(ctx, Monthly, term, query))
        .get::<Public, _>("/bulletins/{term}/sheet", |ctx, term, query| files::sheet(ctx, Monthly, term, query))
        .get::<BulletinIssue, _>("/bulletins/{term}/draft", |ctx, can, term| edit::show(ctx, can, Monthly, term))
        .post::<BulletinIssue, _>("/bulletins/{term}/remarks", |ctx, can, term, form| {
            edit::remark(ctx, can, Monthly, term, form)
        })
        .post::<BulletinIssue, _>("/bulletins/{term}/issuing", |ctx, can, term, form| {
            edit::issue(ctx, can, Monthly, term, form)
        })
        .post::<BulletinIssue, _>("/bulletins/{term}/correction", |ctx, can, term, form| {
            edit::correct(ctx, can, Monthly, term, form)
        })
        .get::<Public, _>("/reviews", |ctx| list::show(ctx, Quarterly))
        .get::<Public, _>("/reviews/{term}", |ctx, term, query| show::show(ctx, Quarterly, term, query))
        .get::<Public, _>("/reviews/{term}/figures/{figure}", |ctx, path, query| {
            frozen::show(ctx, Quarterly, path, query)
        })
        .get::<Public, _>("/reviews/{term}/paper", |ctx, term, query| files::paper(ctx, Quarterly, term, query))
        .get::<Public, _>("/reviews/{term}/sheet", |ctx, term, query| files::sheet(ctx, Quarterly, term, query))
        .get::<BulletinIssue, _>("/reviews/{term}/draft", |ctx, can, term| edit::show(ctx, can, Quarterly, term))
        .post::<BulletinIssue, _>("/reviews/{term}/remarks", |ctx, can, term, form| {
            edit::remark(ctx, can, Quarterly, term, form)
        })
        .post::<BulletinIssue, _>("/reviews/{term}/issuing", |ctx, can, term, form| {
            edit::issue(ctx, can, Quarterly, term, form)
        })
        .post::<BulletinIssue, _>("/reviews/{term}/correction", |ctx, can, term, form| {
            edit::correct(ctx, can, Quarterly, term, form)
        })
        .post::<BulletinIssue, _>("/reviews/{term}/comments", review::comment)
        .post::<BulletinIssue, _>("/reviews/{term}/follow-ups", review::follow_up)
        .post::<BulletinIssue, _>("/reviews/{term}/follow-ups/{follow_up}/removal", review::remove)
}

/// Which version a page is asked for; in vain without a number.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Version {
    version: String,
}

/// What the viewer may see of bulletins.
fn sight(ctx: &Ctx) -> Sight {
    let has = |roles: &[Role]| ctx.viewer.as_ref().is_some_and(|viewer| viewer.has_any(roles));
    if has(ISSUERS) {
        Sight::Issuer
    } else if has(LEADERS) {
        Sight::Staff
    } else {
        Sight::Public
    }
}

/// The version that an address names, as far as the viewer may see it.
async fn seen(tx: &mut Tx, ctx: &Ctx, kind: BulletinKind, term: &str, version: &str) -> Result<Bulletin, Problem> {
    let term = Term::parse(kind, term).ok_or_else(Problem::not_found)?;
    let version = match version {
        "" => None,
        given => Some(given.parse::<i64>().map_err(|_| Problem::not_found())?),
    };
    bulletin_find(tx, ctx.site.home, sight(ctx), term, version).await?.ok_or_else(Problem::not_found)
}
