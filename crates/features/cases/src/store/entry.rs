//! What a ledger finds and orders its cases by: a narrow row a case, kept with it.

use huiyin_db::{Filter, Result, Tx, insert_many, values};

use crate::{CaseItem, FieldValue, MARKED};

/// The columns of the marked fields, by place.
const MARKS: [&str; MARKED] = [", s1 = ?", ", s2 = ?", ", s3 = ?", ", s4 = ?", ", s5 = ?", ", s6 = ?"];

/// Enters cases that were handed down, with what stands in their marked fields.
pub(super) async fn entry_add_many(tx: &mut Tx, cases: &[(&CaseItem, &[FieldValue])]) -> Result<()> {
    let row = |(case, given): &(&CaseItem, &[FieldValue])| {
        let mark = |slot: u8| {
            let value = given.iter().find(|value| value.slot == Some(slot)).and_then(|value| value.value.as_ref());
            value.map(crate::Value::key).unwrap_or_default()
        };
        values![
            case.region,
            &case.kind,
            case.seq,
            case.id,
            case.state,
            case.township,
            case.village,
            case.desk_region,
            case.desk,
            case.owner_region,
            case.owner_org,
            case.due_day,
            case.answered_day,
            mark(0),
            mark(1),
            mark(2),
            mark(3),
            mark(4),
            mark(5)
        ]
    };
    let head =
        "insert into case_entry (region, kind, seq, case_id, state, township, village, desk_region, desk, owner_region,
        owner_org, due_day, answered_day, s1, s2, s3, s4, s5, s6)";
    insert_many(tx, head, cases.iter().map(row).collect(), "").await?;
    Ok(())
}

/// How a case stands now. Problems have no entry.
pub(super) async fn entry_move(tx: &mut Tx, before: &CaseItem, after: &CaseItem) -> Result<()> {
    let stands = |case: &CaseItem| {
        (case.state, case.owner_region, case.owner_org, case.township, case.village, case.due_day, case.answered_day)
    };
    if after.kind == "problem" || stands(before) == stands(after) {
        return Ok(());
    }
    let put = Filter::new(
        "update case_entry set state = ?, owner_region = ?, owner_org = ?, township = ?, village = ?, due_day = ?,
            answered_day = ? where",
    );
    let put = put.bind(after.state).bind(after.owner_region).bind(after.owner_org);
    let put = put.bind(after.township).bind(after.village).bind(after.due_day);
    let put = put.bind(after.answered_day).then("region = ?").bind(after.region).and("kind = ?").bind(&after.kind);
    put.and("seq = ?").bind(after.seq).query().execute(tx).await?;
    Ok(())
}

/// What stands in its marked fields now.
pub(super) async fn entry_mark(tx: &mut Tx, case: &CaseItem, given: &[FieldValue]) -> Result<()> {
    // The first assignment changes nothing; it lets every other begin with a comma.
    let mut put = Filter::new("update case_entry set kind = kind");
    let mut marked = false;
    for value in given {
        let Some(column) = value.slot.and_then(|slot| MARKS.get(usize::from(slot))) else { continue };
        put = put.then(column).bind(value.value.as_ref().map(crate::Value::key).unwrap_or_default());
        marked = true;
    }
    if marked {
        let put = put.then("where region = ?").bind(case.region).and("kind = ?").bind(&case.kind);
        put.and("seq = ?").bind(case.seq).query().execute(tx).await?;
    }
    Ok(())
}
