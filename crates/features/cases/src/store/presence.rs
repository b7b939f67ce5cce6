//! Who has a case open: leases of minutes, and nothing else.

use huiyin_base::{Id, Instant};
use huiyin_db::{Result, Tx, query};
use huiyin_directory::AccountRef;

use crate::CaseRef;

/// Takes or renews the lease of one viewer. Leases that ended go with it, so that none outlives its minutes for long.
pub async fn presence_hold(
    tx: &mut Tx,
    case: CaseRef,
    account: AccountRef,
    name: &str,
    now: Instant,
    until: Instant,
) -> Result<()> {
    query("delete from case_presence where leased_until <= $1").bind(now).execute(tx).await?;
    let hold = query(
        "insert into case_presence (region, case_id, account, name, leased_until) values ($1, $2, $3, $4, $5)
         on conflict (region, case_id, account) do update set leased_until = excluded.leased_until",
    );
    hold.bind(case.region).bind(case.id).bind(account.id).bind(name).bind(until).execute(tx).await?;
    Ok(())
}

/// Who else has the case open.
pub async fn presence_list(tx: &mut Tx, case: CaseRef, but: AccountRef, now: Instant) -> Result<Vec<String>> {
    let list = query(
        "select name from case_presence
         where region = $1 and case_id = $2 and account <> $3 and leased_until > $4 order by name",
    );
    list.bind(case.region).bind(case.id).bind(but.id).bind(now).fetch_column(tx).await
}

/// Gives the lease back.
pub async fn presence_end(tx: &mut Tx, case: CaseRef, account: AccountRef) -> Result<()> {
    let end = query("delete from case_presence where region = $1 and case_id = $2 and account = $3");
    end.bind(case.region).bind(case.id).bind(account.id).execute(tx).await?;
    Ok(())
}

/// Deletes what ended.
pub async fn presence_sweep(tx: &mut Tx, now: Instant) -> Result<u64> {
    query("delete from case_presence where leased_until <= $1").bind(now).execute(tx).await
}

/// The rows that stand now, for a test that nothing is kept.
pub async fn presence_count(tx: &mut Tx, id: Id) -> Result<i64> {
    query("select count(*) from case_presence where case_id = $1").bind(id).fetch_scalar(tx).await
}
