//! The verbs of the bank of questions.

use huiyin_base::{Day, Id, Instant, Problem, Rng};
use huiyin_db::Db;
use huiyin_directory::{AccountRef, OrgRef, Viewer, org_root};
use huiyin_web::Site;

use crate::permissions::KEEPS;
use crate::question::Question;
use crate::store::{
    NewRow, QuestionRow, VersionRow, question_add, question_count, question_lock, question_retire, question_version_add,
};

/// As many questions as one file may bring.
pub(crate) const MOST: usize = 5_000;
/// Rows in one write.
const CHUNK: usize = 100;

/// Somebody who keeps questions: where he writes, and what he may use.
#[derive(Clone, Debug)]
pub(crate) struct Keeper {
    /// Who.
    pub account: AccountRef,
    /// The organisation for which he writes.
    pub org: OrgRef,
    /// His organisations, and the city, whose questions everybody uses.
    pub uses: Vec<OrgRef>,
    /// His organisations.
    pub own: Vec<OrgRef>,
}

impl Keeper {
    /// By which of his roles the viewer keeps questions.
    pub(crate) async fn of(site: &Site, viewer: &Viewer) -> Result<Self, Problem> {
        let own: Vec<OrgRef> = viewer.grants_of(KEEPS).map(|grant| grant.org).collect();
        let org = *own.first().ok_or_else(Problem::not_found)?;
        let mut uses = own.clone();
        let mut tx = site.db.read().await?;
        uses.extend(org_root(&mut tx, site.home).await?.map(|city| OrgRef { region: city.region, id: city.id }));
        Ok(Self { account: viewer.account, org, uses, own })
    }

    /// Whether what belongs to this organisation is his to keep.
    pub(crate) fn keeps(&self, org: Id) -> bool {
        self.own.iter().any(|own| own.id == org)
    }
}

/// What a word has made already: the same for whoever made it, nothing that anybody else may know of.
pub(crate) fn made_before((id, maker): (Id, Id), account: Id) -> Result<Id, Problem> {
    if maker == account { Ok(id) } else { Err(Problem::not_found()) }
}

/// A question as its rows.
pub fn row(question: &Question, id: Id, org: OrgRef, by: AccountRef, day: Day, (nonce, n): (&str, i64)) -> NewRow {
    NewRow {
        version: VersionRow {
            question: id,
            version: 1,
            body: stored(question),
            made_day: day,
            account_region: by.region,
            account: by.id,
        },
        question: QuestionRow {
            id,
            org_region: org.region,
            org: org.id,
            kind: question.body.word().into(),
            line: question.line(),
            category: question.category.clone(),
            source: question.source.clone(),
            version: 1,
            retired: false,
            created_day: day,
            nonce: nonce.to_owned(),
            n,
        },
        tags: question.tags.clone(),
    }
}

/// A question as it is stored.
pub fn stored(question: &Question) -> String {
    serde_json::to_string(question).unwrap_or_default()
}

/// A question as it was stored.
pub fn restored(body: &str) -> Result<Question, Problem> {
    serde_json::from_str(body).map_err(Problem::broken)
}

/// Takes questions over; the same word takes them once. Gives how many there are then.
pub(crate) async fn take(
    db: &Db,
    keeper: &Keeper,
    questions: &[Question],
    nonce: &str,
    now: Instant,
    rng: &mut Rng,
) -> Result<usize, Problem> {
    if nonce.is_empty() || nonce.len() > 60 {
        return Err(Problem::invalid("页面打开太久，请刷新后重新提交。"));
    }
    if questions.is_empty() || questions.len() > MOST {
        return Err(Problem::invalid(format!("一次可以收 1 到 {MOST} 道题。")));
    }
    if question_count(&mut db.read().await?, nonce).await? >= i64::try_from(questions.len()).unwrap_or(i64::MAX) {
        return Ok(questions.len());
    }
    let day = Day::of(now);
    let rows = questions.iter().zip(1_i64..).map(|(question, n)| {
        row(question, Id::new(keeper.org.region, now, rng), keeper.org, keeper.account, day, (nonce, n))
    });
    let mut rows: Vec<NewRow> = rows.collect();
    // Lists go by id: questions of one file stay in the order of the file.
    let mut ids: Vec<Id> = rows.iter().map(|row| row.question.id).collect();
    ids.sort_unstable();
    for (row, id) in rows.iter_mut().zip(ids) {
        (row.question.id, row.version.question) = (id, id);
    }
    for chunk in rows.chunks(CHUNK) {
        let chunk = std::sync::Arc::new(chunk.to_vec());
        let first = chunk[0].question.n;
        let written = db.write("question_take", move |tx| {
            let chunk = std::sync::Arc::clone(&chunk);
            Box::pin(async move {
                // Chunks go one after the other: so many are there already.
                if question_count(tx, &chunk[0].question.nonce).await? < first {
                    question_add(tx, &chunk).await?;
                }
                Ok(())
            })
        });
        written.await?;
    }
    Ok(questions.len())
}

/// Writes a new version of a question.
pub(crate) async fn change(
    db: &Db,
    keeper: &Keeper,
    (id, known): (Id, i64),
    question: &Question,
    day: Day,
) -> Result<(), Problem> {
    let mut new = row(question, id, keeper.org, keeper.account, day, ("", 0));
    new.version.version = known + 1;
    let own = keeper.own.clone();
    let write = db.write("question_change", move |tx| {
        let (mut new, own) = (new.clone(), own.clone());
        Box::pin(async move {
            let found = question_lock(tx, &own, id).await?.ok_or_else(Problem::not_found)?;
            if found.version != known {
                return Err(Problem::conflict("这道题刚刚有人改过，请刷新后再改。"));
            }
            new.question.version = known + 1;
            Ok(question_version_add(tx, &new).await?)
        })
    });
    write.await
}

/// Takes a question out of what is dealt; papers that hold it keep it.
pub(crate) async fn retire(db: &Db, keeper: &Keeper, id: Id) -> Result<(), Problem> {
    let own = keeper.own.clone();
    let write = db.write("question_retire", move |tx| {
        let own = own.clone();
        Box::pin(async move {
            question_lock(tx, &own, id).await?.ok_or_else(Problem::not_found)?;
            Ok(question_retire(tx, id).await?)
        })
    });
    write.await
}
