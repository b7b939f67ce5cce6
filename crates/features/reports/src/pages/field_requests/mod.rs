//! Requests for data: who asks for what, by what right; what is held is answered at once.

mod answer;
mod list;
mod make;
mod show;

use huiyin_base::{Problem, Region};
use huiyin_db::Tx;
use huiyin_web::{Ctx, Public, Routes};

use crate::permissions::{FieldRequestMake, FieldRequestSee};
use crate::store::field_request::{FieldRequest, request_find};

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get::<Public, _>("/field-requests", list::show)
        .get::<FieldRequestMake, _>("/field-requests/new", make::show)
        .post::<FieldRequestMake, _>("/field-requests", make::add)
        .get::<FieldRequestSee, _>("/field-requests/{number}", show::show)
        .post::<FieldRequestMake, _>("/field-requests/{number}/answers", answer::add)
        .post::<FieldRequestMake, _>("/field-requests/{number}/end", answer::stop)
}

/// `610602-2016-3`: the issuer's region, the year, the number.
fn number_of(ctx: &Ctx, region: Region, year: i64, number: i64) -> String {
    let code = ctx.site.regions.named_on(region, ctx.today()).map_or("", |(code, _)| code);
    format!("{code}-{year}-{number}")
}

/// The request that an address names: every official may read every request.
async fn found(tx: &mut Tx, ctx: &Ctx, number: &str) -> Result<FieldRequest, Problem> {
    let parts: Vec<&str> = number.split('-').collect();
    let [code, year, number] = parts[..] else { return Err(Problem::not_found()) };
    let region = ctx.site.regions.by_code(code).ok_or_else(Problem::not_found)?;
    let (year, number) = year.parse().ok().zip(number.parse().ok()).ok_or_else(Problem::not_found)?;
    request_find(tx, region, year, number).await?.ok_or_else(Problem::not_found)
}

/// Whether it still may be answered.
fn is_open(request: &FieldRequest, today: huiyin_base::Day) -> bool {
    request.refused.is_none() && request.stopped_day.is_none() && request.until_day >= today
}
