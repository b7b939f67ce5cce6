//! A resident reports a problem: without account, without JavaScript, on any telephone. This is the form; what follows it is
//! the preview.

use askama::Template;
use data_encoding::BASE64URL_NOPAD;
use huiyin_base::Problem;
use huiyin_web::components::{Breadcrumb, Choice, Field, FormErrors};
use huiyin_web::{Allowance, Csrf, Ctx, Density, Query, Result, Upload};
use serde::Deserialize;

use super::card::cases;
use super::kept_photos::{KeptPhotos, KeptPicture};
use super::place::{self, Chosen, Place};
use super::problem_filled::Filled;
use crate::{Cases, Categories};

/// One village stands behind one mobile address: many may report at once, and they wait before they are refused.
pub(crate) const REPORTS: Allowance = Allowance { name: "report", burst: 30.0, per_second: 0.5, debt: 30.0 };

/// The browser remembers the receipt under this name, sealed.
pub(crate) const RECEIPT: &str = "huiyin_receipt";

/// What a photo may be; a telephone turns its own format into one of these when it is asked so.
pub(crate) const PICTURES: &str = "image/jpeg,image/png,image/webp";

/// How far the place is chosen.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    county: String,
    #[serde(default)]
    town: String,
}

#[derive(Template)]
#[template(path = "problem_form.html")]
struct ProblemForm {
    csrf: Csrf,
    steps: Breadcrumb,
    place: String,
    filled: Filled,
    errors: FormErrors,
    village: Field,
    kind: Field,
    text: Field,
    photos: Field,
    kept: String,
    pictures: Vec<KeptPicture>,
    most_photos: usize,
    about: Field,
    name: Field,
    phone: Field,
}

pub(crate) async fn new(ctx: Ctx, Query(asked): Query<Asked>) -> Result {
    let mut tx = ctx.site.db.read().await?;
    match place::chosen(&mut tx, &ctx.site, &asked.county, &asked.town, "").await? {
        Chosen::Nothing => ctx.page("反映问题", Density::Calm, &place::county_page(&ctx.site)),
        Chosen::County(region) => {
            let page = place::township_page(&mut tx, &ctx.site, region, &asked.county).await?;
            ctx.page("反映问题", Density::Calm, &page)
        }
        Chosen::Place(chosen) => {
            let filled = Filled { county: asked.county, town: asked.town, nonce: nonce(&ctx), ..Filled::default() };
            drop(tx);
            let page = form(&ctx, &chosen, filled, &KeptPhotos::default(), FormErrors::new()).await?;
            ctx.page("反映问题", Density::Calm, &page)
        }
    }
}

/// Back from the preview, with everything that was filled in.
pub(crate) async fn correction(ctx: Ctx, upload: Upload) -> Result {
    ctx.limit(REPORTS, &ctx.current.caller).await?;
    let filled = Filled::read(&upload);
    let place = needed_place(&ctx, &filled).await?;
    let mut errors = FormErrors::new();
    let most = cases(&ctx.site)?.book.rules.limit.photos;
    let kept = KeptPhotos::receive(&ctx, place.region, &upload, &filled.nonce, most, &mut errors).await?;
    let page = form(&ctx, &place, filled, &kept, errors).await?;
    ctx.page("反映问题", Density::Calm, &page)
}

/// A word of a form's own: the same word makes the same case.
pub(crate) fn nonce(ctx: &Ctx) -> String {
    BASE64URL_NOPAD.encode(&ctx.rng().bytes::<16>())
}

/// The place that a form carries with it.
pub(crate) async fn needed_place(ctx: &Ctx, filled: &Filled) -> Result<Box<Place>> {
    let mut tx = ctx.site.db.read().await?;
    let chosen = place::chosen(&mut tx, &ctx.site, &filled.county, &filled.town, &filled.village).await?;
    let message = "没有选好地点，请从“反映问题”重新选择。您写的内容可以用浏览器的“返回”找回。";
    match chosen {
        Chosen::Place(place) => Ok(place),
        _ => Err(Problem::invalid(message).into()),
    }
}

