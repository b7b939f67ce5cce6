//! The form that makes a kind, and what it says.

use std::collections::BTreeMap;

use askama::Template;
use huiyin_base::{Problem, ProblemKind};
use huiyin_web::components::{Breadcrumb, Choice, Field};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Query, Result};

use super::super::card::cases;
use crate::kind_shelf::shipped;
use crate::permissions::KindMake;
use crate::store::{self, KindMade, MadeState};
use crate::{DESKS, FIELDS, FieldType, MadeField, MadeKind, VerifierRule};

type Given = BTreeMap<String, String>;

/// The field of a form that changes a kind which comes with the program.
const OVER: &str = "over";

#[derive(Template)]
#[template(path = "kind_form.html")]
struct KindForm {
    csrf: Csrf,
    steps: Breadcrumb,
    title: String,
    mistake: Option<String>,
    /// A new version keeps its word.
    fixed_name: Option<String>,
    /// It comes with the program; the version is one's own.
    over: bool,
    about: Vec<Field>,
    times: Vec<Field>,
    rows: Vec<FieldRow>,
}

/// One field of the kind, folded away while it is empty.
struct FieldRow {
    n: usize,
    title: String,
    open: bool,
    hidden: [(String, String); 2],
    fields: Vec<Field>,
}

/// `name=…&version=…`: a draft to go on with, or a published version to change.
pub(super) async fn new(ctx: Ctx, _can: Can<KindMake>, Query(asked): Query<Given>) -> Result {
    let of = |name: &str| asked.get(name).map(String::as_str).unwrap_or_default();
    let version = of("version").parse::<i64>().unwrap_or(0);
    if of("name").is_empty() {
        let bare = MadeKind {
            verifier: "issuer".into(),
            desk: vec!["county_staff".into(), "city_staff".into()],
            sign: 2,
            days: [20, 30, 30, 30],
            pauses: true,
            ..MadeKind::default()
        };
        return draw(&ctx, &bare, 1, None);
    }
    let mut tx = ctx.site.db.read().await?;
    let base = shipped(&ctx.site.calendar, of("name"))?;
    if let Some(base) = base.filter(|base| base.version == version) {
        // From what comes with the program to the first version of one's own.
        let made = MadeKind::of(base).ok_or_else(Problem::not_found)?;
        let next = next_version(&store::kind_made_list(&mut tx).await?, &base.name, base.version);
        return draw(&ctx, &made, next, None);
    }
    let found = store::kind_made_find(&mut tx, of("name"), version).await?.ok_or_else(Problem::not_found)?;
    let made: MadeKind = serde_json::from_str(&found.form).map_err(Problem::broken)?;
    let next = match found.state {
        MadeState::Draft => found.version,
        MadeState::Published => {
            next_version(&store::kind_made_list(&mut tx).await?, &found.name, base.map_or(0, |base| base.version))
        }
    };
    draw(&ctx, &made, next, None)
}

/// The draft that waits, or the version after the newest; `shipped` is the version that comes with the program.
fn next_version(all: &[KindMade], name: &str, shipped: i64) -> i64 {
    let newest = all.iter().find(|one| one.name == name);
    newest.map_or(shipped + 1, |one| if one.state == MadeState::Draft { one.version } else { one.version + 1 })
}

