use askama::Template;
use huiyin_base::Problem;
use huiyin_db::Tx;
use huiyin_directory::{OrgRef, scope_contains};
use huiyin_figures::{Number, snapshot_find};
use huiyin_jobs::{JobState, job_find};
use huiyin_web::components::{Breadcrumb, Button, DataTable, Html, Notice, OfficialPaper, ProgressJob, Row};
use huiyin_web::{Ctx, Density, Path, Query, Result};

use super::doors::Doors;
use super::{Version, seen, sight};
use crate::bulletin::{Bulletin, BulletinKind, BulletinState};
use crate::numbers;
use crate::paper::{Change, Paper, changes};
use crate::permissions::LEADERS;
use crate::store::bulletin::{Sight, bulletin_find, figure_list};
use crate::store::review;

#[derive(Template)]
#[template(path = "bulletin.html")]
struct ShowPage {
    trail: Breadcrumb,
    acts: Vec<Button>,
    notices: Vec<Notice>,
    progress: Option<ProgressJob>,
    paper: OfficialPaper,
    changes: Option<DataTable>,
    follow_ups: Option<DataTable>,
}

pub(crate) async fn show(
    ctx: Ctx,
    kind: BulletinKind,
    Path(term): Path<String>,
    Query(asked): Query<Version>,
) -> Result {
    ctx.cached(async || draw(&ctx, kind, &term, &asked).await).await
}

async fn draw(ctx: &Ctx, kind: BulletinKind, term: &str, asked: &Version) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let bulletin = seen(&mut tx, ctx, kind, term, &asked.version).await?;
    let paper = Paper::read(&mut tx, &ctx.site, bulletin.clone()).await?;
    let changes = changed(&mut tx, ctx, &bulletin, &paper).await?;
    let doors = Doors::of(&mut tx, ctx, &paper).await?;
    let page = ShowPage {
        trail: trail(&bulletin),
        acts: acts(ctx, &bulletin),
        notices: notices(&mut tx, ctx, &bulletin).await?,
        progress: progress(&mut tx, &bulletin).await?,
        paper: paper.page(|door| doors.address(door)),
        changes,
        follow_ups: follow_ups(&mut tx, ctx, &bulletin).await?,
    };
    ctx.page(paper.title(), Density::Paper, &page)
}

pub(super) fn trail(bulletin: &Bulletin) -> Breadcrumb {
    Breadcrumb::new(bulletin.term().name()).step(bulletin.kind.label(), bulletin.kind.path())
}

fn acts(ctx: &Ctx, bulletin: &Bulletin) -> Vec<Button> {
    let path = bulletin.term().path();
    let version = format!("version={}", bulletin.version);
    let mut acts = vec![
        Button::secondary("Word 文件").icon("file-text").to(format!("{path}/paper?{version}")).download(),
        Button::secondary("Excel 表").icon("file-spreadsheet").to(format!("{path}/sheet?{version}")).download(),
    ];
    if sight(ctx) == Sight::Issuer {
        let draft = format!("{path}/draft");
        match bulletin.state {
            BulletinState::Draft => acts.insert(0, Button::primary("修改和印发").icon("pencil").to(draft)),
            BulletinState::Issuing => {}
            BulletinState::Issued => acts.push(Button::secondary("更正").icon("pencil").to(draft)),
        }
    }
    acts
}

async fn notices(tx: &mut Tx, ctx: &Ctx, bulletin: &Bulletin) -> std::result::Result<Vec<Notice>, Problem> {
    let mut notices = Vec::new();
    if bulletin.state == BulletinState::Draft {
        notices.push(Notice::info("这是草稿：数字随记录变化，印发时才冻结。点数字可以看现在的清单。"));
    }
    let newest = bulletin_find(tx, bulletin.region, sight(ctx), bulletin.term(), None).await?;
    if let Some(newest) =
        newest.filter(|newest| newest.version > bulletin.version && newest.state == BulletinState::Issued)
    {
        let link = format!("<a href=\"{}\">第{}版</a>", Html::from(newest.path()), newest.version);
        let words = format!("这一版已经更正，请看{link}。本版保留备查。");
        notices.push(Notice::attention(Html::drawn(words)));
    }
    Ok(notices)
}

