//! One question: written, read, changed, taken out.

use askama::Template;
use huiyin_base::Problem;
use huiyin_web::components::{Breadcrumb, Choice, Field, Notice};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result};
use serde::Deserialize;

use super::{id_of, nonce};
use crate::bank::{self, Keeper, restored};
use crate::permissions::TestKeep;
use crate::question::{KINDS, Question, kind_label, right_answer, sheet};
use crate::store::{question_find, version_list};

#[derive(Template)]
#[template(path = "question_form.html")]
struct FormPage {
    csrf: Csrf,
    nonce: String,
    fields: Vec<Field>,
    mistake: Option<Notice>,
}

#[derive(Template)]
#[template(path = "question.html")]
struct ShowPage {
    crumb: Breadcrumb,
    csrf: Csrf,
    id: String,
    kind: &'static str,
    stem: String,
    options: Vec<String>,
    right: String,
    feedback: String,
    category: String,
    tags: String,
    source: String,
    version: i64,
    versions: Vec<(i64, String)>,
    fields: Option<Vec<Field>>,
    mistake: Option<Notice>,
}

/// The cells of a row of the sheet, as a form has them.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    kind: String,
    stem: String,
    options: String,
    answer: String,
    feedback: String,
    category: String,
    tags: String,
    source: String,
    gift: String,
    nonce: String,
    version: i64,
}

impl Given {
    fn of(question: &Question) -> Self {
        let row = sheet::to_row(question);
        let options: Vec<&str> = row[2..10].iter().map(String::as_str).filter(|text| !text.is_empty()).collect();
        Self {
            kind: question.body.word().into(),
            stem: row[1].clone(),
            options: options.join("\n"),
            answer: row[10].clone(),
            feedback: row[11].clone(),
            category: row[12].clone(),
            tags: row[13].clone(),
            source: row[14].clone(),
            gift: row[15].clone(),
            ..Self::default()
        }
    }

    fn read(&self) -> std::result::Result<Question, String> {
        let options: Vec<&str> = self.options.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        if options.len() > 8 && self.gift.trim().is_empty() {
            return Err("选项超过 8 个的题请用 GIFT 写法。".into());
        }
        let mut cells = vec![self.kind.as_str(), self.stem.as_str()];
        cells.extend((0..8).map(|place| options.get(place).copied().unwrap_or_default()));
        cells.extend([&*self.answer, &*self.feedback, &*self.category, &*self.tags, &*self.source, &*self.gift]);
        let question = sheet::from_row(&cells)?;
        question.fault().map_or(Ok(question), Err)
    }

    fn fields(&self) -> Vec<Field> {
        let kinds = KINDS.iter().map(|(word, label)| Choice::new(word, *label)).collect();
        vec![
            Field::select("kind", "题型", kinds).value(&self.kind),
            Field::area("stem", "题干", 3).value(&self.stem).longest(4_000),
            Field::area("options", "选项", 4)
                .value(&self.options)
                .hint("一行一个。排序题按正确的顺序写；连线题每行写成“左 -> 右”；判断、填空、数字、简答不写。"),
            Field::text("answer", "答案").value(&self.answer).hint(
                "选择题写字母（多选如 AC）；判断写对或错；填空几种说法用 | 隔开；数字可写 3:0.5 或 2..4；简答写“自己对照”就由本人对照解析，空着就由阅卷人批。",
            ),
            Field::area("feedback", "解析", 2).value(&self.feedback).longest(4_000),
            Field::text("category", "分类").value(&self.category).hint("用 / 分级，例如 法律/宪法。"),
            Field::text("tags", "标签").value(&self.tags).hint("用顿号隔开。"),
            Field::text("source", "来源").value(&self.source),
            Field::area("gift", "GIFT 写法（填了就以它为准）", 3).value(&self.gift).hint("分值比例、单个选项的提示要用它写。"),
        ]
    }
}

