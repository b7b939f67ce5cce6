//! Breakings down to begin with, kept by each organisation.

use huiyin_base::{Day, Id, Problem};
use huiyin_directory::{OrgRef, Viewer};
use huiyin_web::{Can, Ctx, Form, Path, Result};
use serde::Deserialize;

use super::super::fields::Fields;
use crate::permissions::{ListBreak, OWNERS};
use crate::store::{self, BreakdownTemplate};
use crate::{Breakdown, ListRules};

/// A template as the form offers it.
pub(super) struct Saved {
    pub(super) id: String,
    pub(super) name: String,
    pub(super) href: String,
}

pub(super) fn shown(saved: &[BreakdownTemplate], case: &str) -> Vec<Saved> {
    let one = |template: &BreakdownTemplate| Saved {
        id: template.id.to_string(),
        name: template.name.clone(),
        href: format!("/lists/{case}/breakdown?level={}&template={}", template.level, template.id),
    };
    saved.iter().map(one).collect()
}

/// What was given, with what the chosen template says in the place of what is empty.
pub(super) fn begun(given: Fields, saved: &[BreakdownTemplate], today: Day) -> Fields {
    let id = given.first("template").to_owned();
    let Some(template) = saved.iter().find(|one| one.id.to_string() == id) else { return given };
    let mut all = given.0;
    let due = if template.days > 0 { today.plus(template.days).to_string() } else { String::new() };
    let says =
        [("title", &template.title), ("text", &template.text), ("measure", &template.measure), ("deadline", &due)];
    all.extend(says.map(|(name, value)| (name.to_owned(), value.clone())));
    Fields(all)
}

/// Keeps what is being handed down under a name, where one was given.
pub(super) async fn save(
    ctx: &Ctx,
    viewer: &Viewer,
    org: OrgRef,
    what: &Breakdown,
    level: &str,
    name: &str,
) -> std::result::Result<(), Problem> {
    let rules = ListRules::built_in()?;
    if name.is_empty() {
        return Ok(());
    }
    if name.chars().count() > rules.name {
        return Err(Problem::invalid(format!("模板名称最多 {} 字。", rules.name)));
    }
    let saved = store::breakdown_template_list(&mut ctx.site.db.read().await?, org).await?;
    if saved.iter().any(|one| one.name == name) {
        return Ok(());
    }
    if saved.len() >= rules.templates {
        return Err(Problem::invalid(format!("模板最多存 {} 个，请先删掉不用的。", rules.templates)));
    }
    let template = BreakdownTemplate {
        region: org.region,
        id: Id::new(org.region, ctx.now(), &mut ctx.rng()),
        org: org.id,
        name: name.to_owned(),
        kind: what.kind.clone(),
        level: level.to_owned(),
        title: what.title.clone(),
        text: what.text.clone(),
        measure: what.measure.clone(),
        days: what.deadline.map_or(0, |day| day.since(ctx.today()).max(0)),
        account_region: viewer.account.region,
        account: viewer.account.id,
        created_day: ctx.today(),
    };
    let write = ctx.site.db.write("breakdown_template_add", move |tx| {
        let template = template.clone();
        Box::pin(async move { Ok(store::breakdown_template_add(tx, &template).await?) })
    });
    write.await
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Removal {
    case: String,
}

/// Removes a template of one of the viewer's own organisations.
pub(crate) async fn remove(
    ctx: Ctx,
    can: Can<ListBreak>,
    Path(id): Path<String>,
    Form(given): Form<Removal>,
) -> Result {
    let id: Id = id.parse().map_err(|_| Problem::not_found())?;
    let orgs: Vec<OrgRef> =
        can.viewer.grants_of(OWNERS).map(|grant| grant.org).filter(|org| org.region == id.region()).collect();
    let write = ctx.site.db.write("breakdown_template_remove", move |tx| {
        let orgs = orgs.clone();
        Box::pin(async move {
            for org in orgs {
                if store::breakdown_template_remove(tx, org, id).await? {
                    return Ok(true);
                }
            }
            Ok(false)
        })
    });
    if !write.await? {
        return Err(Problem::not_found().into());
    }
    let back = match given.case.parse::<Id>() {
        Ok(case) => format!("/lists/{case}/breakdown"),
        Err(_) => "/lists".to_owned(),
    };
    ctx.redirect(&back, Some("模板已删掉。"))
}
