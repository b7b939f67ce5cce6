//! How to reach whoever raised a case: on request only, with a reason, on record. He reads on his own page which post
//! looked, when and why.

use huiyin_base::{Instant, Problem, Rng};
use huiyin_directory::Viewer;
use huiyin_directory::audit::{self, AuditKind, Event};

use crate::recording::without_private;
use crate::reporter::note;
use crate::words::{limited, open_words};
use crate::{Action, ActorKind, CaseRef, Cases, Contact, Moment, post_of, store};

impl Cases {
    /// The contact, for those who handle the case. The look stands in the audit and in the case's history before it is shown;
    /// none where no contact was left, and then nothing is written. `real_now` is real time, not that of the demo.
    pub async fn contact(
        &self,
        case: CaseRef,
        reason: &str,
        viewer: &Viewer,
        (moment, real_now): (Moment, Instant),
        rng: &mut Rng,
    ) -> Result<Option<Contact>, Problem> {
        let mut tx = self.db.read().await?;
        let item = store::case_get(&mut tx, case).await?.ok_or_else(Problem::not_found)?;
        let post = post_of(self.handler(&mut tx, &item, viewer).await?);
        drop(tx);
        let reason = limited("查看联系方式的原因", reason, self.book.rules.limit.reason)?;
        without_private("原因", &reason)?;
        let Some(contact) = open_words(&self.vault, &item)?.contact else { return Ok(None) };
        let look = Event::new(case.region, AuditKind::SensitiveLook, real_now, rng).by(viewer.account);
        let look = look.about("case", case.id).detail(format!("查看联系方式：{reason}（{}）", item.spoken_of()));
        let account = viewer.account;
        let write = self.db.write("case_contact", move |tx| {
            let (look, post, reason) = (look.clone(), post.clone(), reason.clone());
            Box::pin(async move {
                audit::record(tx, &look).await?;
                let mut item = store::case_lock(tx, case).await?.ok_or_else(Problem::not_found)?;
                item.events += 1;
                let mut event = note(&item, Action::Contact, ActorKind::Staff, post, moment);
                (event.account_region, event.account) = (Some(account.region), Some(account.id));
                event.reason = Some(reason);
                store::event_add(tx, &[&event]).await?;
                Ok(store::case_update(tx, &item).await?)
            })
        });
        write.await?;
        Ok(Some(contact))
    }
}
