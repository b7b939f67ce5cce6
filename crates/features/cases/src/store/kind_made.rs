//! Kinds made in the administration.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Result, Tx, query, row, text_enum};

text_enum! {
    /// Whether a made kind may still change.
    pub enum MadeState {
        Draft = "draft" / "草稿",
        Published = "published" / "已发布",
    }
}

row! {
    /// One version of a made kind.
    #[derive(Clone, Debug, PartialEq, Eq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct KindMade {
        pub name: String,
        pub version: i64,
        pub state: MadeState,
        pub form: String,
        pub rules: String,
        pub account_region: Region,
        pub account: Id,
        pub post: String,
        pub created_day: Day,
        pub published_day: Option<Day>,
    }
}

/// All of them, the newest version of a kind first.
pub async fn kind_made_list(tx: &mut Tx) -> Result<Vec<KindMade>> {
    query("select * from kind_made order by name, version desc").fetch_all(tx).await
}

/// One version.
pub async fn kind_made_find(tx: &mut Tx, name: &str, version: i64) -> Result<Option<KindMade>> {
    let found = query("select * from kind_made where name = $1 and version = $2");
    found.bind(name).bind(version).fetch_optional(tx).await
}

/// The rules of all that are published.
pub async fn kind_rules(tx: &mut Tx) -> Result<Vec<String>> {
    query("select rules from kind_made where state = 'published' order by name, version").fetch_column(tx).await
}

/// Keeps a draft; false where this version is published already, and so never changes.
pub async fn kind_made_put(tx: &mut Tx, made: &KindMade) -> Result<bool> {
    let put = query(
        "insert into kind_made (name, version, state, form, rules, account_region, account, post, created_day)
         values ($1, $2, 'draft', $3, '', $4, $5, $6, $7)
         on conflict (name, version) do update set form = excluded.form, account_region = excluded.account_region,
             account = excluded.account, post = excluded.post where kind_made.state = 'draft'",
    );
    let put = put.bind(&made.name).bind(made.version).bind(&made.form).bind(made.account_region).bind(made.account);
    Ok(put.bind(&made.post).bind(made.created_day).execute(tx).await? == 1)
}

/// Publishes a draft with the rules that came of it; false where somebody was first.
pub async fn kind_publish(tx: &mut Tx, made: &KindMade, rules: &str, today: Day) -> Result<bool> {
    let put = query(
        "update kind_made set state = 'published', rules = $3, published_day = $4
         where name = $1 and version = $2 and state = 'draft' and form = $5",
    );
    let put = put.bind(&made.name).bind(made.version).bind(rules).bind(today).bind(&made.form);
    Ok(put.execute(tx).await? == 1)
}
