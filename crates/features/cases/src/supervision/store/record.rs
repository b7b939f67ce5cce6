//! What was seen on the spot.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, text_enum};

use crate::store::stored::stored;

text_enum! {
    /// What a question of the checklist came to.
    pub enum Verdict {
        Fit = "fit" / "做到了",
        Unfit = "unfit" / "没做到",
        None = "none" / "这次没看",
    }
}

stored! {
    /// A record. No position, no time.
    #[derive(Clone, Debug, PartialEq)]
    pub struct InspectionRecord in "inspection_record" {
        fixed {
            region: Region,
            id: Id,
            inspection: Id,
            unit_n: i64,
            day: Day,
            text: String,
            spoken: i64,
            account_region: Region,
            account: Id,
            nonce: String,
        }
        moving {}
    }
}

stored! {
    /// An answer to a question of the checklist.
    #[derive(Clone, Debug, PartialEq)]
    pub struct InspectionMark in "inspection_mark" {
        fixed { region: Region, record: Id, n: i64, result: Verdict, note: String }
        moving {}
    }
}

stored! {
    /// A photo.
    #[derive(Clone, Debug, PartialEq)]
    pub struct InspectionPhoto in "inspection_photo" {
        fixed { region: Region, record: Id, n: i64, file: Id, token: String }
        moving {}
    }
}

/// Writes records with their answers and photos.
pub async fn record_add(
    tx: &mut Tx,
    records: &[InspectionRecord],
    marks: &[InspectionMark],
    photos: &[InspectionPhoto],
) -> Result<()> {
    insert_many(tx, InspectionRecord::INSERT, records.iter().map(InspectionRecord::values).collect(), "").await?;
    insert_many(tx, InspectionMark::INSERT, marks.iter().map(InspectionMark::values).collect(), "").await?;
    insert_many(tx, InspectionPhoto::INSERT, photos.iter().map(InspectionPhoto::values).collect(), "").await?;
    Ok(())
}

/// The record that this word has made.
pub async fn record_nonce(tx: &mut Tx, region: Region, nonce: &str) -> Result<Option<InspectionRecord>> {
    let base = Filter::new(InspectionRecord::SELECT).then("x.region = ?").bind(region).and("x.nonce = ?").bind(nonce);
    base.query().fetch_optional(tx).await
}

/// The records of an inspection, the first first.
pub async fn record_list(tx: &mut Tx, inspection: Id) -> Result<Vec<InspectionRecord>> {
    let base = Filter::new(InspectionRecord::SELECT).then("x.region = ?").bind(inspection.region());
    let base = base.and("x.inspection = ?").bind(inspection);
    base.then("order by x.unit_n, x.day, x.id").query().fetch_all(tx).await
}

/// The answers of an inspection's records.
pub async fn mark_list(tx: &mut Tx, inspection: Id) -> Result<Vec<InspectionMark>> {
    let base = Filter::new(InspectionMark::SELECT).then("x.region = ?").bind(inspection.region());
    let base = base.and("x.record in (select r.id from inspection_record r where r.region = ? and r.inspection = ?)");
    base.bind(inspection.region()).bind(inspection).then("order by x.record, x.n").query().fetch_all(tx).await
}

/// The photos of an inspection's records that can be shown.
pub async fn photo_list(tx: &mut Tx, inspection: Id) -> Result<Vec<InspectionPhoto>> {
    let base = Filter::new(InspectionPhoto::SELECT).then("x.region = ?").bind(inspection.region());
    let base = base.and("x.record in (select r.id from inspection_record r where r.region = ? and r.inspection = ?)");
    base.bind(inspection.region()).bind(inspection).then("order by x.record, x.n").query().fetch_all(tx).await
}
