//! Reports that came in a flood and whose sender did not answer the form's question: a person reads them first.

use huiyin_base::Day;
use huiyin_db::{Result, Tx, query};

use crate::CaseRef;

/// Notes that the case came in a flood.
pub async fn hold_add(tx: &mut Tx, case: CaseRef, day: Day) -> Result<()> {
    query("insert into case_hold (region, case_id, day) values ($1, $2, $3) on conflict (region, case_id) do nothing")
        .bind(case.region)
        .bind(case.id)
        .bind(day)
        .execute(tx)
        .await?;
    Ok(())
}

/// Whether the case came in a flood, unanswered.
pub async fn hold_find(tx: &mut Tx, case: CaseRef) -> Result<bool> {
    let rows = query("select day from case_hold where region = $1 and case_id = $2").bind(case.region).bind(case.id);
    Ok(!rows.fetch_column::<Day>(tx).await?.is_empty())
}
