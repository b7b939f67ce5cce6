//! The statements of stored files.

use huiyin_base::{Id, Region};
use huiyin_db::{Filter, Result, Tx, query};

use crate::{FileState, NewFile, StoredFile};

/// Names a file whose content [`crate::FileStore::accept`] or [`crate::FileStore::attach`] has written.
pub async fn file_add(tx: &mut Tx, file: &NewFile) -> Result<()> {
    let size = file.is_picture().then_some((file.width, file.height));
    let (state, name) = match size {
        Some(_) => (FileState::Accepted, "照片"),
        None => (FileState::Kept, "附件"),
    };
    query(
        "insert into stored_file (region, id, state, token, name, media_type, bytes, width, height, created_day)
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
    )
    .bind(file.region)
    .bind(file.id)
    .bind(state)
    .bind(file.token.as_str())
    .bind(name)
    .bind(file.media_type.as_str())
    .bind(file.bytes)
    .bind(size.map(|(width, _)| width))
    .bind(size.map(|(_, height)| height))
    .bind(file.created_day)
    .execute(tx)
    .await?;
    Ok(())
}

/// Every column of a file; a condition follows.
const SELECT: &str =
    "select region, id, state, token, name, media_type, bytes, width, height, created_day from stored_file where";

/// One file.
pub async fn file_find(tx: &mut Tx, region: Region, id: Id) -> Result<Option<StoredFile>> {
    let row = Filter::new(SELECT).then("region = ?").bind(region).and("id = ?").bind(id);
    row.query().fetch_optional(tx).await
}

/// The file whose address holds this word.
pub async fn file_find_token(tx: &mut Tx, region: Region, token: &str) -> Result<Option<StoredFile>> {
    let row = Filter::new(SELECT).then("region = ?").bind(region).and("token = ?").bind(token);
    row.query().fetch_optional(tx).await
}

/// The files of a page, in the order of their coming.
pub async fn file_list(tx: &mut Tx, region: Region, ids: &[Id]) -> Result<Vec<StoredFile>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let rows = Filter::new(SELECT).then("region = ?").bind(region).and("id in (?)").bind_list(ids.iter().copied());
    let mut files: Vec<StoredFile> = rows.query().fetch_all(tx).await?;
    files.sort_by_key(|file| file.id);
    Ok(files)
}

/// The files after one, over all regions, in the order of the key: for walks over everything.
pub(crate) async fn file_list_after(tx: &mut Tx, after: Option<(Region, Id)>, limit: u32) -> Result<Vec<StoredFile>> {
    let rows = Filter::new(SELECT).then("true");
    let rows = match after {
        // An id carries its region and the moment of its making; with the region before it, the key decides.
        Some((region, id)) => rows.and("region > ? or (region = ? and id > ?)").bind(region).bind(region).bind(id),
        None => rows,
    };
    rows.then("order by region, id limit ?").bind(limit).query().fetch_all(tx).await
}

/// Forgets a file whose content [`crate::FileStore::remove`] has deleted.
pub async fn file_remove(tx: &mut Tx, region: Region, id: Id) -> Result<()> {
    query("delete from stored_file where region = $1 and id = $2").bind(region).bind(id).execute(tx).await?;
    Ok(())
}

/// Those of `tokens` that belong to a file whose content is to be kept.
pub(crate) async fn tokens_kept(tx: &mut Tx, region: Region, tokens: &[String]) -> Result<Vec<String>> {
    query("select token from stored_file where region = $1 and state <> 'refused' and token in (list)")
        .bind(region)
        .bind_list(tokens)
        .fetch_column(tx)
        .await
}

/// The picture is written again and may be served.
pub(crate) async fn file_set_clean(tx: &mut Tx, region: Region, id: Id, size: (u32, u32), bytes: i64) -> Result<()> {
    query(
        "update stored_file set state = 'clean', media_type = 'image/jpeg', width = $3, height = $4, bytes = $5
         where region = $1 and id = $2 and state = 'accepted'",
    )
    .bind(region)
    .bind(id)
    .bind(size.0)
    .bind(size.1)
    .bind(bytes)
    .execute(tx)
    .await?;
    Ok(())
}

/// The content could not be decoded, or is gone.
pub(crate) async fn file_set_refused(tx: &mut Tx, region: Region, id: Id) -> Result<()> {
    query("update stored_file set state = 'refused' where region = $1 and id = $2 and state = 'accepted'")
        .bind(region)
        .bind(id)
        .execute(tx)
        .await?;
    Ok(())
}
