//! The door to the engine: what pages, jobs and imports call.

use std::sync::{Arc, OnceLock};

use huiyin_base::{Day, Id, Problem, Rng, WorkCalendar};
use huiyin_db::{Db, Tx};
use huiyin_directory::{AccountRef, OrgRef, Viewer, viewer_find};
use huiyin_files::NewFile;
use huiyin_jobs::NewJob;
use huiyin_vault::Vault;

use crate::attaching::{Attached, attach, only_own};
use crate::joint::Decided;
use crate::lists::{ASK_FIRST, Leave, border_gate, climb};
use crate::recalling::recalled;
use crate::submit::{NewCase, clean_job};
use crate::tree::{ancestors_lock, roll_up};
use crate::urgent::Alarm;
use crate::{
    Act, Actor, CaseItem, CaseRef, Change, Facts, Moment, PhotoPart, Referral, Request, Rulebook, State, decide, joint,
    store,
};

/// The cases of this installation. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Cases {
    /// The database.
    pub db: Db,
    /// The keys for what is sealed.
    pub vault: Vault,
    /// Kinds, clocks, limits, categories.
    pub book: Rulebook,
}

/// What was done.
#[derive(Clone, Debug)]
pub struct Done {
    /// The case afterwards.
    pub case: CaseItem,
    /// What the page says.
    pub message: &'static str,
}

/// Who acts, with all that a write needs to run again.
#[derive(Clone, Debug)]
pub(crate) enum By {
    /// The holder of the receipt with this blind index.
    Reporter([u8; 32]),
    Staff(Viewer),
    System,
}

/// What is written with an act.
#[derive(Clone, Debug, Default)]
pub(crate) struct With {
    pub(crate) referred: Option<NewCase>,
    pub(crate) files: Vec<(NewFile, NewJob, Id)>,
    /// Parts of the case, for the joint handling with this number.
    pub(crate) parts: (i64, Vec<NewCase>),
    /// What the words of the act set off.
    pub(crate) alarm: Option<Alarm>,
    /// The leave of a parent in another region, for what opens the case again.
    pub(crate) leave: Option<Leave>,
    /// Files for the fields that the act fills in.
    pub(crate) attached: Vec<Attached>,
}

/// The rules built into the program, read once.
pub(crate) fn built_in(calendar: &Arc<WorkCalendar>) -> Result<&'static Rulebook, Problem> {
    static BOOK: OnceLock<Rulebook> = OnceLock::new();
    if let Some(book) = BOOK.get() {
        return Ok(book);
    }
    let book = Rulebook::built_in(Arc::clone(calendar)).map_err(Problem::broken)?;
    Ok(BOOK.get_or_init(|| book))
}

impl Cases {
    /// The cases over a database; the rule book is read once, the kinds that were made now and then.
    pub fn of(db: &Db, vault: &Vault, calendar: &Arc<WorkCalendar>) -> Result<Self, Problem> {
        let book = built_in(calendar)?;
        let kinds = crate::kind_shelf::known(db, &book.kinds);
        Ok(Self {
            db: db.clone(),
            vault: vault.clone(),
            book: Rulebook { calendar: Arc::clone(calendar), kinds, ..book.clone() },
        })
    }

    /// Does something to a case, or says why not.
    pub async fn act(
        &self,
        case: CaseRef,
        act: impl Into<Act>,
        viewer: &Viewer,
        moment: Moment,
    ) -> Result<Done, Problem> {
        self.run(case, act.into(), By::Staff(viewer.clone()), moment, With::default()).await
    }

