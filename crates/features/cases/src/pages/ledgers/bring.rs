//! A table becomes cases: read, checked row by row without writing anything, then handed down in one write, all rows or none.

use std::collections::BTreeMap;

use askama::Template;
use huiyin_base::{Id, Problem, ProblemKind};
use huiyin_db::Tx;
use huiyin_directory::{OrgRef, Viewer};
use huiyin_documents::{Column, Limits, Table, TableRow, read_table};
use huiyin_web::components::{Breadcrumb, DataTable, Field, Html, Row, Tag};
use huiyin_web::{Allowance, Can, Csrf, Ctx, Density, Form, Path, Result, Upload};
use serde::{Deserialize, Serialize};

use super::super::action::org_of;
use super::super::action_post::day_of;
use super::super::card::knowing;
use super::super::kind_fields::{input_name, value_of};
use super::issue::issuers;
use super::names::Names;
use crate::permissions::CaseIssue;
use crate::{FieldType, FieldValue, Issuing, Kind, Moment, Value};

/// The most rows of one table.
const MOST: usize = 1_000;

const BRINGS: Allowance = Allowance { name: "ledger_bring", burst: 10.0, per_second: 0.1, debt: 1.0 };

const COLUMNS: [Column; 4] = [
    Column { name: "名称", aliases: &["事项"], required: true },
    Column { name: "要办的事", aliases: &["内容"], required: true },
    Column { name: "承办单位", aliases: &["交给哪个单位"], required: true },
    Column { name: "完成期限", aliases: &["期限"], required: false },
];

#[derive(Template)]
#[template(path = "ledger_bring.html")]
struct BringPage {
    csrf: Csrf,
    steps: Breadcrumb,
    title: String,
    path: String,
    headings: String,
    /// What everybody will read of it.
    public: Option<String>,
    most: usize,
    issuer: Field,
    file: Field,
    mistake: Option<String>,
    checked: Option<Checked>,
}

/// What a table would become.
struct Checked {
    table: DataTable,
    right: usize,
    wrong: usize,
    issuer: String,
    nonce: String,
    /// The rows, to be handed down as they were checked.
    rows: String,
}

/// A row that holds together.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Ready {
    to: String,
    title: String,
    text: String,
    deadline: String,
    values: BTreeMap<String, String>,
}

pub(crate) async fn new(ctx: Ctx, can: Can<CaseIssue>, Path(name): Path<String>) -> Result {
    let engine = knowing(&ctx.site, &name).await?;
    let kind = engine.book.kind(&name).filter(|kind| kind.is_issued()).ok_or_else(Problem::not_found)?;
    draw(&ctx, &can.viewer, kind, "", None, None)
}

/// Reads and checks; nothing is written.
pub(crate) async fn check(ctx: Ctx, can: Can<CaseIssue>, Path(name): Path<String>, upload: Upload) -> Result {
    ctx.limit(BRINGS, &can.viewer.account.id.to_string()).await?;
    let engine = knowing(&ctx.site, &name).await?;
    let kind = engine.book.kind(&name).filter(|kind| kind.is_issued()).ok_or_else(Problem::not_found)?;
    let chosen = upload.text("issuer").to_owned();
    let issuer = org_of(&chosen).filter(|org| issuers(&can.viewer, kind).iter().any(|(own, _)| own == org));
    let (Some(issuer), Some(file)) = (issuer, upload.files("file").next().cloned()) else {
        let mistake = "请选择下达单位和要导入的表格。".to_owned();
        return draw(&ctx, &can.viewer, kind, &chosen, Some(mistake), None);
    };
    let limits = Limits { rows: MOST, ..Limits::default() };
    let read = tokio::task::spawn_blocking(move || read_table(&file.name, &file.bytes, &COLUMNS, &limits));
    let table = match read.await.map_err(Problem::broken)? {
        Ok(table) => table,
        Err(error) => return draw(&ctx, &can.viewer, kind, &chosen, Some(error.to_string()), None),
    };
    let mut tx = ctx.site.db.read().await?;
    let checked = checked(&ctx, &mut tx, kind, issuer, &table, &can.viewer).await?;
    drop(tx);
    draw(&ctx, &can.viewer, kind, &chosen, None, Some(checked))
}

