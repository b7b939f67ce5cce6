//! The bank of questions.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, Value, insert_many, query, row, values};
use huiyin_directory::OrgRef;

row! {
    /// A question as it is now.
    #[derive(Clone, Debug, PartialEq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct QuestionRow {
        pub id: Id,
        pub org_region: Region,
        pub org: Id,
        pub kind: String,
        pub line: String,
        pub category: String,
        pub source: String,
        pub version: i64,
        pub retired: bool,
        pub created_day: Day,
        pub nonce: String,
        pub n: i64,
    }
}

row! {
    /// What a question was.
    #[derive(Clone, Debug, PartialEq)]
    #[expect(missing_docs, reason = "each field is the column of its name; the migration says what it holds")]
    pub struct VersionRow {
        pub question: Id,
        pub version: i64,
        pub body: String,
        pub made_day: Day,
        pub account_region: Region,
        pub account: Id,
    }
}

/// What a list of questions shows.
#[derive(Clone, Debug, Default)]
pub struct QuestionFilter {
    /// Whose; what the city has made is seen by all who keep questions.
    pub orgs: Vec<OrgRef>,
    /// Only this category and what is below it.
    pub category: String,
    /// Only this kind.
    pub kind: String,
    /// Only with this tag.
    pub tag: String,
}

const COLUMNS: &str = "select q.id, q.org_region, q.org, q.kind, q.line, q.category, q.source, q.version, q.retired,
    q.created_day, q.nonce, q.n from question q where";

impl QuestionFilter {
    fn on(&self, base: Filter) -> Filter {
        let base = base.then("q.retired = ?").bind(false).and("q.org in (?)").bind_list(self.orgs.iter().map(|o| o.id));
        let below = (!self.category.is_empty()).then(|| (self.category.clone(), format!("{}/", self.category)));
        let base = match below {
            // What lies below begins with the category and a stroke; the sign after a stroke is a nought.
            Some((this, from)) => base
                .and("q.category = ? or (q.category >= ? and q.category < ?)")
                .bind(&this)
                .bind(&from)
                .bind(format!("{this}0")),
            None => base,
        };
        let base = base.and_some("q.kind = ?", (!self.kind.is_empty()).then_some(&self.kind));
        let tag = (!self.tag.is_empty()).then_some(&self.tag);
        base.and_some("q.id in (select t.question from question_tag t where t.tag = ?)", tag)
    }
}

/// A question to be written.
#[derive(Clone, Debug)]
pub struct NewRow {
    /// Itself.
    pub question: QuestionRow,
    /// What it holds.
    pub version: VersionRow,
    /// Words to find it by.
    pub tags: Vec<String>,
}

/// Writes questions with their first version.
pub async fn question_add(tx: &mut Tx, questions: &[NewRow]) -> Result<()> {
    let rows = questions.iter().map(|NewRow { question: q, .. }| {
        values![
            q.id,
            q.org_region,
            q.org,
            &q.kind,
            &q.line,
            &q.category,
            &q.source,
            q.version,
            q.retired,
            q.created_day,
            &q.nonce,
            q.n
        ]
    });
    let head = "insert into question (id, org_region, org, kind, line, category, source, version, retired, created_day, nonce, n)";
    insert_many(tx, head, rows.collect(), "").await?;
    version_add(tx, questions.iter().map(|new| &new.version)).await?;
    let tags = questions.iter().flat_map(|new| new.tags.iter().map(|tag| values![tag, new.question.id]));
    tag_add(tx, tags.collect()).await
}

async fn version_add(tx: &mut Tx, versions: impl Iterator<Item = &VersionRow>) -> Result<()> {
    let rows =
        versions.map(|v| values![v.question, v.version, &v.body, v.made_day, v.account_region, v.account]).collect();
    let head = "insert into question_version (question, version, body, made_day, account_region, account)";
    insert_many(tx, head, rows, "").await?;
    Ok(())
}

