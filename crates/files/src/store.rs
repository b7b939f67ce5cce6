//! The statements of stored files.

use huiyin_base::{Id, Region};
use huiyin_db::{Result, Tx, query};

use crate::{FileState, NewFile, StoredFile};

/// Names a file whose content [`crate::FileStore::accept`] has written.
pub async fn file_add(tx: &mut Tx, file: &NewFile) -> Result<()> {
    query(
        "insert into stored_file (region, id, state, token, name, media_type, bytes, width, height, created_day)
         values ($1, $2, $3, $4, '照片', $5, $6, $7, $8, $9)",
    )
    .bind(file.region)
    .bind(file.id)
    .bind(FileState::Accepted)
    .bind(file.token.as_str())
    .bind(file.media_type)
    .bind(file.bytes)
    .bind(file.width)
    .bind(file.height)
    .bind(file.created_day)
    .execute(tx)
    .await?;
    Ok(())
}

/// One file.
pub async fn file_find(tx: &mut Tx, region: Region, id: Id) -> Result<Option<StoredFile>> {
    query(
        "select region, id, state, token, name, media_type, bytes, width, height, created_day
         from stored_file where region = $1 and id = $2",
    )
    .bind(region)
    .bind(id)
    .fetch_optional(tx)
    .await
}

/// The files of a page, in the order of their coming.
pub async fn file_list(tx: &mut Tx, region: Region, ids: &[Id]) -> Result<Vec<StoredFile>> {
    let mut files: Vec<StoredFile> = query(
        "select region, id, state, token, name, media_type, bytes, width, height, created_day
         from stored_file where region = $1 and id in (list)",
    )
    .bind(region)
    .bind_list(ids.iter().copied())
    .fetch_all(tx)
    .await?;
    files.sort_by_key(|file| file.id);
    Ok(files)
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
