//! Bottom-line targets by county, over time; values are entered where no ledger holds them yet.

use std::sync::Arc;

use askama::Template;
use huiyin_base::{Day, Problem, Region};
use huiyin_db::Tx;
use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_directory::{OrgKind, Reach};
use huiyin_web::components::{
    Breadcrumb, Button, Chart, Choice, DataTable, Empty, Field, FormErrors, Html, Row, Series, Tabs, Tag,
};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Path, Result, Routes};
use serde::Deserialize;

use crate::issuing::counties;
use crate::permissions::{COUNTY_UP, ISSUERS, TargetEnter, TargetSee, TargetSet};
use crate::store::target::{EnteredValue, TargetGoal, target_put, value_put};
use crate::targets::{Line, Standing, Topic, topics};

/// The greatest value that may be entered.
const MOST: i64 = 100_000_000;

pub(crate) fn routes() -> Routes {
    Routes::new()
        .get::<TargetSee, _>("/targets", overview)
        .get::<TargetSee, _>("/targets/{topic}", show)
        .post::<TargetEnter, _>("/targets/{topic}/values", enter)
        .post::<TargetSet, _>("/targets/{topic}/goals", set)
}

#[derive(Template)]
#[template(path = "targets.html")]
struct OverviewPage {
    tabs: Tabs,
    table: Option<DataTable>,
    links: Vec<Button>,
    empty: Option<Empty>,
}

#[derive(Template)]
#[template(path = "target.html")]
struct TopicPage {
    trail: Breadcrumb,
    tabs: Tabs,
    topic: &'static Topic,
    source: Tag,
    table: DataTable,
    months: DataTable,
    chart: Option<Chart>,
    form: Option<EnterForm>,
    goal: Option<EnterForm>,
}

struct EnterForm {
    csrf: Csrf,
    errors: FormErrors,
    fields: Vec<Field>,
}

/// A value as its form sends it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    place: String,
    day: String,
    value: String,
    basis: String,
}

async fn overview(ctx: Ctx, _can: Can<TargetSee>) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let number = |value: i64| Html::from(huiyin_figures::Number::plain(value).text());
    let mut rows = Vec::new();
    for topic in topics() {
        let standing = Standing::read(&mut tx, &ctx.site.figures, ctx.site.home, topic, ctx.today()).await?;
        if standing.lines.is_empty() {
            continue;
        }
        let total = standing.total();
        let said = |value: Option<i64>| value.map_or_else(|| Html::from("—"), number);
        let cells: [Html; 6] = [
            format!("{}（{}）", topic.name, topic.unit).into(),
            number(total.base),
            number(total.goal),
            said(total.now()),
            said(total.gap()),
            source(&ctx, topic).into(),
        ];
        rows.push(Row::new(cells).to(format!("/targets/{}", topic.word)));
    }
    let empty = rows
        .is_empty()
        .then(|| Empty::new("今年还没有下达底线目标").text("市级下达后，各县区的目标、现状和差距在这里看。"));
    let table = DataTable::new("全市").column("底线目标").figure("基数").figure("目标").figure("现在").figure("差距");
    let page = OverviewPage {
        tabs: super::beside(&ctx, "/targets"),
        table: (!rows.is_empty()).then(|| table.column("来源").rows(rows)),
        links: topics()
            .iter()
            .map(|topic| Button::secondary(topic.name.as_str()).to(format!("/targets/{}", topic.word)))
            .collect(),
        empty,
    };
    ctx.page("底线目标", Density::Desk, &page)
}

fn source(ctx: &Ctx, topic: &Topic) -> Tag {
    match topic.counted(&ctx.site.figures) {
        Some(_) => Tag::good("按记录统计"),
        None => Tag::attention("人工录入"),
    }
}

async fn show(ctx: Ctx, can: Can<TargetSee>, Path(word): Path<String>) -> Result {
    let topic = Topic::find(&word).ok_or_else(Problem::not_found)?;
    draw(&ctx, &can.viewer, topic, Given::default(), FormErrors::new()).await
}

