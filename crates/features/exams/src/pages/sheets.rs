//! Papers for those without a telephone: whom they are for, and the print with its two codes.

use askama::Template;
use huiyin_base::{Id, Problem, ProblemKind};
use huiyin_db::Tx;
use huiyin_directory::{BranchMember, OrgRef, branch_list_below, branch_member_list, org_find, scope_contains};
use huiyin_web::components::{Breadcrumb, Choice, DataTable, Empty, Field, Html, Notice, ReceiptCode, Row, Tag, qr};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Query, Result};
use serde::Deserialize;

use super::paper::{Asked, asked};
use super::{id_of, nonce};
use crate::exams::book;
use crate::paper::Book;
use crate::permissions::SheetServe;
use crate::sheets::{self, Order, Printed, meant_for};
use crate::store::{Exam, ExamState, exam_find, sheet_list_out};
use crate::written::letter;

#[derive(Template)]
#[template(path = "sheets.html")]
struct ChoosePage {
    crumb: Breadcrumb,
    csrf: Csrf,
    action: String,
    nonce: String,
    mistake: Option<Notice>,
    /// To be chosen first where there are several.
    branches: Option<Field>,
    branch: Option<String>,
    name: String,
    table: DataTable,
    empty: Option<Empty>,
}

#[derive(Template)]
#[template(path = "sheet_print.html")]
struct PrintPage {
    back: String,
    title: String,
    note: String,
    minutes: i64,
    closes: String,
    day: String,
    enters: String,
    reads: String,
    papers: Vec<Paper>,
}

struct Paper {
    name: String,
    parts: Vec<(String, Vec<Asked>)>,
    answers: ReceiptCode,
    answers_square: Html,
    result: ReceiptCode,
    result_square: Html,
}

impl PrintPage {
    /// The letter of what is shown at a place.
    #[expect(clippy::unused_self, reason = "a template calls nothing but methods with what a loop counts")]
    fn letter(&self, place: &usize) -> char {
        letter(*place)
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    branch: String,
    person: Vec<String>,
    nonce: String,
}

pub(crate) async fn choose(
    ctx: Ctx,
    can: Can<SheetServe>,
    Path(id): Path<String>,
    Query(given): Query<Given>,
) -> Result {
    draw(&ctx, &can, &id, &given, None).await
}

pub(crate) async fn print(ctx: Ctx, can: Can<SheetServe>, Path(id): Path<String>, Form(given): Form<Given>) -> Result {
    let mut tx = ctx.site.db.read().await?;
    let exam = exam_of(&mut tx, &id).await?;
    let (branch, members) =
        branch_of(&mut tx, &ctx, &can, &exam, &given.branch).await?.ok_or_else(Problem::not_found)?;
    drop(tx);
    let chosen = given.person.iter().map(|person| {
        let found = person.parse::<Id>().ok().and_then(|id| members.iter().find(|member| member.person == id));
        found.map(|member| (member.person, member.name.clone())).ok_or_else(Problem::not_found)
    });
    let people = chosen.collect::<std::result::Result<Vec<_>, Problem>>()?;
    let order = Order { branch, people: people.clone(), nonce: given.nonce.clone() };
    match sheets::print(&ctx.site, exam.clone(), order, ctx.now(), &mut ctx.rng()).await {
        Ok(printed) => {
            let book = book(&mut ctx.site.db.read().await?, &exam).await?;
            let named = printed.iter().zip(people.into_iter().map(|(_, name)| name));
            let papers = named.map(|(printed, name)| paper(&ctx, &book, printed, name)).collect::<Result<_>>()?;
            let page = PrintPage {
                back: format!("/tests/{}/sheets?branch={}", exam.id, branch.id),
                title: exam.title.clone(),
                note: exam.note.clone(),
                minutes: exam.minutes,
                closes: super::moment_text(exam.closes_at),
                day: ctx.today().chinese(),
                enters: bare(&ctx, "/sheets"),
                reads: bare(&ctx, "/results"),
                papers,
            };
            ctx.page("打印纸质卷", Density::Paper, &page)
        }
        Err(problem) if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Conflict) => {
            draw(&ctx, &can, &id, &given, Some(problem.message)).await
        }
        Err(problem) => Err(problem.into()),
    }
}

/// An address as it is written down.
fn bare(ctx: &Ctx, path: &str) -> String {
    let address = ctx.address();
    format!("{}{path}", address.trim_start_matches("https://").trim_start_matches("http://"))
}

