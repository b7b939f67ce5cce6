//! 代录: an official at a counter or on the telephone enters a report for somebody, and hands him a slip with the receipt.
//! One screen; similar problems stand beside it while he types.

use askama::Template;
use huiyin_base::{Problem, ProblemKind};
use huiyin_web::components::{Choice, Field, FormErrors};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Result, Upload};
use serde::Deserialize;

use super::card::cases;
use super::intake_place::{choices, places, word};
use super::kept_photos::{KeptPhotos, KeptPicture};
use super::place::Place;
use super::problem;
use super::problem_filled::{Filled, title_of};
use super::problem_form::{PICTURES, kinds, nonce, text_field};
use super::similar::{self, Similar};
use super::slip::Slip;
use crate::permissions::CaseIntake;
use crate::{Channel, Manner, Moment, cleaned};

/// How a report reaches a counter.
pub(crate) const CHANNELS: [Channel; 4] = [Channel::Phone, Channel::Counter, Channel::Paper, Channel::Helper];

/// What was filled in.
#[derive(Clone, Debug, Default)]
pub(crate) struct Entered {
    channel: String,
    place: String,
    sub: String,
    text: String,
    about: String,
    name: String,
    phone: String,
    nonce: String,
    /// Similar problems were shown.
    seen: bool,
}

/// The problem that somebody follows instead.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Known {
    #[serde(default)]
    number: String,
}

#[derive(Template)]
#[template(path = "intake.html")]
struct IntakePage {
    csrf: Csrf,
    errors: FormErrors,
    nonce: String,
    /// Whether this post has a place at all.
    placed: bool,
    channel: Field,
    place: Field,
    kind: Field,
    text: Field,
    photos: Field,
    /// The photos that an earlier try has brought.
    kept: String,
    pictures: Vec<KeptPicture>,
    about: Field,
    name: Field,
    phone: Field,
    similar: Similar,
}

#[derive(Template)]
#[template(path = "intake_slip.html")]
struct SlipPage {
    heading: &'static str,
    slip: Slip,
}

pub(crate) async fn new(ctx: Ctx, can: Can<CaseIntake>) -> Result {
    let entered = Entered { nonce: nonce(&ctx), channel: Channel::Phone.as_str().into(), ..Entered::default() };
    let page = draw(&ctx, &can, &entered, &KeptPhotos::default(), FormErrors::new(), Similar::default()).await?;
    ctx.page("代录问题", Density::Desk, &page)
}

/// Enters the report and shows its slip: once, however often it is sent. The browser of a counter remembers no receipt.
pub(crate) async fn create(ctx: Ctx, can: Can<CaseIntake>, upload: Upload) -> Result {
    let entered = Entered::read(&upload);
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let places = places(&mut tx, &ctx.site, &can.viewer).await?;
    drop(tx);
    // Photos lie in the county's shard: a counter enters for one county.
    let region = places.first().map_or(can.viewer.account.region, |place| place.region);
    let place = places.into_iter().find(|place| word(&ctx.site, place) == entered.place);
    let channel = Channel::parse(&entered.channel).filter(|channel| CHANNELS.contains(channel));
    let filled = entered.filled();
    let mut errors = place.as_ref().map(|place| filled.mistakes_at(&engine, place, "place")).unwrap_or_default();
    if place.is_none() {
        errors.add("place", "请选择问题在哪里。");
    }
    if channel.is_none() {
        errors.add("channel", "请选择是怎么反映的。");
    }
    let region = place.as_ref().map_or(region, |place| place.region);
    let most = engine.book.rules.limit.photos;
    let kept = KeptPhotos::receive(&ctx, region, &upload, &entered.nonce, most, &mut errors).await?;
    let (Some(place), Some(channel), true) = (place, channel, errors.is_empty()) else {
        return refused(&ctx, &can, (&entered, &kept), errors, Similar::default()).await;
    };
    if !entered.seen {
        let mut similar = similar::near(&ctx, &engine, &place, &entered.sub, &entered.text).await?;
        (similar.counter, similar.held) = (true, true);
        if !similar.problems.is_empty() {
            return refused(&ctx, &can, (&entered, &kept), FormErrors::new(), similar).await;
        }
    }
    let about = title_of(&filled.text);
    let submission = filled.submission(&engine, &place, channel, kept.0.clone());
    let manner = Manner { entered_by: Some(can.viewer.clone()), held: false };
    match engine.submit_in(submission, manner, Moment::at(ctx.now()), &mut ctx.rng()).await {
        Ok(submitted) => {
            let alarm = super::alarm::of_receipt(&ctx, &submitted.receipt).await?;
            let slip = Slip::new(&ctx, &submitted.receipt)?.about(about).alarm(alarm);
            ctx.page("回执", Density::Desk, &SlipPage { heading: "已录入，请把回执交给反映人", slip })
        }
        Err(problem) if problem.kind == ProblemKind::Invalid => {
            refused(&ctx, &can, (&entered, &kept), FormErrors::whole(problem.message), Similar::default()).await
        }
        Err(problem) => Err(problem.into()),
    }
}

