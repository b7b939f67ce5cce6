//! A resident reports a problem: without account, without JavaScript, on any telephone.

use askama::Template;
use data_encoding::BASE64URL_NOPAD;
use huiyin_base::number::Receipt;
use huiyin_base::{Problem, ProblemKind};
use huiyin_directory::OrgRef;
use huiyin_web::components::{Breadcrumb, Choice, Field, FormErrors, Notice, ReceiptCode};
use huiyin_web::{Allowance, Csrf, Ctx, Density, Query, Result, Upload};
use serde::Deserialize;

use super::alarm;
use super::card::cases;
use super::place::{self, Chosen, Place};
use crate::{Cases, Channel, Contact, Moment, Subject, Submission};

/// One village stands behind one mobile address: many may report at once, and they wait before they are refused.
const REPORTS: Allowance = Allowance { name: "report", burst: 30.0, per_second: 0.5, debt: 30.0 };

/// The browser remembers the receipt under this name, sealed.
pub(crate) const RECEIPT: &str = "huiyin_receipt";

/// How far the place is chosen.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    county: String,
    #[serde(default)]
    town: String,
}

/// What was filled in.
#[derive(Clone, Debug, Default)]
struct Filled {
    county: String,
    town: String,
    village: String,
    sub: String,
    text: String,
    about: String,
    name: String,
    phone: String,
    nonce: String,
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
    about: Field,
    name: Field,
    phone: Field,
}

#[derive(Template)]
#[template(path = "receipt.html")]
struct ReceiptPage {
    code: ReceiptCode,
    /// What was written sounds like an emergency.
    alarm: Option<Notice>,
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
            let nonce = BASE64URL_NOPAD.encode(&ctx.rng().bytes::<16>());
            let filled = Filled { county: asked.county, town: asked.town, nonce, ..Filled::default() };
            let page = form(&ctx, &mut tx, &chosen, filled, FormErrors::new()).await?;
            ctx.page("反映问题", Density::Calm, &page)
        }
    }
}

pub(crate) async fn create(ctx: Ctx, upload: Upload) -> Result {
    ctx.limit(REPORTS, &ctx.current.caller).await?;
    let filled = Filled::read(&upload);
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let chosen = place::chosen(&mut tx, &ctx.site, &filled.county, &filled.town, &filled.village).await?;
    let Chosen::Place(place) = chosen else {
        let message = "没有选好地点，请从“反映问题”重新选择。您写的内容可以用浏览器的“返回”找回。";
        return Err(Problem::invalid(message).into());
    };
    let mut errors = mistakes(&engine, &filled, &place);
    let mut photos = Vec::new();
    let chosen_files: Vec<_> = upload.files("photos").collect();
    if chosen_files.len() > engine.book.rules.limit.photos {
        errors.add("photos", format!("最多附 {} 张照片，请去掉几张。", engine.book.rules.limit.photos));
    }
    if errors.is_empty() {
        drop(tx);
        for file in chosen_files {
            let accepted =
                ctx.site.files.accept(place.region, &file.name, &file.bytes, &mut ctx.rng(), ctx.now()).await;
            match accepted {
                Ok(photo) => photos.push(photo),
                Err(problem) if problem.kind == ProblemKind::Broken => return Err(problem.into()),
                Err(problem) => errors.add("photos", problem.message),
            }
        }
        tx = ctx.site.db.read().await?;
    }
    if !errors.is_empty() {
        for photo in &photos {
            ctx.site.files.discard(photo).await;
        }
        let page = form(&ctx, &mut tx, &place, filled, errors).await?;
        return ctx.refused("反映问题", Density::Calm, &page);
    }
    drop(tx);
    let submission = filled.submission(&engine, &place, photos);
    let submitted = engine.submit(submission, Moment::at(ctx.now()), &mut ctx.rng()).await?;
    let mut response = ctx.redirect("/problems/receipt", None)?;
    ctx.remember(&mut response, RECEIPT, &submitted.receipt.canonical(), 24 * 60);
    Ok(response)
}

pub(crate) async fn receipt(ctx: Ctx) -> Result {
    let code = ctx.remembered(RECEIPT).and_then(|code| Receipt::parse(&code));
    let Some(code) = code else { return ctx.redirect("/follow", None) };
    let alarm = alarm::of_receipt(&ctx, &code).await?;
    ctx.page("请记下回执码", Density::Calm, &ReceiptPage { code: ReceiptCode::new(&code.to_string()), alarm })
}

fn mistakes(cases: &Cases, filled: &Filled, place: &Place) -> FormErrors {
    let mut errors = FormErrors::new();
    let limit = cases.book.rules.limit;
    if filled.category(cases).is_none() {
        errors.add("sub", "请选择最接近的一类，拿不准就选“其他”。");
    }
    if filled.text.trim().is_empty() {
        errors.add("text", "请写下是什么问题。");
    } else if filled.text.chars().count() > limit.text {
        let over = filled.text.chars().count() - limit.text;
        errors.add("text", format!("最多 {} 字，超出了 {over} 字，请精简一些。", limit.text));
    }
    if !filled.village.is_empty() && place.village.is_none() {
        errors.add("village", "没有找到这个村（社区），请重新选择。");
    }
    if filled.about == "village" && place.village.is_none() {
        errors.add("village", "您反映的是村里（社区）的人，请选择是哪个村（社区）。");
    }
    if filled.name.chars().count() > limit.contact {
        errors.add("name", format!("最多 {} 字。", limit.contact));
    }
    if filled.phone.chars().count() > limit.contact {
        errors.add("phone", format!("最多 {} 字。", limit.contact));
    }
    errors
}

