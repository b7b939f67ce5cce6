//! What an issuer does: words beside the numbers, issuing, correcting.

use askama::Template;
use huiyin_base::Problem;
use huiyin_db::Tx;
use huiyin_web::components::{Breadcrumb, Button, Choice, Field, FormErrors, Notice, OfficialPaper};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result};
use serde::Deserialize;

use super::doors::Doors;
use super::{seen, show::trail};
use crate::bulletin::{Bulletin, BulletinKind, BulletinState};
use crate::issuing::{begin, correct as corrected, counties, remark as remarked, remark_fault};
use crate::paper::Paper;
use crate::permissions::BulletinIssue;
use crate::store::review;

/// Letters of a reason.
const WHY: u32 = 300;

#[derive(Template)]
#[template(path = "bulletin_draft.html")]
struct DraftPage {
    trail: Breadcrumb,
    csrf: Csrf,
    path: String,
    revision: i64,
    draft: bool,
    errors: FormErrors,
    fields: Vec<Field>,
    too_long: Option<Notice>,
    issue: Button,
    review: Option<ReviewForms>,
    correct: Option<Field>,
    paper: OfficialPaper,
}

/// What a review has besides.
struct ReviewForms {
    comments: Vec<Field>,
    follow_ups: Vec<(String, String, String)>,
    fields: Vec<Field>,
}

/// What the forms of this page send.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    revision: i64,
    remarks: String,
    public: String,
    why: String,
}

pub(crate) async fn show(ctx: Ctx, _can: Can<BulletinIssue>, kind: BulletinKind, Path(term): Path<String>) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let bulletin = seen(&mut tx, &ctx, kind, &term, "").await?;
    draw(&ctx, &mut tx, bulletin, None, FormErrors::new()).await
}

pub(crate) async fn remark(
    ctx: Ctx,
    _can: Can<BulletinIssue>,
    kind: BulletinKind,
    Path(term): Path<String>,
    Form(given): Form<Given>,
) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let bulletin = seen(&mut tx, &ctx, kind, &term, "").await?;
    if let Some(fault) = remark_fault(&given.remarks) {
        let mut errors = FormErrors::new();
        errors.add("remarks", fault);
        return draw(&ctx, &mut tx, bulletin, Some(given), errors).await;
    }
    drop(tx);
    remarked(&ctx.site.db, &bulletin, given.revision, &given.remarks, !given.public.is_empty()).await?;
    ctx.redirect(&format!("{}/draft", bulletin.term().path()), Some("已保存。数字仍是系统算的，没有变。"))
}

pub(crate) async fn issue(
    ctx: Ctx,
    can: Can<BulletinIssue>,
    kind: BulletinKind,
    Path(term): Path<String>,
    Form(given): Form<Given>,
) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let bulletin = seen(&mut tx, &ctx, kind, &term, "").await?;
    if bulletin.state != BulletinState::Draft {
        return Err(Problem::conflict("这份通报已经有同事印发了，不用再印。请返回看印发的版本。").into());
    }
    if bulletin.term().days().to >= ctx.today() {
        return Err(Problem::invalid("这个期间还没有过完，数字还会变，不能印发。请到下个月第一个工作日再印发。").into());
    }
    let paper = Paper::read(&mut tx, &ctx.site, bulletin.clone()).await?;
    if let Some(fault) = paper.length_fault() {
        return Err(Problem::invalid(fault).into());
    }
    drop(tx);
    begin(&ctx.site, &bulletin, given.revision, can.viewer.account, &mut ctx.rng()).await?;
    ctx.redirect(&bulletin.path(), Some("正在冻结数字，几秒钟后印发。"))
}

pub(crate) async fn correct(
    ctx: Ctx,
    can: Can<BulletinIssue>,
    kind: BulletinKind,
    Path(term): Path<String>,
    Form(given): Form<Given>,
) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let bulletin = seen(&mut tx, &ctx, kind, &term, "").await?;
    let letters = given.why.trim().chars().count();
    let fault = match letters {
        0 => Some("请写明为什么更正，读的人要知道改了什么。".to_owned()),
        more if more > WHY as usize => Some(format!("请精简到 {WHY} 字以内。")),
        _ => remark_fault(&given.why),
    };
    if let Some(fault) = fault {
        let mut errors = FormErrors::new();
        errors.add("why", fault);
        return draw(&ctx, &mut tx, bulletin, Some(given), errors).await;
    }
    drop(tx);
    corrected(&ctx.site, &bulletin, &given.why, can.viewer.account, &mut ctx.rng()).await?;
    let words = "已拟出更正的一版，数字按现在的记录重新计算。核对后印发，原来的一版保留备查。";
    ctx.redirect(&format!("{}/draft", bulletin.term().path()), Some(words))
}

