use huiyin_db::{Result, Tx, query};

/// The tokens of every file that must lie in the store.
pub(crate) async fn stored_file_tokens(tx: &mut Tx) -> Result<Vec<String>> {
    query("select token from stored_file where state <> 'refused'").fetch_column(tx).await
}