/// How many numbers are frozen, while it is being issued.
async fn progress(tx: &mut Tx, bulletin: &Bulletin) -> std::result::Result<Option<ProgressJob>, Problem> {
    if bulletin.state != BulletinState::Issuing {
        return Ok(None);
    }
    let figures = figure_list(tx, bulletin.region, bulletin.id).await?;
    let mut done = 0;
    for (_, snapshot) in &figures {
        done += u64::from(snapshot_find(tx, *snapshot).await?.is_some());
    }
    let total = u64::try_from(figures.len()).unwrap_or(0);
    let words = "正在冻结数字和清单，完成后自动编号、印发。中断了会接着办，不会只印一半。";
    Ok(Some(ProgressJob::new("正在印发", done, Some(total)).words(words).watch(bulletin.path())))
}

/// What a correction changes, number by number.
async fn changed(
    tx: &mut Tx,
    ctx: &Ctx,
    bulletin: &Bulletin,
    paper: &Paper,
) -> std::result::Result<Option<DataTable>, Problem> {
    if bulletin.version == 1 {
        return Ok(None);
    }
    let before = bulletin_find(tx, bulletin.region, Sight::Staff, bulletin.term(), Some(bulletin.version - 1)).await?;
    let Some(before) = before else { return Ok(None) };
    let changes = changes(&numbers::kept(tx, &before).await?, &paper.now);
    let rows: Vec<Row> = changes.iter().map(|change| change_row(ctx, bulletin, change)).collect();
    let caption = format!("与第{}版相比", before.version);
    let table = DataTable::new(caption).titled().column("指标").column("地方").figure("原来").figure("现在");
    let none = || Row::new(["数字没有变化，只改了文字".into(), "".into(), "".into(), "".into()]);
    Ok(Some(table.rows(if rows.is_empty() { vec![none()] } else { rows })))
}

fn change_row(ctx: &Ctx, bulletin: &Bulletin, change: &Change) -> Row {
    let figure = ctx.site.figures.find(&change.figure);
    let text =
        |number: Number| number.both().unwrap_or_else(|| figure.map_or(number.text(), |figure| figure.text(number)));
    let place = change.place.and_then(|region| ctx.site.regions.named_on(region, bulletin.term().days().to));
    let cells: [Html; 4] = [
        figure.map_or(change.figure.as_str(), |figure| figure.name).into(),
        place.map_or("全市", |(_, name)| name).into(),
        change.was.map_or_else(|| "没有".to_owned(), text).into(),
        text(change.now).into(),
    ];
    Row::new(cells)
}

/// What a review handed down, with the cases that came of it; a case opens for whoever reaches its unit.
async fn follow_ups(tx: &mut Tx, ctx: &Ctx, bulletin: &Bulletin) -> std::result::Result<Option<DataTable>, Problem> {
    let found = review::follow_up_list(tx, bulletin.region, bulletin.id).await?;
    if found.is_empty() || bulletin.state != BulletinState::Issued {
        return Ok(None);
    }
    let mut rows = Vec::new();
    for one in &found {
        let unit = review::unit_name(tx, one.unit_region, one.unit).await?;
        let failed = match one.job {
            Some(job) => job_find(tx, one.region, job).await?.is_some_and(|job| job.state == JobState::Failed),
            None => false,
        };
        let state = match (one.case_id, one.job) {
            (Some(_), _) => "已交办",
            (None, Some(_)) if failed => "没有交办成，请系统管理员在“运行状况”里重试",
            (None, Some(_)) => "正在交办",
            (None, None) => "没有交办",
        };
        let reaches = match &ctx.viewer {
            Some(viewer) => {
                let unit = OrgRef { region: one.unit_region, id: one.unit };
                scope_contains(tx, &viewer.scope(LEADERS), unit).await?
            }
            None => false,
        };
        let row = Row::new([unit.into(), Html::from(&one.title), one.deadline.to_string().into(), state.into()]);
        rows.push(match one.case_id.filter(|_| reaches) {
            Some(case) => row.to(format!("/cases/{case}")),
            None => row,
        });
    }
    let table = DataTable::new("跟进事项").titled().column("单位").column("事项").column("期限").column("交办");
    Ok(Some(table.rows(rows)))
}
