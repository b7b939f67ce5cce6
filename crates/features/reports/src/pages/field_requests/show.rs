use askama::Template;
use huiyin_base::Problem;
use huiyin_db::Tx;
use huiyin_directory::{OrgRef, Viewer};
use huiyin_figures::{Cut, Period};
use huiyin_web::components::{Breadcrumb, DataTable, Field as FormField, FormErrors, Html, Notice, Number, Row};
use huiyin_web::{Can, Csrf, Ctx, Density, Path, Result};

use super::{found, is_open};
use crate::permissions::{COUNTY_UP, FieldRequestSee};
use crate::store::field_request::{AskedUnit, Field, FieldRequest, answer_list, field_list, unit_list};

#[derive(Template)]
#[template(path = "field_request.html")]
struct ShowPage {
    trail: Breadcrumb,
    title: String,
    lead: String,
    notices: Vec<Notice>,
    held: Vec<Number>,
    table: Option<DataTable>,
    form: Option<AnswerForm>,
    stop: Option<(Csrf, String)>,
}

/// What a unit that is asked sees.
struct AnswerForm {
    csrf: Csrf,
    path: String,
    unit: String,
    name: String,
    errors: FormErrors,
    fields: Vec<FormField>,
    objection: FormField,
}

pub(crate) async fn show(ctx: Ctx, can: Can<FieldRequestSee>, Path(number): Path<String>) -> Result {
    draw(&ctx, &can.viewer, &number, &[], "", FormErrors::new()).await
}

/// The unit for which the viewer may answer: one that is asked and at which he works for the county or the city.
pub(super) fn own_unit<'a>(viewer: &Viewer, units: &'a [AskedUnit]) -> Option<&'a AskedUnit> {
    let held = |unit: &&AskedUnit| {
        let org = OrgRef { region: unit.unit_region, id: unit.unit };
        viewer.grants_of(COUNTY_UP).any(|grant| grant.org == org)
    };
    units.iter().find(held)
}

pub(super) async fn draw(
    ctx: &Ctx,
    viewer: &Viewer,
    number: &str,
    given: &[(i64, String)],
    objection: &str,
    errors: FormErrors,
) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let request = found(&mut tx, ctx, number).await?;
    let fields = field_list(&mut tx, request.region, request.id).await?;
    let units = unit_list(&mut tx, request.region, request.id).await?;
    let open = is_open(&request, ctx.today());
    let mut notices = Vec::new();
    if let Some(why) = &request.refused {
        notices.push(Notice::attention(format!("这份需求被系统退回：{why}。没有打扰任何单位。")));
    } else if !open {
        notices.push(Notice::info("已到期或停止，不再收数。"));
    }
    let wrong = !errors.is_empty();
    let own = own_unit(viewer, &units).filter(|unit| open && unit.answered_day.is_none());
    let form = own.map(|unit| answer_form(ctx, number, unit, &fields, (given, objection), errors));
    let issuer = OrgRef { region: request.region, id: request.issuer };
    let may_stop = open && viewer.grants_of(COUNTY_UP).any(|grant| grant.org == issuer);
    let page = ShowPage {
        trail: Breadcrumb::new(number).step("数据需求", "/field-requests"),
        title: request.title.clone(),
        lead: format!(
            "依据：{}。{}提出，{}到期。",
            request.basis,
            request.made_day.chinese(),
            request.until_day.chinese()
        ),
        notices,
        held: held(&mut tx, ctx, viewer, &fields).await?,
        table: answers(&mut tx, &request, &fields, &units).await?,
        form,
        stop: may_stop.then(|| (ctx.csrf(), format!("/field-requests/{number}/end"))),
    };
    if wrong {
        ctx.refused(&request.title, Density::Desk, &page)
    } else {
        ctx.page(&request.title, Density::Desk, &page)
    }
}

/// What the system answers itself: the number of the year, with its door.
async fn held(tx: &mut Tx, ctx: &Ctx, viewer: &Viewer, fields: &[Field]) -> Result<Vec<Number>, Problem> {
    let mut held = Vec::new();
    let cut = Cut::city(Period::year_to(ctx.today()));
    let mut counting = ctx.site.figures.counting(&cut);
    for id in fields.iter().filter_map(|field| field.figure.as_deref()) {
        let Some(figure) = ctx.site.figures.find(id).filter(|figure| figure.seen_by.includes(Some(viewer))) else {
            continue;
        };
        let number = counting.value(tx, figure).await?;
        let text = if figure.hides(&number) { format!("少于{}", figure.least) } else { figure.text(number) };
        held.push(
            Number::new(figure.name, text, figure.unit).definition(figure.definition).to(format!("/figures/{id}")),
        );
    }
    Ok(held)
}

async fn answers(
    tx: &mut Tx,
    request: &FieldRequest,
    fields: &[Field],
    units: &[AskedUnit],
) -> Result<Option<DataTable>, Problem> {
    let open: Vec<&Field> = fields.iter().filter(|field| field.figure.is_none()).collect();
    if units.is_empty() || open.is_empty() {
        return Ok(None);
    }
    let answers = answer_list(tx, request.region, request.id).await?;
    let table = DataTable::new("系统里没有、请有关单位答的").titled().column("单位");
    let table = open.iter().fold(table, |table, field| table.column(field.label.clone())).column("说明");
    let rows = units.iter().map(|unit| {
        let value = |field: &&Field| {
            let found = answers.iter().find(|(id, position, _)| *id == unit.unit && *position == field.position);
            Html::from(found.map_or("", |(.., value)| value.as_str()))
        };
        let said = match (&unit.objection, unit.answered_day) {
            (Some(objection), _) => format!("不答：{objection}"),
            (None, Some(day)) => format!("{day} 已答"),
            (None, None) => "还没有答".to_owned(),
        };
        let cells = std::iter::once(Html::from(&unit.name)).chain(open.iter().map(value)).chain([Html::from(said)]);
        Row::new(cells.collect::<Vec<_>>())
    });
    Ok(Some(table.rows(rows)))
}

fn answer_form(
    ctx: &Ctx,
    number: &str,
    unit: &AskedUnit,
    fields: &[Field],
    (given, objection): (&[(i64, String)], &str),
    errors: FormErrors,
) -> AnswerForm {
    let asked = fields.iter().filter(|field| field.figure.is_none()).map(|field| {
        let value =
            given.iter().find(|(position, _)| *position == field.position).map_or("", |(_, value)| value.as_str());
        FormField::text(&format!("f{}", field.position), &field.label).value(value).longest(100).errors(&errors)
    });
    AnswerForm {
        csrf: ctx.csrf(),
        path: format!("/field-requests/{number}/answers"),
        unit: unit.unit.to_string(),
        name: unit.name.clone(),
        fields: asked.collect(),
        objection: FormField::area("objection", "不该要的，写明为什么", 2)
            .hint("例如：与某份报表重复，或没有依据。写了理由就不用填上面的数。")
            .value(objection)
            .longest(200)
            .errors(&errors),
        errors,
    }
}