async fn draw(ctx: &Ctx, tx: &mut Tx, bulletin: Bulletin, given: Option<Given>, errors: FormErrors) -> Result {
    let draft = bulletin.state == BulletinState::Draft;
    let paper = Paper::read(tx, &ctx.site, bulletin.clone()).await?;
    let filled = given.unwrap_or_else(|| Given {
        revision: bulletin.revision,
        remarks: bulletin.remarks.clone(),
        public: if bulletin.public { "1".into() } else { String::new() },
        why: String::new(),
    });
    let fields = vec![
        Field::area("remarks", "工作要求", 6)
            .hint("自己写的话放在文末，一段一行。数字由系统按记录计算，不能在这里改。")
            .value(&filled.remarks)
            .longest(800)
            .errors(&errors),
        Field::tick("public", "印发后向社会公开（不选只有工作人员能看）").value(&filled.public),
    ];
    let correct = (bulletin.state == BulletinState::Issued).then(|| {
        Field::area("why", "为什么更正", 3)
            .hint("会印在更正版里。数字有哪些变化由系统逐个列出，不用写。")
            .value(&filled.why)
            .longest(WHY)
            .required()
            .errors(&errors)
    });
    let doors = Doors::of(tx, ctx, &paper).await?;
    let review =
        if draft && bulletin.kind == BulletinKind::Quarterly { Some(forms(ctx, tx, &bulletin).await?) } else { None };
    let page = DraftPage {
        trail: trail(&bulletin),
        csrf: ctx.csrf(),
        path: bulletin.term().path(),
        revision: bulletin.revision,
        draft,
        too_long: paper.length_fault().map(Notice::attention),
        issue: Button::primary("冻结数字并印发").icon("send"),
        fields,
        review,
        correct,
        paper: paper.page(|door| doors.address(door)),
        errors,
    };
    let title = format!("{}{}", bulletin.term().name(), bulletin.kind.label());
    if page.errors.is_empty() {
        ctx.page(&title, Density::Desk, &page)
    } else {
        ctx.refused(&title, Density::Desk, &page)
    }
}

async fn forms(ctx: &Ctx, tx: &mut Tx, bulletin: &Bulletin) -> std::result::Result<ReviewForms, Problem> {
    let day = bulletin.term().days().to;
    let said = review::comment_list(tx, bulletin.region, bulletin.id).await?;
    let counties = counties(&ctx.site.regions, ctx.site.home, &crate::store::county_list(tx).await?, day);
    let comments = counties.iter().map(|(region, name)| {
        let words = said.iter().find(|(place, _)| place == region).map_or("", |(_, words)| words.as_str());
        let code = ctx.site.regions.named_on(*region, day).map_or("", |(code, _)| code);
        Field::area(&format!("c{code}"), name, 2).value(words).longest(200)
    });
    let mut follow_ups = Vec::new();
    for one in review::follow_up_list(tx, bulletin.region, bulletin.id).await? {
        let unit = review::unit_name(tx, one.unit_region, one.unit).await?;
        follow_ups.push((format!("{unit}：{}", one.title), one.deadline.to_string(), one.id.to_string()));
    }
    let units = review::unit_list(tx, ctx.site.home, ctx.today()).await?;
    let choices = std::iter::once(Choice::new("", "请选择"));
    let choices = choices.chain(units.iter().map(|(region, _, code, name)| {
        Choice::new(code, name.as_str()).group(if *region == ctx.site.home { "市直部门" } else { "县区" })
    }));
    let fields = vec![
        Field::select("unit", "交给哪个单位", choices.collect()).required(),
        Field::text("title", "一句话说清要办什么").longest(60).required(),
        Field::area("words", "具体要求", 3).longest(500),
        Field::date("deadline", "办结期限").required(),
    ];
    Ok(ReviewForms { comments: comments.collect(), follow_ups, fields })
}
