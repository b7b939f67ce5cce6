//! What the desk does to a case that needs more than the engine's word: both texts are compared, a reason is chosen, a target or
//! a channel is found.

use huiyin_base::Problem;
use huiyin_directory::Viewer;
use huiyin_web::{Can, Ctx, Form, Path, Result};

use super::action_post::{Given, answered};
use super::card::cases;
use super::case::{Refused, compared, reference};
use super::place::region_of;
use super::problem;
use crate::permissions::{CaseDirect, CaseModerate};
use crate::words::open_words;
use crate::{Cases as Engine, Moment, Referral, Request, store};

/// Puts the case on the wall. The public is told where the text is not what was written.
pub(crate) async fn posting(
    ctx: Ctx,
    can: Can<CaseModerate>,
    Path(id): Path<String>,
    Form(mut given): Form<Given>,
) -> Result {
    let at = reference(&id)?;
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let case = store::case_get(&mut tx, at).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    let words = open_words(&ctx.site.vault, &case)?;
    let checked = engine.book.check_length(&given.title, &given.text);
    let checked = checked.and_then(|()| crate::editing::check(&engine.book.desk, &words, &given.title, &given.text));
    if let Err(problem) = checked {
        return beside_the_original(&ctx, &engine, &can.viewer, &id, ("posting", given), problem).await;
    }
    if let Err(problem) = given.looked_at(&ctx, &id, "posting").await {
        return beside_the_original(&ctx, &engine, &can.viewer, &id, ("posting", given), problem).await;
    }
    // Where no title was written, the moderator's is none that was changed.
    let titled = !words.title.trim().is_empty() && given.title.trim() != words.title.trim();
    let edited = titled || given.text.trim() != words.text.trim();
    let done = match given.posting(edited) {
        Ok(act) => engine.act(at, act, &can.viewer, Moment::at(ctx.now())).await,
        Err(problem) => Err(problem),
    };
    answered(&ctx, &can.viewer, &id, "posting", given, done).await
}

/// Changes the public text: privacy and misprints, as before posting.
pub(crate) async fn public_text(
    ctx: Ctx,
    can: Can<CaseDirect>,
    Path(id): Path<String>,
    Form(mut given): Form<Given>,
) -> Result {
    let at = reference(&id)?;
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let case = store::case_get(&mut tx, at).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    let request = |given: &Given| {
        let over = Some(given.over.clone()).filter(|over| !over.is_empty());
        Request::Edit { title: given.title.clone(), text: given.text.clone(), over }.because(&given.reason)
    };
    if engine.book.kind_of(&case).is_some_and(crate::Kind::is_issued) {
        // Whoever handed it down wrote it: there is no original beside which it stands.
        let done = engine.act(at, request(&given), &can.viewer, Moment::at(ctx.now())).await;
        return answered(&ctx, &can.viewer, &id, "public-text", given, done).await;
    }
    let words = open_words(&ctx.site.vault, &case)?;
    // Before anything else: a form that is drawn again says that what stands now was read.
    let checked = crate::editing::over(&case, &given.over)
        .and_then(|()| engine.book.check_length(&given.title, &given.text))
        .and_then(|()| crate::editing::check(&engine.book.desk, &words, &given.title, &given.text).map(drop));
    if let Err(problem) = checked {
        return beside_the_original(&ctx, &engine, &can.viewer, &id, ("public-text", given), problem).await;
    }
    if let Err(problem) = given.looked_at(&ctx, &id, "public-text").await {
        return beside_the_original(&ctx, &engine, &can.viewer, &id, ("public-text", given), problem).await;
    }
    let done = engine.act(at, request(&given), &can.viewer, Moment::at(ctx.now())).await;
    answered(&ctx, &can.viewer, &id, "public-text", given, done).await
}

/// The page again with the differences. They show the original, so this is a look, on record like every other.
async fn beside_the_original(
    ctx: &Ctx,
    engine: &Engine,
    viewer: &Viewer,
    id: &str,
    (word, given): (&str, Given),
    problem: Problem,
) -> Result {
    let words = engine.original(reference(id)?, viewer, ctx.real_now(), &mut ctx.rng()).await?;
    let refused = Refused { word: word.to_owned(), message: problem.message, given: given.fields() };
    compared(ctx, viewer, id, words, refused).await
}

/// Does not accept it, for one of the standard reasons.
pub(crate) async fn decline(
    ctx: Ctx,
    can: Can<CaseModerate>,
    Path(id): Path<String>,
    Form(given): Form<Given>,
) -> Result {
    let engine = cases(&ctx.site)?;
    let done = match given.decline(&engine.book.rules) {
        Ok(act) => engine.act(reference(&id)?, act, &can.viewer, Moment::at(ctx.now())).await,
        Err(problem) => Err(problem),
    };
    answered(&ctx, &can.viewer, &id, "decline", given, done).await
}

/// It is the same as another posted case of the county.
pub(crate) async fn merger(
    ctx: Ctx,
    can: Can<CaseModerate>,
    Path(id): Path<String>,
    Form(mut given): Form<Given>,
) -> Result {
    let looked = given.looked_at(&ctx, &id, "merger").await;
    let number = if given.into.is_empty() { given.number.trim() } else { given.into.trim() };
    let mut tx = ctx.site.db.read().await?;
    let target = problem::posted(&mut tx, &ctx.site, number).await;
    drop(tx);
    let done = match (looked, target) {
        (Err(problem), _) => Err(problem),
        (Ok(()), Ok(target)) => {
            let act = Request::Merge(target.at()).because(&given.reason).seen(given.seen());
            cases(&ctx.site)?.act(reference(&id)?, act, &can.viewer, Moment::at(ctx.now())).await
        }
        (Ok(()), Err(_)) if number.is_empty() => Err(Problem::invalid("请选一件可能相同的，或者写下它的编号。")),
        (Ok(()), Err(_)) => Err(Problem::invalid("没有这个编号的问题，请核对编号，例如 宝塔-2016-00421。")),
    };
    answered(&ctx, &can.viewer, &id, "merger", given, done).await
}

/// It goes to another county, or to another channel that has a number of its own.
pub(crate) async fn referral(
    ctx: Ctx,
    can: Can<CaseModerate>,
    Path(id): Path<String>,
    Form(mut given): Form<Given>,
) -> Result {
    let at = reference(&id)?;
    let engine = cases(&ctx.site)?;
    let looked = given.looked_at(&ctx, &id, "referral").await;
    let moment = Moment::at(ctx.now());
    let done = if let Err(problem) = looked {
        Err(problem)
    } else if let Some(county) = region_of(&ctx.site, &given.county) {
        engine.refer_to_county(at, county, &given.reason, &can.viewer, moment, &mut ctx.rng()).await
    } else {
        let channel = given.county.strip_prefix("to/").unwrap_or_default();
        match engine.book.desk.referral_number(channel, &given.number) {
            Some(number) => {
                let act = Request::Refer(Referral::Number(number)).because(&given.reason);
                engine.act(at, act, &can.viewer, moment).await
            }
            None if channel.is_empty() => Err(Problem::invalid("请选择转给谁。")),
            None => {
                Err(Problem::invalid("转别的渠道要填对方的编号，反映人凭它查询。还没有编号的，请等对方登记后再转。"))
            }
        }
    };
    answered(&ctx, &can.viewer, &id, "referral", given, done).await
}
