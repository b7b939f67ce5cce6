use huiyin_db::{Result, Tx, query};

/// What the installation remembers under `name`.
pub(crate) async fn setting_find(tx: &mut Tx, name: &str) -> Result<Option<String>> {
    let found: Option<(String,)> =
        query("select value from setting where name = $1").bind(name).fetch_optional(tx).await?;
    Ok(found.map(|(value,)| value))
}

/// Remembers `value` under `name`, in place of what stood there.
pub(crate) async fn setting_put(tx: &mut Tx, name: &str, value: &str) -> Result<()> {
    query("insert into setting (name, value) values ($1, $2) on conflict (name) do update set value = excluded.value")
        .bind(name)
        .bind(value)
        .execute(tx)
        .await?;
    Ok(())
}
