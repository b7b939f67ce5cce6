//! Labels for kits, and cards for members, to be cut out.

use askama::Template;
use huiyin_base::{Id, Problem, ProblemKind};
use huiyin_web::components::{Html, qr};
use huiyin_web::{Can, Ctx, Density, Form, Path, Query, Result};
use serde::Deserialize;

use super::kit_branch::branch;
use crate::kits::Kits;
use crate::labels::{Label, card};
use crate::library::keeper;
use crate::permissions::{KitSee, LibraryKeep};
use crate::store::{kit_list, stock_labelled};

#[derive(Template)]
#[template(path = "kit_labels.html")]
struct LabelPage {
    heading: &'static str,
    back: String,
    words: String,
    labels: Vec<Cut>,
}

/// What is cut out.
struct Cut {
    title: String,
    line: String,
    code: String,
    square: Html,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    kit: String,
    count: String,
}

/// Numbers are given once; the sheet itself can be printed again.
pub(crate) async fn label(ctx: Ctx, can: Can<LibraryKeep>, Form(given): Form<Given>) -> Result {
    let org = keeper(&can.viewer).ok_or_else(Problem::not_found)?.org;
    let kits = Kits { db: ctx.site.db.clone() };
    let done = match given.kit.parse::<Id>() {
        Ok(kit) => kits.label(org, kit, &given.count).await,
        Err(_) => Err(Problem::invalid("请选择是哪一版。")),
    };
    match done {
        Ok((first, last)) => ctx.redirect(&format!("/kits/labels?kit={}&first={first}&last={last}", given.kit), None),
        Err(problem) if problem.kind == ProblemKind::Invalid => {
            super::kits::again_labels(&ctx, &can.viewer, &given.kit, &given.count, problem).await
        }
        Err(problem) => Err(problem.into()),
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Range {
    kit: String,
    first: i64,
    last: i64,
}

pub(crate) async fn labels(ctx: Ctx, can: Can<LibraryKeep>, Query(range): Query<Range>) -> Result {
    let org = keeper(&can.viewer).ok_or_else(Problem::not_found)?.org;
    let id = range.kit.parse::<Id>().map_err(|_| Problem::not_found())?;
    let mut tx = ctx.site.db.read().await?;
    let kit = kit_list(&mut tx).await?.into_iter().find(|kit| kit.id == id).ok_or_else(Problem::not_found)?;
    let labelled = stock_labelled(&mut tx, org, id).await?;
    drop(tx);
    let (first, last) = (range.first.max(1), range.last.min(labelled));
    if first > last || last - first > 480 {
        return Err(Problem::not_found().into());
    }
    let one = |serial: i64| -> Result<Cut> {
        let code = Label { edition: kit.number, region: org.region, serial }.code().ok_or_else(Problem::not_found)?;
        Ok(Cut {
            title: kit.title.clone(),
            line: format!("{serial} 号"),
            square: qr(&code.to_string(), "小书包标签的二维码", 90)?,
            code: code.to_string(),
        })
    };
    let page = LabelPage {
        heading: "小书包标签",
        back: "/kits".into(),
        words: "剪开，每个小书包贴一张。".into(),
        labels: (first..=last).map(one).collect::<Result<_>>()?,
    };
    ctx.page(page.heading, Density::Paper, &page)
}

pub(crate) async fn cards(ctx: Ctx, can: Can<KitSee>, Path(id): Path<String>) -> Result {
    let branch = branch(&ctx, &can, &id).await?;
    let one = |member: &huiyin_directory::BranchMember| -> Result<Cut> {
        let code = card(&ctx.site, member.person).to_string();
        Ok(Cut {
            title: member.name.clone(),
            line: branch.org.name.clone(),
            square: qr(&code, "学习卡的二维码", 90)?,
            code,
        })
    };
    let page = LabelPage {
        heading: "学习卡",
        back: format!("/kits/branches/{id}"),
        words: "剪开，交给本人收着，领小书包时扫一下。二维码里没有姓名和证件号。".into(),
        labels: branch.members.iter().map(one).collect::<Result<_>>()?,
    };
    ctx.page(page.heading, Density::Paper, &page)
}
