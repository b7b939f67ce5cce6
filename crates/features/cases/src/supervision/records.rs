//! What an inspector writes down on the spot, and hands in once a network is there: the same word makes one record.

use huiyin_base::{Day, Id, Problem, Rng};
use huiyin_db::Tx;
use huiyin_directory::Viewer;
use huiyin_files::NewFile;
use huiyin_jobs::NewJob;

use super::ordering::findings_of;
use super::rules::SupervisionRules;
use super::store::{
    Gravity, Inspection, InspectionFinding, InspectionMark, InspectionPhoto, InspectionRecord, InspectionUnit, Verdict,
    crew_has, finding_add, inspection_get, inspection_lock, item_list, record_add, record_nonce, unit_list, unit_save,
};
use super::visiting::conflicts;
use crate::submit::clean_job;
use crate::words::{cleaned, limited};
use crate::{Cases, Moment};

/// A record as it was written. No position; photos only where somebody wants them.
#[derive(Clone, Debug, Default)]
pub struct NewRecord {
    /// The day of the visit; none for today.
    pub day: Option<Day>,
    /// What was seen.
    pub text: String,
    /// How many people were spoken to.
    pub spoken: i64,
    /// What the questions of the checklist came to, by their number.
    pub marks: Vec<(i64, Verdict, String)>,
    /// What is wrong.
    pub findings: Vec<NewFinding>,
    /// Photos that the file store has accepted.
    pub photos: Vec<NewFile>,
    /// The same word makes the same record.
    pub nonce: String,
}

/// What is wrong at a unit.
#[derive(Clone, Debug, Default)]
pub struct NewFinding {
    /// In a line.
    pub title: String,
    /// What was found.
    pub text: String,
    /// What is to be done, and how far.
    pub demand: String,
    /// How much is wrong; none for what is common.
    pub gravity: Option<Gravity>,
    /// By when; none for the usual days.
    pub deadline: Option<Day>,
}

/// What came of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The record.
    pub record: Id,
    /// It was there already.
    pub repeated: bool,
}

/// All that one write needs.
#[derive(Clone)]
struct Written {
    record: InspectionRecord,
    marks: Vec<InspectionMark>,
    findings: Vec<InspectionFinding>,
    photos: Vec<InspectionPhoto>,
    files: Vec<(NewFile, NewJob, Id)>,
    job: (NewJob, Id),
}

impl Cases {
    /// The unit that the viewer visits, with its inspection: he is in the team that goes there, and works neither there nor above
    /// or below it.
    pub async fn visit(
        &self,
        tx: &mut Tx,
        inspection: Id,
        n: i64,
        viewer: &Viewer,
    ) -> Result<(Inspection, InspectionUnit), Problem> {
        let found = inspection_get(tx, inspection).await?.ok_or_else(Problem::not_found)?;
        if !crew_has(tx, inspection, viewer.account, None).await? {
            let hidden = found.is_hidden();
            let message = "现场记录由去这个单位的督导组成员来写。";
            return Err(if hidden { Problem::not_found() } else { Problem::forbidden(message) });
        }
        let units = unit_list(tx, inspection, true).await?;
        let unit = units.into_iter().find(|unit| unit.n == n).ok_or_else(Problem::not_found)?;
        let Some(team) = unit.team else {
            return Err(Problem::forbidden("这个单位还没有分到组，请先分组。"));
        };
        if !crew_has(tx, inspection, viewer.account, Some(team)).await? {
            return Err(Problem::forbidden("这个单位由另一个组去，您不在那个组里。"));
        }
        if conflicts(tx, &found, team, unit.at()).await? {
            return Err(Problem::forbidden("组里有人在这个单位或它的上下级任职，要回避，请换一个组去。"));
        }
        Ok((found, unit))
    }

