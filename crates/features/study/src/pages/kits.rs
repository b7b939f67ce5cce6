//! Kits on paper: editions and stock, and the branches of whoever looks.

use askama::Template;
use huiyin_base::{Id, Problem, ProblemKind};
use huiyin_directory::{Grant, OrgRef, Role, Viewer, branch_list_below, org_root};
use huiyin_web::components::{Choice, Empty, Field, Notice};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Result};
use serde::Deserialize;

use crate::kits::Kits;
use crate::library::keeper;
use crate::permissions::{KitSee, LibraryKeep};
use crate::store::{Kit, kit_list, stock_list};

#[derive(Template)]
#[template(path = "kits.html")]
struct KitsPage {
    csrf: Csrf,
    mistake: Option<Notice>,
    stock_of: String,
    kits: Vec<Shown>,
    empty: Option<Empty>,
    branches: Vec<(String, String)>,
    keeps: Option<Keeps>,
}

struct Shown {
    number: i64,
    title: String,
    day: String,
    contents: Vec<String>,
    count: i64,
}

struct Keeps {
    received: Vec<Field>,
    labels: Vec<Field>,
    fresh: Vec<Field>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    title: String,
    contents: String,
    kit: String,
    count: String,
    #[serde(skip)]
    labels: String,
}

pub(crate) async fn list(ctx: Ctx, can: Can<KitSee>) -> Result {
    draw(&ctx, &can.viewer, Given::default(), None).await
}

pub(crate) async fn edition(ctx: Ctx, can: Can<LibraryKeep>, Form(given): Form<Given>) -> Result {
    let id = Id::new(ctx.site.home, ctx.now(), &mut ctx.rng());
    let kits = Kits { db: ctx.site.db.clone() };
    match kits.edition(id, &given.title, &given.contents, ctx.today()).await {
        Ok(()) => ctx.redirect("/kits", Some("新的一版已建好。收到多少个，在下面登记。")),
        Err(problem) => again(&ctx, &can.viewer, given, problem).await,
    }
}

pub(crate) async fn stock(ctx: Ctx, can: Can<LibraryKeep>, Form(given): Form<Given>) -> Result {
    let org = keeper(&can.viewer).ok_or_else(Problem::not_found)?.org;
    let kits = Kits { db: ctx.site.db.clone() };
    let done = match given.kit.parse::<Id>() {
        Ok(kit) => kits.receive(org, kit, &given.count).await,
        Err(_) => Err(Problem::invalid("请选择是哪一版。")),
    };
    match done {
        Ok(()) => ctx.redirect("/kits", Some("已登记收到的数量。")),
        Err(problem) => again(&ctx, &can.viewer, given, problem).await,
    }
}

async fn again(ctx: &Ctx, viewer: &Viewer, given: Given, problem: Problem) -> Result {
    if matches!(problem.kind, ProblemKind::Invalid | ProblemKind::Conflict) {
        return draw(ctx, viewer, given, Some(problem.message)).await;
    }
    Err(problem.into())
}

/// The office whose stock a branch draws on: its county, or the city.
pub(super) async fn office(tx: &mut huiyin_db::Tx, of: OrgRef) -> Result<(OrgRef, String)> {
    let root = org_root(tx, of.region).await?.ok_or_else(Problem::not_found)?;
    Ok((root.at(), root.name))
}

async fn draw(ctx: &Ctx, viewer: &Viewer, given: Given, mistake: Option<String>) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let grant = first(viewer).ok_or_else(Problem::not_found)?;
    let kits = kit_list(&mut tx).await?;
    let keeps = keeper(viewer);
    let (stock_at, stock_of) = match keeps {
        Some(grant) => (grant.org, grant.org_name.clone()),
        None => office(&mut tx, grant.org).await?,
    };
    let stock = stock_list(&mut tx, stock_at).await?;
    let branches = branches(&mut tx, ctx, viewer).await?;
    drop(tx);
    let count = |kit: &Kit| stock.iter().find(|(id, _)| *id == kit.id).map_or(0, |(_, count)| *count);
    let page = KitsPage {
        csrf: ctx.csrf(),
        mistake: mistake.map(Notice::bad),
        stock_of,
        empty: kits
            .is_empty()
            .then(|| Empty::new("还没有实体小书包").text("市、县建好一版以后排在这里。").icon("package")),
        branches,
        keeps: keeps.map(|_| Keeps {
            received: vec![
                Field::select("kit", "哪一版", kits.iter().map(|kit| Choice::new(kit.id, &kit.title)).collect())
                    .value(&given.kit),
                Field::number("count", "收到多少个").value(&given.count).required(),
            ],
            labels: vec![
                Field::select("kit", "哪一版", kits.iter().map(|kit| Choice::new(kit.id, &kit.title)).collect())
                    .value(&given.kit)
                    .within("labels"),
                Field::number("count", "印多少张").value(&given.labels).required().within("labels"),
            ],
            fresh: vec![
                Field::text("title", "这一版叫什么").value(&given.title).required().longest(60),
                Field::area("contents", "包里有什么", 4)
                    .value(&given.contents)
                    .hint("一行一样，例如“大字读本一册”。")
                    .required()
                    .longest(1_000),
            ],
        }),
        kits: kits
            .iter()
            .map(|kit| Shown {
                number: kit.number,
                title: kit.title.clone(),
                day: kit.created_day.chinese(),
                contents: kit.contents.lines().map(ToOwned::to_owned).collect(),
                count: count(kit),
            })
            .collect(),
    };
    if page.mistake.is_some() {
        return ctx.refused("实体小书包", Density::Desk, &page);
    }
    ctx.page("实体小书包", Density::Desk, &page)
}

fn first(viewer: &Viewer) -> Option<&Grant> {
    viewer.grants_of(crate::permissions::KITS).next()
}

/// The branches that the viewer serves: his own, or those of his township.
async fn branches(tx: &mut huiyin_db::Tx, ctx: &Ctx, viewer: &Viewer) -> Result<Vec<(String, String)>> {
    let served: Vec<OrgRef> =
        viewer.grants_of(&[Role::BranchSecretary, Role::TownshipStaff]).map(|grant| grant.org).collect();
    let all = branch_list_below(tx, &served, ctx.today()).await?;
    Ok(all.into_iter().map(|(at, name)| (at.id.to_string(), name)).collect())
}

/// The page again, with what was wrong with the labels that were asked for.
pub(super) async fn again_labels(ctx: &Ctx, viewer: &Viewer, kit: &str, count: &str, problem: Problem) -> Result {
    let given = Given { kit: kit.to_owned(), labels: count.to_owned(), ..Given::default() };
    again(ctx, viewer, given, problem).await
}
