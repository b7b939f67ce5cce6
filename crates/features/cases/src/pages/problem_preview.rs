//! What the public will see of a report, before it is sent: with what is similar, and with a question about everything that
//! looks private.

use askama::Template;
use huiyin_base::number::Receipt;
use huiyin_web::components::{Choice, Field, FormErrors, Notice};
use huiyin_web::{Csrf, Ctx, Density, Result, Upload};

use super::alarm;
use super::card::cases;
use super::flood::{self, Puzzle};
use super::kept_photos::{KeptPhotos, KeptPicture};
use super::place::Place;
use super::problem_filled::{Filled, says_all, title_of};
use super::problem_form::{RECEIPT, REPORTS, mistaken, needed_place};
use super::similar::{self, Similar};
use super::slip::Slip;
use crate::{Cases, Channel, Manner, Moment};

#[derive(Template)]
#[template(path = "problem_preview.html")]
struct PreviewPage {
    csrf: Csrf,
    filled: Filled,
    /// Where the public will read that it is.
    place: String,
    /// The village is not named because few people live there.
    coarse: bool,
    category: String,
    title: String,
    text: String,
    kept: String,
    pictures: Vec<KeptPicture>,
    /// What is written sounds like an emergency.
    alarm: Option<Notice>,
    similar: Similar,
    cover: Option<Field>,
    puzzle: Option<Puzzle>,
}

#[derive(Template)]
#[template(path = "receipt.html")]
struct ReceiptPage {
    csrf: Csrf,
    slip: Slip,
    /// What was written sounds like an emergency.
    alarm: Option<Notice>,
    /// It waits for a person to look at it, because so many came at once.
    held: bool,
    /// He raised it himself, and does not only follow what somebody else raised.
    raised: bool,
}

/// The preview.
pub(crate) async fn preview(ctx: Ctx, upload: Upload) -> Result {
    ctx.limit(REPORTS, &ctx.current.caller).await?;
    let (filled, place, kept, errors) = received(&ctx, &upload).await?;
    if !errors.is_empty() {
        return mistaken(&ctx, &place, filled, &kept, errors).await;
    }
    draw(&ctx, &place, filled, &kept, None).await
}

/// Takes the report in: once, however often it is sent.
pub(crate) async fn create(ctx: Ctx, upload: Upload) -> Result {
    ctx.limit(REPORTS, &ctx.current.caller).await?;
    let (filled, place, kept, errors) = received(&ctx, &upload).await?;
    if !errors.is_empty() {
        return mistaken(&ctx, &place, filled, &kept, errors).await;
    }
    let engine = cases(&ctx.site)?;
    if !filled.seen && !filled.later && !filled.asked().is_empty() {
        return draw(&ctx, &place, filled, &kept, None).await;
    }
    let mut manner = Manner::default();
    let rules = engine.book.rules.flood;
    let (sealed, answer) = (upload.text("puzzle"), upload.text("answer"));
    let answered = flood::is_answered(&ctx, &filled.nonce, sealed, answer);
    if !answered && flood::is_flood(&ctx, &rules, place.region) {
        // Nobody sits before what a browser sends later by itself: a person looks at it first.
        manner.held = filled.later || upload.text("by_hand") == "1";
        if !manner.held {
            let puzzle = Puzzle::new(&ctx, &rules, &filled.nonce, !sealed.is_empty());
            return draw(&ctx, &place, filled, &kept, Some(puzzle)).await;
        }
    }
    let submission = filled.submission(&engine, &place, Channel::Web, kept.0);
    let submitted = engine.submit_in(submission, manner, Moment::at(ctx.now()), &mut ctx.rng()).await?;
    let mut response = ctx.redirect("/problems/receipt", None)?;
    ctx.remember(&mut response, RECEIPT, &submitted.receipt.canonical(), 24 * 60);
    Ok(response)
}

