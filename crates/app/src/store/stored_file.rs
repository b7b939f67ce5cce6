use huiyin_base::Region;
use huiyin_db::{Result, Tx, query};

/// The name of every object that must lie in the store: the original of what is accepted, both pictures of what is clean.
pub(crate) async fn stored_file_objects(tx: &mut Tx) -> Result<Vec<String>> {
    let rows: Vec<(String, String)> =
        query("select token, state from stored_file where state in ('accepted', 'clean')").fetch_all(tx).await?;
    let objects = rows.into_iter().flat_map(|(token, state)| {
        let kinds: &[&str] = if state == "clean" { &["large", "small"] } else { &["original"] };
        kinds.iter().map(|kind| format!("{token}.{kind}")).collect::<Vec<_>>()
    });
    Ok(objects.collect())
}

/// Every photo that can be read: where it is kept and its token.
pub(crate) async fn stored_file_clean(tx: &mut Tx) -> Result<Vec<(Region, String)>> {
    query("select region, token from stored_file where state = 'clean' order by region, id").fetch_all(tx).await
}
