//! A kind as it would be: its form, its way, its number. From here it is published.

use std::collections::BTreeMap;

use askama::Template;
use huiyin_base::Problem;
use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_web::components::{Breadcrumb, Button, Field};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result};

use super::super::card::cases;
use super::super::kind_fields::{Choices, first_inputs};
use crate::kind_shelf::shipped;
use crate::permissions::{KindMake, SEES};
use crate::store::{self, KindMade, MadeState};
use crate::{FieldType, Kind, MadeKind, State};

#[derive(Template)]
#[template(path = "kind_preview.html")]
struct KindPreview {
    csrf: Csrf,
    steps: Breadcrumb,
    label: String,
    version: i64,
    published: Option<String>,
    path: String,
    facts: Vec<(&'static str, String)>,
    fields: Vec<Field>,
    columns: String,
    edit: Button,
    ledger: Option<Button>,
    public: Option<Button>,
    form: String,
}

async fn found(ctx: &Ctx, name: &str, version: &str) -> Result<(KindMade, MadeKind)> {
    let version: i64 = version.parse().map_err(|_| Problem::not_found())?;
    let mut tx = ctx.site.db.read().await?;
    let made = store::kind_made_find(&mut tx, name, version).await?.ok_or_else(Problem::not_found)?;
    let form: MadeKind = serde_json::from_str(&made.form).map_err(Problem::broken)?;
    Ok((made, form))
}

pub(super) async fn show(ctx: Ctx, can: Can<KindMake>, Path((name, version)): Path<(String, String)>) -> Result {
    let (made, form) = found(&ctx, &name, &version).await?;
    let kind = match made.state {
        MadeState::Draft => form.rules(shipped(&ctx.site.calendar, &made.name)?, made.version, ctx.today())?,
        MadeState::Published => Kind::parse(&made.rules).map_err(Problem::broken)?,
    };
    let is_published = made.state == MadeState::Published;
    let marked = kind
        .fields
        .iter()
        .filter(|field| field.slot.is_some() || field.kind == FieldType::File)
        .map(|field| field.label.as_str());
    let columns = ["事项", "承办单位"].into_iter().chain(marked).chain(["状态", "完成", "下达日期", "期限"]);
    let page = KindPreview {
        csrf: ctx.csrf(),
        steps: Breadcrumb::new(kind.label.as_str()).step("事项种类", "/admin/kinds"),
        label: kind.label.clone(),
        version: made.version,
        published: made.published_day.map(|day| format!("{}发布，{}", day.chinese(), made.post)),
        path: format!("/admin/kinds/{}/{}", made.name, made.version),
        facts: facts(&kind, &form),
        fields: first_inputs(&kind, &BTreeMap::new(), &Choices::default()),
        columns: columns.collect::<Vec<_>>().join("｜"),
        edit: Button::secondary(if is_published { "在这一版上出新的一版" } else { "继续修改" })
            .to(format!("/admin/kinds/new?name={}&version={}", made.name, made.version)),
        public: (is_published && kind.public_ledger)
            .then(|| Button::secondary("群众看到的").to(format!("/public-ledgers/{}", made.name))),
        ledger: (is_published && can.viewer.has_any(SEES))
            .then(|| Button::secondary("看它的台账").to(format!("/ledgers/{}", made.name))),
        form: fingerprint(&made.form),
    };
    ctx.page(&kind.label, Density::Desk, &page)
}

fn facts(kind: &Kind, form: &MadeKind) -> Vec<(&'static str, String)> {
    let path = [State::Assigned, State::Signed, State::InHand, State::CloseRequested, State::Answered];
    let path: Vec<&str> = path.iter().map(|state| kind.state_label(*state)).collect();
    let desks = crate::DESKS.iter().filter(|(word, _)| form.desk.iter().any(|role| role == word));
    let desks: Vec<&str> = desks.map(|(_, label)| *label).collect();
    let [village, township, department, county] = form.days;
    let number =
        kind.close_number.as_deref().and_then(|pattern| crate::clock_rules::numbered(pattern, "宝塔", (2016, 1)));
    let mut facts = vec![
        ("经过", path.join(" → ")),
        ("谁可以下达", desks.join("、")),
        ("由谁核验", kind.verifier.label().to_owned()),
        ("签收", format!("{} 个工作日", form.sign)),
        ("办理", format!("村、社区 {village}，乡镇 {township}，部门 {department}，县、市 {county} 个工作日")),
        ("销号编号", number.unwrap_or_default()),
        ("暂缓", if form.pauses { "可以" } else { "不可以" }.to_owned()),
        ("公开", if kind.public_ledger { public(kind) } else { "不对外公开".to_owned() }),
        ("群众评议", if kind.vote.is_some() { "销号前评议，只记票数" } else { "不评议" }.to_owned()),
    ];
    if form.watch > 0 {
        facts.push(("巩固期", format!("{} 天", form.watch)));
    }
    facts
}

/// What everybody may read of it.
fn public(kind: &Kind) -> String {
    let votes = kind.vote.as_ref().map(|_| "群众评议票数");
    format!("对外公开：{}", kind.public_columns().into_iter().chain(votes).collect::<Vec<_>>().join("、"))
}

/// What was looked at: a draft that was changed meanwhile is not published.
fn fingerprint(form: &str) -> String {
    let sum = form
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |sum, byte| (sum ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3));
    format!("{sum:016x}")
}

pub(super) async fn publish(
    ctx: Ctx,
    can: Can<KindMake>,
    Path((name, version)): Path<(String, String)>,
    Form(given): Form<BTreeMap<String, String>>,
) -> Result {
    let (made, form) = found(&ctx, &name, &version).await?;
    let path = format!("/admin/kinds/{}/{}", made.name, made.version);
    if made.state == MadeState::Published {
        return ctx.redirect(&path, Some("这一版已经发布。"));
    }
    if given.get("form").map(String::as_str) != Some(fingerprint(&made.form).as_str()) {
        return ctx.redirect(&path, Some("草稿刚被改过，请再看一遍，没有问题再发布。"));
    }
    let kind = form.rules(shipped(&ctx.site.calendar, &made.name)?, made.version, ctx.today())?;
    let account = can.viewer.account;
    let detail = format!("发布事项种类“{}”第 {} 版", kind.label, kind.version);
    let event = Event::new(account.region, AuditKind::Setting, ctx.real_now(), &mut ctx.rng());
    let event = event.by(account).about("kind", format!("{name}-{version}")).detail(detail);
    let today = ctx.today();
    let rules = kind.text.clone();
    let write = ctx.site.db.write("kind_publish", move |tx| {
        let (made, rules, event) = (made.clone(), rules.clone(), event.clone());
        Box::pin(async move {
            let first = store::kind_publish(tx, &made, &rules, today).await?;
            if first {
                audit::record(tx, &event).await?;
            }
            Ok(first)
        })
    });
    let first = write.await?;
    // This server knows it at once; the others within seconds.
    cases(&ctx.site)?.fresh().await?;
    ctx.redirect(&path, Some(if first { "已发布，可以下达了。" } else { "别人刚发布了这一版。" }))
}
