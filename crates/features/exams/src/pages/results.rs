//! The result of a paper for whoever holds the part that its taker tore off. Wrong codes get one and the same answer.

use std::collections::BTreeMap;

use askama::Template;
use huiyin_base::{Day, Problem, ProblemKind};
use huiyin_web::components::{Breadcrumb, Field};
use huiyin_web::{Allowance, Csrf, Ctx, Density, Form, Result};

use super::result::{Told, drawn};
use crate::sheets::{Said, code_of, found, said};
use crate::store::{SheetPart, SittingState, sheet_opened};

/// Guessing codes: 60 bits and few tries.
const TRIES: Allowance = Allowance { name: "result", burst: 10.0, per_second: 0.1, debt: 5.0 };

#[derive(Template)]
#[template(path = "result_code.html")]
struct CodePage {
    csrf: Csrf,
    code: Field,
    word: Field,
}

fn code_page(ctx: &Ctx, code: &str, error: Option<&str>, wrong: Option<&str>) -> CodePage {
    let word = Field::password("word", "查分口令").hint("录入时定过的才要填。").with("autocomplete", "off");
    let field = Field::text("code", "查分码")
        .value(code)
        .hint("查分联上的 13 位字母和数字，不分大小写，空格和横线可以不输。")
        .required()
        .with("autocomplete", "off")
        .with("autocapitalize", "characters")
        .with("spellcheck", "false");
    CodePage {
        csrf: ctx.csrf(),
        code: match error {
            Some(error) => field.error(error),
            None => field,
        },
        word: match wrong {
            Some(wrong) => word.error(wrong),
            None => word,
        },
    }
}

pub(crate) async fn enter(ctx: Ctx) -> Result {
    ctx.page("查成绩", Density::Calm, &code_page(&ctx, "", None, None))
}

pub(crate) async fn open(ctx: Ctx, Form(given): Form<BTreeMap<String, String>>) -> Result {
    ctx.limit(TRIES, &ctx.current.caller).await?;
    let typed = given.get("code").map(String::as_str).unwrap_or_default();
    let Some(code) = code_of(typed) else {
        let wrong = "查分码抄错了。请对照查分联上的 13 位再输一遍。";
        return ctx.refused("查成绩", Density::Calm, &code_page(&ctx, typed, Some(wrong), None));
    };
    let mut tx = ctx.site.db.read().await?;
    let wrong = "没有查到这个查分码。请对照查分联再输一遍；重新打印过的，用新的那一张；超过 400 天的，已经删除。";
    let missing = || Problem::new(ProblemKind::NotFound, wrong);
    let found = found(&mut tx, &ctx.site, SheetPart::Result, &code).await?.ok_or_else(missing)?;
    drop(tx);
    if found.sitting.state == SittingState::Printed {
        let wrong = "答题纸还没有录入。录入以后再来查，查分码一直有效。";
        return ctx.refused("查成绩", Density::Calm, &code_page(&ctx, typed, Some(wrong), None));
    }
    let (id, today) = (found.sitting.id, ctx.today());
    let word = given.get("word").map(String::as_str).unwrap_or_default();
    let wrong = match said(&ctx.site, &found.sheet, word, today).await? {
        Said::Right => None,
        Said::Missing => Some("这张答题纸定了查分口令，请一起填。"),
        Said::Wrong => Some("口令不对，请再想想。"),
        Said::Closed => Some("今天口令错了太多次，请明天再来。不是您输的，请告诉支部。"),
    };
    if wrong.is_some() {
        return ctx.refused("查成绩", Density::Calm, &code_page(&ctx, typed, None, wrong));
    }
    let write =
        ctx.site.db.write("sheet_opened", move |tx| Box::pin(async move { Ok(sheet_opened(tx, id, today).await?) }));
    write.await?;
    let before = found.sheet.opened_day.map(Day::chinese);
    let seen = before.map_or_else(
        || "这是第一次用查分码查看。".to_owned(),
        |day| format!("用查分码看过 {} 次，上一次是{day}。不是您看的，请告诉支部。", found.sheet.opened),
    );
    let seen = if found.sheet.word.is_some() {
        seen
    } else {
        format!("{seen}这张答题纸没有定口令，印卷子的人也打得开。")
    };
    let told = Told { crumb: Breadcrumb::new("查成绩"), again: None, seen: Some(seen) };
    let page = drawn(&ctx, &found.exam, &found.sitting, told).await?;
    ctx.page("查成绩", Density::Calm, &page)
}
