//! Entering what stands on a sheet: the code, then one field a question. Neither marks nor right answers are shown to the helper.

use std::collections::BTreeMap;

use askama::Template;
use huiyin_base::{Day, Problem, ProblemKind};
use huiyin_web::components::{Breadcrumb, Field, Notice};
use huiyin_web::{Allowance, Can, Csrf, Ctx, Density, Form, Result};

use crate::marking::Script;
use crate::permissions::SheetServe;
use crate::sheets::{self, Entered, Found, code_of, found_in};
use crate::store::SittingState;
use crate::written::{way, written};

/// Guessing codes: 60 bits and few tries, and yet a pile of sheets is entered one after the other.
const TRIES: Allowance = Allowance { name: "sheet", burst: 30.0, per_second: 0.2, debt: 5.0 };

#[derive(Template)]
#[template(path = "sheet_code.html")]
struct CodePage {
    crumb: Breadcrumb,
    csrf: Csrf,
    code: Field,
}

#[derive(Template)]
#[template(path = "sheet_entry.html")]
struct EntryPage {
    crumb: Breadcrumb,
    csrf: Csrf,
    title: String,
    code: String,
    count: usize,
    mistake: Option<Notice>,
    late: Option<Field>,
    fields: Vec<Field>,
    word: Field,
}

type Fields = BTreeMap<String, String>;

pub(crate) async fn enter(ctx: Ctx, _can: Can<SheetServe>) -> Result {
    ctx.page("录入答题纸", Density::Desk, &code_page(&ctx, "", None))
}

fn code_page(ctx: &Ctx, code: &str, error: Option<&str>) -> CodePage {
    let field = Field::text("code", "答题纸编码")
        .value(code)
        .hint("扫答题纸上的二维码，或照着输 13 位字母和数字。")
        .required()
        .with("autocomplete", "off")
        .with("autocapitalize", "characters")
        .with("spellcheck", "false")
        .with("autofocus", "autofocus");
    CodePage {
        crumb: Breadcrumb::new("录入答题纸").step("学习测试", "/tests"),
        csrf: ctx.csrf(),
        code: match error {
            Some(error) => field.error(error),
            None => field,
        },
    }
}

/// The sheet of the code that was typed, or what is wrong with it.
async fn looked_up(ctx: &Ctx, can: &Can<SheetServe>, typed: &str) -> Result<std::result::Result<Found, &'static str>> {
    ctx.limit(TRIES, &can.viewer.account.id.to_string()).await?;
    let Some(code) = code_of(typed) else {
        return Ok(Err("编码抄错了。请对照答题纸上的 13 位再输一遍，不分大小写，空格和横线可以不输。"));
    };
    let found = found_in(&mut ctx.site.db.read().await?, &ctx.site, &can.scope, &code).await?;
    Ok(found.ok_or("没有这张答题纸。重新打印过的，旧的作废，请用新的；别的支部的，请交给那个支部录入。"))
}

pub(crate) async fn open(ctx: Ctx, can: Can<SheetServe>, Form(fields): Form<Fields>) -> Result {
    let typed = fields.get("code").map(String::as_str).unwrap_or_default();
    let found = match looked_up(&ctx, &can, typed).await? {
        Ok(found) => found,
        Err(wrong) => return ctx.refused("录入答题纸", Density::Desk, &code_page(&ctx, typed, Some(wrong))),
    };
    if found.sitting.state != SittingState::Printed {
        let day = found.sheet.entered_day.map(Day::chinese).unwrap_or_default();
        let wrong = format!("这张答题纸{day}已经录入过了，不用再录。");
        return ctx.refused("录入答题纸", Density::Desk, &code_page(&ctx, "", Some(&wrong)));
    }
    let page = entry_page(&ctx, &found, typed, &Fields::new(), None).await?;
    ctx.page("录入答题纸", Density::Desk, &page)
}