async fn checked(
    ctx: &Ctx,
    tx: &mut Tx,
    kind: &Kind,
    issuer: OrgRef,
    table: &Table,
    viewer: &Viewer,
) -> Result<Checked> {
    let cell = |row: &TableRow, column: usize| {
        table.places[column].and_then(|at| row.cells.get(at)).map(|cell| cell.trim().to_owned()).unwrap_or_default()
    };
    let fields: Vec<(usize, &crate::KindField)> = kind
        .fields
        .iter()
        .filter(|field| !kind.counts_votes(&field.id))
        .filter_map(|field| {
            let label = |header: &String| {
                let header = header.trim().trim_end_matches("（元）");
                header == field.label
            };
            Some((table.headers.iter().position(label)?, field))
        })
        .collect();
    let names = Names::find(ctx, tx, issuer, table, table.places[2], &fields).await?;
    let (mut ready, mut rows, mut wrong) = (Vec::new(), Vec::new(), 0);
    for row in &table.rows {
        let one = one(kind, row, &fields, &names, [cell(row, 0), cell(row, 1), cell(row, 2), cell(row, 3)]);
        let said: Html = match &one {
            Ok(_) => Tag::good("可以下达").icon("check").into(),
            Err(problem) => {
                Html::join([Tag::bad("要改").icon("circle-alert").into(), Html::from(problem.message.as_str())])
            }
        };
        rows.push(Row::new([row.number.to_string().into(), cell(row, 0).into(), cell(row, 2).into(), said]));
        match one {
            Ok(one) => ready.push(one),
            Err(_) => wrong += 1,
        }
    }
    let shown = DataTable::new("逐行核对").titled().figure("行").column("名称").column("承办单位").column("核对");
    Ok(Checked {
        table: shown.rows(rows),
        right: ready.len(),
        wrong,
        issuer: issuer.id.to_string(),
        nonce: Id::new(viewer.account.region, ctx.now(), &mut ctx.rng()).to_string(),
        rows: serde_json::to_string(&ready).map_err(Problem::broken)?,
    })
}

fn one(
    kind: &Kind,
    row: &TableRow,
    fields: &[(usize, &crate::KindField)],
    names: &Names,
    [title, text, unit, deadline]: [String; 4],
) -> std::result::Result<Ready, Problem> {
    if let Some(fault) = &row.fault {
        return Err(Problem::invalid(fault.clone()));
    }
    if title.is_empty() || text.is_empty() {
        return Err(Problem::invalid("“名称”和“要办的事”都要填写。"));
    }
    let to = names.unit("承办单位", &unit)?;
    day_of(&deadline)?;
    let (mut values, mut given) = (BTreeMap::new(), Vec::new());
    for (at, field) in fields {
        let text = row.cells.get(*at).map(|cell| cell.trim()).unwrap_or_default();
        // What is named becomes what a form would choose.
        let chosen = match field.kind {
            FieldType::File => continue,
            _ if text.is_empty() => continue,
            FieldType::Person => names.person(&field.label, text, to)?.to_string(),
            FieldType::Place | FieldType::Organisation => names.unit(&field.label, text)?.id.to_string(),
            _ => text.to_owned(),
        };
        if let Some(value) = value_of(field, &chosen)? {
            values.insert(input_name(&field.id), chosen);
            given.push(FieldValue::new(&field.id, value));
        }
    }
    // A place is the unit itself, unless the table names another.
    let unnamed =
        |field: &&crate::KindField| field.kind == FieldType::Place && given.iter().all(|value| value.field != field.id);
    for field in kind.fields.iter().filter(unnamed).collect::<Vec<_>>() {
        values.insert(input_name(&field.id), to.id.to_string());
        given.push(FieldValue::new(&field.id, Value::Ref(to.id)));
    }
    kind.checked(&given, true)?;
    Ok(Ready { to: to.id.to_string(), title, text, deadline, values })
}

