//! A pledge on paper, to be signed in ink or kept, and as a Word file: the layout of GB/T 9704.

use askama::Template;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::IntoResponse as _;
use huiyin_base::{Day, Problem};
use huiyin_documents::{Block, Official, OfficialColumn, OfficialTable, Side as PaperSide, Signing};
use huiyin_web::components::{Breadcrumb, Html, OfficialPaper};
use huiyin_web::{Can, Ctx, Density, Path, Query, Result};

use super::show::{self, Asked, Found, amount, signature};
use crate::permissions::PledgeSee;
use crate::store::Side;

#[derive(Template)]
#[template(path = "pledge_print.html")]
struct PrintPage {
    steps: Breadcrumb,
    paper: OfficialPaper,
}

pub(crate) async fn print(ctx: Ctx, can: Can<PledgeSee>, Path(id): Path<String>, Query(asked): Query<Asked>) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let found = show::found(&mut tx, &ctx, &can.viewer, &id, &asked.version).await?;
    drop(tx);
    let paper = OfficialPaper::new(&found.pledge.title, body(&found)).mark(&found.issuer, &found.pledge.approval);
    let paper = [Side::Issuer, Side::Party].into_iter().fold(paper, |paper, side| {
        let (heading, lines) = signed(&found, side);
        paper.side(heading, lines)
    });
    let page = PrintPage {
        steps: Breadcrumb::new("打印").step("责任书", "/pledges").step(&found.party, format!("/pledges/{id}")),
        paper: paper.addressee(&found.party).note(note(&found)),
    };
    ctx.page("打印责任书", Density::Paper, &page)
}

/// The Word file.
pub(crate) async fn document(
    ctx: Ctx,
    can: Can<PledgeSee>,
    Path(id): Path<String>,
    Query(asked): Query<Asked>,
) -> Result {
    const KIND: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
    let mut tx = ctx.site.db.snapshot().await?;
    let found = show::found(&mut tx, &ctx, &can.viewer, &id, &asked.version).await?;
    drop(tx);
    let name = format!("attachment; filename=\"pledge-{}-{}.docx\"", found.pledge.year, found.version.n);
    let paper = official(&found);
    let bytes = tokio::task::spawn_blocking(move || paper.docx()).await.map_err(Problem::broken)?;
    let bytes = bytes.map_err(Problem::broken)?;
    let headers = [(CONTENT_TYPE, KIND.to_owned()), (CONTENT_DISPOSITION, name)];
    Ok((headers, bytes).into_response())
}

fn official(found: &Found) -> Official {
    let mut blocks: Vec<Block> = paragraphs(found).map(Block::Paragraph).collect();
    blocks.push(Block::Heading { level: 1, text: "目标".into() });
    blocks.push(Block::Table(OfficialTable {
        caption: String::new(),
        columns: vec![
            OfficialColumn::words("序号", 2),
            OfficialColumn::words("目标", 12),
            OfficialColumn::figures("目标数", 4),
            OfficialColumn::words("时限", 5),
        ],
        rows: targets(found).map(Vec::from).collect(),
    }));
    blocks.push(Block::Heading { level: 1, text: "有效期".into() });
    blocks.push(Block::Paragraph(term(found)));
    let side = |side| {
        let (heading, lines) = signed(found, side);
        PaperSide { heading, lines }
    };
    Official {
        issuer: found.issuer.clone(),
        number: found.pledge.approval.clone(),
        title: found.pledge.title.clone(),
        addressee: found.party.clone(),
        blocks,
        signing: Signing::Sides(vec![side(Side::Issuer), side(Side::Party)]),
        note: note(found),
        ..Official::default()
    }
}

fn body(found: &Found) -> Html {
    let escaped = |text: &str| Html::from(text).to_string();
    let text: Vec<String> = paragraphs(found).map(|line| format!("<p>{}</p>", escaped(&line))).collect();
    let text = text.concat();
    let row = |[n, text, amount, due]: [String; 4]| {
        let (text, amount) = (escaped(&text), escaped(&amount));
        format!("<tr><td>{n}</td><td>{text}</td><td class=\"figure-cell\">{amount}</td><td>{due}</td></tr>")
    };
    let rows = targets(found).map(row).collect::<Vec<String>>().concat();
    let head: String =
        ["序号", "目标", "目标数", "时限"].map(|title| format!("<th scope=\"col\">{title}</th>")).concat();
    Html::drawn(format!(
        "{text}<h2>一、目标</h2><div class=\"official-table\"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div><h2>二、有效期</h2><p>{}</p>",
        term(found)
    ))
}

fn paragraphs(found: &Found) -> impl Iterator<Item = String> + '_ {
    found.version.text.lines().map(str::trim).filter(|line| !line.is_empty()).map(str::to_owned)
}

fn targets(found: &Found) -> impl Iterator<Item = [String; 4]> + '_ {
    found.targets.iter().map(|target| {
        let due = target.due_day.map(Day::chinese).unwrap_or_default();
        [target.position.to_string(), target.text.clone(), amount(target), due]
    })
}

fn term(found: &Found) -> String {
    format!("本责任书有效期到{}，到期自动失效。内容有调整的，由双方重新签署。", found.pledge.until_day.chinese())
}

/// 第 2 版，2016年3月1日起草；批准机关……
fn note(found: &Found) -> String {
    let (pledge, version) = (&found.pledge, &found.version);
    let drafted = version.made_day.chinese();
    format!("第 {} 版，{drafted}起草；批准机关：{}；{}", version.n, pledge.approver, version.state.label())
}

/// What stands where a side signs: lines for ink, or who has signed by his account.
fn signed(found: &Found, side: Side) -> (String, Vec<String>) {
    let unit = if side == Side::Issuer { &found.issuer } else { &found.party };
    let lines = match signature(found, side) {
        Some(one) => vec![format!("{}（{}）", one.post, one.manner.label()), one.day.chinese()],
        None => vec!["负责人（签字）：".to_owned(), "　　　　年　　月　　日".to_owned()],
    };
    (format!("{unit}（盖章）"), lines)
}