/// Keeps a draft and goes to its preview.
pub(super) async fn create(ctx: Ctx, can: Can<KindMake>, Form(given): Form<BTreeMap<String, Vec<String>>>) -> Result {
    let made = chosen(&given);
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.read().await?;
    let all = store::kind_made_list(&mut tx).await?;
    drop(tx);
    let published = all.iter().filter(|one| one.name == made.name && one.state == MadeState::Published);
    let before: Vec<MadeKind> = published.filter_map(|one| serde_json::from_str(&one.form).ok()).collect();
    // A form that was drawn for a kind of the program says so; a new kind never takes its word.
    let base = shipped(&ctx.site.calendar, &made.name)?.filter(|_| given.contains_key(OVER));
    let version = next_version(&all, &made.name, base.map_or(0, |base| base.version));
    let settled = match base {
        Some(base) => made.clone().settled_over(base, &engine.book, &before),
        None => made.clone().settled(&engine.book, &before),
    };
    let settled = match settled.and_then(|made| made.rules(base, version, ctx.today()).map(|_| made)) {
        Ok(made) => made,
        Err(problem) if problem.kind == ProblemKind::Invalid => {
            return draw(&ctx, &made, version, Some(problem.message));
        }
        Err(problem) => return Err(problem.into()),
    };
    let account = can.viewer.account;
    let row = KindMade {
        name: settled.name.clone(),
        version,
        state: MadeState::Draft,
        form: serde_json::to_string(&settled).map_err(Problem::broken)?,
        rules: String::new(),
        account_region: account.region,
        account: account.id,
        post: can.viewer.grants.first().map(crate::post_of).unwrap_or_default(),
        created_day: ctx.today(),
        published_day: None,
    };
    let path = format!("/admin/kinds/{}/{version}", settled.name);
    let write = ctx.site.db.write("kind_made_put", move |tx| {
        let row = row.clone();
        Box::pin(async move { Ok(store::kind_made_put(tx, &row).await?) })
    });
    let kept = write.await?;
    ctx.redirect(
        &path,
        Some(if kept {
            "草稿已存，请预览。"
        } else {
            "这一版刚刚被别人发布，请看已发布的内容。"
        }),
    )
}

/// What the form says.
fn chosen(given: &BTreeMap<String, Vec<String>>) -> MadeKind {
    let of = |name: &str| given.get(name).and_then(|values| values.first()).cloned().unwrap_or_default();
    let number = |name: &str| of(name).trim().parse::<u32>().unwrap_or(0);
    let field = |n: usize| {
        let of = |part: &str| of(&format!("r{n}_{part}"));
        MadeField {
            id: of("id"),
            label: of("label"),
            kind: of("type"),
            options: of("options").lines().map(str::to_owned).collect(),
            words: Vec::new(),
            required: !of("required").is_empty(),
            filter: !of("filter").is_empty(),
            sort: !of("sort").is_empty(),
            public: !of("public").is_empty(),
            hint: of("hint").trim().chars().take(60).collect(),
            slot: of("slot").parse().ok(),
        }
    };
    MadeKind {
        name: of("name").trim().to_owned(),
        label: of("label"),
        mark: of("mark").trim().to_owned(),
        public_ledger: !of("public_ledger").is_empty(),
        rated: !of("rated").is_empty(),
        pauses: !of("pauses").is_empty(),
        watch: of("watch").trim().parse().unwrap_or(0),
        desk: given.get("desk").cloned().unwrap_or_default(),
        verifier: of("verifier"),
        sign: number("sign"),
        days: ["village", "township", "department", "county"].map(|level| number(&format!("days_{level}"))),
        fields: (0..FIELDS).map(field).collect(),
    }
}

