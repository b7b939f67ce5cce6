//! A unit answers what is not held, once; or says why it will not.

use std::collections::BTreeMap;
use std::sync::Arc;

use huiyin_base::Problem;
use huiyin_directory::OrgRef;
use huiyin_web::components::FormErrors;
use huiyin_web::{Can, Ctx, Form, Path, Result};

use super::show::{draw, own_unit};
use super::{found, is_open};
use crate::permissions::{COUNTY_UP, FieldRequestMake};
use crate::store::field_request::{Answer, field_list, request_stop, unit_answer, unit_list};

pub(crate) async fn add(
    ctx: Ctx,
    can: Can<FieldRequestMake>,
    Path(number): Path<String>,
    Form(given): Form<BTreeMap<String, String>>,
) -> Result {
    let mut tx = ctx.site.db.snapshot().await?;
    let request = found(&mut tx, &ctx, &number).await?;
    if !is_open(&request, ctx.today()) {
        return Err(Problem::conflict("这份需求已经到期或停止，不用再答。").into());
    }
    let units = unit_list(&mut tx, request.region, request.id).await?;
    let unit = own_unit(&can.viewer, &units);
    let unit = unit.ok_or_else(|| Problem::forbidden("这份需求没有问您的单位，不用答。"))?.clone();
    let fields = field_list(&mut tx, request.region, request.id).await?;
    drop(tx);
    let said = |name: &str| given.get(name).map_or("", |text| text.trim()).to_owned();
    let objection = said("objection");
    let values: Vec<(i64, String)> = fields
        .iter()
        .filter(|field| field.figure.is_none())
        .map(|field| (field.position, said(&format!("f{}", field.position))))
        .collect();
    let mut errors = FormErrors::new();
    if objection.chars().count() > 200 {
        errors.add("objection", "请精简到 200 字以内。");
    }
    if objection.is_empty() {
        for (position, value) in &values {
            match value.chars().count() {
                0 => errors.add(&format!("f{position}"), "请填写；确实没有的填“无”。"),
                1..=100 => {}
                _ => errors.add(&format!("f{position}"), "请精简到 100 字以内。"),
            }
        }
    }
    if !errors.is_empty() {
        return draw(&ctx, &can.viewer, &number, &values, &objection, errors).await;
    }
    let answer = Arc::new(if objection.is_empty() { Answer::Values(values) } else { Answer::Objection(objection) });
    let (of, who, today) = ((request.region, request.id), (unit.unit_region, unit.unit), ctx.today());
    let write = ctx.site.db.write("field_request_answer", move |tx| {
        let answer = Arc::clone(&answer);
        Box::pin(async move { Ok(unit_answer(tx, of, who, today, &answer).await?) })
    });
    if !write.await? {
        return Err(
            Problem::conflict("您的单位已经答过这份需求，一份需求只答一次。需要改的，请告诉提出的单位。").into()
        );
    }
    ctx.redirect(&format!("/field-requests/{number}"), Some("已答复，不会再问第二次。"))
}

pub(crate) async fn stop(
    ctx: Ctx,
    can: Can<FieldRequestMake>,
    Path(number): Path<String>,
    Form(_): Form<BTreeMap<String, String>>,
) -> Result {
    let request = found(&mut ctx.site.db.read().await?, &ctx, &number).await?;
    let issuer = OrgRef { region: request.region, id: request.issuer };
    if !can.viewer.grants_of(COUNTY_UP).any(|grant| grant.org == issuer) {
        return Err(Problem::forbidden("需求由提出的单位停止。认为不该要的，请在答复里写明理由。").into());
    }
    let (region, id, today) = (request.region, request.id, ctx.today());
    let write = ctx
        .site
        .db
        .write("field_request_stop", move |tx| Box::pin(async move { Ok(request_stop(tx, region, id, today).await?) }));
    write.await?;
    ctx.redirect(&format!("/field-requests/{number}"), Some("已停止，不再收数。"))
}
