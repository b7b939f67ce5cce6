//! 答复模板: what an answer may begin with, by category and outcome, kept by each county.

use askama::Template;
use huiyin_base::{Id, Problem, ProblemKind, Region};
use huiyin_directory::Viewer;
use huiyin_web::components::{Breadcrumb, Choice, Empty, Field, Tabs};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Query, Result};
use serde::Deserialize;

use super::card::cases;
use super::county::{CountyAsked, category_choices, category_name, category_of, code_of, county_of, county_tabs};
use crate::permissions::{CaseSettings, KEEPERS};
use crate::recording::without_private;
use crate::store::{self, AnswerTemplate};
use crate::words::{cleaned, limited};
use crate::{Cases, Outcome, post_of};

#[derive(Template)]
#[template(path = "answer_templates.html")]
struct TemplatesPage {
    csrf: Csrf,
    steps: Breadcrumb,
    counties: Option<Tabs>,
    county: String,
    templates: Vec<Line>,
    empty: Option<Empty>,
    fields: Vec<Field>,
    /// The one that is being changed.
    editing: Option<String>,
    mistake: Option<String>,
}

struct Line {
    id: String,
    title: String,
    what: String,
    text: String,
    since: String,
}

const PATH: &str = "/answer-templates";

/// The most characters of a title.
const TITLE: usize = 20;

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Asked {
    county: String,
    /// The template to be changed.
    edit: String,
}

pub(crate) async fn show(ctx: Ctx, can: Can<CaseSettings>, Query(asked): Query<Asked>) -> Result {
    let region = county_of(&ctx, &can.viewer, &asked.county)?;
    let mut given = Given::default();
    if !asked.edit.is_empty() {
        let mut tx = ctx.site.db.read().await?;
        let all = store::answer_template_list(&mut tx, region, None).await?;
        let found = all.into_iter().find(|one| one.id.to_string() == asked.edit).ok_or_else(Problem::not_found)?;
        given = Given {
            instead: found.id.to_string(),
            sub: format!("{}/{}", found.category, found.sub_category),
            outcome: found.outcome.as_str().to_owned(),
            title: found.title,
            text: found.text,
            ..given
        };
    }
    draw(&ctx, &can.viewer, region, &given, None).await
}

async fn draw(ctx: &Ctx, viewer: &Viewer, region: Region, given: &Given, mistake: Option<String>) -> Result {
    let engine = cases(&ctx.site)?;
    let mut tx = ctx.site.db.snapshot().await?;
    let templates = store::answer_template_list(&mut tx, region, None).await?;
    let refused = mistake.is_some();
    let page = TemplatesPage {
        csrf: ctx.csrf(),
        steps: Breadcrumb::new("答复模板").step("我的待办", "/desk"),
        counties: county_tabs(&ctx.site, viewer, PATH, region),
        county: code_of(&ctx.site, region),
        empty: templates.is_empty().then(|| {
            let text = "在下面写一个：开头怎么称呼、要写清哪几样、末尾留哪个电话。办理的人选用后再写具体做了什么。";
            Empty::new("还没有答复模板").text(text)
        }),
        templates: templates.iter().map(|template| line(&engine, template)).collect(),
        fields: fields(&engine, given),
        editing: (!given.instead.is_empty()).then(|| given.instead.clone()),
        mistake,
    };
    if refused {
        return ctx.refused("答复模板", Density::Desk, &page);
    }
    ctx.page("答复模板", Density::Desk, &page)
}

fn line(engine: &Cases, template: &AnswerTemplate) -> Line {
    let what = category_name(&engine.book.categories, &template.category, &template.sub_category);
    Line {
        id: template.id.to_string(),
        title: template.title.clone(),
        what: format!("{what} · {}", template.outcome.label()),
        text: template.text.clone(),
        since: format!("{} {}起", template.post, template.from_day.chinese()),
    }
}