async fn entry_page(
    ctx: &Ctx,
    found: &Found,
    code: &str,
    given: &Fields,
    wrong: Option<(String, BTreeMap<usize, String>)>,
) -> Result<EntryPage> {
    let script = Script::of(&mut ctx.site.db.read().await?, &found.exam, &found.sitting).await?;
    let (mistake, wrong) = wrong.map_or((None, BTreeMap::new()), |(words, wrong)| (Some(Notice::bad(words)), wrong));
    let fields = script.paper.iter().enumerate().map(|(place, dealt)| {
        let question = script.book.question(dealt);
        let line: String = question.line().chars().take(30).collect();
        let name = format!("q{place}");
        let label = format!("{}. {line}", place + 1);
        let field = match question.body {
            crate::question::Body::Short { .. } => Field::area(&name, &label, 3),
            _ => Field::text(&name, &label).with("autocomplete", "off").with("spellcheck", "false"),
        };
        let field = field.value(given.get(&name).cloned().unwrap_or_default()).hint(way(question, dealt));
        match wrong.get(&place) {
            Some(words) => field.error(words.as_str()),
            None => field,
        }
    });
    let over = ctx.now() > found.exam.closes_at.min(found.sitting.ends_at);
    Ok(EntryPage {
        crumb: Breadcrumb::new("录入答题纸").step("学习测试", "/tests"),
        csrf: ctx.csrf(),
        title: found.exam.title.clone(),
        code: code.to_owned(),
        count: script.paper.len(),
        mistake,
        late: over.then(|| {
            Field::date("day", "答题日期")
                .value(given.get("day").cloned().unwrap_or_default())
                .hint("测试已经结束：照录，由组织测试的单位核对后再算。请填答题纸上写的日期，没写的空着。")
        }),
        fields: fields.collect(),
        word: Field::password("word", "查分口令（可以不定）")
            .hint("本人在场就请他自己输，4 到 20 个字；不在场，纸上写了的照录，没写的空着。")
            .with("autocomplete", "new-password"),
    })
}

pub(crate) async fn save(ctx: Ctx, can: Can<SheetServe>, Form(given): Form<Fields>) -> Result {
    let typed = given.get("code").map(String::as_str).unwrap_or_default();
    let found = match looked_up(&ctx, &can, typed).await? {
        Ok(found) => found,
        Err(wrong) => return ctx.refused("录入答题纸", Density::Desk, &code_page(&ctx, typed, Some(wrong))),
    };
    let script = Script::of(&mut ctx.site.db.read().await?, &found.exam, &found.sitting).await?;
    let (mut answers, mut wrong) = (Vec::new(), BTreeMap::new());
    for (place, dealt) in script.paper.iter().enumerate() {
        let text = given.get(&format!("q{place}")).map(String::as_str).unwrap_or_default();
        match written(script.book.question(dealt), dealt, text) {
            Ok(value) => answers.push((place, value)),
            Err(words) => {
                wrong.insert(place, words);
            }
        }
    }
    if !wrong.is_empty() {
        let words = format!("有 {} 题要再看一眼，下面标出来了。还没有存。", wrong.len());
        let page = entry_page(&ctx, &found, typed, &given, Some((words, wrong))).await?;
        return ctx.refused("录入答题纸", Density::Desk, &page);
    }
    let day = given.get("day").map(|day| day.trim()).filter(|day| !day.is_empty());
    let day = day.map(str::parse::<Day>).transpose();
    let filled = answers.iter().filter(|(_, value)| !value.is_empty()).count();
    let word = sheets::chosen_word(&ctx.site, found.sitting.id, given.get("word").map_or("", String::as_str));
    let done = match (day, word) {
        (_, Err(problem)) => Err(problem),
        (Ok(day), Ok(word)) if day.is_none_or(|day| day <= ctx.today()) => {
            sheets::enter(&ctx.site, (found.sitting.id, word), answers, can.viewer.account, day, ctx.now()).await
        }
        _ => Err(Problem::invalid("答题日期请填今天或者以前的日子。")),
    };
    let count = script.paper.len();
    match done {
        Ok(Entered::Counted | Entered::Again) => {
            let said = format!("已录入，{count} 题里答了 {filled} 题。成绩只有本人看得到。可以录下一张。");
            ctx.redirect("/sheets", Some(&said))
        }
        Ok(Entered::Late) => {
            let said = format!("已录入，{filled} 个答案在测试结束以后才到，由组织测试的单位核对。可以录下一张。");
            ctx.redirect("/sheets", Some(&said))
        }
        Err(problem) if problem.kind == ProblemKind::Invalid => {
            let page = entry_page(&ctx, &found, typed, &given, Some((problem.message, BTreeMap::new()))).await?;
            ctx.refused("录入答题纸", Density::Desk, &page)
        }
        Err(problem) => Err(problem.into()),
    }
}