pub(crate) async fn new(ctx: Ctx, _can: Can<TestKeep>) -> Result {
    let given = Given { kind: "single".into(), ..Given::default() };
    let page = FormPage { csrf: ctx.csrf(), nonce: nonce(&ctx), fields: given.fields(), mistake: None };
    ctx.page("写一道题", Density::Desk, &page)
}

pub(crate) async fn create(ctx: Ctx, can: Can<TestKeep>, Form(given): Form<Given>) -> Result {
    let question = match given.read() {
        Ok(question) => question,
        Err(message) => {
            let (fields, mistake) = (given.fields(), Some(Notice::bad(message)));
            let page = FormPage { csrf: ctx.csrf(), nonce: given.nonce, fields, mistake };
            return ctx.refused("写一道题", Density::Desk, &page);
        }
    };
    let keeper = Keeper::of(&ctx.site, &can.viewer).await?;
    bank::take(&ctx.site.db, &keeper, &[question], &given.nonce, ctx.now(), &mut ctx.rng()).await?;
    ctx.redirect("/questions", Some("已入库。"))
}

pub(crate) async fn show(ctx: Ctx, can: Can<TestKeep>, Path(id): Path<String>) -> Result {
    draw(&ctx, &can, &id, None).await
}

async fn draw(ctx: &Ctx, can: &Can<TestKeep>, id: &str, wrong: Option<(Given, String)>) -> Result {
    let keeper = Keeper::of(&ctx.site, &can.viewer).await?;
    let mut tx = ctx.site.db.read().await?;
    let row = question_find(&mut tx, &keeper.uses, id_of(id)?).await?.ok_or_else(Problem::not_found)?;
    let versions = version_list(&mut tx, row.id).await?;
    drop(tx);
    let body = versions.first().map_or("", |version| version.body.as_str());
    let question = restored(body)?;
    let own = keeper.keeps(row.org) && !row.retired;
    let (given, mistake) = match wrong {
        Some((given, message)) => (given, Some(Notice::bad(message))),
        None => (Given::of(&question), None),
    };
    let page = ShowPage {
        crumb: Breadcrumb::new("题目").step("题库", "/questions"),
        csrf: ctx.csrf(),
        id: row.id.to_string(),
        kind: kind_label(&row.kind),
        stem: question.line(),
        options: super::paper::option_texts(&question),
        right: right_answer(&question),
        feedback: question.plain(&question.feedback),
        category: row.category,
        tags: question.tags.join("、"),
        source: row.source,
        version: row.version,
        versions: versions.iter().map(|one| (one.version, one.made_day.chinese())).collect(),
        fields: own.then(|| given.fields()),
        mistake,
    };
    if page.mistake.is_some() {
        return ctx.refused("题目", Density::Desk, &page);
    }
    ctx.page("题目", Density::Desk, &page)
}

pub(crate) async fn change(ctx: Ctx, can: Can<TestKeep>, Path(id): Path<String>, Form(given): Form<Given>) -> Result {
    let keeper = Keeper::of(&ctx.site, &can.viewer).await?;
    let question = match given.read() {
        Ok(question) => question,
        Err(message) => return draw(&ctx, &can, &id, Some((given, message))).await,
    };
    bank::change(&ctx.site.db, &keeper, (id_of(&id)?, given.version), &question, ctx.today()).await?;
    ctx.redirect(&format!("/questions/{}", id_of(&id)?), Some("已存为新版本；已经开放的测试还用原来的版本。"))
}

#[derive(Debug, Deserialize)]
pub(crate) struct Pressed {}

pub(crate) async fn retire(ctx: Ctx, can: Can<TestKeep>, Path(id): Path<String>, Form(_): Form<Pressed>) -> Result {
    let keeper = Keeper::of(&ctx.site, &can.viewer).await?;
    bank::retire(&ctx.site.db, &keeper, id_of(&id)?).await?;
    ctx.redirect("/questions", Some("已停用，以后不再抽到这道题。"))
}
