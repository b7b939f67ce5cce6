use askama::Template;
use huiyin_web::components::{Button, DataTable, Empty, Html, Row, Tabs, Tag};
use huiyin_web::{Ctx, Density, Result};

use super::sight;
use crate::bulletin::{Bulletin, BulletinKind, BulletinState};
use crate::issuing::template_of;
use crate::store::bulletin::{Sight, bulletin_list};

/// Ten years of months; older ones are found by their address.
const MOST: i64 = 120;

#[derive(Template)]
#[template(path = "bulletins.html")]
struct ListPage {
    kind: BulletinKind,
    tabs: Tabs,
    table: Option<DataTable>,
    empty: Option<Empty>,
}

pub(crate) async fn show(ctx: Ctx, kind: BulletinKind) -> Result {
    ctx.cached(async || draw(&ctx, kind).await).await
}

async fn draw(ctx: &Ctx, kind: BulletinKind) -> Result {
    let sight = sight(ctx);
    let bulletins = bulletin_list(&mut ctx.site.db.read().await?, ctx.site.home, sight, kind, MOST).await?;
    let rows = bulletins.iter().map(|bulletin| row(bulletin, sight)).collect::<std::result::Result<Vec<_>, _>>()?;
    let table =
        DataTable::new(kind.label()).column("期间").column("文号").column("状态").column("印发日期").column("范围");
    let page = ListPage {
        kind,
        tabs: crate::pages::beside(ctx, kind.path()),
        table: (!rows.is_empty()).then(|| table.rows(rows)),
        empty: bulletins.is_empty().then(|| {
            Empty::new(format!("还没有{}", kind.label()))
                .text("每月（季）后的第一个工作日自动拟出初稿，印发后在这里看。")
                .action(Button::secondary("看全市的数字").to("/figures"))
        }),
    };
    ctx.page(kind.label(), Density::Calm, &page)
}

fn row(bulletin: &Bulletin, sight: Sight) -> std::result::Result<Row, huiyin_base::Problem> {
    let series = &template_of(bulletin)?.series;
    let state = match bulletin.state {
        BulletinState::Draft => Tag::attention("草稿"),
        BulletinState::Issuing => Tag::info("正在印发"),
        BulletinState::Issued if bulletin.version > 1 => Tag::info(format!("第{}版（更正）", bulletin.version)),
        BulletinState::Issued => Tag::good("已印发"),
    };
    let reach = if bulletin.public { "公开" } else { "工作人员" };
    let href = if bulletin.state == BulletinState::Draft && sight == Sight::Issuer {
        format!("{}/draft", bulletin.term().path())
    } else {
        bulletin.path()
    };
    let cells: [Html; 5] = [
        bulletin.term().name().into(),
        bulletin.number_name(series).into(),
        state.into(),
        bulletin.issued_day.map(|day| day.to_string()).unwrap_or_default().into(),
        reach.into(),
    ];
    Ok(Row::new(cells).to(href))
}
