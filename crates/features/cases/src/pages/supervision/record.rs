//! Writing down what was seen, on a telephone, with a network or without.

use askama::Template;
use huiyin_base::{Problem, ProblemKind};
use huiyin_web::components::{Choice, Field, FormErrors, Notice};
use huiyin_web::{Can, Csrf, Ctx, Density, Path, Result, Upload};

use super::{fresh_nonce, id_of};
use crate::Moment;
use crate::pages::action_post::day_of;
use crate::pages::cases;
use crate::pages::kept_photos::KeptPhotos;
use crate::permissions::InspectionRecord;
use crate::supervision::store::{Gravity, InspectionItem, Verdict, item_list};
use crate::supervision::{NewFinding, NewRecord, SupervisionRules};

/// So many findings have fields; more go into a second record.
const FINDINGS: usize = 4;
const PICTURES: &str = "image/jpeg,image/png,image/webp,image/heic";

#[derive(Template)]
#[template(path = "inspection_record.html")]
struct RecordPage {
    csrf: Csrf,
    action: String,
    back: String,
    nonce: String,
    title: String,
    unit: String,
    mistake: Option<Notice>,
    first: Vec<Field>,
    items: Vec<Asked>,
    findings: Vec<(usize, Vec<Field>, bool)>,
    most_photos: usize,
    photos: Field,
}

/// A question of the checklist.
struct Asked {
    result: Field,
    note: Field,
}

/// The page that stands in for a form without a network: what it shows is kept on the telephone of whoever opened it before.
#[derive(Template)]
#[template(path = "inspection_sheet.html")]
struct SheetPage;

pub(crate) async fn sheet(ctx: Ctx) -> Result {
    ctx.page("现场记录", Density::Calm, &SheetPage)
}

pub(crate) async fn new(ctx: Ctx, can: Can<InspectionRecord>, Path((id, n)): Path<(String, i64)>) -> Result {
    draw(&ctx, &can, (&id, n), None, None).await
}

pub(crate) async fn create(
    ctx: Ctx,
    can: Can<InspectionRecord>,
    Path((id, n)): Path<(String, i64)>,
    upload: Upload,
) -> Result {
    let inspection = id_of(&id)?;
    let engine = cases(&ctx.site)?;
    // Who may not write here leaves no photos either.
    let mut tx = ctx.site.db.read().await?;
    engine.visit(&mut tx, inspection, n, &can.viewer).await?;
    let items = item_list(&mut tx, inspection).await?;
    drop(tx);
    let mut errors = FormErrors::default();
    let most = SupervisionRules::built_in()?.limit.photos;
    let nonce = upload.text("nonce").to_owned();
    let kept = KeptPhotos::receive(&ctx, inspection.region(), &upload, &nonce, most, &mut errors).await?;
    let new = if let Some(message) = errors.of("photos") {
        Err(Problem::invalid(message.to_owned()))
    } else {
        read(&upload, &items).map(|new| NewRecord { photos: kept.0, nonce, ..new })
    };
    let done = match new {
        Ok(new) => engine.record_add(inspection, n, new, &can.viewer, Moment::at(ctx.now()), &mut ctx.rng()).await,
        Err(problem) => Err(problem),
    };
    match done {
        Ok(recorded) if recorded.repeated => ctx.redirect("/inspections/mine", Some("这份记录早已交过，没有重复。")),
        Ok(_) => ctx.redirect("/inspections/mine", Some("现场记录已交。")),
        Err(problem) if problem.kind == ProblemKind::Invalid => {
            draw(&ctx, &can, (&id, n), Some(&upload), Some(problem.message)).await
        }
        Err(problem) => Err(problem.into()),
    }
}

fn read(upload: &Upload, items: &[InspectionItem]) -> std::result::Result<NewRecord, Problem> {
    let spoken = upload.text("spoken").trim();
    let spoken = if spoken.is_empty() { Ok(0) } else { spoken.parse() };
    let marks = items.iter().filter_map(|item| {
        let verdict = Verdict::parse(upload.text(&format!("mark{}", item.n)))?;
        Some((item.n, verdict, upload.text(&format!("note{}", item.n)).to_owned()))
    });
    let mut findings = Vec::new();
    for place in 1..=FINDINGS {
        let field = |name: &str| upload.text(&format!("{name}{place}")).trim().to_owned();
        if field("title").is_empty() && field("detail").is_empty() {
            continue;
        }
        let deadline = day_of(&field("deadline"))?;
        findings.push(NewFinding {
            title: field("title"),
            text: field("detail"),
            demand: field("demand"),
            gravity: Gravity::parse(&field("gravity")),
            deadline,
        });
    }
    Ok(NewRecord {
        day: day_of(upload.text("day"))?,
        text: upload.text("text").to_owned(),
        spoken: spoken.map_err(|_| Problem::invalid("谈话人数请填数字。"))?,
        marks: marks.collect(),
        findings,
        ..NewRecord::default()
    })
}

