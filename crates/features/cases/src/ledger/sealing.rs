use huiyin_base::{Id, Problem, Rng};
use huiyin_vault::{Place, Vault};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A value of a staged row, sealed: ledgers hold names and telephones.
pub(crate) fn seal<T: Serialize>(
    vault: &Vault,
    (batch, number): (Id, u32),
    column: &'static str,
    value: &T,
    rng: &mut Rng,
) -> Result<Vec<u8>, Problem> {
    let plain = serde_json::to_vec(value).map_err(Problem::broken)?;
    Ok(vault.seal(place(&row(batch, number), column), &plain, rng))
}

/// Opens what [`seal`] made.
pub(crate) fn open<T: DeserializeOwned>(
    vault: &Vault,
    (batch, number): (Id, u32),
    column: &'static str,
    sealed: &[u8],
) -> Result<T, Problem> {
    let plain = vault.open_sealed(place(&row(batch, number), column), sealed).map_err(Problem::broken)?;
    serde_json::from_slice(&plain).map_err(Problem::broken)
}

fn row(batch: Id, number: u32) -> [u8; 20] {
    let mut row = [0; 20];
    row[..16].copy_from_slice(batch.uuid().as_bytes());
    row[16..].copy_from_slice(&number.to_be_bytes());
    row
}

fn place<'a>(row: &'a [u8; 20], column: &'static str) -> Place<'a> {
    Place { table: "case_import_row", column, row }
}
