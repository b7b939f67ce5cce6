use huiyin_base::{Day, Id, Region};
use huiyin_db::{Result, Tx, query, row};

row! {
    /// An organisation as a table of divisions shows it.
    pub(crate) struct OrgRow {
        /// Its shard.
        pub(crate) region: Region,
        /// Its id.
        pub(crate) id: Id,
        /// Its code.
        pub(crate) code: String,
        /// Its name.
        pub(crate) name: String,
        /// What is above it in its region.
        pub(crate) parent: Option<Id>,
        /// Its kind's word.
        pub(crate) kind: String,
    }
}

/// Every organisation in force on `today`, in code order.
pub(crate) async fn org_row_list(tx: &mut Tx, today: Day) -> Result<Vec<OrgRow>> {
    let rows = "select region, id, code, name, parent, kind from org
        where from_day <= $1 and (to_day is null or to_day >= $1) order by code";
    query(rows).bind(today).fetch_all(tx).await
}
