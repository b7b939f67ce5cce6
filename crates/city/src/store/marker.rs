use huiyin_base::Day;
use huiyin_db::{Result, Tx, query, row};

use crate::{Scale, Size};

row! {
    /// Which demo city a database holds.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Marker {
        /// What it was made from.
        pub seed: i64,
        /// `full` or `small`.
        pub size: String,
        /// What the problems were multiplied by.
        pub cases: i64,
        /// Its today.
        pub today: Day,
        /// Everything is in. An unfinished city is to be thrown away.
        pub complete: bool,
    }
}

/// The demo city of this database; none in a real installation.
pub async fn marker_find(tx: &mut Tx) -> Result<Option<Marker>> {
    query("select seed, size, cases, today, complete from demo_city").fetch_optional(tx).await
}

/// Says that a city is being made here.
pub(crate) async fn marker_begin(tx: &mut Tx, scale: &Scale) -> Result<()> {
    let add = query("insert into demo_city (seed, size, cases, today, complete) values ($1, $2, $3, $4, $5)");
    let add = add.bind(seed(scale)).bind(scale.size.as_str()).bind(i64::from(scale.cases));
    add.bind(scale.today).bind(false).execute(tx).await?;
    Ok(())
}

/// Says that all of it is here.
pub(crate) async fn marker_finish(tx: &mut Tx, scale: &Scale) -> Result<()> {
    query("update demo_city set complete = $1 where seed = $2").bind(true).bind(seed(scale)).execute(tx).await?;
    Ok(())
}

fn seed(scale: &Scale) -> i64 {
    i64::try_from(scale.seed).unwrap_or(i64::MAX)
}

impl Size {
    /// The word in the marker.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Full => "full",
            Self::Small => "small",
        }
    }
}
