//! A struct that is a row of one table: its columns are written down once.

use huiyin_db::Filter;

/// Declares a row struct with the statements that insert and update it. `fixed` columns never change after the insert.
macro_rules! stored {
    (
        $(#[$meta:meta])*
        pub struct $name:ident in $table:literal {
            fixed { $first:ident : $first_type:ty, $($fixed:ident : $fixed_type:ty),* $(,)? }
            moving { $($moving:ident : $moving_type:ty),* $(,)? }
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
                $(", ", stringify!($fixed),)* $(", ", stringify!($moving),)* ")"
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
                ]
            }
        }

        stored!(@assign $name $($moving)*);
    };
    (@assign $name:ident) => {};
    (@assign $name:ident $($moving:ident)+) => {
        impl $name {
            /// Adds the assignments of an update of the moving columns; a condition follows.
            pub(crate) fn assign(&self, filter: huiyin_db::Filter) -> huiyin_db::Filter {
                filter $(.then(concat!(", ", stringify!($moving), " = ?")).bind(&self.$moving))+
            }
        }

        impl $crate::store::stored::Moving for $name {
            fn assign_changed(&self, before: &Self, mut filter: huiyin_db::Filter) -> huiyin_db::Filter {
                $(if self.$moving != before.$moving {
                    filter = filter.then(concat!(", ", stringify!($moving), " = ?")).bind(&self.$moving);
                })+
                filter
            }
        }
    };
}

pub(crate) use stored;

/// A row with columns that change.
pub(crate) trait Moving {
    /// Adds the assignments of what is not as it was before: an index of a column that stays is left alone.
    fn assign_changed(&self, before: &Self, filter: Filter) -> Filter;
}
