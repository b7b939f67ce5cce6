use std::cell::Cell;

use huiyin_base::{Day, Fen, Id, Instant, Region};
use rusqlite::types::ValueRef;
use sqlx::postgres::PgRow;
use sqlx::{Column as _, Row as _, TypeInfo as _};
use uuid::Uuid;

use crate::{Error, Result};

/// A row of either engine, while it is read.
pub struct Row<'a> {
    pub(crate) inner: Inner<'a>,
    /// The column after the one that was read last by its name: most structs have the order of their statement.
    next: Cell<usize>,
}

pub(crate) enum Inner<'a> {
    /// With the names of its columns, where they were asked for before.
    Sqlite(&'a rusqlite::Row<'a>, &'a [Box<str>]),
    Postgres(&'a PgRow),
}

impl std::fmt::Debug for Row<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Row")
    }
}

impl<'a> Row<'a> {
    pub(crate) fn new(inner: Inner<'a>) -> Self {
        Self { inner, next: Cell::new(0) }
    }

    /// The column called `name`.
    pub fn get<T: Read>(&self, name: &str) -> Result<T> {
        let guess = self.next.get();
        let index = if self.name(guess) == Some(name) { guess } else { self.find(name)? };
        self.next.set(index + 1);
        T::read(self, index)
    }

    /// The column at `index`, from 0.
    pub fn at<T: Read>(&self, index: usize) -> Result<T> {
        T::read(self, index)
    }

    /// What `read` makes of the text at `index`.
    pub fn text<T>(&self, index: usize, read: impl Fn(&str) -> Option<T>, expected: &str) -> Result<Option<T>> {
        let text = match &self.inner {
            Inner::Sqlite(..) => match self.stored(index)? {
                ValueRef::Null => None,
                ValueRef::Text(text) => Some(std::str::from_utf8(text).map_err(|_| self.misfit(index, "text"))?),
                _ => return Err(self.misfit(index, "text")),
            },
            Inner::Postgres(row) => row.try_get::<Option<&str>, _>(index)?,
        };
        text.map(|text| read(text).ok_or_else(|| self.misfit(index, expected))).transpose()
    }

    /// The error for a value that does not fit.
    pub fn misfit(&self, index: usize, expected: &str) -> Error {
        let column = self.name(index).map_or_else(|| index.to_string(), str::to_owned);
        Error::Decode { column, reason: format!("expected {expected}") }
    }

    fn name(&self, index: usize) -> Option<&str> {
        match &self.inner {
            Inner::Sqlite(row, []) => row.as_ref().column_name(index).ok(),
            Inner::Sqlite(_, names) => names.get(index).map(AsRef::as_ref),
            Inner::Postgres(row) => row.columns().get(index).map(sqlx::Column::name),
        }
    }

    fn find(&self, name: &str) -> Result<usize> {
        match &self.inner {
            Inner::Sqlite(row, _) => Ok(row.as_ref().column_index(name)?),
            Inner::Postgres(row) => Ok(row.try_column(name)?.ordinal()),
        }
    }

    /// What SQLite holds in the column at `index`; null on the other engine, which reads by type.
    pub(crate) fn stored(&self, index: usize) -> Result<ValueRef<'_>> {
        match &self.inner {
            Inner::Sqlite(row, _) => Ok(row.get_ref(index)?),
            Inner::Postgres(_) => Ok(ValueRef::Null),
        }
    }
}

