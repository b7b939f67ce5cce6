//! Programs that call the interface, their keys, and what they sent once.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Result, Tx, query, row};

use crate::api::ApiScope;

row! {
    /// A program of another office that calls the interface.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct ApiClient {
        /// The installation's own region.
        pub region: Region,
        /// The client.
        pub id: Id,
        /// What it is called.
        pub name: String,
        /// Which office runs it, and its office telephone.
        pub contact: String,
        /// What it may do.
        pub scope: ApiScope,
        /// How many requests a minute.
        pub per_minute: i64,
        /// The first day, of real time.
        pub from_day: Day,
        /// The last day.
        pub until_day: Day,
        /// The day on which it was ended early.
        pub ended_day: Option<Day>,
    }
}

impl ApiClient {
    /// Whether its key opens anything on this day of real time.
    pub fn holds_on(&self, day: Day) -> bool {
        self.ended_day.is_none() && self.from_day <= day && day <= self.until_day
    }
}

/// Writes a client and the hash of its key.
pub async fn api_client_add(tx: &mut Tx, client: &ApiClient, hash: [u8; 32]) -> Result<()> {
    let add = query(
        "insert into api_client (region, id, name, contact, scope, per_minute, from_day, until_day)
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    );
    let add = add.bind(client.region).bind(client.id).bind(&client.name).bind(&client.contact).bind(client.scope);
    add.bind(client.per_minute).bind(client.from_day).bind(client.until_day).execute(tx).await?;
    let key = query("insert into api_key_lookup (hash, region, id) values ($1, $2, $3)").bind(hash);
    key.bind(client.region).bind(client.id).execute(tx).await?;
    Ok(())
}

/// The client with this key, whether it still holds or not.
pub async fn api_client_find(tx: &mut Tx, hash: [u8; 32]) -> Result<Option<ApiClient>> {
    let found = query(
        "select c.region, c.id, c.name, c.contact, c.scope, c.per_minute, c.from_day, c.until_day, c.ended_day
         from api_key_lookup k join api_client c on c.region = k.region and c.id = k.id where k.hash = $1",
    );
    found.bind(hash).fetch_optional(tx).await
}

/// All clients of the installation, the newest first.
pub async fn api_client_list(tx: &mut Tx, region: Region) -> Result<Vec<ApiClient>> {
    let list = query(
        "select region, id, name, contact, scope, per_minute, from_day, until_day, ended_day
         from api_client where region = $1 order by id desc",
    );
    list.bind(region).fetch_all(tx).await
}

/// Ends a client; false when there is none that holds.
pub async fn api_client_end(tx: &mut Tx, region: Region, id: Id, day: Day) -> Result<bool> {
    let end = query("update api_client set ended_day = $3 where region = $1 and id = $2 and ended_day is null");
    Ok(end.bind(region).bind(id).bind(day).execute(tx).await? == 1)
}

/// Notes what a client sends under a key; gives the hash of the body that was sent under it first.
pub async fn api_post_add(
    tx: &mut Tx,
    client: &ApiClient,
    key: [u8; 32],
    body: [u8; 32],
    day: Day,
) -> Result<[u8; 32]> {
    let add = query(
        "insert into api_post (region, client, key, body, day) values ($1, $2, $3, $4, $5) on conflict do nothing",
    );
    add.bind(client.region).bind(client.id).bind(key).bind(body).bind(day).execute(tx).await?;
    let first = query("select body from api_post where region = $1 and client = $2 and key = $3");
    first.bind(client.region).bind(client.id).bind(key).fetch_scalar(tx).await
}

/// Forgets what was sent before `day`.
pub async fn api_post_sweep(tx: &mut Tx, day: Day) -> Result<u64> {
    query("delete from api_post where day < $1").bind(day).execute(tx).await
}
