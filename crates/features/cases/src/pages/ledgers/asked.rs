//! How an address narrows and orders a ledger.

use std::collections::BTreeMap;

use huiyin_base::Problem;
use huiyin_db::Tx;
use huiyin_directory::{OrgKind, OrgRef, RegionEntry, Viewer};
use huiyin_web::{Can, Result, Site};
use serde::{Deserialize, Serialize};

use super::super::case_filter::reached;
use super::super::kind_fields::value_of;
use crate::permissions::SEES;
use crate::store::{self, CaseLine, EntryFilter, EntryGroup, EntryOrder, EntryPage, PlaceName};
use crate::{Cases, FieldType, Kind, KindField, State};

/// What stands behind the question mark of a ledger's address.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
#[serde(transparent)]
pub(crate) struct Asked(BTreeMap<String, String>);

/// What is to be done, and what is struck off, each as one choice.
pub(super) const OPEN: &str = "open";
pub(super) const STRUCK: &str = "struck";
/// What the viewer's own units own.
pub(super) const OWN: &str = "own";

/// What the address means for this viewer.
pub(crate) struct Narrowed {
    pub(super) asked: Asked,
    pub(super) filter: EntryFilter,
    pub(super) order: EntryOrder,
    pub(super) descending: bool,
    pub(super) group: Option<EntryGroup>,
    pub(super) counties: Vec<RegionEntry>,
    pub(super) towns: Vec<PlaceName>,
}