    /// Writes a record down. Handed in twice, it is one.
    pub async fn record_add(
        &self,
        inspection: Id,
        n: i64,
        new: NewRecord,
        viewer: &Viewer,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<Recorded, Problem> {
        let mut tx = self.db.read().await?;
        if let Some(before) = record_nonce(&mut tx, inspection.region(), &new.nonce).await?
            && before.account == viewer.account.id
            && (before.inspection, before.unit_n) == (inspection, n)
        {
            return Ok(Recorded { record: before.id, repeated: true });
        }
        let (found, _) = self.visit(&mut tx, inspection, n, viewer).await?;
        let items = item_list(&mut tx, inspection).await?.len();
        drop(tx);
        let written = written(&found, (n, items), new, viewer, moment, rng)?;
        let write = self.db.write("record_add", move |tx| {
            let written = written.clone();
            Box::pin(async move { saved(tx, inspection, written).await })
        });
        write.await
    }
}

async fn saved(tx: &mut Tx, id: Id, written: Written) -> Result<Recorded, Problem> {
    let inspection = inspection_lock(tx, id).await?.ok_or_else(Problem::not_found)?;
    let Written { record, marks, findings, photos, files, job } = written;
    if let Some(before) = record_nonce(tx, record.region, &record.nonce).await? {
        let same = before.account == record.account && before.inspection == id;
        return if same { Ok(Recorded { record: before.id, repeated: true }) } else { Err(Problem::not_found()) };
    }
    if inspection.done_day.is_some() {
        return Err(Problem::conflict("这次督查已经结束，不能再加记录。"));
    }
    let units = unit_list(tx, id, true).await?;
    let unit = units.into_iter().find(|unit| unit.n == record.unit_n).ok_or_else(Problem::not_found)?;
    unit_save(tx, &InspectionUnit { visited_day: Some(record.day), ..unit }).await?;
    for (file, clean, job_id) in &files {
        huiyin_files::store::file_add(tx, file).await?;
        huiyin_jobs::enqueue(tx, clean, *job_id).await?;
    }
    record_add(tx, std::slice::from_ref(&record), &marks, &photos).await?;
    finding_add(tx, &findings).await?;
    // What a hidden visit has found waits for its end.
    if !findings.is_empty() && !inspection.is_hidden() {
        huiyin_jobs::enqueue(tx, &job.0, job.1).await?;
    }
    Ok(Recorded { record: record.id, repeated: false })
}

fn written(
    inspection: &Inspection,
    (n, items): (i64, usize),
    new: NewRecord,
    viewer: &Viewer,
    moment: Moment,
    rng: &mut Rng,
) -> Result<Written, Problem> {
    let rules = SupervisionRules::built_in()?;
    let day = new.day.unwrap_or(moment.today);
    if day > moment.today || day < inspection.from_day {
        return Err(Problem::invalid("到现场的日期请填督查开始以后、今天以前。"));
    }
    if !(0..=rules.limit.spoken).contains(&new.spoken) {
        return Err(Problem::invalid(format!("谈话人数请填 0 到 {} 的数字。", rules.limit.spoken)));
    }
    if new.findings.len() > rules.limit.findings || new.photos.len() > rules.limit.photos {
        let most = (rules.limit.findings, rules.limit.photos);
        return Err(Problem::invalid(format!("一份记录最多写 {} 个问题、附 {} 张照片。", most.0, most.1)));
    }
    if new.nonce.is_empty() || new.nonce.len() > 60 {
        return Err(Problem::invalid("页面打开太久，请刷新后重新填写。"));
    }
    let (region, id) = (inspection.region, Id::new(inspection.region, moment.now, rng));
    let known = |n: i64| usize::try_from(n).is_ok_and(|n| (1..=items).contains(&n));
    let marks = new.marks.iter().filter(|(n, _, _)| known(*n)).map(|(n, result, note)| {
        let note = cleaned(note);
        let note = if note.is_empty() { note } else { limited("说明", &note, rules.limit.reason)? };
        Ok(InspectionMark { region, record: id, n: *n, result: *result, note })
    });
    let marks = marks.collect::<Result<Vec<_>, Problem>>()?;
    let findings = new.findings.iter().zip(1..).map(|(finding, n)| {
        if finding.deadline.is_some_and(|deadline| deadline <= moment.today) {
            return Err(Problem::invalid("整改期限请选今天以后的日期。"));
        }
        Ok(InspectionFinding {
            region,
            record: id,
            n,
            title: limited("问题", &finding.title, rules.limit.title)?,
            text: limited("问题的情况", &finding.text, rules.limit.text)?,
            demand: limited("整改要求", &finding.demand, rules.limit.reason)?,
            gravity: finding.gravity.unwrap_or(Gravity::Common),
            deadline: finding.deadline,
            case_region: None,
            case_id: None,
        })
    });
    let findings = findings.collect::<Result<Vec<_>, Problem>>()?;
    let photo = |(file, n): (&NewFile, i64)| InspectionPhoto {
        region,
        record: id,
        n,
        file: file.id,
        token: file.token.clone(),
    };
    let photos = new.photos.iter().zip(1..).map(photo).collect();
    let files = new.photos.iter().map(|file| (file.clone(), clean_job(file), Id::new(region, moment.now, rng)));
    let files = files.collect();
    Ok(Written {
        record: InspectionRecord {
            region,
            id,
            inspection: inspection.id,
            unit_n: n,
            day,
            text: limited("看到的情况", &new.text, rules.limit.text)?,
            spoken: new.spoken,
            account_region: viewer.account.region,
            account: viewer.account.id,
            nonce: new.nonce,
        },
        marks,
        findings,
        photos,
        files,
        job: (findings_of(inspection.id), Id::new(region, moment.now, rng)),
    })
}