/// A county's target as its form sends it.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct GoalGiven {
    county: String,
    base: String,
    goal: String,
    source: String,
}

/// The city sets what a county has to reach this year.
async fn set(ctx: Ctx, can: Can<TargetSet>, Path(word): Path<String>, Form(given): Form<GoalGiven>) -> Result {
    let topic = Topic::find(&word).ok_or_else(Problem::not_found)?;
    let number = |text: &str| text.trim().parse::<i64>().ok().filter(|value| (0..=MOST).contains(value));
    let kept = places(&ctx, &mut ctx.site.db.read().await?).await?;
    let place = ctx.site.regions.by_code(&given.county).filter(|place| kept.iter().any(|(known, _)| known == place));
    let (Some(place), Some(base), Some(goal)) = (place, number(&given.base), number(&given.goal)) else {
        return Err(Problem::invalid("请选择县区，基数和目标填 0 或以上的整数。").into());
    };
    let basis = given.source.trim().to_owned();
    if basis.is_empty() || basis.chars().count() > 200 {
        return Err(Problem::invalid("请写明下达目标的文件，200 字以内。").into());
    }
    let event = Event::new(ctx.site.home, AuditKind::Setting, ctx.real_now(), &mut ctx.rng())
        .by(can.viewer.account)
        .about("target", topic.word.as_str())
        .detail(format!("下达{}的{}：{goal}", ctx.site.regions.short(place), topic.name));
    let all = Arc::new((TargetGoal { place, base, goal, basis }, event));
    let (home, year) = (ctx.site.home, i64::from(ctx.today().year()));
    let write = ctx.site.db.write("target_put", move |tx| {
        let all = Arc::clone(&all);
        Box::pin(async move {
            target_put(tx, home, (&topic.word, year), &all.0).await?;
            Ok(audit::record(tx, &all.1).await?)
        })
    });
    write.await?;
    ctx.redirect(&format!("/targets/{}", topic.word), Some("目标已下达。"))
}

async fn enter(ctx: Ctx, can: Can<TargetEnter>, Path(word): Path<String>, Form(given): Form<Given>) -> Result {
    let topic = Topic::find(&word).ok_or_else(Problem::not_found)?;
    if topic.counted(&ctx.site.figures).is_some() {
        return Err(Problem::forbidden(format!(
            "“{}”由系统按记录统计，不用录入。数字不对的，请改那条记录。",
            topic.name
        ))
        .into());
    }
    let place = ctx.site.regions.by_code(&given.place);
    let mut errors = FormErrors::new();
    let place = match place {
        Some(place) if may_enter(&can.viewer, place) => place,
        Some(_) => {
            return Err(Problem::forbidden("您只能录入本县区的数字。别的县区由当地县级工作人员或市级录入。").into());
        }
        None => {
            errors.add("place", "请选择县区。");
            ctx.site.home
        }
    };
    let day = given.day.parse::<Day>().ok().filter(|day| *day <= ctx.today() && day.year() == ctx.today().year());
    if day.is_none() {
        errors.add("day", "请选今年以内、今天或以前的日子。");
    }
    let value = given.value.trim().parse::<i64>().ok().filter(|value| (0..=MOST).contains(value));
    if value.is_none() {
        errors.add("value", "请填 0 或以上的整数。");
    }
    let basis = given.basis.trim();
    if basis.is_empty() || basis.chars().count() > 200 {
        errors.add("basis", "请写明数字从哪里来，例如“县财政局拨款文件”，200 字以内。");
    }
    let (Some(day), Some(value), true) = (day, value, errors.is_empty()) else {
        return draw(&ctx, &can.viewer, topic, given, errors).await;
    };
    let entered = EnteredValue { place, day, value, basis: basis.to_owned(), entered_day: ctx.today() };
    let event = Event::new(ctx.site.home, AuditKind::Setting, ctx.real_now(), &mut ctx.rng())
        .by(can.viewer.account)
        .about("target", topic.word.as_str())
        .detail(format!("录入{}的{}", ctx.site.regions.short(place), topic.name));
    let (all, home) = (Arc::new((entered, event)), ctx.site.home);
    let write = ctx.site.db.write("target_value_put", move |tx| {
        let all = Arc::clone(&all);
        Box::pin(async move {
            value_put(tx, home, &topic.word, &all.0).await?;
            Ok(audit::record(tx, &all.1).await?)
        })
    });
    write.await?;
    ctx.redirect(&format!("/targets/{}", topic.word), Some("已录入，标明了来源。"))
}