/// The form again, with what was wrong beside each field.
pub(crate) async fn mistaken(
    ctx: &Ctx,
    place: &Place,
    filled: Filled,
    kept: &KeptPhotos,
    errors: FormErrors,
) -> Result {
    let page = form(ctx, place, filled, kept, errors).await?;
    ctx.refused("反映问题", Density::Calm, &page)
}

async fn form(ctx: &Ctx, place: &Place, filled: Filled, kept: &KeptPhotos, errors: FormErrors) -> Result<ProblemForm> {
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let villages = place::villages(&mut tx, &ctx.site, place).await?;
    drop(tx);
    let none = Choice::new("", "不清楚，或涉及全乡镇（街道）");
    let villages = std::iter::once(none).chain(villages.iter().map(|one| Choice::new(&one.code, &one.name))).collect();
    let county = &filled.county;
    let limit = engine.book.rules.limit;
    let left = limit.photos.saturating_sub(kept.0.len());
    let about = vec![
        Choice::new("", "不是，反映的是事"),
        Choice::new("village", "是，反映村（社区）干部").hint("村里和乡镇都不经手，由上一级受理"),
        Choice::new("township", "是，反映乡镇（街道）干部").hint("乡镇不经手，由县上受理"),
    ];
    Ok(ProblemForm {
        csrf: ctx.csrf(),
        steps: Breadcrumb::new(place.township.name.clone())
            .step("反映问题", "/problems/new")
            .step(super::place::county_name(&ctx.site, place.region), format!("/problems/new?county={county}")),
        place: place.name(&ctx.site),
        village: similar_with(Field::select("village", "村（社区）", villages).value(&filled.village)).errors(&errors),
        kind: kinds(&engine.book.categories, &filled.sub).errors(&errors),
        text: text_field(&engine, &filled.text).errors(&errors),
        photos: Field::file("photos", "照片（可以不附）", PICTURES, true)
            .hint(format!("还能附 {left} 张。照片里的位置信息会自动去掉；拍到人脸、门牌的地方可以涂黑。"))
            .errors(&errors),
        kept: kept.sealed(ctx, &filled.nonce)?,
        pictures: kept.pictures(ctx).await?,
        most_photos: limit.photos,
        about: Field::radio("about", "反映的是不是干部本人", about).value(&filled.about),
        name: Field::text("name", "怎么称呼您（可以不填）").value(&filled.name).errors(&errors),
        phone: Field::phone("phone", "电话（可以不填）")
            .hint("加密保存，只有办理的人核实情况时能看到，不会公开。")
            .value(&filled.phone)
            .errors(&errors),
        filled,
        errors,
    })
}

/// What the problem is about.
pub(crate) fn kinds(categories: &Categories, chosen: &str) -> Field {
    let kinds = categories.all().iter().flat_map(|category| {
        category
            .sub
            .iter()
            .map(|sub| Choice::new(format!("{}/{}", category.id, sub.id), &sub.name).group(&category.name))
    });
    let other = categories.all().iter().filter(|category| category.sub.is_empty());
    let other = other.map(|category| Choice::new(format!("{}/", category.id), &category.name));
    let kinds = std::iter::once(Choice::new("", "请选择")).chain(kinds).chain(other).collect();
    similar_with(Field::select("sub", "属于哪一类", kinds).value(chosen).required())
}

/// What is the matter. Where scripts run, similar problems are looked for while somebody writes.
pub(crate) fn text_field(engine: &Cases, text: &str) -> Field {
    let most = engine.book.rules.limit.text;
    let field = Field::area("text", "是什么问题", 7)
        .hint("什么地方、从什么时候、怎么回事、盼着怎么办。不要写别人的身份证号和电话。")
        .value(text)
        .required()
        .longest(u32::try_from(most).unwrap_or(u32::MAX));
    similar_with(field).with("hx-trigger", "input changed delay:900ms, change")
}

/// A control that looks for similar problems when it changes. By POST: what somebody writes belongs into no address.
fn similar_with(field: Field) -> Field {
    field
        .with("hx-post", "/problems/similar")
        .with("hx-target", "#similar")
        .with("hx-params", "csrf,county,town,village,place,sub,text")
        .with("hx-sync", "closest form:replace")
}
