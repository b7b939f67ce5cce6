//! How values are on PostgreSQL: each in its own type, nulls included.

use huiyin_base::Instant;
use sqlx::Arguments as _;
use sqlx::postgres::PgArguments;
use uuid::Uuid;

use crate::{Kind, Result, Value};

pub(crate) fn arguments(values: &[Value]) -> Result<PgArguments> {
    let mut arguments = PgArguments::default();
    arguments.reserve(values.len(), 0);
    for value in values {
        let added = match value {
            Value::Null(kind) => null(&mut arguments, *kind),
            Value::Int(value) => arguments.add(*value),
            Value::Real(value) => arguments.add(*value),
            Value::Bool(value) => arguments.add(*value),
            Value::Text(value) => arguments.add(value),
            Value::Bytes(value) => arguments.add(value),
            Value::Uuid(value) => arguments.add(*value),
            Value::Time(value) => arguments.add(*value),
            Value::Json(value) => arguments.add(value),
        };
        added.map_err(sqlx::Error::Encode)?;
    }
    Ok(arguments)
}

fn null(arguments: &mut PgArguments, kind: Kind) -> std::result::Result<(), sqlx::error::BoxDynError> {
    match kind {
        Kind::Int => arguments.add(None::<i64>),
        Kind::Real => arguments.add(None::<f64>),
        Kind::Bool => arguments.add(None::<bool>),
        Kind::Text => arguments.add(None::<String>),
        Kind::Bytes => arguments.add(None::<Vec<u8>>),
        Kind::Uuid => arguments.add(None::<Uuid>),
        Kind::Time => arguments.add(None::<Instant>),
        Kind::Json => arguments.add(None::<serde_json::Value>),
    }
}