/// Whether a value of this county may be entered: the city's staff anywhere, a county's staff at home.
fn may_enter(viewer: &huiyin_directory::Viewer, place: Region) -> bool {
    viewer
        .grants_of(COUNTY_UP)
        .any(|grant| grant.org_kind == OrgKind::City || grant.reach.contains(&Reach::Region(place)))
}

async fn places(ctx: &Ctx, tx: &mut Tx) -> std::result::Result<Vec<(Region, String)>, Problem> {
    let kept = crate::store::county_list(tx).await?;
    Ok(counties(&ctx.site.regions, ctx.site.home, &kept, ctx.today()))
}

async fn draw(
    ctx: &Ctx,
    viewer: &huiyin_directory::Viewer,
    topic: &'static Topic,
    given: Given,
    errors: FormErrors,
) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let places = places(ctx, &mut tx).await?;
    let standing = Standing::read(&mut tx, &ctx.site.figures, ctx.site.home, topic, ctx.today()).await?;
    let counted = topic.counted(&ctx.site.figures).is_some();
    let tabs = topics().iter().fold(Tabs::new("底线目标"), |tabs, other| {
        tabs.tab(other.name.clone(), format!("/targets/{}", other.word), other.word == topic.word)
    });
    let may = !counted && viewer.has_any(COUNTY_UP);
    let wrong = !errors.is_empty();
    let page = TopicPage {
        trail: Breadcrumb::new(topic.name.as_str()).step("底线目标", "/targets"),
        tabs,
        topic,
        source: source(ctx, topic),
        table: table(ctx, topic, &standing, &places),
        months: months(&standing, &places),
        chart: chart(topic, &standing),
        form: may.then(|| form(ctx, viewer, &places, given, errors)),
        goal: viewer.has_any(ISSUERS).then(|| goal_form(ctx, &places)),
    };
    if wrong { ctx.refused(&topic.name, Density::Desk, &page) } else { ctx.page(&topic.name, Density::Desk, &page) }
}

fn form(
    ctx: &Ctx,
    viewer: &huiyin_directory::Viewer,
    places: &[(Region, String)],
    given: Given,
    errors: FormErrors,
) -> EnterForm {
    let code = |region: Region| ctx.site.regions.named_on(region, ctx.today()).map_or("", |(code, _)| code);
    let choices: Vec<Choice> = places
        .iter()
        .filter(|(region, _)| may_enter(viewer, *region))
        .map(|(region, name)| Choice::new(code(*region), name.as_str()))
        .collect();
    let day = if given.day.is_empty() { ctx.today().to_string() } else { given.day };
    let fields = vec![
        Field::select("place", "县区", choices).value(&given.place).required().errors(&errors),
        Field::date("day", "截至哪一天").value(day).required().errors(&errors),
        Field::number("value", "数值").value(&given.value).required().errors(&errors),
        Field::text("basis", "数字从哪里来")
            .hint("例如：县财政局 11 月拨款文件")
            .value(&given.basis)
            .longest(200)
            .required()
            .errors(&errors),
    ];
    EnterForm { csrf: ctx.csrf(), errors, fields }
}

