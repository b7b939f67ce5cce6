//! The bank: its list, and the list as a file.

use askama::Template;
use huiyin_base::{Id, Problem};
use huiyin_web::components::{Button, Choice, DataTable, Empty, Field, FilterBar, Pager, Row, Tabs, Tag};
use huiyin_web::{Allowance, Can, Ctx, Density, Query, Result};
use serde::{Deserialize, Serialize};

use super::download;
use crate::bank::{Keeper, MOST, restored};
use crate::permissions::TestKeep;
use crate::question::{KINDS, Question, aiken, gift, kind_label, sheet};
use crate::store::{QuestionFilter, question_categories, question_list, question_pool};

const PAGE: i64 = 30;
const FILES: Allowance = Allowance { name: "question_file", burst: 20.0, per_second: 0.5, debt: 5.0 };

#[derive(Template)]
#[template(path = "questions.html")]
struct ListPage {
    tabs: Tabs,
    acts: Vec<Button>,
    filter: FilterBar,
    files: Vec<Button>,
    table: Option<DataTable>,
    empty: Option<Empty>,
    pager: Pager,
}

#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(default)]
pub(crate) struct Asked {
    kind: String,
    category: String,
    tag: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    format: String,
    #[serde(skip_serializing_if = "String::is_empty")]
    after: String,
}

impl Asked {
    fn filter(&self, keeper: &Keeper) -> QuestionFilter {
        QuestionFilter {
            orgs: keeper.uses.clone(),
            category: self.category.trim().to_owned(),
            kind: self.kind.clone(),
            tag: self.tag.trim().to_owned(),
        }
    }

    fn link(&self, path: &str, format: &str, after: &str) -> String {
        let asked = Self { format: format.into(), after: after.into(), ..self.clone() };
        format!("{path}?{}", huiyin_web::to_query(&asked))
    }
}

/// The two places of those who keep tests.
pub(super) fn tabs(here: &str) -> Tabs {
    Tabs::new("学习测试").tab("测试", "/tests", here == "tests").tab("题库", "/questions", here == "questions")
}

pub(crate) async fn list(ctx: Ctx, can: Can<TestKeep>, Query(asked): Query<Asked>) -> Result {
    let keeper = Keeper::of(&ctx.site, &can.viewer).await?;
    let filter = asked.filter(&keeper);
    let mut tx = ctx.site.db.read().await?;
    let after = asked.after.parse::<Id>().ok();
    let mut rows = question_list(&mut tx, &filter, after, PAGE + 1).await?;
    let categories = question_categories(&mut tx, &keeper.uses).await?;
    drop(tx);
    let more = i64::try_from(rows.len()).unwrap_or(0) > PAGE;
    rows.truncate(usize::try_from(PAGE).unwrap_or(0));
    let next = rows.last().filter(|_| more).map(|last| asked.link("/questions", "", &last.id.to_string()));
    let lines = rows.iter().map(|row| {
        let own = keeper.keeps(row.org);
        let owner = if own { Tag::plain("本单位") } else { Tag::info("全市通用") };
        let line: String = row.line.chars().take(80).collect();
        Row::new([line.into(), kind_label(&row.kind).into(), row.category.as_str().into(), owner.into()])
            .to(format!("/questions/{}", row.id))
    });
    let kinds = KINDS.iter().map(|(word, label)| Choice::new(word, *label));
    let all = || std::iter::once(Choice::new("", "全部"));
    let named = categories.iter().filter(|(name, _)| !name.is_empty());
    let named = named.map(|(name, count)| Choice::new(name, format!("{name}（{count}）")));
    let file = |label: &str, format: &str| {
        Button::quiet(label).icon("download").to(asked.link("/questions/file", format, "")).small().download()
    };
    let page = ListPage {
        tabs: tabs("questions"),
        acts: vec![
            Button::primary("导入题目").icon("upload").to("/questions/import"),
            Button::secondary("写一道题").icon("pen-line").to("/questions/new"),
        ],
        filter: FilterBar::new("/questions")
            .field(Field::select("kind", "题型", all().chain(kinds).collect()).value(&asked.kind))
            .field(Field::select("category", "分类", all().chain(named).collect()).value(&asked.category))
            .field(Field::text("tag", "标签").value(&asked.tag)),
        files: vec![file("Excel", "xlsx"), file("GIFT", "gift"), file("Aiken", "aiken")],
        empty: rows.is_empty().then(|| {
            let text = "把现成的 Excel、GIFT 或 Aiken 题目导进来，先检查再入库，错在哪一行会逐条写明。";
            Empty::new("没有符合条件的题目").text(text).icon("library")
        }),
        table: (!rows.is_empty()).then(|| {
            let table = DataTable::new("题目").column("题目").column("题型").column("分类").column("归属");
            table.rows(lines)
        }),
        pager: Pager::new((!asked.after.is_empty()).then(|| asked.link("/questions", "", "")), next),
    };
    ctx.page("题库", Density::Desk, &page)
}

pub(crate) async fn file(ctx: Ctx, can: Can<TestKeep>, Query(asked): Query<Asked>) -> Result {
    ctx.limit(FILES, &can.viewer.account.id.to_string()).await?;
    let keeper = Keeper::of(&ctx.site, &can.viewer).await?;
    let mut tx = ctx.site.db.read().await?;
    let most = i64::try_from(MOST).unwrap_or(0);
    let pool = question_pool(&mut tx, &asked.filter(&keeper), most).await?;
    drop(tx);
    let day = ctx.today();
    let made = tokio::task::spawn_blocking(move || {
        let all = pool.iter().map(|(_, _, body)| restored(body)).collect::<std::result::Result<Vec<Question>, _>>()?;
        Ok::<_, Problem>(match asked.format.as_str() {
            "gift" => (format!("题库 {day}.gift.txt"), TEXT, gift::write(&all).into_bytes()),
            "aiken" => (format!("题库 {day}.aiken.txt"), TEXT, aiken::write(&all).0.into_bytes()),
            _ => (format!("题库 {day}.xlsx"), SHEET, sheet::write(&all).map_err(Problem::broken)?),
        })
    });
    let (name, kind, bytes) = made.await.map_err(Problem::broken)??;
    download(&name, kind, bytes)
}

const TEXT: &str = "text/plain; charset=utf-8";
const SHEET: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
