//! Files that are put into fields of a case: taken in by the file store before the write, named by it, and never another's.

use huiyin_base::{Id, Problem, Rng};
use huiyin_db::Tx;
use huiyin_files::{DocumentKind, FileStore, NewFile};
use huiyin_jobs::NewJob;

use crate::privacy::forbidden_in;
use crate::store::{self, CaseFile};
use crate::submit::clean_job;
use crate::{CaseRef, FieldType, FieldValue, Kind, Moment, Value};

/// A file for a field, whose content is on disk.
#[derive(Clone, Debug)]
pub struct Attached {
    /// The field's word.
    pub field: String,
    /// What it is called when it is given out.
    pub name: String,
    /// The file.
    pub file: NewFile,
    /// Cleans it, where it is a picture.
    job: Option<(NewJob, Id)>,
}

impl Attached {
    /// A file that the store has taken in. `sent` is what its sender calls it.
    pub fn new(field: &str, sent: &str, file: NewFile, moment: Moment, rng: &mut Rng) -> Self {
        let job = file.is_picture().then(|| (clean_job(&file), Id::new(file.region, moment.now, rng)));
        Self { field: field.to_owned(), name: named(sent, &file), file, job }
    }

    /// What the field holds from now on.
    pub fn value(&self) -> FieldValue {
        FieldValue::new(&self.field, Value::Ref(self.file.id))
    }
}

/// A name that harms nobody: short, without folders and unseen marks, ending as its content is, and without a number that names a person.
fn named(sent: &str, file: &NewFile) -> String {
    let ending = DocumentKind::of(&file.media_type).map_or("jpg", |kind| kind.ending);
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let stem = last.rsplit_once('.').map_or(last, |(stem, _)| stem);
    let harmless = |letter: &char| {
        letter.is_alphanumeric()
            || matches!(letter, ' ' | '-' | '_' | '（' | '）' | '〔' | '〕' | '(' | ')' | '、' | '《' | '》')
    };
    let stem: String = stem.trim().chars().filter(harmless).take(40).collect();
    let stem = if stem.trim().is_empty() || forbidden_in(&stem).is_some() { "附件".to_owned() } else { stem };
    format!("{}.{ending}", stem.trim())
}

/// Refuses a field that names a file which did not come with this form: somebody else's, or one that is elsewhere already.
pub(crate) fn only_own(kind: &Kind, values: &[FieldValue], attached: &[Attached]) -> Result<(), Problem> {
    for given in values {
        let Some(field) = kind.field(&given.field).filter(|field| field.kind == FieldType::File) else { continue };
        if let Some(Value::Ref(id)) = given.value
            && !attached.iter().any(|one| one.field == field.id && one.file.id == id)
        {
            return Err(Problem::invalid(format!("“{}”没有传上来，请重新选择文件。", field.label)));
        }
    }
    Ok(())
}

/// Names the files of a case's fields, in the write that fills the fields: what stood there goes.
pub(crate) async fn attach(
    tx: &mut Tx,
    case: CaseRef,
    kind: &Kind,
    changed: &[FieldValue],
    attached: &[Attached],
    moment: Moment,
) -> Result<(), Problem> {
    let is_file = |given: &&FieldValue| kind.field(&given.field).is_some_and(|field| field.kind == FieldType::File);
    for given in changed.iter().filter(is_file) {
        store::case_file_drop(tx, case, &given.field).await?;
        let Some(one) = attached.iter().find(|one| given.value == one.value().value) else { continue };
        huiyin_files::store::file_add(tx, &one.file).await?;
        if let Some((job, id)) = &one.job {
            huiyin_jobs::enqueue(tx, job, *id).await?;
        }
        let row = CaseFile {
            region: case.region,
            case_id: case.id,
            field: one.field.clone(),
            file: one.file.id,
            name: one.name.clone(),
            day: moment.today,
        };
        store::case_file_add(tx, &[row]).await?;
    }
    Ok(())
}

/// Removes the content of files that no write has named.
pub async fn discard(files: &FileStore, attached: &[Attached]) {
    for one in attached {
        files.discard(&one.file).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_harms_nobody_and_ends_as_its_content() {
        let region = huiyin_base::Region::new(7).unwrap();
        let file = |media_type: &str| NewFile {
            region,
            id: Id::new(region, huiyin_base::Instant::UNIX_EPOCH, &mut Rng::seeded(1)),
            token: String::new(),
            media_type: media_type.into(),
            bytes: 1,
            width: 0,
            height: 0,
            created_day: huiyin_base::Day::new(2016, 1, 1).unwrap(),
        };
        let pdf = file("application/pdf");
        for (sent, shown) in [
            ("关于修路的通知（2016）.docx", "关于修路的通知（2016）.pdf"),
            ("C:\\Users\\zhang\\a\u{202e}fdp.exe", "afdp.pdf"),
            ("../../etc/passwd", "passwd.pdf"),
            ("a\"; x=\"b.pdf", "a xb.pdf"),
            ("", "附件.pdf"),
            ("13912345678.pdf", "附件.pdf"),
        ] {
            assert_eq!(named(sent, &pdf), shown, "{sent}");
        }
        assert_eq!(named("IMG_0001.HEIC", &file("image/png")), "IMG_0001.jpg", "as it is given out");
    }
}