async fn form(
    ctx: &Ctx,
    tx: &mut huiyin_db::Tx,
    place: &Place,
    filled: Filled,
    errors: FormErrors,
) -> Result<ProblemForm> {
    let engine = cases(&ctx.site)?;
    let villages = place::villages(tx, &ctx.site, place).await?;
    let none = Choice::new("", "不清楚，或涉及全乡镇（街道）");
    let villages = std::iter::once(none).chain(villages.iter().map(|one| Choice::new(&one.code, &one.name))).collect();
    let kinds = engine.book.categories.all().iter().flat_map(|category| {
        category
            .sub
            .iter()
            .map(|sub| Choice::new(format!("{}/{}", category.id, sub.id), &sub.name).group(&category.name))
    });
    let other = engine.book.categories.all().iter().filter(|category| category.sub.is_empty());
    let other = other.map(|category| Choice::new(format!("{}/", category.id), &category.name));
    let kinds = std::iter::once(Choice::new("", "请选择")).chain(kinds).chain(other).collect();
    let county = &filled.county;
    let limit = engine.book.rules.limit;
    let about = vec![
        Choice::new("", "不是，反映的是事"),
        Choice::new("village", "是，反映村（社区）干部").hint("村里和乡镇都不经手，由上一级受理"),
        Choice::new("township", "是，反映乡镇（街道）干部").hint("乡镇不经手，由县上受理"),
    ];
    Ok(ProblemForm {
        csrf: ctx.csrf(),
        steps: Breadcrumb::new(place.township.name.clone())
            .step("反映问题", "/problems/new")
            .step(ctx.site.regions.name(place.region), format!("/problems/new?county={county}")),
        place: place.name(&ctx.site),
        village: Field::select("village", "村（社区）", villages).value(&filled.village).errors(&errors),
        kind: Field::select("sub", "属于哪一类", kinds).value(&filled.sub).required().errors(&errors),
        text: Field::area("text", "是什么问题", 7)
            .hint("什么地方、从什么时候、怎么回事、盼着怎么办。不要写别人的身份证号和电话。")
            .value(&filled.text)
            .required()
            .longest(u32::try_from(limit.text).unwrap_or(u32::MAX))
            .errors(&errors),
        photos: Field::file("photos", "照片（可以不附）", "image/jpeg,image/png,image/webp", true)
            .hint(format!("最多 {} 张。照片里的位置信息会自动去掉。", limit.photos))
            .errors(&errors),
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

impl Filled {
    fn read(upload: &Upload) -> Self {
        let text = |field: &str| upload.text(field).to_owned();
        Self {
            county: text("county"),
            town: text("town"),
            village: text("village"),
            sub: text("sub"),
            text: text("text"),
            about: text("about"),
            name: text("name"),
            phone: text("phone"),
            nonce: text("nonce"),
        }
    }

    /// Category and sub-category, if the choice is one of ours.
    fn category(&self, cases: &Cases) -> Option<(String, String)> {
        let (category, sub) = self.sub.split_once('/')?;
        cases.book.categories.allows(category, sub).then(|| (category.to_owned(), sub.to_owned()))
    }

    fn submission(self, cases: &Cases, place: &Place, photos: Vec<huiyin_files::NewFile>) -> Submission {
        let (category, sub_category) = self.category(cases).unwrap_or_default();
        let about = match self.about.as_str() {
            "village" => place.village.as_ref(),
            "township" => Some(&place.township),
            _ => None,
        };
        Submission {
            region: place.region,
            township: Some(place.township.id),
            village: place.village.as_ref().map(|village| village.id),
            category,
            sub_category,
            title: title_of(&self.text),
            contact: Some(Contact { name: self.name, phone: self.phone }),
            subject: about.map(|org| Subject { org: OrgRef { region: org.region, id: org.id }, office: None }),
            channel: Channel::Web,
            photos,
            nonce: self.nonce,
            text: self.text,
        }
    }
}

/// The first sentence, cut where it is long: nobody has to invent a title.
fn title_of(text: &str) -> String {
    const LONGEST: usize = 30;
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let sentence =
        flat.split(['。', '！', '？', '!', '?', '；', ';', '\n']).map(str::trim).find(|part| !part.is_empty());
    let sentence = sentence.unwrap_or_default();
    if sentence.chars().count() <= LONGEST {
        return sentence.to_owned();
    }
    let beginning: String = sentence.chars().take(LONGEST).collect();
    match beginning.rfind(['，', ',', '、']) {
        Some(end) if beginning[..end].chars().count() >= 8 => beginning[..end].to_owned(),
        _ => beginning,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_sentence_becomes_the_title() {
        assert_eq!(title_of("村里三天没水了。老人要到沟里挑水。"), "村里三天没水了");
        assert_eq!(title_of("  \n！路坏了"), "路坏了");
        assert_eq!(title_of(&"长".repeat(100)).chars().count(), 30);
        assert_eq!(
            title_of("从上个月开始我们村口的路灯就不亮了，晚上娃娃放学回家看不见路非常危险"),
            "从上个月开始我们村口的路灯就不亮了"
        );
        assert_eq!(title_of(""), "");
    }
}
