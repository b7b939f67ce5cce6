//! Notes among those who handle a case.

use huiyin_base::{Day, Id, Instant, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query};

use super::stored::stored;
use crate::CaseRef;

stored! {
    /// A note. The body is sealed.
    #[derive(Clone, Debug, PartialEq)]
    pub struct CaseNote in "case_note" {
        fixed {
            region: Region,
            case_id: Id,
            n: i64,
            body: Vec<u8>,
            account_region: Region,
            account: Id,
            post: String,
            at: Instant,
            day: Day,
        }
        moving {}
    }
}

/// The notes of a case in order, sealed.
pub async fn note_list(tx: &mut Tx, case: CaseRef) -> Result<Vec<CaseNote>> {
    let base = Filter::new(CaseNote::SELECT).then("x.region = ?").bind(case.region).and("x.case_id = ?").bind(case.id);
    base.then("order by x.n").query().fetch_all(tx).await
}

/// Appends a note under the next number. The case is locked.
pub async fn note_add(tx: &mut Tx, note: CaseNote) -> Result<()> {
    let last = query("select coalesce(max(n), 0) from case_note where region = $1 and case_id = $2");
    let last: i64 = last.bind(note.region).bind(note.case_id).fetch_scalar(tx).await?;
    let note = CaseNote { n: last + 1, ..note };
    insert_many(tx, CaseNote::INSERT, vec![note.values()], "").await?;
    Ok(())
}