fn fields(engine: &Cases, given: &Given) -> Vec<Field> {
    let outcomes = [Outcome::Solved, Outcome::Explained].map(|one| Choice::new(one.as_str(), one.label()));
    vec![
        Field::text("title", "名称")
            .with("placeholder", "例如：停水抢修完成")
            .value(&given.title)
            .longest(20)
            .required(),
        Field::select("sub", "用在什么问题上", category_choices(&engine.book.categories, "各类问题")).value(&given.sub),
        Field::radio("outcome", "结果", outcomes.into()).value(&given.outcome).required(),
        Field::area("text", "内容", 8)
            .hint("可以用 {地方} {单位} {日期} {编号}，选用时自动换成这一件的。要办理的人补的地方，请写成“……”。")
            .value(&given.text)
            .required(),
    ]
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    county: String,
    /// The template that this one replaces.
    instead: String,
    sub: String,
    outcome: String,
    title: String,
    text: String,
}

/// Adds a template, or puts it in the place of another, which stays on record.
pub(crate) async fn create(ctx: Ctx, can: Can<CaseSettings>, Form(given): Form<Given>) -> Result {
    let region = county_of(&ctx, &can.viewer, &given.county)?;
    let template = match checked(&ctx, &can.viewer, region, &given) {
        Ok(template) => template,
        Err(problem) if problem.kind == ProblemKind::Invalid => {
            return draw(&ctx, &can.viewer, region, &given, Some(problem.message)).await;
        }
        Err(problem) => return Err(problem.into()),
    };
    let instead: Option<Id> = given.instead.parse().ok();
    let write = ctx.site.db.write("answer_template_add", move |tx| {
        let template = template.clone();
        Box::pin(async move {
            if let Some(instead) = instead
                && !store::answer_template_end(tx, region, instead, template.from_day).await?
            {
                return Err(Problem::conflict("这个模板刚被别人改过或停用了，请刷新后再改。"));
            }
            Ok(store::answer_template_add(tx, &[template]).await?)
        })
    });
    write.await?;
    ctx.redirect(&format!("{PATH}?county={}", code_of(&ctx.site, region)), Some("模板已存好，办理的人现在就能选用。"))
}

fn checked(ctx: &Ctx, viewer: &Viewer, region: Region, given: &Given) -> std::result::Result<AnswerTemplate, Problem> {
    let engine = cases(&ctx.site)?;
    let (category, sub_category) = category_of(&engine.book.categories, &given.sub)?;
    let outcome = Outcome::parse(&given.outcome).filter(|one| matches!(one, Outcome::Solved | Outcome::Explained));
    let text = limited("内容", &given.text, engine.book.rules.limit.answer)?;
    without_private("模板", &text)?;
    Ok(AnswerTemplate {
        region,
        id: Id::new(region, ctx.now(), &mut ctx.rng()),
        category,
        sub_category,
        outcome: outcome.ok_or_else(|| Problem::invalid("请选择结果：已解决，或已说明。"))?,
        title: limited("名称", &cleaned(&given.title).replace('\n', " "), TITLE)?,
        text,
        account: Some(viewer.account.id),
        post: viewer.grants_of(KEEPERS).next().map(post_of).unwrap_or_default(),
        from_day: ctx.today(),
        ended_day: None,
    })
}

/// Ends a template.
pub(crate) async fn end(
    ctx: Ctx,
    can: Can<CaseSettings>,
    Path(id): Path<String>,
    Form(given): Form<CountyAsked>,
) -> Result {
    let region = county_of(&ctx, &can.viewer, &given.county)?;
    let id: Id = id.parse().map_err(|_| Problem::not_found())?;
    let today = ctx.today();
    let write = ctx.site.db.write("answer_template_end", move |tx| {
        Box::pin(async move { Ok(store::answer_template_end(tx, region, id, today).await?) })
    });
    if !write.await? {
        return Err(Problem::not_found().into());
    }
    ctx.redirect(&format!("{PATH}?county={}", code_of(&ctx.site, region)), Some("已停用。"))
}
