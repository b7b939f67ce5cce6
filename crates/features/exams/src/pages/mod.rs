//! The pages of this feature.

mod bank;
mod contest_new;
mod contests;
mod heat;
mod import;
mod late;
mod live;
mod marker;
mod paper;
mod question;
mod result;
mod results;
mod round;
mod sent;
mod sheet_entry;
mod sheets;
mod sitting;
mod test;
mod test_new;
mod tests;

use axum::body::Body;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::Response;
use chrono::{FixedOffset, Timelike as _};
use data_encoding::BASE64URL_NOPAD;
use huiyin_base::{Day, Id, Instant, Problem};
use huiyin_web::{Ctx, Public, Result, Routes};

use crate::permissions::{SheetServe, TestKeep, TestTake};

/// Every route of this feature.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get::<TestKeep, _>("/questions", bank::list)
        .get::<TestKeep, _>("/questions/file", bank::file)
        .get::<TestKeep, _>("/questions/import", import::new)
        .post::<TestKeep, _>("/questions/import", import::check)
        .post::<TestKeep, _>("/questions/batch", import::take)
        .get::<TestKeep, _>("/questions/new", question::new)
        .post::<TestKeep, _>("/questions", question::create)
        .get::<TestKeep, _>("/questions/{id}", question::show)
        .post::<TestKeep, _>("/questions/{id}/version", question::change)
        .post::<TestKeep, _>("/questions/{id}/retirement", question::retire)
        .get::<TestTake, _>("/tests", tests::list)
        .get::<TestKeep, _>("/tests/new", test_new::new)
        .post::<TestKeep, _>("/tests", test_new::create)
        .get::<TestTake, _>("/tests/{id}", test::show)
        .post::<TestKeep, _>("/tests/{id}/opening", test::open)
        .post::<TestKeep, _>("/tests/{id}/ending", test::end)
        .get::<TestKeep, _>("/tests/{id}/marking", marker::show)
        .post::<TestKeep, _>("/tests/{id}/marking", marker::give)
        .get::<TestKeep, _>("/tests/{id}/late", late::show)
        .post::<TestKeep, _>("/tests/{id}/late", late::decide)
        .get::<SheetServe, _>("/tests/{id}/sheets", sheets::choose)
        .post::<SheetServe, _>("/tests/{id}/sheets", sheets::print)
        .get::<SheetServe, _>("/sheets", sheet_entry::enter)
        .post::<SheetServe, _>("/sheets", sheet_entry::open)
        .post::<SheetServe, _>("/sheets/answers", sheet_entry::save)
        .get::<Public, _>("/results", results::enter)
        .post::<Public, _>("/results", results::open)
        .post::<TestTake, _>("/tests/{id}/sittings", sitting::start)
        .get::<Public, _>("/sittings/sheet", sitting::sheet)
        .get::<TestTake, _>("/sittings/{id}", sitting::show)
        .post::<TestTake, _>("/sittings/{id}/answers", sitting::answers)
        .post::<TestTake, _>("/sittings/{id}/outbox", sent::outbox)
        .get::<TestTake, _>("/sittings/{id}/result", result::show)
        .get::<TestTake, _>("/contests", contests::list)
        .get::<TestKeep, _>("/contests/new", contest_new::new)
        .post::<TestKeep, _>("/contests", contest_new::create)
        .get::<TestTake, _>("/contests/{id}", contests::show)
        .post::<TestTake, _>("/contests/{id}/entry", contests::enter)
        .post::<TestTake, _>("/contests/{id}/withdrawal", contests::leave)
        .post::<TestKeep, _>("/contests/{id}/step", contests::step)
        .get::<TestTake, _>("/contests/{id}/live", round::play)
        .post::<TestTake, _>("/contests/{id}/answers", round::answer)
        .get::<TestKeep, _>("/contests/{id}/screen", round::screen)
        .get::<TestTake, _>("/contests/{id}/events", round::events)
}

/// A fresh word for a form.
fn nonce(ctx: &Ctx) -> String {
    BASE64URL_NOPAD.encode(&ctx.rng().bytes::<16>())
}

/// The id in a path.
fn id_of(text: &str) -> std::result::Result<Id, Problem> {
    text.parse().map_err(|_| Problem::not_found())
}

/// Hundredths as people write marks.
fn marks_text(hundredths: i64) -> String {
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    if rest == 0 { whole.to_string() } else { format!("{whole}.{rest:02}").trim_end_matches('0').to_owned() }
}

/// A moment as people read it: the day, and the minute.
fn moment_text(at: Instant) -> String {
    let local = FixedOffset::east_opt(8 * 3600).map(|offset| at.with_timezone(&offset).time());
    let time = local.map(|time| format!("{:02}:{:02}", time.hour(), time.minute())).unwrap_or_default();
    format!("{} {time}", Day::of(at).chinese())
}

/// A file to be taken home.
fn download(name: &str, kind: &'static str, bytes: Vec<u8>) -> Result {
    let encoded = percent_encoding::utf8_percent_encode(name, percent_encoding::NON_ALPHANUMERIC);
    let disposition = format!("attachment; filename=\"questions\"; filename*=UTF-8''{encoded}");
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(kind));
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).map_err(Problem::broken)?);
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}
