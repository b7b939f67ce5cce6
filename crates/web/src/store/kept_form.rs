//! What somebody had written when his session ended, sealed, for as long as a sign-in takes.

use huiyin_base::Instant;
use huiyin_db::{Result, Tx, query};

pub(crate) async fn kept_form_add(tx: &mut Tx, hash: [u8; 32], sealed: Vec<u8>, expires_at: Instant) -> Result<()> {
    query("insert into kept_form (hash, sealed, expires_at) values ($1, $2, $3)")
        .bind(hash)
        .bind(sealed)
        .bind(expires_at)
        .execute(tx)
        .await?;
    Ok(())
}

pub(crate) async fn kept_form_find(tx: &mut Tx, hash: [u8; 32], real_now: Instant) -> Result<Option<Vec<u8>>> {
    query("select sealed from kept_form where hash = $1 and expires_at > $2")
        .bind(hash)
        .bind(real_now)
        .fetch_optional::<(Vec<u8>,)>(tx)
        .await
        .map(|row| row.map(|(sealed,)| sealed))
}

pub(crate) async fn kept_form_sweep(tx: &mut Tx, real_now: Instant) -> Result<u64> {
    query("delete from kept_form where expires_at <= $1").bind(real_now).execute(tx).await
}
