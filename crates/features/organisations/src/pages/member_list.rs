//! A branch's members, for its secretary and those above. Every look and every export is recorded.

use askama::Template;
use huiyin_base::Problem;
use huiyin_db::Tx;
use huiyin_directory::audit::{AuditKind, Event, record};
use huiyin_directory::{BranchMember, Org, OrgKind, branch_member_list};
use huiyin_documents::{SheetWriter, WriteCell, WriteColumn};
use huiyin_web::components::{Breadcrumb, Button, DataTable, Empty, Row, Tag};
use huiyin_web::{Can, Ctx, Density, Path, Result};

use super::address::{breadcrumb, covers, find, href};
use super::workbook;
use crate::permissions::MemberList;

#[derive(Template)]
#[template(path = "member_list.html")]
struct MemberListPage {
    way: Breadcrumb,
    name: String,
    count: usize,
    table: Option<DataTable>,
    empty: Option<Empty>,
    export: Button,
}

pub(crate) async fn show(ctx: Ctx, can: Can<MemberList>, Path((county, code)): Path<(String, String)>) -> Result {
    let mut tx = ctx.site.db.read().await?;
    let org = branch(&mut tx, &ctx, &can, &county, &code).await?;
    let members = branch_member_list(&mut tx, org.at(), ctx.today()).await?;
    let address = href(&ctx.site.regions, org.region, &org.code);
    let way = breadcrumb(&mut tx, &ctx.site, &org).await?;
    drop(tx);
    note(&ctx, &can, &org, AuditKind::SensitiveLook, "查看党员名册").await?;
    let page = MemberListPage {
        way,
        name: org.name.clone(),
        count: members.len(),
        empty: members.is_empty().then(|| Empty::new("名册里还没有党员").text("请由县（市、区）导入党员名册。")),
        table: (!members.is_empty()).then(|| table(&members)),
        export: Button::secondary("导出 Excel").icon("download").to(format!("{address}/members/xlsx")).download(),
    };
    ctx.page("党员名册", Density::Desk, &page)
}

pub(crate) async fn export(ctx: Ctx, can: Can<MemberList>, Path((county, code)): Path<(String, String)>) -> Result {
    let mut tx = ctx.site.db.read().await?;
    let org = branch(&mut tx, &ctx, &can, &county, &code).await?;
    let members = branch_member_list(&mut tx, org.at(), ctx.today()).await?;
    drop(tx);
    note(&ctx, &can, &org, AuditKind::Export, "导出党员名册").await?;
    let bytes = sheet(&members).map_err(Problem::broken)?;
    workbook(&format!("{}党员名册.xlsx", org.name), bytes)
}

/// The branch at the address, for whoever looks after it; nothing for anybody else.
async fn branch(tx: &mut Tx, ctx: &Ctx, can: &Can<MemberList>, county: &str, code: &str) -> Result<Org, Problem> {
    let org = find(tx, &ctx.site, county, code).await?;
    if org.kind != OrgKind::Branch || !covers(tx, &can.scope, org.at()).await? {
        return Err(Problem::not_found());
    }
    Ok(org)
}

async fn note(ctx: &Ctx, can: &Can<MemberList>, org: &Org, kind: AuditKind, words: &str) -> Result<(), Problem> {
    let event = Event::new(can.viewer.account.region, kind, ctx.real_now(), &mut ctx.rng());
    let event = event.by(can.viewer.account).about("org", org.id).detail(words);
    ctx.site
        .db
        .write("member_list_look", move |tx| {
            let event = event.clone();
            Box::pin(async move { Ok(record(tx, &event).await?) })
        })
        .await
}

fn table(members: &[BranchMember]) -> DataTable {
    let rows = members.iter().map(|member| {
        let account = if member.has_account { Tag::good("已开通") } else { Tag::plain("未开通") };
        Row::new([member.name.as_str().into(), member.stage.label().into(), account.into()])
    });
    DataTable::new("党员名册").column("姓名").column("状态").column("账号").rows(rows)
}

fn sheet(members: &[BranchMember]) -> Result<Vec<u8>, huiyin_documents::SheetError> {
    let columns = [("姓名", 14), ("状态", 14), ("账号", 10)].map(|(title, width)| WriteColumn::new(title, width));
    let mut writer = SheetWriter::new("党员名册", &columns)?;
    for member in members {
        let account = if member.has_account { "已开通" } else { "未开通" };
        writer.row(&[member.name.clone().into(), WriteCell::from(member.stage.label()), account.into()])?;
    }
    writer.finish()
}