/// The receipt, shown once; it prints as a slip.
pub(crate) async fn receipt(ctx: Ctx) -> Result {
    let code = ctx.remembered(RECEIPT).and_then(|code| Receipt::parse(&code));
    let Some(code) = code else { return ctx.redirect("/follow", None) };
    let alarm = alarm::of_receipt(&ctx, &code).await?;
    let mut tx = ctx.site.db.read().await?;
    let (held, raised) = match cases(&ctx.site)?.followed(&mut tx, &code).await? {
        Some(followed) => (crate::store::hold_find(&mut tx, followed.case.at()).await?, followed.raised),
        None => (false, true),
    };
    drop(tx);
    ctx.page(
        "请记下回执码",
        Density::Calm,
        &ReceiptPage { csrf: ctx.csrf(), slip: Slip::new(&ctx, &code)?, alarm, held, raised },
    )
}

/// What came with the form, where it belongs, its photos, and what is wrong with it.
async fn received(ctx: &Ctx, upload: &Upload) -> Result<(Filled, Box<Place>, KeptPhotos, FormErrors)> {
    let filled = Filled::read(upload);
    let engine = cases(&ctx.site)?;
    let place = needed_place(ctx, &filled).await?;
    let mut errors = filled.mistakes(&engine, &place);
    let most = engine.book.rules.limit.photos;
    let kept = KeptPhotos::receive(ctx, place.region, upload, &filled.nonce, most, &mut errors).await?;
    Ok((filled, place, kept, errors))
}

async fn draw(ctx: &Ctx, place: &Place, filled: Filled, kept: &KeptPhotos, puzzle: Option<Puzzle>) -> Result {
    let engine = cases(&ctx.site)?;
    let similar = similar::near(ctx, &engine, place, &filled.sub, &filled.text).await?;
    let fewest = engine.book.rules.fewest_people;
    let coarse = place.village.as_ref().is_some_and(|village| !village.is_shown(fewest));
    let public = Place { village: place.village.clone().filter(|_| !coarse), ..place.clone() };
    let text = filled.public_text();
    let title = title_of(&text);
    let asks = puzzle.is_some();
    let page = PreviewPage {
        csrf: ctx.csrf(),
        alarm: alarm::before_sending(&engine, &title, &filled.text),
        place: public.name(&ctx.site),
        coarse,
        category: category_name(&engine, &filled),
        text: if says_all(&title, &text) { String::new() } else { text },
        title,
        kept: kept.sealed(ctx, &filled.nonce)?,
        pictures: kept.pictures(ctx).await?,
        similar,
        cover: cover_field(&filled),
        puzzle,
        filled,
    };
    if asks {
        ctx.refused("提交前看一看", Density::Calm, &page)
    } else {
        ctx.page("提交前看一看", Density::Calm, &page)
    }
}

fn category_name(engine: &Cases, filled: &Filled) -> String {
    let Some((category, sub)) = filled.category(engine) else { return String::new() };
    let categories = &engine.book.categories;
    let name = categories.find(&category).map(|found| found.name.clone()).unwrap_or_default();
    match categories.sub(&category, &sub) {
        Some(below) => format!("{name} · {}", below.name),
        None => name,
    }
}

/// One tick for everything that looks private.
fn cover_field(filled: &Filled) -> Option<Field> {
    let asked = filled.asked();
    if asked.is_empty() {
        return None;
    }
    let ticked: Vec<String> = asked.iter().filter(|one| filled.covers(one)).map(|one| one.value.clone()).collect();
    let choices = asked.iter().map(|one| Choice::new(&one.value, one.label())).collect();
    let field = Field::boxes("cover", "这些要不要盖住？", choices).values(ticked);
    Some(field.hint(
        "打了勾的会写成 ●●●，办理的人也看不到。不打勾的，办理的人核实时能看到；号码无论打不打勾，都不会公开。\
         不是人名的，不用管。",
    ))
}
