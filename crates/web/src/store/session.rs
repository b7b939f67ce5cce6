//! Sessions. Real time counts here, not the city's.

use chrono::TimeDelta;
use huiyin_base::{Day, Id, Instant, Region};
use huiyin_db::{FromRow, Result, Row, Tx, query, row};
use huiyin_directory::{AccountRef, Holder, HoldingsFuture, Viewer, holder_filter, viewer_of_rows};

use super::reading_key::reading_key_end_all;

row! {
    /// A signed-in browser.
    #[derive(Clone, Debug)]
    pub struct SessionRow {
        /// Hash of the cookie's token.
        pub hash: [u8; 32],
        /// The account's shard.
        pub region: Region,
        /// The account.
        pub account: Id,
        /// When it began.
        pub created_at: Instant,
        /// When it ends unless it is used.
        pub expires_at: Instant,
        /// When its end was last moved.
        pub renewed_at: Instant,
        /// A second factor was given.
        pub strong: bool,
        /// What its owner reads in the list of sessions.
        pub device: String,
    }
}

/// Writes a new session.
pub async fn session_add(tx: &mut Tx, row: &SessionRow) -> Result<()> {
    query(
        "insert into session (hash, region, account, created_at, expires_at, renewed_at, strong, device)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(row.hash)
    .bind(row.region)
    .bind(row.account)
    .bind(row.created_at)
    .bind(row.expires_at)
    .bind(row.renewed_at)
    .bind(row.strong)
    .bind(row.device.clone())
    .execute(tx)
    .await?;
    Ok(())
}

/// The session of a token, which may have ended, and its viewer: none where the account may not be used.
pub async fn session_find(tx: &mut Tx, hash: [u8; 32], today: Day) -> Result<Option<(SessionTimes, Option<Viewer>)>> {
    let head = "select s.expires_at, s.renewed_at, s.strong,";
    let rows = holder_filter(head, "from session s", today).then("where s.hash = ?").bind(hash);
    let rows: Vec<Signed> = rows.query().fetch_all(tx).await?;
    let Some(times) = rows.first().map(|row| row.times) else { return Ok(None) };
    let viewer = viewer_of_rows(tx, rows.into_iter().filter_map(|row| row.holder).collect(), today).await?;
    Ok(Some((times, viewer.map(|viewer| Viewer { strong: times.strong, ..viewer }))))
}

row! {
    /// What a page has to know of its session.
    #[derive(Clone, Copy, Debug)]
    pub struct SessionTimes {
        /// When it ends unless it is used.
        pub expires_at: Instant,
        /// When its end was last moved.
        pub renewed_at: Instant,
        /// A second factor was given.
        pub strong: bool,
    }
}

/// A session, with one organisation above one of its holder's grants.
struct Signed {
    times: SessionTimes,
    /// None where the account may not be used.
    holder: Option<Holder>,
}

impl FromRow for Signed {
    fn from_row(row: &Row<'_>) -> Result<Self> {
        let times = SessionTimes::from_row(row)?;
        let is_used = row.get::<Option<Id>>("account")?.is_some();
        Ok(Self { times, holder: is_used.then(|| Holder::from_row(row)).transpose()? })
    }
}

/// Moves the end of a session that is in use.
pub async fn session_renew(tx: &mut Tx, hash: [u8; 32], real_now: Instant, expires_at: Instant) -> Result<()> {
    query("update session set renewed_at = $2, expires_at = $3 where hash = $1")
        .bind(hash)
        .bind(real_now)
        .bind(expires_at)
        .execute(tx)
        .await?;
    Ok(())
}

/// From now on the session counts as one with a second factor, which its holder has just set up in it.
pub async fn session_strengthen(tx: &mut Tx, hash: [u8; 32]) -> Result<()> {
    query("update session set strong = $2 where hash = $1").bind(hash).bind(true).execute(tx).await?;
    Ok(())
}

/// Ends one session.
pub async fn session_end(tx: &mut Tx, hash: [u8; 32]) -> Result<()> {
    query("delete from session where hash = $1").bind(hash).execute(tx).await?;
    Ok(())
}

/// Ends all sessions of an account, but `keep` where it is given, and what its reading apps know; tells how many sessions.
pub async fn session_end_all(tx: &mut Tx, account: AccountRef, keep: Option<[u8; 32]>) -> Result<u64> {
    reading_key_end_all(tx, account).await?;
    query("delete from session where region = $1 and account = $2 and hash <> $3")
        .bind(account.region)
        .bind(account.id)
        .bind(keep.unwrap_or_default())
        .execute(tx)
        .await
}

/// The same as the directory's door asks for it.
pub fn sessions_end(tx: &mut Tx, account: AccountRef, keep: Option<[u8; 32]>) -> HoldingsFuture<'_, u64> {
    Box::pin(session_end_all(tx, account, keep))
}

/// The sessions of an account, the latest first.
pub async fn session_list(tx: &mut Tx, account: AccountRef, real_now: Instant) -> Result<Vec<SessionRow>> {
    query("select * from session where region = $1 and account = $2 and expires_at > $3 order by renewed_at desc")
        .bind(account.region)
        .bind(account.id)
        .bind(real_now)
        .fetch_all(tx)
        .await
}

/// So long a session that has ended is still known: who comes back to a page left open overnight keeps what he writes there.
const KNOWN_FOR: TimeDelta = TimeDelta::days(2);

/// Forgets what ended long enough ago.
pub async fn session_sweep(tx: &mut Tx, real_now: Instant) -> Result<u64> {
    query("delete from session where expires_at <= $1").bind(real_now - KNOWN_FOR).execute(tx).await
}
