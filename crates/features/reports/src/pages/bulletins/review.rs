//! What a review says about each county, and what it hands down.

use std::collections::BTreeMap;
use std::sync::Arc;

use huiyin_base::{Day, Id, Problem};
use huiyin_web::{Can, Ctx, Form, Path, Result};
use serde::Deserialize;

use super::seen;
use crate::bulletin::{Bulletin, BulletinKind, BulletinState};
use crate::issuing::{counties, remark_fault};
use crate::permissions::BulletinIssue;
use crate::store::review::{self, FollowUp};

/// Follow-ups of one review: what is handed down must be few.
const MOST: usize = 40;

/// The draft of a review, for somebody who writes into it.
async fn draft(ctx: &Ctx, term: &str) -> Result<Bulletin, Problem> {
    let mut tx = ctx.site.db.read().await?;
    let found = seen(&mut tx, ctx, BulletinKind::Quarterly, term, "").await?;
    if found.state == BulletinState::Draft {
        return Ok(found);
    }
    Err(Problem::conflict("这份综述已经印发，不能再改。需要补充的，请用更正的一版。"))
}

pub(crate) async fn comment(
    ctx: Ctx,
    _can: Can<BulletinIssue>,
    Path(term): Path<String>,
    Form(given): Form<BTreeMap<String, String>>,
) -> Result {
    let draft = draft(&ctx, &term).await?;
    let day = draft.term().days().to;
    let kept = crate::store::county_list(&mut ctx.site.db.read().await?).await?;
    let mut said = Vec::new();
    for (region, name) in counties(&ctx.site.regions, ctx.site.home, &kept, day) {
        let code = ctx.site.regions.named_on(region, day).map_or("", |(code, _)| code);
        let Some(words) = given.get(&format!("c{code}")).map(|words| words.trim().replace(['\r', '\n'], " ")) else {
            continue;
        };
        if words.chars().count() > 200 {
            return Err(Problem::invalid(format!("对{name}的点评超过 200 字，请精简后再保存。")).into());
        }
        if let Some(fault) = remark_fault(&words) {
            return Err(Problem::invalid(format!("对{name}的点评：{fault}")).into());
        }
        said.push((region, words));
    }
    let all = Arc::new(((draft.region, draft.id), said));
    let write = ctx.site.db.write("review_comment", move |tx| {
        let all = Arc::clone(&all);
        Box::pin(async move {
            for (place, words) in &all.1 {
                review::comment_put(tx, all.0, *place, words).await?;
            }
            Ok(())
        })
    });
    write.await?;
    ctx.redirect(&format!("{}/draft", draft.term().path()), Some("点评已保存。"))
}

/// A follow-up as its form sends it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    unit: String,
    title: String,
    words: String,
    deadline: String,
}

pub(crate) async fn follow_up(
    ctx: Ctx,
    _can: Can<BulletinIssue>,
    Path(term): Path<String>,
    Form(given): Form<Given>,
) -> Result {
    let draft = draft(&ctx, &term).await?;
    let mut tx = ctx.site.db.read().await?;
    let units = review::unit_list(&mut tx, ctx.site.home, ctx.today()).await?;
    let unit = units.iter().find(|(_, _, code, _)| *code == given.unit);
    let (unit_region, unit, ..) = unit.ok_or_else(|| Problem::invalid("请选择交给哪个单位。"))?;
    let title = given.title.trim();
    if title.is_empty() || title.chars().count() > 60 || given.words.chars().count() > 500 {
        return Err(Problem::invalid("请用 60 字以内的一句话说清要办什么，具体要求 500 字以内。").into());
    }
    let deadline = given.deadline.parse::<Day>().ok().filter(|day| *day > ctx.today());
    let deadline = deadline.ok_or_else(|| Problem::invalid("办结期限请选今天以后的日子。"))?;
    let there = review::follow_up_list(&mut tx, draft.region, draft.id).await?;
    if there.len() >= MOST {
        return Err(Problem::invalid(format!("一份综述最多交办 {MOST} 件。请先办要紧的。")).into());
    }
    // The same form sent twice is the same task.
    if there.iter().any(|one| one.unit == *unit && one.title == title) {
        return ctx.redirect(&format!("{}/draft", draft.term().path()), Some("这件事已经在单子上了。"));
    }
    let row = Arc::new(FollowUp {
        region: draft.region,
        id: Id::new(draft.region, ctx.now(), &mut ctx.rng()),
        bulletin: draft.id,
        unit_region: *unit_region,
        unit: *unit,
        title: title.to_owned(),
        words: given.words.trim().to_owned(),
        deadline,
        job: None,
        case_region: None,
        case_id: None,
    });
    drop(tx);
    let write = ctx.site.db.write("follow_up_add", move |tx| {
        let row = Arc::clone(&row);
        Box::pin(async move { Ok(review::follow_up_add(tx, &row).await?) })
    });
    write.await?;
    ctx.redirect(&format!("{}/draft", draft.term().path()), Some("已列入跟进事项，印发时交办。"))
}

pub(crate) async fn remove(
    ctx: Ctx,
    _can: Can<BulletinIssue>,
    Path((term, id)): Path<(String, String)>,
    Form(_): Form<BTreeMap<String, String>>,
) -> Result {
    let draft = draft(&ctx, &term).await?;
    let id: Id = id.parse().map_err(|_| Problem::not_found())?;
    let of = (draft.region, draft.id);
    let write = ctx
        .site
        .db
        .write("follow_up_remove", move |tx| Box::pin(async move { Ok(review::follow_up_remove(tx, of, id).await?) }));
    write.await?;
    ctx.redirect(&format!("{}/draft", draft.term().path()), Some("已从单子上去掉。"))
}
