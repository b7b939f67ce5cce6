use huiyin_db::{Result, Tx, query};

/// How many accounts of the demo there are: their passwords are printed for everybody.
pub async fn demo_account_count(tx: &mut Tx) -> Result<i64> {
    query("select count(*) from account where demo = $1").bind(true).fetch_scalar(tx).await
}
