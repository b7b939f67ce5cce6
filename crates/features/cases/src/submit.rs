//! A new case: checked, sealed, numbered in the lists and written once, however often its form is sent.

use std::sync::Arc;

use data_encoding::BASE64URL_NOPAD;
use huiyin_base::number::Receipt;
use huiyin_base::{Id, Instant, Problem, Region, Rng};
use huiyin_db::Tx;
use huiyin_directory::{OrgKind, OrgRef, Viewer, org_find, org_is_below, org_root};
use huiyin_files::NewFile;
use huiyin_jobs::NewJob;

use crate::cases::{By, With};
use crate::opening::{PlaceOf, blank, first_event, follow, photos_of};
use crate::urgent::alarm_job;
use crate::words::{Contact, Words, cleaned, limited, seal_contact, seal_original};
use crate::{
    Actor, Begins, CaseEvent, CaseFollow, CaseItem, CasePhoto, CaseRef, Cases, Channel, ClockChange, Done, Kind, Lines,
    Moment, PhotoPart, Referral, Request, Subject, post_of, seq_at, store,
};

/// The job that re-encodes a photo and deletes the original.
pub const PHOTO_CLEAN: &str = "case_photo_clean";

/// What somebody reports.
#[derive(Clone, Debug)]
pub struct Submission {
    /// The county.
    pub region: Region,
    /// The township it happened in.
    pub township: Option<Id>,
    /// The village or community.
    pub village: Option<Id>,
    /// The category's word.
    pub category: String,
    /// The sub-category's word; may be empty.
    pub sub_category: String,
    /// A title, if one was written.
    pub title: String,
    /// What is the matter.
    pub text: String,
    /// How to be reached.
    pub contact: Option<Contact>,
    /// Whom it is about.
    pub subject: Option<Subject>,
    /// How it came.
    pub channel: Channel,
    /// Photos that the file store has accepted.
    pub photos: Vec<NewFile>,
    /// The form's own random word: the same word makes the same case and shows the same receipt.
    pub nonce: String,
}

/// How a report came in, beside its own words.
#[derive(Clone, Debug, Default)]
pub struct Manner {
    /// It came in a flood and the form's question was not answered: a person reads it first, and the reporter is told.
    pub held: bool,
    /// The official who wrote it down for somebody else.
    pub entered_by: Option<Viewer>,
}

/// What the reporter gets.
#[derive(Clone, Debug)]
pub struct Submitted {
    /// His receipt. The only time it is known; the database keeps a blind index of it.
    pub receipt: Receipt,
    /// The case.
    pub case: CaseRef,
    /// The form had been sent before, and this is what it made then.
    pub repeated: bool,
}

/// A case ready to be written.
#[derive(Clone, Debug)]
pub(crate) struct NewCase {
    pub(crate) item: CaseItem,
    pub(crate) event: CaseEvent,
    pub(crate) follow: Option<CaseFollow>,
    pub(crate) photos: Vec<CasePhoto>,
    pub(crate) files: Vec<NewFile>,
    pub(crate) jobs: Vec<(NewJob, Id)>,
    /// Blind index of the receipt, and of the form that made it.
    pub(crate) lookups: Option<([u8; 32], [u8; 32])>,
    /// A person reads it first: it came in a flood.
    pub(crate) held: bool,
}

impl Cases {
    /// Writes a new problem and returns once it is durable.
    pub async fn submit(&self, submission: Submission, moment: Moment, rng: &mut Rng) -> Result<Submitted, Problem> {
        self.submit_in(submission, Manner::default(), moment, rng).await
    }