fn paper(ctx: &Ctx, book: &Book, printed: &Printed, name: String) -> Result<Paper> {
    let mut parts: Vec<(String, Vec<Asked>)> = Vec::new();
    for (n, section) in book.sections.iter().enumerate() {
        let questions = printed.paper.iter().enumerate().filter(|(_, dealt)| dealt.section == n);
        let questions = questions.map(|(place, dealt)| asked(book, dealt, place, "", 0));
        parts.push((section.title.clone(), questions.collect()));
    }
    let square = |path: &str, code: &str, label: &str| {
        // What stands behind # is sent to no server, so it is neither logged nor told to the next site.
        qr(&format!("{}{path}#{code}", ctx.address()), label, 140)
    };
    let (answers, result) = (printed.answers.to_string(), printed.result.to_string());
    Ok(Paper {
        name,
        parts,
        answers_square: square("/sheets", &answers, "答题纸的二维码")?,
        result_square: square("/results", &result, "查分码的二维码")?,
        answers: ReceiptCode::new(&answers).called("答题纸编码"),
        result: ReceiptCode::new(&result).called("查分码"),
    })
}

/// A test that papers may be printed of.
async fn exam_of(tx: &mut Tx, id: &str) -> Result<Exam> {
    let exam = exam_find(tx, id_of(id)?).await?.filter(|exam| exam.state != ExamState::Draft);
    Ok(exam.ok_or_else(Problem::not_found)?)
}

/// A branch that the viewer serves and for which the test is meant, with its members.
async fn branch_of(
    tx: &mut Tx,
    ctx: &Ctx,
    can: &Can<SheetServe>,
    exam: &Exam,
    id: &str,
) -> Result<Option<(OrgRef, Vec<BranchMember>)>> {
    let Ok(id) = id.parse::<Id>() else { return Ok(None) };
    let at = OrgRef { region: id.region(), id };
    if !scope_contains(tx, &can.scope, at).await? || !meant_for(tx, exam, at).await? {
        return Ok(None);
    }
    Ok(Some((at, branch_member_list(tx, at, ctx.today()).await?)))
}

async fn draw(ctx: &Ctx, can: &Can<SheetServe>, id: &str, given: &Given, mistake: Option<String>) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let exam = exam_of(&mut tx, id).await?;
    let local = [huiyin_directory::Role::BranchSecretary, huiyin_directory::Role::TownshipStaff];
    let served: Vec<OrgRef> = can.viewer.grants_of(&local).map(|grant| grant.org).collect();
    let mut branches = branch_list_below(&mut tx, &served, ctx.today()).await?;
    if let Some((region, id)) = exam.audience_region.zip(exam.audience) {
        let meant = branch_list_below(&mut tx, &[OrgRef { region, id }], ctx.today()).await?;
        branches.retain(|(at, _)| meant.iter().any(|(one, _)| one == at));
    }
    let wanted = match (given.branch.as_str(), &branches[..]) {
        ("", [(only, _)]) => only.id.to_string(),
        (chosen, _) => chosen.to_owned(),
    };
    let found = branch_of(&mut tx, ctx, can, &exam, &wanted).await?;
    if found.is_none() && !given.branch.is_empty() {
        return Err(Problem::not_found().into());
    }
    let mut name = String::new();
    let mut out = Vec::new();
    if let Some((at, _)) = &found {
        name = org_find(&mut tx, *at).await?.map(|org| org.name).unwrap_or_default();
        out = sheet_list_out(&mut tx, *at, exam.id).await?;
    }
    drop(tx);
    let members = found.as_ref().map(|(_, members)| members.as_slice()).unwrap_or_default();
    let rows = members.iter().map(|member| {
        let printed = out.iter().find(|(person, _)| *person == member.person);
        let state = match printed {
            Some((_, day)) => Tag::attention(format!("{}打印，等录入", day.chinese())),
            None if member.has_account => Tag::plain("有账号"),
            None => Tag::info("没有账号"),
        };
        Row::new([member.name.as_str().into(), state.into()]).key(member.person.to_string()).named(&member.name)
    });
    let choices = branches.iter().map(|(at, name)| Choice::new(at.id, name));
    let page = ChoosePage {
        crumb: Breadcrumb::new("纸质卷").step("学习测试", "/tests").step(&*exam.title, format!("/tests/{}", exam.id)),
        csrf: ctx.csrf(),
        action: format!("/tests/{}/sheets", exam.id),
        nonce: nonce(ctx),
        mistake: mistake.map(Notice::bad),
        branches: (branches.len() > 1).then(|| {
            let first = std::iter::once(Choice::new("", "请选择"));
            Field::select("branch", "哪个支部", first.chain(choices).collect()).value(&wanted)
        }),
        branch: found.as_ref().map(|(at, _)| at.id.to_string()),
        empty: match (&found, branches.is_empty()) {
            (Some((_, members)), _) if members.is_empty() => Some(Empty::new("这个支部还没有登记党员").icon("users")),
            (None, true) => Some(Empty::new("没有您服务的支部").text("纸质卷由支部书记、乡镇打印。").icon("users")),
            _ => None,
        },
        table: DataTable::new("打印给谁")
            .titled()
            .picks("person", "sheet-print")
            .column("姓名")
            .column("现在")
            .rows(rows),
        name,
    };
    if page.mistake.is_some() {
        return ctx.refused("纸质卷", Density::Desk, &page);
    }
    ctx.page("纸质卷", Density::Desk, &page)
}