async fn draw(
    ctx: &Ctx,
    can: &Can<InspectionRecord>,
    (id, n): (&str, i64),
    upload: Option<&Upload>,
    mistake: Option<String>,
) -> Result {
    let inspection = id_of(id)?;
    let rules = SupervisionRules::built_in()?;
    let mut tx = ctx.site.db.read().await?;
    let (found, unit) = cases(&ctx.site)?.visit(&mut tx, inspection, n, &can.viewer).await?;
    if found.done_day.is_some() {
        return Err(Problem::conflict("这次督查已经结束，不能再加记录。").into());
    }
    let items = item_list(&mut tx, inspection).await?;
    drop(tx);
    let was = |name: &str| upload.map_or("", |upload| upload.text(name)).to_owned();
    let longest = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let nonce = if was("nonce").is_empty() { fresh_nonce(&mut ctx.rng()) } else { was("nonce") };
    let verdicts = || Verdict::ALL.iter().map(|verdict| Choice::new(verdict.as_str(), verdict.label())).collect();
    let page = RecordPage {
        csrf: ctx.csrf(),
        action: format!("/inspections/{id}/units/{n}/record"),
        back: format!("/inspections/{id}"),
        nonce,
        title: found.title.clone(),
        unit: unit.name.clone(),
        mistake: mistake.map(Notice::bad),
        first: vec![
            Field::area("text", "看到的情况", 5)
                .value(was("text"))
                .hint("写实际看到的，不写谁说的。")
                .required()
                .longest(longest(rules.limit.text)),
            Field::number("spoken", "同几个人谈过")
                .value(was("spoken"))
                .hint("只记人数，不记姓名。")
                .with("autocomplete", "off"),
            Field::date("day", "哪天去的").value(was("day")).hint("不填就是今天。"),
        ],
        items: items
            .iter()
            .map(|item| {
                let (mark, note) = (format!("mark{}", item.n), format!("note{}", item.n));
                Asked {
                    result: Field::radio(&mark, &item.text, verdicts()).value(was(&mark)),
                    note: Field::text(&note, "说明")
                        .value(was(&note))
                        .hidden_label()
                        .longest(longest(rules.limit.reason))
                        .with("placeholder", "说明，可以不写"),
                }
            })
            .collect(),
        findings: (1..=FINDINGS).map(|place| finding(place, &was, rules)).collect(),
        most_photos: rules.limit.photos,
        photos: Field::file("photos", "照片（可以不附）", PICTURES, true)
            .hint(format!("最多 {} 张。照片里的位置信息会自动去掉。", rules.limit.photos)),
    };
    if page.mistake.is_some() {
        return ctx.refused("现场记录", Density::Calm, &page);
    }
    ctx.page("现场记录", Density::Calm, &page)
}

fn finding(place: usize, was: &impl Fn(&str) -> String, rules: &SupervisionRules) -> (usize, Vec<Field>, bool) {
    let longest = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    let name = |field: &str| format!("{field}{place}");
    let open = place == 1 || !was(&name("title")).is_empty();
    let gravities = Gravity::ALL.iter().map(|gravity| Choice::new(gravity.as_str(), gravity.label()));
    let gravity = Gravity::parse(&was(&name("gravity"))).unwrap_or(Gravity::Common).as_str();
    let fields = vec![
        Field::text(&name("title"), "问题").value(was(&name("title"))).longest(longest(rules.limit.title)),
        Field::area(&name("detail"), "情况", 3).value(was(&name("detail"))).longest(longest(rules.limit.text)),
        Field::text(&name("demand"), "改到什么程度").value(was(&name("demand"))).longest(longest(rules.limit.reason)),
        Field::radio(&name("gravity"), "程度", gravities.collect()).value(gravity),
        Field::date(&name("deadline"), "整改期限")
            .value(was(&name("deadline")))
            .hint(format!("不填就是交办后 {} 天。", rules.inspection.finding_days)),
    ];
    (place, fields, open)
}