    /// The same, with photos that the file store has accepted: they are written with the act and cleaned afterwards.
    pub async fn act_with_photos(
        &self,
        case: CaseRef,
        act: impl Into<Act>,
        photos: Vec<NewFile>,
        viewer: &Viewer,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<Done, Problem> {
        let files = photos.into_iter().map(|file| {
            let (job, id) = (clean_job(&file), Id::new(file.region, moment.now, rng));
            (file, job, id)
        });
        let with = With { files: files.collect(), ..With::default() };
        self.run(case, act.into(), By::Staff(viewer.clone()), moment, with).await
    }

    /// The same with files for fields of its kind, which the file store has taken in.
    pub async fn act_with_files(
        &self,
        case: CaseRef,
        act: impl Into<Act>,
        attached: Vec<Attached>,
        viewer: &Viewer,
        moment: Moment,
    ) -> Result<Done, Problem> {
        let with = With { attached, ..With::default() };
        self.run(case, act.into(), By::Staff(viewer.clone()), moment, with).await
    }

    /// What the clocks and a handover do.
    pub async fn act_as_system(&self, case: CaseRef, act: Act, moment: Moment) -> Result<Done, Problem> {
        self.run(case, act, By::System, moment, With::default()).await
    }

    pub(crate) async fn run(
        &self,
        case: CaseRef,
        act: Act,
        by: By,
        moment: Moment,
        with: With,
    ) -> Result<Done, Problem> {
        let done = self.run_once(case, act.clone(), by.clone(), moment, with.clone()).await;
        match done {
            // It may be opened, but its parent lives in another region: that one is asked, and counts it as open from then on.
            Err(problem) if problem.message == ASK_FIRST => {
                let leave = self.tree_leave(case).await?;
                self.run_once(case, act, by, moment, With { leave, ..with }).await
            }
            done => done,
        }
    }

    async fn run_once(&self, case: CaseRef, act: Act, by: By, moment: Moment, with: With) -> Result<Done, Problem> {
        let all = Arc::new((self.book.clone(), act, by, with));
        let write = self.db.write("case_act", move |tx| {
            let all = Arc::clone(&all);
            Box::pin(async move {
                let (book, act, by, with) = &*all;
                case_apply(tx, book, case, act, by, moment, with).await
            })
        });
        write.await
    }

    /// Kinds whose file was changed after cases were made under it, one sentence each: they need a new version.
    pub async fn changed_kinds(&self, tx: &mut Tx) -> Result<Vec<String>, Problem> {
        let mut changed = Vec::new();
        for kind in self.book.kinds.iter() {
            let stored = store::kind_stored(tx, &kind.name, kind.version).await?;
            if stored.is_some_and(|rules| !kind.says_the_same(&rules)) {
                let sentence =
                    format!("事项类型“{}”第 {} 版已经用过，规则不能再改；请另立新版。", kind.label, kind.version);
                changed.push(sentence);
            }
        }
        Ok(changed)
    }

    /// Whether the viewer belongs to the case's subject.
    pub(crate) async fn is_barred(&self, tx: &mut Tx, case: &CaseItem, viewer: &Viewer) -> Result<bool, Problem> {
        let held = viewer.grants.iter().map(|grant| grant.org).collect();
        let lines = store::lines_find(tx, held).await?;
        Ok(crate::is_barred(viewer, case, &lines))
    }
}

/// Locks, decides, saves: the only way a case moves. The caller's transaction is undone when it is refused.
pub(crate) async fn case_apply(
    tx: &mut Tx,
    book: &Rulebook,
    case: CaseRef,
    act: &Act,
    by: &By,
    moment: Moment,
    with: &With,
) -> Result<Done, Problem> {
    let With { referred, files, parts, alarm, leave, attached } = with;
    let merge_into = match &act.request {
        Request::Merge(into) => Some(*into),
        _ => None,
    };
    let line = ancestors_lock(tx, case).await?;
    // Two merges across each other must not wait for each other: the smaller id is locked first.
    let target_first = merge_into.is_some_and(|into| into.id < case.id);
    let early = if target_first { lock_target(tx, merge_into).await? } else { None };
    let before = store::case_lock(tx, case).await?.ok_or_else(Problem::not_found)?;
    let target = if target_first { early } else { lock_target(tx, merge_into).await? };
    if let By::Reporter(hash) = by {
        let follows = store::follow_find(tx, case, *hash).await?;
        follows.filter(|follow| follow.raised).ok_or_else(Problem::not_found)?;
    }
    if let (Request::Record(given), Some(kind)) = (&act.request, book.kind_of(&before)) {
        only_own(kind, given, attached)?;
    }
    let change = decided(tx, book, &before, act, by, moment, target.as_ref()).await?;
    border_gate(tx, &before, &change.after, *leave).await?;
    store::case_save(tx, &before, &change).await?;
    roll_up(tx, &line, Some(&before), &change.after).await?;
    climb(tx, &change.after, moment).await?;
    if let (By::Reporter(hash), Some(message)) = (by, &change.message)
        && before.receipt != Some(*hash)
    {
        store::message_sign(tx, case, message.n, *hash).await?;
    }
    if let Some(kind) = book.kind_of(&before) {
        attach(tx, case, kind, &change.values, attached, moment).await?;
    }
    for (file, job, id) in files {
        huiyin_files::store::file_add(tx, file).await?;
        huiyin_jobs::enqueue(tx, job, *id).await?;
    }
    beside(tx, act, &change, target, referred.as_ref(), moment.today).await?;
    recalled(tx, book, &before, &change).await?;
    beside_joint(tx, act, &change.after, by, parts, moment).await?;
    if let Some(alarm) = alarm {
        alarm.raise(tx, case, moment).await?;
    }
    Ok(Done { case: change.after, message: change.done })
}

async fn lock_target(tx: &mut Tx, into: Option<CaseRef>) -> Result<Option<CaseItem>, Problem> {
    let Some(into) = into else { return Ok(None) };
    Ok(store::case_lock(tx, into).await?)
}

/// Gathers what the decision reads, all under the lock.
async fn decided(
    tx: &mut Tx,
    book: &Rulebook,
    before: &CaseItem,
    act: &Act,
    by: &By,
    moment: Moment,
    target: Option<&CaseItem>,
) -> Result<Change, Problem> {
    let owners = store::owner_list(tx, before.at()).await?;
    let answer = store::answer_find(tx, before.at()).await?;
    let assignee = match named_account(&act.request) {
        Some(account) => viewer_find(tx, account, moment.today).await?,
        None => None,
    };
    let mut orgs = orgs_of(before);
    orgs.extend(owners.iter().map(crate::CaseOwner::org));
    orgs.extend(target.into_iter().flat_map(orgs_of));
    orgs.extend(assignee.iter().flat_map(|viewer| viewer.grants.iter().map(|grant| grant.org)));
    orgs.extend(named_orgs(&act.request));
    if let By::Staff(viewer) = by {
        orgs.extend(viewer.grants.iter().map(|grant| grant.org));
    }
    let lines = store::lines_find(tx, orgs).await?;
    let posts = matches!(act.request, Request::Post(_)) && before.state == State::Submitted;
    let number = if posts { Some(store::counter_next(tx, before.region, moment.today).await?) } else { None };
    let strikes = matches!(act.request, Request::Accept) && before.close_n.is_none();
    let values = match book.kind_of(before).filter(|kind| !kind.fields.is_empty()) {
        Some(kind) => {
            if let Request::Record(given) = &act.request {
                crate::issuing::check_values(tx, kind, given.iter()).await?;
            }
            store::value_list(tx, before.at()).await?
        }
        None => Vec::new(),
    };
    let close_number = match book.kind_of(before).filter(|_| strikes && before.state == State::CloseRequested) {
        Some(kind) => store::close_counter_next(tx, before.region, &kind.name, moment.today).await.map(Some)?,
        None => None,
    };
    let assign_due = match act.request {
        Request::Undo => crate::back::assign_due(&store::event_list(tx, before.at(), false).await?),
        _ => None,
    };
    let facts = Facts {
        moment,
        lines: &lines,
        owners: &owners,
        answer: answer.as_ref(),
        assignee: assignee.as_ref(),
        merge_into: target,
        number,
        close_number,
        values: &values,
        assign_due,
    };
    let actor = match by {
        By::Reporter(_) => Actor::Reporter,
        By::Staff(viewer) => Actor::Staff(viewer),
        By::System => Actor::System,
    };
    decide(book, before, act, &actor, &facts)
}

/// What a request changes beside its own case.
async fn beside(
    tx: &mut Tx,
    act: &Act,
    change: &Change,
    target: Option<CaseItem>,
    referred: Option<&NewCase>,
    today: Day,
) -> Result<(), Problem> {
    let case = &change.after;
    match &act.request {
        Request::Post(posting) => store::photo_publish(tx, case.at(), &posting.photos).await?,
        Request::RequestClose { photos, .. } => {
            let photos = crate::opening::photos_of(case, photos, PhotoPart::Answer, today);
            store::photo_add(tx, &photos).await?;
        }
        Request::Cover { photo, by } => store::photo_cover(tx, case.at(), *photo, *by, today).await?,
        Request::Merge(_) => {
            if let Some(mut target) = target {
                let came = store::follow_copy(tx, case.at(), target.at(), today).await?;
                target.followers += i64::try_from(came).unwrap_or(0);
                store::case_update(tx, &target).await?;
            }
        }
        Request::Refer(Referral::County(to)) => {
            let new = referred.filter(|new| new.item.at() == *to).ok_or_else(Problem::not_found)?;
            new.add(tx).await?;
            store::follow_carry(tx, case.at(), *to, today).await?;
        }
        _ => {}
    }
    Ok(())
}

/// What a joint handling writes beside its case.
async fn beside_joint(
    tx: &mut Tx,
    act: &Act,
    case: &CaseItem,
    by: &By,
    (n, parts): &(i64, Vec<NewCase>),
    moment: Moment,
) -> Result<(), Problem> {
    match &act.request {
        Request::AskJoint(tasks) => joint::asked(tx, case, tasks, &act.reason, by, moment).await,
        Request::AllowJoint => joint::decided(tx, case, by, Decided::Agreed(*n, parts), moment).await,
        Request::DenyJoint => joint::decided(tx, case, by, Decided::Refused(&act.reason), moment).await,
        _ => Ok(()),
    }
}

fn named_account(request: &Request) -> Option<AccountRef> {
    match request {
        Request::Assign(assignment) => assignment.account,
        Request::Entrust(account) => Some(*account),
        _ => None,
    }
}

fn named_orgs(request: &Request) -> Vec<OrgRef> {
    match request {
        Request::Assign(assignment) => vec![assignment.to],
        Request::Subject(subject) => subject.iter().map(|subject| subject.org).collect(),
        Request::AskJoint(tasks) => tasks.iter().map(|task| task.unit).collect(),
        _ => Vec::new(),
    }
}

/// The organisations a case speaks of.
pub(crate) fn orgs_of(case: &CaseItem) -> Vec<OrgRef> {
    let named = [case.desk_org(), case.owner(), case.county_org()];
    named.into_iter().chain(case.subject_org()).chain(case.review_at()).collect()
}
