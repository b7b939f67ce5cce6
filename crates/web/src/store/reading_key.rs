//! Keys of reading apps: which account each is of, and what its holder calls the device.

use huiyin_base::Id;
use huiyin_db::{Result, Tx, query, row};
use huiyin_directory::AccountRef;

row! {
    /// A key, as its holder sees it in his list.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ReadingKey {
        /// The key.
        pub id: Id,
        /// What he calls the device.
        pub device: String,
    }
}

/// Writes a key by its hash.
pub async fn reading_key_add(tx: &mut Tx, account: AccountRef, key: &ReadingKey, hash: [u8; 32]) -> Result<()> {
    let add = query("insert into reading_key (region, id, account, device) values ($1, $2, $3, $4)");
    add.bind(account.region).bind(key.id).bind(account.id).bind(&key.device).execute(tx).await?;
    let find = query("insert into reading_key_lookup (hash, region, id) values ($1, $2, $3)");
    find.bind(hash).bind(account.region).bind(key.id).execute(tx).await?;
    Ok(())
}

/// Whose key this is.
pub async fn reading_key_find(tx: &mut Tx, hash: [u8; 32]) -> Result<Option<AccountRef>> {
    let found = query(
        "select k.region, k.account from reading_key_lookup l
         join reading_key k on k.region = l.region and k.id = l.id where l.hash = $1",
    );
    let found: Option<(huiyin_base::Region, Id)> = found.bind(hash).fetch_optional(tx).await?;
    Ok(found.map(|(region, id)| AccountRef { region, id }))
}

/// The keys of an account, the newest first.
pub async fn reading_key_list(tx: &mut Tx, account: AccountRef) -> Result<Vec<ReadingKey>> {
    let list = query("select id, device from reading_key where region = $1 and account = $2 order by id desc");
    list.bind(account.region).bind(account.id).fetch_all(tx).await
}

/// Ends a key of this account; tells whether there was one.
pub async fn reading_key_end(tx: &mut Tx, account: AccountRef, id: Id) -> Result<bool> {
    let end = query("delete from reading_key where region = $1 and account = $2 and id = $3");
    let ended = end.bind(account.region).bind(account.id).bind(id).execute(tx).await? > 0;
    if ended {
        let forget = query("delete from reading_key_lookup where region = $1 and id = $2");
        forget.bind(account.region).bind(id).execute(tx).await?;
    }
    Ok(ended)
}

/// Ends every key of this account.
pub async fn reading_key_end_all(tx: &mut Tx, account: AccountRef) -> Result<()> {
    let forget = query(
        "delete from reading_key_lookup where region = $1
         and id in (select k.id from reading_key k where k.region = $1 and k.account = $2)",
    );
    forget.bind(account.region).bind(account.id).execute(tx).await?;
    let end = query("delete from reading_key where region = $1 and account = $2");
    end.bind(account.region).bind(account.id).execute(tx).await?;
    Ok(())
}
