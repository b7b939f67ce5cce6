//! Named views of the ledger and the desk.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, row, text_enum, values};
use huiyin_directory::{AccountRef, Scope};

text_enum! {
    /// The page that a filter narrows.
    pub enum FilterPage {
        Desk = "desk" / "我的待办",
        Cases = "cases" / "台账",
        Ledgers = "ledgers" / "分类台账",
    }
}

row! {
    /// A saved filter.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct DeskFilter {
        pub region: Region,
        pub id: Id,
        pub account: Id,
        pub name: String,
        pub page: FilterPage,
        pub query: String,
        pub org_region: Option<Region>,
        pub org: Option<Id>,
        pub created_day: Day,
    }
}

/// Adds a filter, unless its account has `most` already; false then.
pub async fn desk_filter_add(tx: &mut Tx, filter: &DeskFilter, most: i64) -> Result<bool> {
    let count = query("select count(*) from desk_filter where region = $1 and account = $2");
    let count: i64 = count.bind(filter.region).bind(filter.account).fetch_scalar(tx).await?;
    if count >= most {
        return Ok(false);
    }
    let head = "insert into desk_filter (region, id, account, name, page, query, org_region, org, created_day)";
    let line = values![
        filter.region,
        filter.id,
        filter.account,
        &filter.name,
        filter.page,
        &filter.query,
        filter.org_region,
        filter.org,
        filter.created_day
    ];
    insert_many(tx, head, vec![line], "on conflict do nothing").await?;
    Ok(true)
}

/// The viewer's own filters of a page, and those shared where he holds a role.
pub async fn desk_filter_list(tx: &mut Tx, scope: &Scope, page: FilterPage) -> Result<Vec<DeskFilter>> {
    let Some(account) = scope.account else { return Ok(Vec::new()) };
    let base = Filter::new("select * from desk_filter f where f.page = ?").bind(page);
    let base = base.then("and ((f.region = ?").bind(account.region).then("and f.account = ?").bind(account.id);
    let base = base.then(") or f.org in (?").bind_list(scope.held.iter().map(|org| org.id)).then("))");
    base.then("order by f.created_day, f.id").query().fetch_all(tx).await
}

/// Removes a filter of this account's; false where it has none.
pub async fn desk_filter_remove(tx: &mut Tx, account: AccountRef, id: Id) -> Result<bool> {
    let remove = query("delete from desk_filter where region = $1 and id = $2 and account = $3");
    Ok(remove.bind(account.region).bind(id).bind(account.id).execute(tx).await? == 1)
}
