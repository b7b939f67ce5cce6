//! The committed lists against a migrated database, and each check failing when it should.
#![expect(clippy::unwrap_used, reason = "helpers of tests fail as tests do")]

mod burdens;
mod columns;
mod dangling;

use std::collections::BTreeMap;

use huiyin_db::schema::{self, Table};
use huiyin_db::scratch::Scratch;
use huiyin_db::{Db, Engine, query};

async fn tables(db: &Db) -> BTreeMap<String, Table> {
    schema::tables(&mut db.read().await.unwrap()).await.unwrap()
}

/// Runs one statement; where the engines name types differently, the second text is PostgreSQL's.
async fn execute(scratch: &Scratch, sqlite: &'static str, postgres: &'static str) {
    let sql = if scratch.db.engine() == Engine::Sqlite { sqlite } else { postgres };
    scratch.db.write("execute", move |tx| Box::pin(async move { Ok(query(sql).execute(tx).await?) })).await.unwrap();
}
