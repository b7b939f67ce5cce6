//! Bringing questions in: looked at first, taken over on a second press.

use askama::Template;
use huiyin_base::Problem;
use huiyin_web::components::{DataTable, Field, FormErrors, Number, Row};
use huiyin_web::{Allowance, Can, Csrf, Ctx, Density, Form, Result, Upload};
use serde::Deserialize;

use super::nonce;
use crate::bank::{self, Keeper, MOST};
use crate::permissions::TestKeep;
use crate::question::gift::Found;
use crate::question::{Question, aiken, gift, kind_label, sheet};

const FILES: Allowance = Allowance { name: "question_import", burst: 10.0, per_second: 0.1, debt: 2.0 };
/// What a second press can carry.
const MOST_BYTES: usize = 1_500_000;
/// Lines that the page shows.
const SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "question_import.html")]
struct NewPage {
    csrf: Csrf,
    file: Field,
    text: Field,
}

#[derive(Template)]
#[template(path = "question_check.html")]
struct CheckPage {
    csrf: Csrf,
    nonce: String,
    name: String,
    numbers: Vec<Number>,
    faults: Option<DataTable>,
    more_faults: usize,
    sample: Option<DataTable>,
    count: usize,
    /// What a second press takes over.
    gift: String,
}

pub(crate) async fn new(ctx: Ctx, _can: Can<TestKeep>) -> Result {
    ctx.page("导入题目", Density::Desk, &page(&ctx, &FormErrors::new()))
}

fn page(ctx: &Ctx, errors: &FormErrors) -> NewPage {
    NewPage {
        csrf: ctx.csrf(),
        file: Field::file("file", "题目文件", ".xlsx,.xls,.csv,.txt,.gift", false)
            .hint("Excel（第一行写：题型、题干、选项A…、答案）、GIFT 或 Aiken 文字文件。")
            .errors(errors),
        text: Field::area("text", "或者把题目粘贴在这里", 8).hint("GIFT 或 Aiken 的文字。").errors(errors),
    }
}

/// What a file holds; its bytes decide how it is read.
fn read(name: &str, bytes: &[u8]) -> std::result::Result<Found, String> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_lowercase()).unwrap_or_default();
    if bytes.starts_with(b"PK") || bytes.starts_with(&[0xd0, 0xcf]) || matches!(&*ending, "csv" | "xlsx" | "xls") {
        return sheet::read(name, bytes).map(|(found, _)| found).map_err(|error| error.to_string());
    }
    let text = std::str::from_utf8(bytes).map_err(|_| "文字不是 UTF-8，请用记事本另存为 UTF-8 再导入。".to_owned())?;
    let answers = text.lines().filter(|line| line.trim_start().to_ascii_uppercase().starts_with("ANSWER")).count();
    Ok(if answers > 0 && !text.contains('{') { aiken::read(text) } else { gift::read(text) })
}

pub(crate) async fn check(ctx: Ctx, can: Can<TestKeep>, upload: Upload) -> Result {
    ctx.limit(FILES, &can.viewer.account.id.to_string()).await?;
    let (name, bytes) = match upload.files("file").next() {
        Some(file) => (file.name.clone(), file.bytes.to_vec()),
        None => ("粘贴的题目".to_owned(), upload.text("text").as_bytes().to_vec()),
    };
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return refused(&ctx, "请先选一个文件，或者粘贴题目。");
    }
    if bytes.len() > 8 * 1024 * 1024 {
        return refused(&ctx, "文件太大，最多 8 MB，请分成几个导入。");
    }
    let file_name = name.clone();
    let reading = tokio::task::spawn_blocking(move || read(&file_name, &bytes));
    let found = match reading.await.map_err(Problem::broken)? {
        Ok(found) => found,
        Err(message) => return refused(&ctx, &message),
    };
    let all: Vec<&Question> = found.questions.iter().map(|(_, question)| question).collect();
    let gift = gift::write(all.iter().copied());
    if all.len() > MOST || gift.len() > MOST_BYTES {
        return refused(&ctx, &format!("一次最多 {MOST} 题，文字不超过 1.5 MB，请分成几个导入。"));
    }
    let name: String = name.chars().take(60).collect();
    let faults = found.faults.iter().take(SHOWN);
    let faults = faults.map(|(line, fault)| Row::new([line.to_string().into(), fault.as_str().into()]));
    let sample = found.questions.iter().take(20).map(|(line, question)| {
        let text: String = question.line().chars().take(60).collect();
        Row::new([line.to_string().into(), kind_label(question.body.word()).into(), text.into()])
    });
    let page = CheckPage {
        csrf: ctx.csrf(),
        nonce: nonce(&ctx),
        name,
        numbers: vec![
            Number::new("可以入库", all.len().to_string(), "题"),
            Number::new("有问题", found.faults.len().to_string(), "处"),
        ],
        faults: (!found.faults.is_empty())
            .then(|| DataTable::new("有问题的行").figure("行号").column("问题").rows(faults)),
        more_faults: found.faults.len().saturating_sub(SHOWN),
        sample: (!all.is_empty())
            .then(|| DataTable::new("前 20 题").titled().figure("行号").column("题型").column("题目").rows(sample)),
        count: all.len(),
        gift,
    };
    ctx.page("检查结果", Density::Desk, &page)
}

fn refused(ctx: &Ctx, message: &str) -> Result {
    ctx.refused("导入题目", Density::Desk, &page(ctx, &FormErrors::new().with("file", message)))
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Batch {
    gift: String,
    nonce: String,
}

pub(crate) async fn take(ctx: Ctx, can: Can<TestKeep>, Form(batch): Form<Batch>) -> Result {
    let keeper = Keeper::of(&ctx.site, &can.viewer).await?;
    let read = tokio::task::spawn_blocking(move || (gift::read(&batch.gift), batch.nonce));
    let (found, word) = read.await.map_err(Problem::broken)?;
    if !found.faults.is_empty() {
        return Err(Problem::invalid("题目没有传完整，请返回重新检查一次。").into());
    }
    let all: Vec<Question> = found.questions.into_iter().map(|(_, question)| question).collect();
    let count = bank::take(&ctx.site.db, &keeper, &all, &word, ctx.now(), &mut ctx.rng()).await?;
    ctx.redirect("/questions", Some(&format!("{count} 题已入库。")))
}