impl Asked {
    pub(super) fn get(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// The same with another value; an empty one takes the name out. A list that changes begins anew.
    pub(super) fn with(&self, name: &str, value: &str) -> Self {
        let mut all = self.0.clone();
        all.remove("at");
        all.remove("count");
        if value.is_empty() {
            all.remove(name)
        } else {
            all.insert(name.to_owned(), value.to_owned())
        };
        Self(all)
    }

    /// The same from another place on.
    pub(super) fn with_place(mut self, at: &str) -> Self {
        if !at.is_empty() {
            self.0.insert("at".to_owned(), at.to_owned());
        }
        self
    }

    /// The same, counted to the end.
    pub(super) fn counted(mut self) -> Self {
        self.0.insert("count".to_owned(), "exact".to_owned());
        self
    }

    /// What narrows, orders and groups, and nothing that pages.
    pub(crate) fn bare(&self) -> Self {
        self.with("at", "")
    }

    pub(crate) fn link(&self, path: &str) -> String {
        let query =
            huiyin_web::to_query(&self.0.iter().filter(|(_, value)| !value.is_empty()).collect::<BTreeMap<_, _>>());
        if query.is_empty() { path.to_owned() } else { format!("{path}?{query}") }
    }

    /// A kept view: its kind and what follows the question mark.
    pub(crate) fn split(mut self) -> (String, Self) {
        let kind = self.0.remove("kind").unwrap_or_default();
        (kind, self)
    }

    /// As a kept view is written.
    pub(crate) fn of_kind(&self, kind: &str) -> Self {
        self.bare().with("kind", kind)
    }
}

/// Names a field in an address.
pub(super) fn narrows(field: &KindField) -> String {
    format!("f_{}", field.id)
}

/// Reads an address. What a person's field would order, group or narrow is refused beyond the viewer's own unit.
pub(crate) async fn narrowed<P: Send>(
    tx: &mut Tx,
    site: &Site,
    kind: &Kind,
    can: &Can<P>,
    asked: Asked,
) -> Result<Narrowed> {
    let counties = reached(site, &can.scope);
    let chosen = counties.iter().find(|county| county.code == asked.get("county")).map(|county| county.region);
    let only = if let [county] = &counties[..] { Some(county.region) } else { None };
    let towns = match chosen.or(only).filter(|_| is_wide(&can.viewer)) {
        Some(region) => super::super::place::towns(tx, site, region).await?,
        None => Vec::new(),
    };
    let town = towns.iter().find(|town| town.code == asked.get("town"));
    let own = asked.get("owner") == OWN;
    let sorts = |field: &&KindField| field.sort && field.id == asked.get("sort");
    let sorted = kind.fields.iter().find(sorts);
    let grouped = kind.fields.iter().find(|field| field.filter && field.id == asked.get("group"));
    let narrowing = kind.fields.iter().filter(|field| field.filter && !asked.get(&narrows(field)).is_empty());
    let narrowing: Vec<&KindField> = narrowing.collect();
    let by_person = sorted.into_iter().chain(grouped).chain(narrowing.iter().copied()).find(|field| field.is_person());
    if let Some(field) = by_person.filter(|_| !own) {
        return Err(Problem::forbidden(format!(
            "“{}”是人员。为防止给人排队，只能在本单位承办的事项里按它筛选、分组，请先选“本单位承办的”。",
            field.label
        ))
        .into());
    }
    let filter = EntryFilter {
        kind: kind.name.clone(),
        region: town.map(|town| town.region).or(chosen),
        township: town.map(|town| town.id),
        states: match asked.get("state") {
            OPEN => State::OPEN.to_vec(),
            STRUCK => State::ECHOED.to_vec(),
            word => State::parse(word).into_iter().collect(),
        },
        overdue_on: (asked.get("due") == "late").then(|| site.today()),
        owners: if own { held(&can.viewer) } else { Vec::new() },
        mark: narrowing.first().and_then(|field| marked(field, asked.get(&narrows(field)))),
    };
    let group = match asked.get("group") {
        "state" => Some(EntryGroup::State),
        "place" => Some(EntryGroup::Place),
        "unit" => Some(EntryGroup::Unit),
        _ => grouped.and_then(|field| field.slot).map(EntryGroup::Mark),
    };
    let order = match (asked.get("sort"), sorted.and_then(|field| field.slot)) {
        (_, Some(slot)) => EntryOrder::Mark(slot),
        // What is struck off has no deadline: then a list by deadlines would be empty.
        ("due", _) if !State::ECHOED.iter().any(|state| filter.states.contains(state)) => EntryOrder::Due,
        _ => EntryOrder::Issued,
    };
    let descending = match asked.get("dir") {
        "asc" => false,
        "desc" => true,
        _ => order == EntryOrder::Issued,
    };
    Ok(Narrowed { asked, filter, order, descending, group, counties, towns })
}

/// A field's key and the first beyond it. Words are found by their beginning.
fn marked(field: &KindField, text: &str) -> Option<(u8, String, String)> {
    let key = value_of(field, text).ok().flatten()?.key();
    let beyond = if field.kind == FieldType::Text { '\u{10ffff}' } else { '\u{1}' };
    let to = format!("{key}{beyond}");
    Some((field.slot?, key, to))
}

/// The organisations where the viewer works on cases.
fn held(viewer: &Viewer) -> Vec<OrgRef> {
    let mut orgs: Vec<OrgRef> = viewer.grants_of(SEES).map(|grant| grant.org).collect();
    orgs.dedup();
    orgs
}

/// Whoever works in a township or below it sees little of the others.
fn is_wide(viewer: &Viewer) -> bool {
    const WIDE: [OrgKind; 3] = [OrgKind::City, OrgKind::County, OrgKind::Department];
    viewer.grants_of(SEES).any(|grant| WIDE.contains(&grant.org_kind))
}

/// The cases of a ledger as a bulk act chooses them: the first so many of the list.
pub(crate) async fn chosen<P: Send>(
    tx: &mut Tx,
    site: &Site,
    engine: &Cases,
    can: &Can<P>,
    query: &str,
    limit: i64,
) -> Result<Vec<CaseLine>> {
    let (name, asked) = huiyin_web::from_query::<Asked>(query).split();
    let kind = engine.book.kind(&name).filter(|kind| kind.is_issued()).ok_or_else(Problem::not_found)?;
    let narrowed = narrowed(tx, site, kind, can, asked).await?;
    let page = EntryPage { order: narrowed.order, descending: narrowed.descending, at: None, limit };
    let entries = store::entry_list(tx, &can.scope, &narrowed.filter, &page).await?.rows;
    store::entry_lines(tx, &entries).await.map_err(Into::into)
}
