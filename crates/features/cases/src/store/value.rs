//! What cases keep in the fields of their kinds.

use std::collections::{BTreeSet, HashMap};

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, row, values};

use crate::{CaseItem, CaseRef, FieldValue, Value};

row! {
    struct Stored {
        case_id: Id,
        field: String,
        text: Option<String>,
        number: Option<i64>,
        day: Option<Day>,
        reference: Option<Id>,
    }
}

impl Stored {
    fn value(self) -> (Id, FieldValue) {
        let value = self.text.map(Value::Text).or(self.number.map(Value::Number));
        let value = value.or(self.day.map(Value::Day)).or(self.reference.map(Value::Ref));
        (self.case_id, FieldValue { field: self.field, value, slot: None })
    }
}

/// What stands in the fields of a case.
pub async fn value_list(tx: &mut Tx, case: CaseRef) -> Result<Vec<FieldValue>> {
    Ok(values_of(tx, case.region, &[case.id]).await?.remove(&case.id).unwrap_or_default())
}

/// The same of several cases of a region.
pub async fn values_of(tx: &mut Tx, region: Region, cases: &[Id]) -> Result<HashMap<Id, Vec<FieldValue>>> {
    let base =
        "select v.case_id, v.field, v.text, v.number, v.day, v.ref as reference from case_value v where v.region = ?";
    let base = Filter::new(base).bind(region).and("v.case_id in (?)").bind_list(cases.iter().copied());
    let mut all: HashMap<Id, Vec<FieldValue>> = HashMap::new();
    for stored in base.query().fetch_all::<Stored>(tx).await? {
        let (case, value) = stored.value();
        all.entry(case).or_default().push(value);
    }
    Ok(all)
}

/// Writes what fields of a case hold from now on, and what the ledger sorts them by.
pub async fn value_put(tx: &mut Tx, case: &CaseItem, given: &[FieldValue]) -> Result<()> {
    for emptied in given.iter().filter(|value| value.value.is_none()) {
        let gone = query("delete from case_value where region = $1 and case_id = $2 and field = $3");
        gone.bind(case.region).bind(case.id).bind(&emptied.field).execute(tx).await?;
    }
    value_add_many(tx, &[(case, given)]).await?;
    super::entry_mark(tx, case, given).await
}

/// Writes the filled fields of several cases.
pub(super) async fn value_add_many(tx: &mut Tx, cases: &[(&CaseItem, &[FieldValue])]) -> Result<()> {
    let filled = cases.iter().flat_map(|(case, given)| given.iter().map(move |value| (case, value)));
    let rows = filled.filter_map(|(case, given)| {
        let (text, number, day, reference) = match given.value.as_ref()? {
            Value::Text(text) => (Some(text), None, None, None),
            Value::Number(number) => (None, Some(*number), None, None),
            Value::Day(day) => (None, None, Some(*day), None),
            Value::Ref(id) => (None, None, None, Some(*id)),
        };
        Some(values![case.region, case.id, &given.field, text, number, day, reference])
    });
    let head = "insert into case_value (region, case_id, field, text, number, day, ref)";
    let tail = "on conflict (region, case_id, field) do update set text = excluded.text, number = excluded.number,
        day = excluded.day, ref = excluded.ref";
    insert_many(tx, head, rows.collect(), tail).await?;
    Ok(())
}

/// Which of these organisations exist in their region.
pub async fn orgs_known(tx: &mut Tx, region: Region, ids: &[Id]) -> Result<BTreeSet<Id>> {
    let base = Filter::new("select a.id from org a where a.region = ?").bind(region);
    let base = base.and("a.id in (?)").bind_list(ids.iter().copied());
    Ok(base.query().fetch_column::<Id>(tx).await?.into_iter().collect())
}