/// A struct read from a row by column names. Made by [`crate::row!`].
pub trait FromRow: Sized {
    /// Reads the struct.
    fn from_row(row: &Row<'_>) -> Result<Self>;
}

/// Declares a struct together with its [`FromRow`]: each field is the column of its name.
#[macro_export]
macro_rules! row {
    ($(#[$meta:meta])* $vis:vis struct $name:ident { $($(#[$field_meta:meta])* $field_vis:vis $field:ident : $type:ty),* $(,)? }) => {
        $(#[$meta])*
        $vis struct $name { $($(#[$field_meta])* $field_vis $field: $type),* }

        impl $crate::FromRow for $name {
            fn from_row(row: &$crate::Row<'_>) -> $crate::Result<Self> {
                Ok(Self { $($field: row.get(stringify!($field))?),* })
            }
        }
    };
}

/// A type stored in one column. `None` is null.
pub trait FromColumn: Sized {
    /// Reads the column at `index`.
    fn from_column(row: &Row<'_>, index: usize) -> Result<Option<Self>>;
}

/// A column type or an `Option` of one.
pub trait Read: Sized {
    /// Reads the column at `index`.
    fn read(row: &Row<'_>, index: usize) -> Result<Self>;
}

impl<T: FromColumn> Read for T {
    fn read(row: &Row<'_>, index: usize) -> Result<Self> {
        T::from_column(row, index)?.ok_or_else(|| row.misfit(index, "a value, found null"))
    }
}

impl<T: FromColumn> Read for Option<T> {
    fn read(row: &Row<'_>, index: usize) -> Result<Self> {
        T::from_column(row, index)
    }
}

/// How a type is read from what SQLite holds; `None` where it does not fit.
trait FromStored: Sized {
    const EXPECTED: &'static str;

    fn from_stored(stored: ValueRef<'_>) -> Option<Self>;
}

impl Row<'_> {
    fn read_stored<T: FromStored>(&self, index: usize) -> Result<Option<T>> {
        match self.stored(index)? {
            ValueRef::Null => Ok(None),
            stored => T::from_stored(stored).map(Some).ok_or_else(|| self.misfit(index, T::EXPECTED)),
        }
    }
}

macro_rules! stored {
    ($($type:ty, $expected:literal, $pattern:pat => $read:expr;)*) => {$(
        impl FromStored for $type {
            const EXPECTED: &'static str = $expected;

            fn from_stored(stored: ValueRef<'_>) -> Option<Self> {
                match stored { $pattern => $read, _ => None }
            }
        }
    )*};
}

stored! {
    i64, "a whole number", ValueRef::Integer(number) => Some(number);
    bool, "yes or no", ValueRef::Integer(number) => Some(number != 0);
    f64, "a number", ValueRef::Real(number) => Some(number);
    String, "text", ValueRef::Text(text) => String::from_utf8(text.to_vec()).ok();
    Vec<u8>, "bytes", ValueRef::Blob(bytes) => Some(bytes.to_vec());
    Uuid, "an id", ValueRef::Blob(bytes) => Self::from_slice(bytes).ok();
    Instant, "microseconds", ValueRef::Integer(micros) => Self::from_timestamp_micros(micros);
    serde_json::Value, "JSON", ValueRef::Text(text) => serde_json::from_slice(text).ok();
}

impl FromColumn for i64 {
    fn from_column(row: &Row<'_>, index: usize) -> Result<Option<Self>> {
        match &row.inner {
            Inner::Sqlite(..) => row.read_stored(index),
            // The driver reads whole numbers of any width alike, once it is not asked for one.
            Inner::Postgres(pg) => Ok(match pg.columns().get(index).map(|column| column.type_info().name()) {
                Some("INT8" | "INT4" | "INT2") => pg.try_get_unchecked(index)?,
                _ => pg.try_get(index)?,
            }),
        }
    }
}

macro_rules! plain {
    ($($type:ty),*) => {$(
        impl FromColumn for $type {
            fn from_column(row: &Row<'_>, index: usize) -> Result<Option<Self>> {
                match &row.inner {
                    Inner::Sqlite(..) => row.read_stored(index),
                    Inner::Postgres(row) => Ok(row.try_get(index)?),
                }
            }
        }
    )*};
}

plain!(bool, f64, String, Vec<u8>, Uuid, Instant, serde_json::Value);

macro_rules! mapped {
    ($($type:ty, $stored:ty, $expected:literal, $value:ident => $read:expr;)*) => {$(
        impl FromColumn for $type {
            fn from_column(row: &Row<'_>, index: usize) -> Result<Option<Self>> {
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
            fn from_row(row: &Row<'_>) -> Result<Self> {
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
