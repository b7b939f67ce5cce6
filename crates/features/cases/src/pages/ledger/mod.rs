//! An office's own ledger: brought, matched, checked, confirmed.

mod list;
mod matching;
mod show;

use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, Response};
use huiyin_base::{Id, Problem};
use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_directory::{Org, OrgKind, Viewer, org_root};
use huiyin_web::{Ctx, Result, Routes};

use super::card::cases;
use crate::ledger::{ImportBatch, Ledger};
use crate::permissions::CaseImport;
use crate::{Cases, Moment};

pub(in crate::pages) use show::tone;

/// The routes of imported ledgers.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get::<CaseImport, _>("/cases/imports", list::show)
        .post::<CaseImport, _>("/cases/imports", list::create)
        .get::<CaseImport, _>("/cases/imports/template", list::template)
        .get::<CaseImport, _>("/cases/imports/{batch}", show::show)
        .post::<CaseImport, _>("/cases/imports/{batch}/matching", matching::columns)
        .post::<CaseImport, _>("/cases/imports/{batch}/words", matching::words)
        .post::<CaseImport, _>("/cases/imports/{batch}/choices", show::choose)
        .post::<CaseImport, _>("/cases/imports/{batch}/application", show::apply)
        .post::<CaseImport, _>("/cases/imports/{batch}/withdrawal", show::withdraw)
        .get::<CaseImport, _>("/cases/imports/{batch}/result", show::result)
}

/// The county whose ledger the viewer may bring, with the engine over it.
pub(super) struct Bench {
    engine: Cases,
    pub(super) county: Org,
    name: String,
    short: String,
}

impl Bench {
    /// The county at whose root the viewer holds the role.
    pub(super) async fn of(ctx: &Ctx, viewer: &Viewer) -> Result<Self, Problem> {
        let grant = viewer
            .grants
            .iter()
            .find(|grant| grant.role == huiyin_directory::Role::CountyStaff && grant.org_kind == OrgKind::County);
        let region = grant.map(|grant| grant.org.region);
        let region = region.ok_or_else(|| Problem::forbidden("台账由县级工作人员导入。请把表格交给他们。"))?;
        let county = org_root(&mut ctx.site.db.read().await?, region).await?.ok_or_else(Problem::not_found)?;
        let regions = &ctx.site.regions;
        Ok(Self {
            engine: cases(&ctx.site)?,
            county,
            name: super::place::county_name(&ctx.site, region),
            short: regions.short(region).to_owned(),
        })
    }

    pub(super) fn ledger(&self, ctx: &Ctx) -> Ledger<'_> {
        Ledger {
            cases: &self.engine,
            county: self.county.at(),
            name: &self.name,
            short: &self.short,
            moment: Moment::at(ctx.now()),
        }
    }

    /// The batch of an address, of this county only.
    pub(super) async fn batch(&self, ctx: &Ctx, id: &str) -> Result<ImportBatch, Problem> {
        let id: Id = id.parse().map_err(|_| Problem::not_found())?;
        self.ledger(ctx).find(id).await
    }
}

/// Puts on record what was done with an import.
pub(super) async fn record(ctx: &Ctx, viewer: &Viewer, batch: Id, words: String) -> Result<(), Problem> {
    let event = Event::new(viewer.account.region, AuditKind::Import, ctx.real_now(), &mut ctx.rng());
    let event = event.by(viewer.account).about("case_import", batch).detail(words);
    let write = ctx.site.db.write("ledger_record", move |tx| {
        let event = event.clone();
        Box::pin(async move { Ok(audit::record(tx, &event).await?) })
    });
    write.await
}

/// A name as a header carries it.
pub(in crate::pages) fn encoded(name: &str) -> String {
    let mut encoded = String::new();
    for byte in name.bytes() {
        encoded.push('%');
        encoded.extend(char::from_digit(u32::from(byte >> 4), 16));
        encoded.extend(char::from_digit(u32::from(byte & 15), 16));
    }
    encoded
}

/// An XLSX to be saved.
pub(in crate::pages) fn workbook(name: &str, bytes: Vec<u8>) -> Result {
    const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let encoded = encoded(name);
    let disposition = format!("attachment; filename=\"table.xlsx\"; filename*=UTF-8''{encoded}");
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(KIND));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).map_err(Problem::broken)?);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
