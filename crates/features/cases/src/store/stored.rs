//! A struct that is a row of one table: its columns are written down once.

use huiyin_db::Value;

/// Declares a row struct with the statements that insert and update it. `fixed` columns never change after the insert; `derived` ones
/// are written for indexes and follow from the others, by the method of their name: nobody can forget to set them.
macro_rules! stored {
    (
        $(#[$meta:meta])*
        pub struct $name:ident in $table:literal {
            fixed { $first:ident : $first_type:ty, $($fixed:ident : $fixed_type:ty),* $(,)? }
            moving { $($moving:ident : $moving_type:ty),* $(,)? }
            $(derived { $($derived:ident),+ $(,)? })?
        }
    ) => {
        huiyin_db::row! {
            $(#[$meta])*
            #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
            pub struct $name {
                pub $first: $first_type,
                $(pub $fixed: $fixed_type,)*
                $(pub $moving: $moving_type,)*
            }
        }

        impl $name {
            /// `insert into TABLE (columns)`, for `insert_many`.
            pub const INSERT: &'static str = concat!(
                "insert into ", $table, " (", stringify!($first),
                $(", ", stringify!($fixed),)* $(", ", stringify!($moving),)*
                $($(", ", stringify!($derived),)+)? ")"
            );
            /// `select columns from TABLE x where …`, to which conditions are added.
            pub(crate) const SELECT: &'static str = concat!(
                "select x.", stringify!($first),
                $(", x.", stringify!($fixed),)* $(", x.", stringify!($moving),)* " from ", $table, " x where "
            );

            /// The values in the order of [`Self::INSERT`].
            pub fn values(&self) -> Vec<huiyin_db::Value> {
                vec![
                    huiyin_db::ToValue::to_value(&self.$first),
                    $(huiyin_db::ToValue::to_value(&self.$fixed),)*
                    $(huiyin_db::ToValue::to_value(&self.$moving),)*
                    $($(huiyin_db::ToValue::to_value(self.$derived()),)+)?
                ]
            }
        }

        stored!(@assign $name [$($moving)*] [$($($derived)+)?]);
    };
    (@assign $name:ident [] []) => {};
    (@assign $name:ident [$($moving:ident)+] [$($derived:ident)*]) => {
        impl $name {
            /// Adds the assignments of an update of the moving columns; a condition follows.
            pub(crate) fn assign(&self, filter: huiyin_db::Filter) -> huiyin_db::Filter {
                filter
                    $(.then(concat!(", ", stringify!($moving), " = ?")).bind(&self.$moving))+
                    $(.then(concat!(", ", stringify!($derived), " = ?")).bind(self.$derived()))*
            }
        }

        impl $crate::store::stored::Moving for $name {
            fn changed(&self, before: &Self) -> Vec<(&'static str, huiyin_db::Value)> {
                let mut changed = Vec::new();
                $(if self.$moving != before.$moving {
                    changed.push((stringify!($moving), huiyin_db::ToValue::to_value(&self.$moving)));
                })+
                $(if self.$derived() != before.$derived() {
                    changed.push((stringify!($derived), huiyin_db::ToValue::to_value(self.$derived())));
                })*
                changed
            }
        }
    };
}

pub(crate) use stored;

/// A row with columns that change.
pub(crate) trait Moving {
    /// The columns that are not as they were before, with their values: an index of a column that stays is left alone.
    fn changed(&self, before: &Self) -> Vec<(&'static str, Value)>;
}