/// Hands the checked rows down.
pub(crate) async fn create(
    ctx: Ctx,
    can: Can<CaseIssue>,
    Path(name): Path<String>,
    Form(given): Form<BTreeMap<String, String>>,
) -> Result {
    let engine = knowing(&ctx.site, &name).await?;
    let kind = engine.book.kind(&name).filter(|kind| kind.is_issued()).ok_or_else(Problem::not_found)?;
    let of = |name: &str| given.get(name).cloned().unwrap_or_default();
    let rows: Vec<Ready> = serde_json::from_str(&of("rows")).unwrap_or_default();
    let issuer = org_of(&of("issuer"));
    let nonce = of("nonce");
    let fit = (1..=MOST).contains(&rows.len()) && nonce.len() >= 8;
    let Some(issuer) = issuer.filter(|_| fit) else {
        let mistake = "这张表单不完整，请重新选择表格。".to_owned();
        return draw(&ctx, &can.viewer, kind, "", Some(mistake), None);
    };
    let one = |(row, n): (Ready, usize)| {
        Ok(Issuing {
            to: org_of(&row.to).ok_or_else(|| Problem::invalid("请重新选择表格。"))?,
            account: None,
            title: row.title,
            text: row.text,
            values: super::super::kind_fields::values_of(kind, &row.values)?,
            deadline: day_of(&row.deadline)?,
            issuer,
            parent: None,
            nonce: format!("{nonce}/{n}"),
        })
    };
    let all: std::result::Result<Vec<Issuing>, Problem> = rows.into_iter().zip(0..).map(one).collect();
    let done = match all {
        Ok(all) => engine.issue_many(&name, all, &can.viewer, Moment::at(ctx.now()), &mut ctx.rng()).await,
        Err(problem) => Err(problem),
    };
    match done {
        Ok(issued) => {
            let new = issued.iter().filter(|one| !one.repeated).count();
            let message =
                if new == 0 { "这张表已经下达过。".to_owned() } else { format!("已下达 {new} 件。") };
            ctx.redirect(&format!("/ledgers/{name}"), Some(&message))
        }
        Err(problem) if problem.kind == ProblemKind::Invalid => {
            draw(&ctx, &can.viewer, kind, "", Some(problem.message), None)
        }
        Err(problem) => Err(problem.into()),
    }
}

fn draw(
    ctx: &Ctx,
    viewer: &Viewer,
    kind: &Kind,
    issuer: &str,
    mistake: Option<String>,
    checked: Option<Checked>,
) -> Result {
    let own = issuers(viewer, kind);
    if own.is_empty() {
        let message = format!("您的岗位不下达“{}”。需要下达的，请联系县（市、区）或者市级的负责岗位。", kind.label);
        return Err(Problem::forbidden(message).into());
    }
    let choices = own.iter().map(|(org, name)| huiyin_web::components::Choice::new(org.id, name)).collect();
    let filled = |field: &&crate::KindField| field.kind != FieldType::File && !kind.counts_votes(&field.id);
    let own = kind.fields.iter().filter(filled).map(|field| field.label.as_str());
    let headings = ["名称", "要办的事", "承办单位", "完成期限"].into_iter().chain(own).collect::<Vec<_>>().join("、");
    let title = format!("从表格下达{}", kind.label);
    let page = BringPage {
        csrf: ctx.csrf(),
        steps: Breadcrumb::new(title.as_str())
            .step("分类台账", "/ledgers")
            .step(kind.label.as_str(), format!("/ledgers/{}", kind.name)),
        path: format!("/ledgers/{}", kind.name),
        headings,
        public: kind.public_ledger.then(|| kind.public_columns().join("、")),
        most: MOST,
        issuer: Field::select("issuer", "下达单位", choices).value(issuer),
        file: Field::file("file", "表格（xlsx、xls、csv）", ".xlsx,.xls,.csv", false),
        title: title.clone(),
        mistake,
        checked,
    };
    if page.mistake.is_some() {
        return ctx.refused(&title, Density::Desk, &page);
    }
    ctx.page(&title, Density::Desk, &page)
}