async fn tag_add(tx: &mut Tx, rows: Vec<Vec<Value>>) -> Result<()> {
    insert_many(tx, "insert into question_tag (tag, question)", rows, "on conflict (tag, question) do nothing").await?;
    Ok(())
}

/// Whether this word has made questions already.
pub async fn question_count(tx: &mut Tx, nonce: &str) -> Result<i64> {
    query("select count(*) from question where nonce = $1").bind(nonce).fetch_scalar(tx).await
}

/// A question that one of these organisations has.
pub async fn question_find(tx: &mut Tx, orgs: &[OrgRef], id: Id) -> Result<Option<QuestionRow>> {
    let base = Filter::new(COLUMNS).then("q.id = ?").bind(id).and("q.org in (?)").bind_list(orgs.iter().map(|o| o.id));
    base.query().fetch_optional(tx).await
}

/// The same, locked.
pub async fn question_lock(tx: &mut Tx, orgs: &[OrgRef], id: Id) -> Result<Option<QuestionRow>> {
    let base = Filter::new(
        "select x.id, x.org_region, x.org, x.kind, x.line, x.category, x.source, x.version, x.retired,
         x.created_day, x.nonce, x.n from question x where",
    );
    let base = base.then("x.id = ?").bind(id).and("x.org in (?)").bind_list(orgs.iter().map(|o| o.id));
    base.locked(tx).query().fetch_optional(tx).await
}

/// Questions in the order in which they came.
pub async fn question_list(
    tx: &mut Tx,
    filter: &QuestionFilter,
    after: Option<Id>,
    limit: i64,
) -> Result<Vec<QuestionRow>> {
    let base = filter.on(Filter::new(COLUMNS)).and_some("q.id > ?", after);
    base.then("order by q.id limit ?").bind(limit).query().fetch_all(tx).await
}

/// Questions with what they hold, for a paper or a file.
pub async fn question_pool(tx: &mut Tx, filter: &QuestionFilter, limit: i64) -> Result<Vec<(Id, i64, String)>> {
    let base = Filter::new(
        "select q.id, q.version, v.body from question q
         join question_version v on v.question = q.id and v.version = q.version where",
    );
    filter.on(base).then("order by q.id limit ?").bind(limit).query().fetch_all(tx).await
}

/// The categories in use, each with its number of questions.
pub async fn question_categories(tx: &mut Tx, orgs: &[OrgRef]) -> Result<Vec<(String, i64)>> {
    let base = Filter::new("select q.category, count(*) from question q where q.retired = ?").bind(false);
    let base = base.and("q.org in (?)").bind_list(orgs.iter().map(|o| o.id));
    base.then("group by q.category order by q.category").query().fetch_all(tx).await
}

/// Writes a new version, and the question as it is from now on.
pub async fn question_version_add(tx: &mut Tx, new: &NewRow) -> Result<()> {
    version_add(tx, std::iter::once(&new.version)).await?;
    let now = &new.question;
    query("delete from question_tag where question = $1").bind(now.id).execute(tx).await?;
    tag_add(tx, new.tags.iter().map(|tag| values![tag, now.id]).collect()).await?;
    let update =
        query("update question set kind = $1, line = $2, category = $3, source = $4, version = $5 where id = $6");
    let update = update.bind(&now.kind).bind(&now.line).bind(&now.category).bind(&now.source);
    update.bind(now.version).bind(now.id).execute(tx).await?;
    Ok(())
}

/// Takes a question out of what is dealt.
pub async fn question_retire(tx: &mut Tx, id: Id) -> Result<()> {
    query("update question set retired = $1 where id = $2").bind(true).bind(id).execute(tx).await?;
    Ok(())
}

/// Every version of a question, the newest first.
pub async fn version_list(tx: &mut Tx, question: Id) -> Result<Vec<VersionRow>> {
    let rows = query(
        "select question, version, body, made_day, account_region, account from question_version
         where question = $1 order by version desc",
    );
    rows.bind(question).fetch_all(tx).await
}
