use huiyin_base::{Day, Fen, Id, Instant, Region};
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Column as _, Row as _, TypeInfo as _, ValueRef as _};
use uuid::Uuid;

use crate::{Error, Result};

/// A row of either engine.
#[derive(Debug)]
pub struct Row(pub(crate) Inner);

pub(crate) enum Inner {
    Sqlite(SqliteRow),
    Postgres(PgRow),
}

impl std::fmt::Debug for Inner {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Row")
    }
}

impl Row {
    /// The column called `name`.
    pub fn get<T: Read>(&self, name: &str) -> Result<T> {
        let index = match &self.0 {
            Inner::Sqlite(row) => row.try_column(name)?.ordinal(),
            Inner::Postgres(row) => row.try_column(name)?.ordinal(),
        };
        T::read(self, index)
    }

    /// The column at `index`, from 0.
    pub fn at<T: Read>(&self, index: usize) -> Result<T> {
        T::read(self, index)
    }

    /// The error for a value that does not fit.
    pub fn misfit(&self, index: usize, expected: &str) -> Error {
        let column = match &self.0 {
            Inner::Sqlite(row) => row.columns().get(index).map(|column| column.name().to_owned()),
            Inner::Postgres(row) => row.columns().get(index).map(|column| column.name().to_owned()),
        };
        Error::Decode { column: column.unwrap_or_else(|| index.to_string()), reason: format!("expected {expected}") }
    }

    fn is_null(&self, index: usize) -> Result<bool> {
        Ok(match &self.0 {
            Inner::Sqlite(row) => row.try_get_raw(index)?.is_null(),
            Inner::Postgres(row) => row.try_get_raw(index)?.is_null(),
        })
    }
}

/// A struct read from a row by column names. Made by [`crate::row!`].
pub trait FromRow: Sized {
    /// Reads the struct.
    fn from_row(row: &Row) -> Result<Self>;
}

/// Declares a struct together with its [`FromRow`]: each field is the column of its name.
#[macro_export]
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$field_meta:meta])* $field_vis:vis $field:ident : $type:ty),* $(,)? }) => {
        $(#[$meta])*
        $vis struct $name { $($(#[$field_meta])* $field_vis $field: $type),* }

        impl $crate::FromRow for $name {
            fn from_row(row: &$crate::Row) -> $crate::Result<Self> {
                Ok(Self { $($field: row.get(stringify!($field))?),* })
            }
        }
    };
}

/// A type stored in one column. `None` is null.
pub trait FromColumn: Sized {
    /// Reads the column at `index`.
    fn from_column(row: &Row, index: usize) -> Result<Option<Self>>;
}

/// A column type or an `Option` of one.
pub trait Read: Sized {
    /// Reads the column at `index`.
    fn read(row: &Row, index: usize) -> Result<Self>;
}

impl<T: FromColumn> Read for T {
    fn read(row: &Row, index: usize) -> Result<Self> {
        T::from_column(row, index)?.ok_or_else(|| row.misfit(index, "a value, found null"))
    }
}

impl<T: FromColumn> Read for Option<T> {
    fn read(row: &Row, index: usize) -> Result<Self> {
        T::from_column(row, index)
    }
}

impl FromColumn for i64 {
    fn from_column(row: &Row, index: usize) -> Result<Option<Self>> {
        match &row.0 {
            Inner::Sqlite(row) => Ok(row.try_get(index)?),
            Inner::Postgres(pg) => Ok(match pg.try_get_raw(index)?.type_info().name() {
                "INT2" => pg.try_get::<Option<i16>, _>(index)?.map(i64::from),
                "INT4" => pg.try_get::<Option<i32>, _>(index)?.map(i64::from),
                _ => pg.try_get(index)?,
            }),
        }
    }
}

impl FromColumn for Instant {
    fn from_column(row: &Row, index: usize) -> Result<Option<Self>> {
        match &row.0 {
            Inner::Sqlite(sqlite) => {
                let micros = sqlite.try_get::<Option<i64>, _>(index)?;
                micros
                    .map(|micros| Self::from_timestamp_micros(micros).ok_or_else(|| row.misfit(index, "microseconds")))
                    .transpose()
            }
            Inner::Postgres(row) => Ok(row.try_get(index)?),
        }
    }
}

impl FromColumn for serde_json::Value {
    fn from_column(row: &Row, index: usize) -> Result<Option<Self>> {
        match &row.0 {
            Inner::Sqlite(sqlite) => {
                let text = sqlite.try_get::<Option<String>, _>(index)?;
                text.map(|text| serde_json::from_str(&text).map_err(|_| row.misfit(index, "JSON"))).transpose()
            }
            Inner::Postgres(row) => Ok(row.try_get(index)?),
        }
    }
}

macro_rules! plain {
    ($($type:ty),*) => {$(
        impl FromColumn for $type {
            fn from_column(row: &Row, index: usize) -> Result<Option<Self>> {
                Ok(match &row.0 {
                    Inner::Sqlite(row) => row.try_get(index)?,
                    Inner::Postgres(row) => row.try_get(index)?,
                })
            }
        }
    )*};
}

plain!(bool, f64, String, Vec<u8>, Uuid);

macro_rules! mapped {
    ($($type:ty, $stored:ty, $expected:literal, $value:ident => $read:expr;)*) => {$(
        impl FromColumn for $type {
            fn from_column(row: &Row, index: usize) -> Result<Option<Self>> {
                let Some($value) = <$stored>::from_column(row, index)? else { return Ok(None) };
                $read.map(Some).ok_or_else(|| row.misfit(index, $expected))
            }
        }
    )*};
}

mapped! {
    Id, Uuid, "an id with a region", value => Id::from_uuid(value);
    Region, i64, "a region ordinal", value => u16::try_from(value).ok().and_then(Region::new);
    Day, i64, "a day as yyyymmdd", value => Day::from_number(value);
    Fen, i64, "money in fen", value => Some(Fen(value));
    [u8; 32], Vec<u8>, "32 bytes", value => <[u8; 32]>::try_from(value).ok();
    u32, i64, "a small count", value => u32::try_from(value).ok();
}

macro_rules! tuples {
    ($(($($type:ident $index:tt),+);)*) => {$(
        impl<$($type: Read),+> FromRow for ($($type,)+) {
            fn from_row(row: &Row) -> Result<Self> {
                Ok(($(row.at::<$type>($index)?,)+))
            }
        }
    )*};
}

tuples! {
    (A 0);
    (A 0, B 1);
    (A 0, B 1, C 2);
    (A 0, B 1, C 2, D 3);
    (A 0, B 1, C 2, D 3, E 4);
    (A 0, B 1, C 2, D 3, E 4, F 5);
    (A 0, B 1, C 2, D 3, E 4, F 5, G 6);
}

impl Row {
    /// Whether every column is null: the far side of an outer join that found nothing.
    pub fn all_null(&self, indexes: std::ops::Range<usize>) -> Result<bool> {
        for index in indexes {
            if !self.is_null(index)? {
                return Ok(false);
            }
        }
        Ok(true)
    }
}