    /// A new problem that came in its own manner. Nobody enters what is about himself or those above him.
    pub async fn submit_in(
        &self,
        submission: Submission,
        manner: Manner,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<Submitted, Problem> {
        if let (Some(viewer), Some(subject)) = (&manner.entered_by, &submission.subject) {
            self.apart(viewer, subject).await?;
        }
        let (receipt, mut new) = self.prepared("problem", &submission, moment, rng).await?;
        new.held = manner.held;
        if let Some(viewer) = &manner.entered_by {
            let post = viewer.grants.first().map(post_of).unwrap_or_default();
            new.event = first_event(&new.item, &Actor::Staff(viewer), post, moment);
        }
        self.add_new(receipt, new).await
    }

    /// The same for a case of any kind.
    pub async fn submit_as(
        &self,
        kind: &str,
        submission: Submission,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<Submitted, Problem> {
        let (receipt, new) = self.prepared(kind, &submission, moment, rng).await?;
        self.add_new(receipt, new).await
    }

    pub(crate) async fn add_new(&self, receipt: Receipt, new: NewCase) -> Result<Submitted, Problem> {
        let kind = self.book.kind(&new.item.kind).cloned().ok_or_else(Problem::not_found)?;
        let (new, kind) = (Arc::new(new), Arc::new(kind));
        let write = self.db.write("case_submit", move |tx| {
            let (new, kind) = (Arc::clone(&new), Arc::clone(&kind));
            Box::pin(async move {
                store::kind_freeze(tx, &kind, new.item.submitted_day).await?;
                new.add(tx).await
            })
        });
        let (case, repeated) = write.await?;
        Ok(Submitted { receipt, case, repeated })
    }

    /// Refuses to let somebody write down a report about his own organisation or one above it.
    async fn apart(&self, viewer: &Viewer, subject: &Subject) -> Result<(), Problem> {
        let mut tx = self.db.read().await?;
        let lines = store::lines_find(&mut tx, viewer.grants.iter().map(|grant| grant.org).collect()).await?;
        if viewer.grants.iter().any(|grant| lines.within(grant.org, subject.org)) {
            return Err(Problem::invalid(
                "这件事反映的是您所在的单位，不能由您代录。请本人上网提交，或到上一级的窗口反映。",
            ));
        }
        Ok(())
    }

    /// Everything that a write needs, made before it.
    pub(crate) async fn prepared(
        &self,
        kind: &str,
        submission: &Submission,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<(Receipt, NewCase), Problem> {
        let nonce = submission.nonce.trim();
        if nonce.len() < 8 {
            return Err(Problem::invalid("这张表单不完整，请刷新页面后重新填写。"));
        }
        let kind = self.book.kind(kind).ok_or_else(Problem::not_found)?;
        let receipt = self.receipt_of(nonce);
        let submission_hash = self.vault.blind("submission", nonce);
        Ok((receipt, self.prepare(kind, submission, (receipt, submission_hash), moment, rng).await?))
    }

    /// The form's word bound to what was written into it: sent twice it is one report, while another that is written into the same
    /// form is not taken for the first, and lost.
    pub(crate) fn bound(&self, form: Submission) -> Submission {
        let place = format!("{:?}", (form.region, form.township, form.village, &form.subject));
        let (name, phone) =
            form.contact.as_ref().map_or(("", ""), |contact| (contact.name.as_str(), contact.phone.as_str()));
        let said =
            [form.nonce.as_str(), &place, &form.category, &form.sub_category, &form.title, &form.text, name, phone];
        let said = self.vault.mac("form", said.join("\u{1f}").as_bytes());
        let nonce = if form.nonce.trim().len() < 8 { form.nonce } else { BASE64URL_NOPAD.encode(&said) };
        Submission { nonce, ..form }
    }

    /// The receipt of a form: nobody can work it out without the key, and the same form always shows the same one.
    fn receipt_of(&self, nonce: &str) -> Receipt {
        let code = self.vault.mac("receipt", nonce.as_bytes());
        let mut bytes = [0; 8];
        bytes.copy_from_slice(&code[..8]);
        Receipt::new(&bytes)
    }

    /// The blind index of a receipt: all that is kept of it.
    pub fn receipt_hash(&self, receipt: &Receipt) -> [u8; 32] {
        self.vault.blind("receipt", &receipt.canonical())
    }

    async fn prepare(
        &self,
        kind: &Kind,
        submission: &Submission,
        (receipt, submission_hash): (Receipt, [u8; 32]),
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<NewCase, Problem> {
        if kind.is_issued() {
            return Err(Problem::invalid("这类事项由单位下达，不能从这里提交。"));
        }
        let words = self.checked(kind, submission)?;
        let mut tx = self.db.read().await?;
        let place = place_of(&mut tx, kind, submission).await?;
        let lines = lines_of(&mut tx, place.county, submission.subject.as_ref()).await?;
        let desk = desk_of(kind, &lines, place.county, submission.subject.as_ref())?;
        let id = id_of_day(submission.region, moment, rng);
        let receipt_hash = self.receipt_hash(&receipt);
        let mut item = blank(&place, desk, seq_at(moment.now, rng), id, moment.today);
        (item.kind, item.kind_version) = (kind.name.clone(), kind.version);
        item.channel = submission.channel;
        (item.category, item.sub_category) = (submission.category.clone(), submission.sub_category.clone());
        item.original = Some(seal_original(&self.vault, id, &words, rng));
        item.contact = words.contact.as_ref().map(|contact| seal_contact(&self.vault, id, contact, rng));
        item.receipt = Some(receipt_hash);
        item.followers = 1;
        item.photos = i64::try_from(submission.photos.len()).unwrap_or(0);
        item.set_subject(submission.subject.clone());
        self.book.change_clock(&mut item, ClockChange::Moderate, 0, moment);
        self.raise_alarm(&mut tx, &mut item, &words, moment).await?;
        drop(tx);
        let files: Vec<Id> = submission.photos.iter().map(|file| file.id).collect();
        let photos = submission.photos.iter().map(|file| (clean_job(file), Id::new(file.region, moment.now, rng)));
        let mut jobs: Vec<(NewJob, Id)> = photos.collect();
        jobs.extend(item.urgent.is_some().then(|| alarm_job(item.at(), moment, rng)));
        Ok(NewCase {
            event: CaseEvent {
                public: kind.public, ..first_event(&item, &Actor::Reporter, "反映人".into(), moment)
            },
            follow: Some(follow(&item, receipt_hash, moment.today)),
            photos: photos_of(&item, &files, PhotoPart::Report, moment.today),
            jobs,
            files: submission.photos.clone(),
            lookups: Some((receipt_hash, submission_hash)),
            held: false,
            item,
        })
    }

    fn checked(&self, kind: &Kind, submission: &Submission) -> Result<Words, Problem> {
        let limit = self.book.rules.limit;
        if !self.book.allows(kind, &submission.category, &submission.sub_category) {
            return Err(Problem::invalid("请从列表中选择类别。"));
        }
        if submission.photos.len() > limit.photos {
            return Err(Problem::invalid(format!("最多可以附 {} 张照片。", limit.photos)));
        }
        let text = limited("反映的内容", &submission.text, limit.text)?;
        let title = cleaned(&submission.title);
        if title.chars().count() > limit.title {
            return Err(Problem::invalid(format!("标题最多 {} 字，请精简。", limit.title)));
        }
        let contact = submission
            .contact
            .as_ref()
            .map(|contact| Contact { name: cleaned(&contact.name), phone: cleaned(&contact.phone) });
        let contact = contact.filter(|contact| !contact.name.is_empty() || !contact.phone.is_empty());
        if contact.as_ref().is_some_and(|contact| {
            contact.name.chars().count() > limit.contact || contact.phone.chars().count() > limit.contact
        }) {
            return Err(Problem::invalid(format!("姓名和电话最多各 {} 字。", limit.contact)));
        }
        Ok(Words { title, text, contact })
    }

    /// Hands a case to another county: a linked new case there, in the same write. Its followers go along.
    pub async fn refer_to_county(
        &self,
        case: CaseRef,
        county: Region,
        reason: &str,
        viewer: &Viewer,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<Done, Problem> {
        let mut tx = self.db.read().await?;
        let old = store::case_get(&mut tx, case).await?.ok_or_else(Problem::not_found)?;
        if self.is_barred(&mut tx, &old, viewer).await? {
            return Err(Problem::not_found());
        }
        let missing = || Problem::invalid("没有找到这个县区，请重新选择。");
        let root = org_root(&mut tx, county).await?.filter(|org| org.kind == OrgKind::County).ok_or_else(missing)?;
        let subject = old.subject_org().map(|org| Subject { org, office: old.subject_office.clone() });
        let lines = lines_of(&mut tx, root.at(), subject.as_ref()).await?;
        let kind = self.book.kind(&old.kind).ok_or_else(Problem::not_found)?;
        let desk = desk_of(kind, &lines, root.at(), subject.as_ref())?;
        let place = PlaceOf { county: root.at(), township: None, village: None };
        let id = id_of_day(county, moment, rng);
        let words = crate::words::open_words(&self.vault, &old)?;
        let mut item = blank(&place, desk, seq_at(moment.now, rng), id, moment.today);
        (item.kind, item.kind_version, item.channel) = (old.kind.clone(), old.kind_version, Channel::Referral);
        (item.category, item.sub_category) = (old.category.clone(), old.sub_category.clone());
        item.original = Some(seal_original(&self.vault, id, &words, rng));
        item.contact = words.contact.as_ref().map(|contact| seal_contact(&self.vault, id, contact, rng));
        item.receipt = old.receipt;
        (item.origin_region, item.origin_id) = (Some(case.region), Some(case.id));
        item.set_subject(subject);
        self.book.change_clock(&mut item, ClockChange::Moderate, 0, moment);
        if old.is_urgent() {
            self.raise_alarm(&mut tx, &mut item, &words, moment).await?;
        }
        let jobs = item.urgent.is_some().then(|| alarm_job(item.at(), moment, rng)).into_iter().collect();
        drop(tx);
        let post = viewer.grants.first().map(post_of).unwrap_or_default();
        let event = first_event(&item, &Actor::Staff(viewer), post, moment);
        let to = item.at();
        let new =
            NewCase { item, event, follow: None, photos: vec![], files: vec![], jobs, lookups: None, held: false };
        let act = Request::Refer(Referral::County(to)).because(reason);
        let with = With { referred: Some(new), ..With::default() };
        self.run(case, act, By::Staff(viewer.clone()), moment, with).await
    }
}

impl NewCase {
    /// Writes the case, or finds the one that the same form made before.
    pub(crate) async fn add(&self, tx: &mut Tx) -> Result<(CaseRef, bool), Problem> {
        let case = self.item.at();
        if let Some((receipt, submission)) = self.lookups {
            if !store::submission_add(tx, submission, case).await? {
                let made = store::submission_find(tx, submission).await?.ok_or_else(Problem::not_found)?;
                return Ok((made, true));
            }
            store::receipt_add(tx, receipt, case).await?;
        }
        for file in &self.files {
            huiyin_files::store::file_add(tx, file).await?;
        }
        store::case_add(tx, &self.item, &self.event, self.follow.as_ref(), &self.photos).await?;
        if self.held {
            store::hold_add(tx, case, self.item.submitted_day).await?;
        }
        for (job, id) in &self.jobs {
            huiyin_jobs::enqueue(tx, job, *id).await?;
        }
        Ok((case, false))
    }
}

async fn place_of(tx: &mut Tx, kind: &Kind, submission: &Submission) -> Result<PlaceOf, Problem> {
    let region = submission.region;
    let wrong = |what: &str| Problem::invalid(format!("没有找到这个{what}，请重新选择。"));
    // A problem lies in a county; what is about an office of the city itself lies in the city.
    let fits = |of: OrgKind| of == OrgKind::County || (kind.begins == Begins::AboveSubject && of == OrgKind::City);
    let root = org_root(tx, region).await?.filter(|org| fits(org.kind)).ok_or_else(|| wrong("县区"))?;
    if let Some(id) = submission.township {
        let org = org_find(tx, OrgRef { region, id }).await?;
        org.filter(|org| org.kind == OrgKind::Township).ok_or_else(|| wrong("乡镇（街道）"))?;
    }
    if let Some(id) = submission.village {
        let org = org_find(tx, OrgRef { region, id }).await?;
        let village = org.filter(|org| matches!(org.kind, OrgKind::Village | OrgKind::Community));
        let village = village.ok_or_else(|| wrong("村（社区）"))?.at();
        let township = submission.township.ok_or_else(|| wrong("乡镇（街道）"))?;
        if !org_is_below(tx, OrgRef { region, id: township }, village).await? {
            return Err(Problem::invalid("这个村（社区）不在所选的乡镇（街道），请重新选择。"));
        }
    }
    Ok(PlaceOf { county: root.at(), township: submission.township, village: submission.village })
}

async fn lines_of(tx: &mut Tx, county: OrgRef, subject: Option<&Subject>) -> Result<Lines, Problem> {
    let orgs = std::iter::once(county).chain(subject.map(|subject| subject.org));
    Ok(store::lines_find(tx, orgs.collect()).await?)
}

fn desk_of(kind: &Kind, lines: &Lines, county: OrgRef, subject: Option<&Subject>) -> Result<OrgRef, Problem> {
    if subject.is_some_and(|subject| !lines.knows(subject.org)) {
        return Err(Problem::invalid("没有找到涉及的单位，请重新选择。"));
    }
    let desk = kind.desk(lines, county, subject.map(|subject| subject.org));
    desk.ok_or_else(|| Problem::invalid("涉及的单位之上没有可以受理的单位，请直接向上级机关反映。"))
}

/// The job that cleans a photo, at once.
pub(crate) fn clean_job(file: &NewFile) -> NewJob {
    NewJob {
        region: file.region,
        kind: PHOTO_CLEAN,
        key: Some(file.id.to_string()),
        payload: serde_json::json!({ "file": file.id.to_string() }),
        // At once.
        run_at: Instant::UNIX_EPOCH,
        created_by: None,
    }
}

/// An id that tells the day and no more. It stands in the address of the page on which a case is handled, and the minute of sending may name
/// a person where a camera looks on.
fn id_of_day(region: Region, moment: Moment, rng: &mut Rng) -> Id {
    Id::new(region, moment.today.start(), rng)
}
