//! The end of what is sealed: so many days after a case ended, what was written, how to reach its writer, letters, own words
//! beside ratings, and photos that were never public are removed. What was public stays. The days stand in `rules/cases.toml`; the
//! data catalogue marks the columns with the retention `sealed`, and a test holds both to [`SEALED`].

use huiyin_base::{Day, Problem};
use huiyin_files::FileStore;

use crate::reporter::note;
use crate::{Action, ActorKind, CaseEvent, CaseItem, Cases, Moment, store};

/// The columns that the job empties or whose rows it deletes.
pub const SEALED: [(&str, &str); 10] = [
    ("case_item", "original"),
    ("case_item", "contact"),
    ("case_message", "body"),
    ("case_rating", "comment"),
    ("case_rating_past", "comment"),
    ("case_phone", "phone"),
    ("case_phone", "receipt"),
    ("case_notice", "recipient"),
    ("case_note", "body"),
    ("callback_entry", "words"),
];

/// So many cases are emptied in one write.
const TOGETHER: usize = 20;
/// So many in one run of the job, so that a first run after years does not hold up others.
const MOST: i64 = 2_000;

impl Cases {
    /// Removes the files of what was handed down and ended so long ago, and tells of how many cases.
    pub async fn files_due(&self, files: &FileStore, moment: Moment) -> Result<u64, Problem> {
        let days = self.book.rules.file_days;
        let until = moment.today.plus(-days);
        let all = store::files_kept(&mut self.db.read().await?, until, MOST).await?;
        for due in all.chunks(TOGETHER) {
            let due = due.to_vec();
            let write = self.db.write("case_files_erase", move |tx| {
                let due = due.clone();
                Box::pin(async move {
                    let mut gone = Vec::new();
                    for case in due {
                        gone.extend(store::files_erase(tx, case, until, (moment, days)).await?);
                    }
                    Ok(gone)
                })
            });
            for file in write.await? {
                files.remove(&file).await.map_err(Problem::broken)?;
            }
        }
        Ok(u64::try_from(all.len()).unwrap_or(0))
    }

    /// The day on which what is sealed of a case that ended on `closed` is removed.
    pub fn sealed_until(&self, closed: Day) -> Day {
        closed.plus(self.book.rules.sealed_days)
    }

    /// Removes what is due, and tells of how many cases. Running it again does nothing again.
    pub async fn erase_due(&self, files: &FileStore, moment: Moment) -> Result<u64, Problem> {
        let days = self.book.rules.sealed_days;
        let until = moment.today.plus(-days);
        let all = store::kept_ended(&mut self.db.read().await?, until, MOST).await?;
        for due in all.chunks(TOGETHER) {
            let due = due.to_vec();
            let write = self.db.write("case_erase", move |tx| {
                let due = due.clone();
                Box::pin(async move {
                    let mut pictures = Vec::new();
                    for case in due {
                        pictures.extend(store::sealed_erase(tx, case, until, (moment, days)).await?.1);
                    }
                    Ok(pictures)
                })
            });
            // Only what the write has let go of: somebody may have opened a case again before it. What a stop leaves here
            // belongs to no file, and goes with the sweep of such content.
            for picture in write.await? {
                files.remove(&picture).await.map_err(Problem::broken)?;
            }
        }
        Ok(u64::try_from(all.len()).unwrap_or(0))
    }
}

/// Marks a case as emptied, `days` after it ended, and gives the line of its history that says so.
pub fn note_erased(item: &mut CaseItem, days: i64, moment: Moment) -> CaseEvent {
    item.erased_day = Some(moment.today);
    item.events += 1;
    let mut event = note(item, Action::Erase, ActorKind::System, "系统".into(), moment);
    event.reason = Some(format!("办结满 {days} 天，原文、联系方式和往来已按规定删除"));
    event
}