fn draw(ctx: &Ctx, made: &MadeKind, version: i64, mistake: Option<String>) -> Result {
    let fixed = version > 1;
    let over = fixed && shipped(&ctx.site.calendar, &made.name)?.is_some();
    let title = if fixed { format!("{}：第 {version} 版", made.label) } else { "新建事项种类".to_owned() };
    let desks = DESKS.iter().map(|(word, label)| Choice::new(word, *label)).collect();
    let rules = VerifierRule::ALL.iter().map(|rule| Choice::new(rule.as_str(), rule.label())).collect();
    let tick = |name: &str, label: &str, on: bool| {
        let field = Field::tick(name, label);
        if on { field.value("1") } else { field }
    };
    let mut about = Vec::new();
    if !fixed {
        let name = Field::text("name", "代号").value(&made.name).required();
        about.push(name.hint("小写字母、数字、下划线，例如 road_repair；用在网址里，以后不能改。"));
    }
    about.push(Field::text("label", "名称").value(&made.label).longest(12).required());
    if !over {
        let mark = Field::text("mark", "销号编号用字").value(&made.mark).longest(3).required();
        about.push(mark.hint("写“路”，编号就是“宝塔路销〔2016〕00001号”。"));
    }
    about.extend([
        Field::boxes("desk", "谁可以下达", desks).values(&made.desk),
        Field::radio("verifier", "由谁核验", rules).value(&made.verifier).hint("承办过的人永远不能核验自己办的。"),
        tick("pauses", "可以按列明的原因暂缓办理", made.pauses),
    ]);
    if !over {
        let rated = tick("rated", "销号前请受益的群众评议", made.rated);
        about.push(rated.hint("无记名，只记满意、不满意、弃权的票数；不满意超过一半，不能销号。"));
    }
    if !fixed || made.public_ledger && !over {
        let public = tick("public_ledger", "对外公开：群众能看这本台账", made.public_ledger);
        about.push(
            public.hint("公开名称、承办单位、状态（含销号编号、核验岗位）、进度、期限、评议票数和下面勾了“公开”的项；正文和往来不公开。以后的版本可以关，不能再开。"),
        );
    }
    let number = |name: &str, label: &str, value: u32| Field::number(name, label).value(value).required();
    let times = vec![
        number("sign", "几个工作日内签收", made.sign),
        number("days_village", "村、社区办理（工作日）", made.days[0]),
        number("days_township", "乡镇（街道）办理", made.days[1]),
        number("days_department", "部门办理", made.days[2]),
        number("days_county", "县、市办理", made.days[3]),
        Field::number("watch", "销号后巩固几天").value(made.watch).hint("期间反弹的重新办理；不需要填 0。"),
    ];
    let page = KindForm {
        csrf: ctx.csrf(),
        steps: Breadcrumb::new(title.as_str()).step("事项种类", "/admin/kinds"),
        title: title.clone(),
        over,
        fixed_name: fixed.then(|| made.name.clone()),
        about,
        times,
        rows: (0..FIELDS).map(|n| row(n, made.fields.get(n), !fixed || made.public_ledger && !over)).collect(),
        mistake,
    };
    if page.mistake.is_some() {
        return ctx.refused(&title, Density::Desk, &page);
    }
    ctx.page(&title, Density::Desk, &page)
}

/// `opens` says whether the ledger is or may become public.
fn row(n: usize, field: Option<&MadeField>, opens: bool) -> FieldRow {
    let bare = MadeField { kind: "text".into(), ..MadeField::default() };
    let filled = field.is_some_and(|field| !field.label.is_empty());
    let field = field.unwrap_or(&bare);
    // What was filled in for colleagues stays with them.
    let public = opens && (field.id.is_empty() || field.public);
    let name = |part: &str| format!("r{n}_{part}");
    let types = FieldType::ALL.iter();
    let types = types.map(|kind| Choice::new(kind.as_str(), kind.label())).collect();
    let tick = |part: &str, label: &str, on: bool| {
        let field = Field::tick(&name(part), label);
        if on { field.value("1") } else { field }
    };
    FieldRow {
        n: n + 1,
        title: field.label.clone(),
        open: filled || n == 0,
        hidden: [
            (name("id"), field.id.clone()),
            (name("slot"), field.slot.map(|slot| slot.to_string()).unwrap_or_default()),
        ],
        fields: vec![
            Field::text(&name("label"), "叫什么").value(&field.label).longest(16),
            Field::select(&name("type"), "填什么", types)
                .value(&field.kind)
                .hint("文件和照片从不要求，勾了“必填”也不算，也不能筛选、排序；选人的不能排序。"),
            Field::area(&name("options"), "选项（填“选项”的才写，每行一个）", 3).value(field.options.join("\n")),
            Field::text(&name("hint"), "填写提示（可以不写）").value(&field.hint).longest(60),
            tick("required", "下达时必填", field.required),
            tick("filter", "台账里能筛选", field.filter),
            tick("sort", "台账里能排序", field.sort),
        ]
        .into_iter()
        .chain(public.then(|| tick("public", "公开台账里列出这一项（人员、附件从不公开）", field.public)))
        .collect(),
    }
}
