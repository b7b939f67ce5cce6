//! Named views of the ledger and the desk: kept, shared within an organisation, removed.

use askama::Template;
use huiyin_base::{Id, Problem};
use huiyin_db::Tx;
use huiyin_directory::{OrgRef, Role, Viewer};
use huiyin_web::components::{Choice, Field};
use huiyin_web::{Can, Csrf, Ctx, Form, Path, Result, from_query, to_query};
use serde::Deserialize;

use super::action::org_of;
use super::card::cases;
use super::{case_filter, desk, ledgers};
use crate::permissions::CaseSee;
use crate::recording::without_private;
use crate::store::{self, DeskFilter, FilterPage};
use crate::words::cleaned;

/// The viewer's filters of a page, and the form that keeps the present one.
#[derive(Clone, Debug, Template)]
#[template(path = "saved_filters.html")]
pub(crate) struct SavedFilters {
    csrf: Csrf,
    page: &'static str,
    query: String,
    filters: Vec<Saved>,
    fields: Vec<Field>,
    /// There is something to keep.
    keeps: bool,
}

impl askama::filters::HtmlSafe for SavedFilters {}

#[derive(Clone, Debug)]
struct Saved {
    id: String,
    name: String,
    href: String,
    shared: bool,
    own: bool,
    current: bool,
}

impl SavedFilters {
    /// `query` is what narrows the page now; `keeps` whether that is worth a name.
    pub(crate) async fn find(
        tx: &mut Tx,
        ctx: &Ctx,
        viewer: &Viewer,
        page: FilterPage,
        query: &str,
        keeps: bool,
    ) -> Result<Self> {
        let filters = store::desk_filter_list(tx, &viewer.scope(Role::ALL), page).await?;
        Self::of(ctx, viewer, page, filters, query, keeps)
    }

    /// The same, where it is known which were kept.
    pub(crate) fn of(
        ctx: &Ctx,
        viewer: &Viewer,
        page: FilterPage,
        filters: Vec<DeskFilter>,
        query: &str,
        keeps: bool,
    ) -> Result<Self> {
        let current = normal(page, query);
        let saved = |filter: DeskFilter| Saved {
            id: filter.id.to_string(),
            href: address(page, &filter.query),
            shared: filter.org.is_some(),
            own: filter.account == viewer.account.id,
            current: filter.query == current,
            name: filter.name,
        };
        let of_ledger = |query: &str| from_query::<ledgers::Asked>(query).split().0;
        let here = |filter: &DeskFilter| page != FilterPage::Ledgers || of_ledger(&filter.query) == of_ledger(query);
        let filters: Vec<Saved> = filters.into_iter().filter(here).map(saved).collect();
        let keeps = keeps && !filters.iter().any(|filter| filter.current && filter.own);
        let most = u32::try_from(cases(&ctx.site)?.book.desk.filter.name).unwrap_or(16);
        Ok(Self {
            csrf: ctx.csrf(),
            page: page.as_str(),
            query: query.to_owned(),
            filters,
            fields: fields(viewer, most),
            keeps,
        })
    }
}

fn fields(viewer: &Viewer, most: u32) -> Vec<Field> {
    let mut units: Vec<(String, String)> =
        viewer.grants.iter().map(|grant| (grant.org.id.to_string(), grant.org_name.clone())).collect();
    units.dedup();
    let units = units.into_iter().map(|(id, name)| Choice::new(id, format!("{name}的同事都能用")));
    let choices = std::iter::once(Choice::new("", "只有我用")).chain(units).collect();
    vec![
        Field::text("name", "起个名字").with("placeholder", "例如：柳河镇饮水").longest(most).required(),
        Field::select("shared", "给谁用", choices),
    ]
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(crate) struct Given {
    name: String,
    page: String,
    query: String,
    shared: String,
}

/// Keeps the present conditions under a name.
pub(crate) async fn create(ctx: Ctx, can: Can<CaseSee>, Form(given): Form<Given>) -> Result {
    let rules = cases(&ctx.site)?.book.desk.filter;
    let page = FilterPage::parse(&given.page).ok_or_else(Problem::not_found)?;
    let (query, name) = (normal(page, &given.query), cleaned(&given.name).replace('\n', " "));
    let back = address(page, &query);
    if name.is_empty() || name.chars().count() > rules.name {
        return ctx.redirect(&back, Some(&format!("没有存下：名字要填写，最多 {} 个字。", rules.name)));
    }
    if let Err(problem) = without_private("名字", &name) {
        return ctx.redirect(&back, Some(&problem.message));
    }
    if query.is_empty() {
        return ctx.redirect(&back, Some("没有存下：请先选好条件，再起名字。"));
    }
    let known = store::desk_filter_list(&mut ctx.site.db.read().await?, &can.viewer.scope(Role::ALL), page).await?;
    if known.iter().any(|known| known.account == can.viewer.account.id && known.query == query) {
        return ctx.redirect(&back, Some("这个条件您已经存过，一点就到。"));
    }
    // Shared only where the viewer holds a role himself.
    let org: Option<OrgRef> =
        org_of(&given.shared).filter(|org| can.viewer.grants.iter().any(|grant| grant.org == *org));
    let region = can.viewer.account.region;
    let filter = DeskFilter {
        region,
        id: Id::new(region, ctx.now(), &mut ctx.rng()),
        account: can.viewer.account.id,
        name,
        page,
        query,
        org_region: org.map(|org| org.region),
        org: org.map(|org| org.id),
        created_day: ctx.today(),
    };
    let write = ctx.site.db.write("desk_filter_add", move |tx| {
        let filter = filter.clone();
        Box::pin(async move { Ok(store::desk_filter_add(tx, &filter, rules.most).await?) })
    });
    let notice = if write.await? {
        "已存下，以后一点就到。".to_owned()
    } else {
        format!("最多存 {} 个，请先删掉不用的。", rules.most)
    };
    ctx.redirect(&back, Some(&notice))
}

/// Removes one of the viewer's own.
pub(crate) async fn remove(ctx: Ctx, can: Can<CaseSee>, Path(id): Path<String>, Form(given): Form<Given>) -> Result {
    let id: Id = id.parse().map_err(|_| Problem::not_found())?;
    let account = can.viewer.account;
    let write = ctx.site.db.write("desk_filter_remove", move |tx| {
        Box::pin(async move { Ok(store::desk_filter_remove(tx, account, id).await?) })
    });
    if !write.await? {
        return Err(Problem::not_found().into());
    }
    let page = FilterPage::parse(&given.page).unwrap_or(FilterPage::Desk);
    ctx.redirect(&address(page, &normal(page, &given.query)), Some("已删掉。"))
}

/// Only what the page itself understands is kept.
fn normal(page: FilterPage, query: &str) -> String {
    match page {
        FilterPage::Desk => to_query(&desk::Asked { at: String::new(), ..from_query::<desk::Asked>(query) }),
        FilterPage::Cases => to_query(&from_query::<case_filter::Asked>(query).bare()),
        FilterPage::Ledgers => to_query(&from_query::<ledgers::Asked>(query).bare()),
    }
}

pub(crate) fn address(page: FilterPage, query: &str) -> String {
    if page == FilterPage::Ledgers {
        let (kind, asked) = from_query::<ledgers::Asked>(query).split();
        // A word in an address names no other place.
        let kind: String = kind.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '_').collect();
        return asked.link(&format!("/ledgers/{kind}"));
    }
    if query.is_empty() { format!("/{}", page.as_str()) } else { format!("/{}?{query}", page.as_str()) }
}
