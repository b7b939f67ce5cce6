//! The verbs of setting tests.

use std::sync::{Arc, LazyLock};

use data_encoding::HEXLOWER;
use huiyin_base::{Day, Id, Instant, Problem, Rng};
use huiyin_db::{Db, Tx};
use huiyin_directory::{OrgRef, Viewer, org_path};
use quick_cache::sync::Cache;
use sha2::{Digest as _, Sha256};

use crate::bank::{Keeper, made_before, restored};
use crate::paper::Book;
use crate::store::{
    Exam, ExamItem, ExamSection, ExamState, Feedback, QuestionFilter, exam_add, exam_change, exam_find, exam_item_list,
    exam_item_put, exam_lock, exam_nonce, exam_section_list, item_question_list, question_pool,
};

/// The most questions of a paper, and of what papers are dealt from.
pub(crate) const MOST_DEALT: i64 = 200;
const MOST_POOL: usize = 3_000;
/// The longest a test may be open, in days, and may take, in minutes.
const MOST_DAYS: i64 = 366;
pub(crate) const MOST_MINUTES: i64 = 600;

/// Books by the hash of what they hold: whatever has this hash is this book, on every server.
static BOOKS: LazyLock<Cache<String, Arc<Book>>> = LazyLock::new(|| Cache::new(64));

/// A test to be set.
#[derive(Clone, Debug)]
pub(crate) struct NewExam {
    pub title: String,
    pub note: String,
    pub opens_at: Instant,
    pub closes_at: Instant,
    pub minutes: i64,
    pub tries: i64,
    pub feedback: Feedback,
    pub shuffled: bool,
    /// Whoever belongs to this organisation or to one below it; none: everybody.
    pub audience: Option<OrgRef>,
    pub sections: Vec<NewSection>,
    pub nonce: String,
}

/// A part of it.
#[derive(Clone, Debug, Default)]
pub(crate) struct NewSection {
    pub title: String,
    pub marks: i64,
    pub drawn: i64,
    pub category: String,
    pub kind: String,
    pub tag: String,
}

impl NewExam {
    fn fault(&self) -> Option<String> {
        let long = |text: &str, most: usize| text.chars().count() > most;
        if self.title.trim().is_empty() || long(&self.title, 60) || long(&self.note, 1_000) {
            return Some("请写标题（60 字以内）；说明最多 1000 字。".into());
        }
        if self.closes_at <= self.opens_at || Day::of(self.closes_at).since(Day::of(self.opens_at)) > MOST_DAYS {
            return Some("结束时间要在开始之后，最长一年。".into());
        }
        if !(1..=MOST_MINUTES).contains(&self.minutes) || !(1..=10).contains(&self.tries) {
            return Some(format!("限时写 1 到 {MOST_MINUTES} 分钟，次数写 1 到 10 次。"));
        }
        if self.sections.is_empty() || self.sections.len() > 6 {
            return Some("请写 1 到 6 个部分。".into());
        }
        let sound = |section: &NewSection| {
            (1..=100).contains(&section.marks)
                && (0..=MOST_DEALT).contains(&section.drawn)
                && !long(&section.title, 40)
                && !long(&section.category, 200)
                && !long(&section.tag, 40)
        };
        if !self.sections.iter().all(sound) {
            return Some(format!("每题 1 到 100 分，每部分最多抽 {MOST_DEALT} 题。"));
        }
        (self.nonce.is_empty() || self.nonce.len() > 60).then(|| "页面打开太久，请刷新后重新填写。".into())
    }
}

/// Sets a test; the same word sets it once.
pub(crate) async fn set(db: &Db, keeper: &Keeper, new: NewExam, now: Instant, rng: &mut Rng) -> Result<Id, Problem> {
    if let Some(fault) = new.fault() {
        return Err(Problem::invalid(fault));
    }
    let id = Id::new(keeper.org.region, now, rng);
    let exam = Exam {
        id,
        org_region: keeper.org.region,
        org: keeper.org.id,
        title: new.title.trim().to_owned(),
        note: new.note.trim().to_owned(),
        opens_at: new.opens_at,
        closes_at: new.closes_at,
        minutes: new.minutes,
        tries: new.tries,
        feedback: new.feedback,
        shuffled: new.shuffled,
        state: ExamState::Draft,
        audience_region: new.audience.map(|org| org.region),
        audience: new.audience.map(|org| org.id),
        seed: rng.between(1, i64::MAX),
        digest: String::new(),
        created_day: Day::of(now),
        account_region: keeper.account.region,
        account: keeper.account.id,
        nonce: new.nonce.clone(),
    };
    let sections = new.sections.into_iter().zip(1..).map(|(section, n)| ExamSection {
        exam: id,
        n,
        title: section.title.trim().to_owned(),
        marks: section.marks,
        drawn: section.drawn,
        category: section.category.trim().to_owned(),
        kind: section.kind,
        tag: section.tag.trim().to_owned(),
    });
    let sections: Arc<Vec<ExamSection>> = Arc::new(sections.collect());
    let write = db.write("exam_set", move |tx| {
        let (exam, sections) = (exam.clone(), Arc::clone(&sections));
        Box::pin(async move {
            if let Some(before) = exam_nonce(tx, &exam.nonce).await? {
                return made_before((before.id, before.account), exam.account);
            }
            exam_add(tx, &exam, &sections).await?;
            Ok(exam.id)
        })
    });
    write.await
}

