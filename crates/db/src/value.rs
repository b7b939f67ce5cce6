use huiyin_base::{Day, Fen, Id, Instant, Region};
use uuid::Uuid;

/// A bound parameter, independent of the engine.
#[derive(Clone, Debug, PartialEq)]
#[expect(missing_docs, reason = "each variant is named after the type it holds")]
pub enum Value {
    Null(Kind),
    Int(i64),
    Real(f64),
    Bool(bool),
    Text(String),
    Bytes(Vec<u8>),
    Uuid(Uuid),
    Time(Instant),
    Json(serde_json::Value),
}

/// The type of a [`Value`]: PostgreSQL wants to know it even of a null.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant is named after the type it stands for")]
pub enum Kind {
    Int,
    Real,
    Bool,
    Text,
    Bytes,
    Uuid,
    Time,
    Json,
}

/// What can be bound to a statement.
pub trait ToValue {
    /// The stored type.
    const KIND: Kind;
    /// The stored value.
    fn to_value(self) -> Value;
}

impl<T: ToValue> ToValue for Option<T> {
    const KIND: Kind = T::KIND;

    fn to_value(self) -> Value {
        self.map_or(Value::Null(T::KIND), T::to_value)
    }
}

impl<T: ToValue + Clone> ToValue for &T {
    const KIND: Kind = T::KIND;

    fn to_value(self) -> Value {
        self.clone().to_value()
    }
}

macro_rules! to_value {
    ($($type:ty, $kind:ident, $value:ident => $stored:expr;)*) => {$(
        impl ToValue for $type {
            const KIND: Kind = Kind::$kind;

            fn to_value(self) -> Value {
                let $value = self;
                Value::$kind($stored)
            }
        }
    )*};
}

to_value! {
    i64, Int, value => value;
    i32, Int, value => i64::from(value);
    u32, Int, value => i64::from(value);
    u16, Int, value => i64::from(value);
    f64, Real, value => value;
    bool, Bool, value => value;
    String, Text, value => value;
    &str, Text, value => value.to_owned();
    Vec<u8>, Bytes, value => value;
    [u8; 32], Bytes, value => value.to_vec();
    Id, Uuid, value => value.uuid();
    Uuid, Uuid, value => value;
    Region, Int, value => i64::from(value.ordinal());
    Day, Int, value => value.number();
    Fen, Int, value => value.0;
    Instant, Time, value => value;
    serde_json::Value, Json, value => value;
}

/// An enum stored as one word of text, with `as_str`, `parse`, `ALL` and a Chinese `label`.
///
/// ```ignore
/// db::text_enum! {
///     /// Where a case stands.
///     pub enum State { Submitted = "submitted" / "已提交", Posted = "posted" / "已上墙" }
/// }
/// ```
#[macro_export]
macro_rules! text_enum {
    ($(#[$meta:meta])* $vis:vis enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $word:literal / $label:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        $vis enum $name { $(#[doc = $label] $(#[$variant_meta])* $variant),+ }

        impl $name {
            /// Every variant, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stored word.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }

            /// The word shown to people.
            pub const fn label(self) -> &'static str {
                match self { $(Self::$variant => $label),+ }
            }

            /// From the stored word.
            pub fn parse(word: &str) -> Option<Self> {
                match word { $($word => Some(Self::$variant),)+ _ => None }
            }
        }

        impl $crate::ToValue for $name {
            const KIND: $crate::Kind = $crate::Kind::Text;

            fn to_value(self) -> $crate::Value {
                $crate::Value::Text(self.as_str().to_owned())
            }
        }

        impl $crate::FromColumn for $name {
            fn from_column(row: &$crate::Row<'_>, index: usize) -> $crate::Result<Option<Self>> {
                row.text(index, Self::parse, concat!("a word of ", stringify!($name)))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.label())
            }
        }
    };
}