/// The resident's problem is there already: he follows it, with a slip of his own.
pub(crate) async fn follow(ctx: Ctx, _can: Can<CaseIntake>, Form(known): Form<Known>) -> Result {
    let mut tx = ctx.site.db.read().await?;
    let case = problem::posted(&mut tx, &ctx.site, &known.number).await?;
    drop(tx);
    if !case.state.is_open() {
        return Err(Problem::conflict("这一件已经办结，不能再登记关注，请重新录入。").into());
    }
    let receipt = cases(&ctx.site)?.follow(case.at(), Moment::at(ctx.now()), &mut ctx.rng()).await?;
    let slip = Slip::new(&ctx, &receipt)?.about(format!("{}（{}）", case.title, known.number));
    ctx.page("回执", Density::Desk, &SlipPage { heading: "已登记关注，请把回执交给反映人", slip })
}

async fn refused(
    ctx: &Ctx,
    can: &Can<CaseIntake>,
    (entered, kept): (&Entered, &KeptPhotos),
    errors: FormErrors,
    similar: Similar,
) -> Result {
    let page = draw(ctx, can, entered, kept, errors, similar).await?;
    ctx.refused("代录问题", Density::Desk, &page)
}

async fn draw(
    ctx: &Ctx,
    can: &Can<CaseIntake>,
    entered: &Entered,
    kept: &KeptPhotos,
    errors: FormErrors,
    similar: Similar,
) -> Result<IntakePage> {
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let places: Vec<Place> = places(&mut tx, &ctx.site, &can.viewer).await?;
    drop(tx);
    let about = vec![
        Choice::new("", "不是，反映的是事"),
        Choice::new("village", "是，反映村（社区）干部"),
        Choice::new("township", "是，反映乡镇（街道）干部"),
    ];
    let mut offered = choices(&ctx.site, &places);
    if offered.len() > 1 {
        offered.insert(0, Choice::new("", "请选择"));
    }
    let left = engine.book.rules.limit.photos.saturating_sub(kept.0.len());
    Ok(IntakePage {
        photos: Field::file("photos", "照片（可以不附）", PICTURES, true)
            .hint(format!("还能附 {left} 张。照片里的位置信息会自动去掉。"))
            .errors(&errors),
        kept: kept.sealed(ctx, &entered.nonce)?,
        pictures: kept.pictures(ctx).await?,
        csrf: ctx.csrf(),
        nonce: entered.nonce.clone(),
        placed: !places.is_empty(),
        channel: channel_field(&entered.channel).errors(&errors),
        place: Field::select("place", "问题在哪里", offered)
            .value(&entered.place)
            .required()
            .with("hx-post", "/problems/similar")
            .with("hx-target", "#similar")
            .with("hx-params", "csrf,place,sub,text")
            .errors(&errors),
        kind: kinds(&engine.book.categories, &entered.sub).errors(&errors),
        text: text_field(&engine, &entered.text).errors(&errors),
        about: Field::radio("about", "反映的是不是干部本人", about)
            .hint("反映您本单位的人，请让本人上网提交，或到上一级窗口反映。")
            .value(&entered.about),
        name: Field::text("name", "反映人怎么称呼（可以不填）").value(&entered.name).errors(&errors),
        phone: Field::phone("phone", "反映人的电话（可以不填）")
            .hint("加密保存，只有办理的人核实情况时能看到。")
            .value(&entered.phone)
            .errors(&errors),
        errors,
        similar,
    })
}

/// How it came in.
pub(crate) fn channel_field(chosen: &str) -> Field {
    let choices = CHANNELS.iter().map(|channel| Choice::new(channel.as_str(), channel.label())).collect();
    Field::radio("channel", "怎么反映的", choices).value(chosen).required()
}

impl Entered {
    fn read(upload: &Upload) -> Self {
        let text = |field: &str| upload.text(field).to_owned();
        Self {
            channel: text("channel"),
            place: text("place"),
            sub: text("sub"),
            text: text("text"),
            about: text("about"),
            name: text("name"),
            phone: text("phone"),
            nonce: text("nonce"),
            seen: !upload.text("seen").is_empty(),
        }
    }

    fn filled(&self) -> Filled {
        Filled {
            sub: self.sub.clone(),
            text: cleaned(&self.text),
            about: self.about.clone(),
            name: cleaned(&self.name),
            phone: cleaned(&self.phone),
            nonce: self.nonce.clone(),
            ..Filled::default()
        }
    }
}