/// Opens a test: from now on its questions are what they are today.
pub(crate) async fn open(db: &Db, keeper: &Keeper, id: Id) -> Result<(), Problem> {
    let keeper = keeper.clone();
    let write = db.write("exam_open", move |tx| {
        let keeper = keeper.clone();
        Box::pin(async move {
            let exam = exam_lock(tx, id).await?.ok_or_else(Problem::not_found)?;
            if !keeper.keeps(exam.org) {
                return Err(Problem::not_found());
            }
            if exam.state != ExamState::Draft {
                return Err(Problem::conflict("这场测试已经开放过了。"));
            }
            let (items, digest) = exam_lay(tx, &exam, &keeper.uses).await?;
            exam_item_put(tx, &items).await?;
            Ok(exam_change(tx, id, ExamState::Open, &digest, exam.closes_at).await?)
        })
    });
    write.await
}

/// The questions of every section as they are today, and the hash of what they hold: what opening a test lays down. A question that two
/// sections could have belongs to the first.
pub async fn exam_lay(tx: &mut Tx, exam: &Exam, uses: &[OrgRef]) -> Result<(Vec<ExamItem>, String), Problem> {
    let mut items: Vec<ExamItem> = Vec::new();
    let mut known = std::collections::BTreeSet::new();
    let mut hash = Sha256::new();
    for section in exam_section_list(tx, exam.id).await? {
        hash.update(format!("{section:?}"));
        let filter = QuestionFilter {
            orgs: uses.to_vec(),
            category: section.category.clone(),
            kind: section.kind.clone(),
            tag: section.tag.clone(),
        };
        let pool = question_pool(tx, &filter, i64::try_from(MOST_POOL).unwrap_or(0)).await?;
        let before = items.len();
        for (question, version, body) in pool {
            if !known.insert(question) {
                continue;
            }
            hash.update(&body);
            let n = i64::try_from(items.len()).unwrap_or(0) + 1;
            items.push(ExamItem { exam: exam.id, n, section: section.n, question, version });
        }
        let found = i64::try_from(items.len() - before).unwrap_or(0);
        if found == 0 || found < section.drawn || (section.drawn == 0 && found > MOST_DEALT) {
            let name = if section.title.is_empty() { format!("第 {} 部分", section.n) } else { section.title };
            return Err(Problem::invalid(format!(
                "“{name}”要抽 {} 题，题库里符合条件的有 {found} 题。请补充题目或修改抽题数（一部分最多 {MOST_DEALT} 题）。",
                section.drawn
            )));
        }
    }
    Ok((items, HEXLOWER.encode(&hash.finalize())))
}

/// Ends a test before its time.
pub(crate) async fn end(db: &Db, keeper: &Keeper, id: Id, now: Instant) -> Result<(), Problem> {
    let keeper = keeper.clone();
    let write = db.write("exam_end", move |tx| {
        let keeper = keeper.clone();
        Box::pin(async move {
            let exam = exam_lock(tx, id).await?.ok_or_else(Problem::not_found)?;
            if !keeper.keeps(exam.org) {
                return Err(Problem::not_found());
            }
            if exam.state != ExamState::Open || exam.closes_at <= now {
                return Err(Problem::conflict("这场测试没有在进行。"));
            }
            Ok(exam_change(tx, id, ExamState::Ended, &exam.digest, now).await?)
        })
    });
    write.await
}

/// From which papers of an open test are dealt.
pub(crate) async fn book(tx: &mut Tx, exam: &Exam) -> Result<Arc<Book>, Problem> {
    if let Some(book) = BOOKS.get(&exam.digest) {
        return Ok(book);
    }
    let sections = exam_section_list(tx, exam.id).await?;
    let items = exam_item_list(tx, exam.id).await?;
    let bodies = item_question_list(tx, exam.id).await?;
    let items = items.into_iter().zip(bodies).map(|(item, body)| Ok::<_, Problem>((item, restored(&body)?)));
    let book = Arc::new(Book { sections, items: items.collect::<Result<_, _>>()? });
    if !exam.digest.is_empty() {
        BOOKS.insert(exam.digest.clone(), Arc::clone(&book));
    }
    Ok(book)
}

/// A test that this viewer may take, whether it is open now or not.
pub(crate) async fn found_for(tx: &mut Tx, viewer: &Viewer, id: Id) -> Result<Exam, Problem> {
    let exam = exam_find(tx, id).await?.filter(|exam| exam.state != ExamState::Draft).ok_or_else(Problem::not_found)?;
    if belongs(&above(tx, viewer).await?, &exam) { Ok(exam) } else { Err(Problem::not_found()) }
}

/// The viewer's organisations and all above them.
pub(crate) async fn above(tx: &mut Tx, viewer: &Viewer) -> Result<Vec<OrgRef>, Problem> {
    let mut all = Vec::new();
    for grant in &viewer.grants {
        let path = org_path(tx, grant.org).await?;
        all.extend(path.into_iter().map(|step| OrgRef { region: grant.org.region, id: step.id }));
    }
    Ok(all)
}

/// Whether a test is meant for somebody who has these organisations above him.
pub(crate) fn belongs(above: &[OrgRef], exam: &Exam) -> bool {
    let audience = exam.audience_region.zip(exam.audience);
    audience.is_none_or(|(region, id)| above.contains(&OrgRef { region, id }))
}