fn goal_form(ctx: &Ctx, places: &[(Region, String)]) -> EnterForm {
    let code = |region: Region| ctx.site.regions.named_on(region, ctx.today()).map_or("", |(code, _)| code);
    let choices = places.iter().map(|(region, name)| Choice::new(code(*region), name.as_str())).collect();
    let fields = vec![
        Field::select("county", "县区", choices).required(),
        Field::number("base", "基数").hint("年初有多少").required(),
        Field::number("goal", "目标").hint("年底要到多少").required(),
        Field::text("source", "下达的文件").longest(200).required(),
    ];
    EnterForm { csrf: ctx.csrf(), errors: FormErrors::new(), fields }
}

/// Target, base, now and gap, in code order.
fn table(ctx: &Ctx, topic: &Topic, standing: &Standing, places: &[(Region, String)]) -> DataTable {
    let caption = format!("{}（{}）", topic.name, topic.unit);
    let table = DataTable::new(caption)
        .titled()
        .column("县区")
        .figure("基数")
        .figure("目标")
        .figure("现在")
        .figure("差距")
        .column("来源");
    let figure = topic.counted(&ctx.site.figures);
    let cells = |name: &str, line: &Line, region: Option<Region>| {
        let number = |value: i64| Html::from(huiyin_figures::Number::plain(value).text());
        let now = line.now().map_or_else(|| "没有数字".to_owned(), |now| huiyin_figures::Number::plain(now).text());
        let code = region.and_then(|region| ctx.site.regions.named_on(region, ctx.today())).map(|(code, _)| code);
        let now = match (figure, code) {
            (Some(figure), Some(code)) => Html::drawn(format!(
                "<a href=\"/figures/{}/list?county={}\">{}</a>",
                figure.id,
                Html::from(code),
                Html::from(now)
            )),
            _ => Html::from(now),
        };
        let source = match (&line.source, figure) {
            (Some((day, basis)), _) => format!("{day} {basis}（录入）"),
            (None, Some(_)) => "按记录统计".to_owned(),
            (None, None) => String::new(),
        };
        let gap = line.gap().map_or_else(|| Html::from("—"), number);
        let cells: [Html; 6] = [name.into(), number(line.base), number(line.goal), now, gap, source.into()];
        cells
    };
    let rows = places.iter().filter_map(|(region, name)| {
        let line = standing.lines.get(region)?;
        Some(Row::new(cells(name, line, Some(*region))))
    });
    table.rows(rows).foot(cells("全市", &standing.total(), None))
}

/// Each month's end, county by county.
fn months(standing: &Standing, places: &[(Region, String)]) -> DataTable {
    let table = DataTable::new("逐月").titled().column("县区");
    let table = standing.months.iter().fold(table, |table, month| table.figure(format!("{}月", month % 100)));
    let text = |value: &Option<i64>| {
        Html::from(value.map_or_else(|| "—".to_owned(), |value| huiyin_figures::Number::plain(value).text()))
    };
    let rows = places.iter().filter_map(|(region, name)| {
        let line = standing.lines.get(region)?;
        Some(Row::new(std::iter::once(Html::from(name)).chain(line.months.iter().map(text))))
    });
    let total = standing.total();
    table.rows(rows).foot(std::iter::once(Html::from("全市")).chain(total.months.iter().map(text)))
}

/// The whole city against its target.
fn chart(topic: &Topic, standing: &Standing) -> Option<Chart> {
    let total = standing.total();
    if standing.months.len() < 2 || standing.lines.is_empty() {
        return None;
    }
    let labels: Vec<String> = standing.months.iter().map(|month| format!("{}月", month % 100)).collect();
    let goal = Series { name: "目标".into(), values: vec![Some(total.goal); labels.len()] };
    let now = Series { name: "现在".into(), values: total.months };
    Some(Chart::lines("全市逐月", topic.unit.clone(), labels, vec![goal, now]).alone())
}
