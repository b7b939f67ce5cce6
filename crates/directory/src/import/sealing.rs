use huiyin_base::{Id, Problem, Rng};
use huiyin_vault::{Place, Vault};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// The staged rows of a table: files hold names, numbers and telephones, so their values lie sealed, each in its place.
#[derive(Clone, Copy, Debug)]
pub struct StagedRows(&'static str);

impl StagedRows {
    /// The rows of this table, which has a batch and a number.
    pub const fn of(table: &'static str) -> Self {
        Self(table)
    }

    /// A value of a row, sealed.
    pub fn seal<T: Serialize>(
        self,
        vault: &Vault,
        (batch, number): (Id, u32),
        column: &'static str,
        value: &T,
        rng: &mut Rng,
    ) -> Result<Vec<u8>, Problem> {
        let plain = serde_json::to_vec(value).map_err(Problem::broken)?;
        Ok(vault.seal(self.place(&row(batch, number), column), &plain, rng))
    }

    /// Opens what [`Self::seal`] made.
    pub fn open<T: DeserializeOwned>(
        self,
        vault: &Vault,
        (batch, number): (Id, u32),
        column: &'static str,
        sealed: &[u8],
    ) -> Result<T, Problem> {
        let plain = vault.open_sealed(self.place(&row(batch, number), column), sealed).map_err(Problem::broken)?;
        serde_json::from_slice(&plain).map_err(Problem::broken)
    }

    fn place<'a>(self, row: &'a [u8; 20], column: &'a str) -> Place<'a> {
        Place { table: self.0, column, row }
    }
}

fn row(batch: Id, number: u32) -> [u8; 20] {
    let mut row = [0; 20];
    row[..16].copy_from_slice(batch.uuid().as_bytes());
    row[16..].copy_from_slice(&number.to_be_bytes());
    row
}
