//! What those who handle a case write to each other: never public, never for whoever raised it, never for its subject.

use huiyin_base::{Day, Problem, Rng};
use huiyin_db::Tx;
use huiyin_directory::Viewer;
use huiyin_vault::Place;

use crate::words::limited;
use crate::{CaseItem, CaseNote, CaseRef, Cases, Moment, post_of, store};

/// A note, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// Unit and post of its writer.
    pub post: String,
    /// What it says.
    pub body: String,
    /// The day.
    pub day: Day,
}

impl Cases {
    /// The notes of a case, the first first. Ask [`Cases::handler`] before.
    pub async fn notes(&self, tx: &mut Tx, case: &CaseItem) -> Result<Vec<Note>, Problem> {
        let notes = store::note_list(tx, case.at()).await?;
        let open = |note: CaseNote| {
            let body =
                self.vault.open_sealed(sealed(case.id.uuid().as_bytes()), &note.body).map_err(Problem::broken)?;
            Ok(Note { post: note.post, body: String::from_utf8_lossy(&body).into_owned(), day: note.day })
        };
        notes.into_iter().map(open).collect()
    }

    /// Appends a note of somebody who handles the case; the uniform 404 for everybody else.
    pub async fn note_add(
        &self,
        case: CaseRef,
        words: &str,
        viewer: &Viewer,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<(), Problem> {
        let mut tx = self.db.read().await?;
        let item = store::case_get(&mut tx, case).await?.ok_or_else(Problem::not_found)?;
        let post = post_of(self.handler(&mut tx, &item, viewer).await?);
        drop(tx);
        let words = limited("备注", words, self.book.rules.limit.message)?;
        let note = CaseNote {
            region: case.region,
            case_id: case.id,
            n: 0,
            body: self.vault.seal(sealed(case.id.uuid().as_bytes()), words.as_bytes(), rng),
            account_region: viewer.account.region,
            account: viewer.account.id,
            post,
            at: moment.now,
            day: moment.today,
        };
        let engine = self.clone();
        let write = self.db.write("case_note", move |tx| {
            let (engine, note, words) = (engine.clone(), note.clone(), words.clone());
            Box::pin(async move {
                let item = store::case_lock(tx, case).await?.ok_or_else(Problem::not_found)?;
                // A form that was sent twice says it once.
                let last = engine.notes(tx, &item).await?.pop();
                let said = last
                    .is_some_and(|last| last.body == words && (last.post, last.day) == (note.post.clone(), note.day));
                if said { Ok(()) } else { Ok(store::note_add(tx, note).await?) }
            })
        });
        write.await
    }
}

fn sealed(row: &[u8]) -> Place<'_> {
    Place { table: "case_note", column: "body", row }
}
