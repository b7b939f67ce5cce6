//! Questions and replies between whoever raised a case and those who handle it, and looks at what is sealed.

use huiyin_base::number::Receipt;
use huiyin_base::{Day, Instant, Problem, ProblemKind, Rng};
use huiyin_db::Tx;
use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_directory::{Grant, Role, Viewer};

use crate::reporter::note;
use crate::urgent::Alarm;
use crate::words::{Words, limited, open_body, open_comment, open_words, seal_body};
use crate::{
    Action, ActorKind, CaseItem, CaseMessage, CaseRef, Cases, Lines, MessageKind, Moment, Request, Sender, Standing,
    State, post_of, store,
};

/// A message, opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// Its place among the messages of the case.
    pub n: i64,
    /// Who wrote it.
    pub sender: Sender,
    /// What it is.
    pub kind: MessageKind,
    /// The unit and post, where an officer wrote it.
    pub post: String,
    /// What it says.
    pub body: String,
    /// The day.
    pub day: Day,
}

impl Cases {
    /// All messages of a case, opened: for those who may see the original. Ask [`Cases::handler`] first.
    pub async fn letters(&self, tx: &mut Tx, case: &CaseItem) -> Result<Vec<Letter>, Problem> {
        let messages = store::message_list(tx, case.at()).await?;
        self.opened(case, messages)
    }

    pub(crate) fn opened(&self, case: &CaseItem, messages: Vec<CaseMessage>) -> Result<Vec<Letter>, Problem> {
        let open = |message: CaseMessage| {
            Ok(Letter {
                body: open_body(&self.vault, case.id, &message.body)?,
                n: message.n,
                sender: message.sender,
                kind: message.kind,
                post: message.post,
                day: message.day,
            })
        };
        messages.into_iter().map(open).collect()
    }

    /// What was written beside a rating.
    pub fn comment(&self, rating: &crate::CaseRating) -> Result<Option<String>, Problem> {
        rating.comment.as_ref().map(|sealed| open_comment(&self.vault, rating.case_id, sealed)).transpose()
    }

    /// A question or a reply of whoever raised the case.
    pub async fn write_as_reporter(
        &self,
        receipt: &Receipt,
        words: &str,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<(), Problem> {
        let case = self.raised_case(receipt).await?;
        if case.receipt != Some(self.receipt_hash(receipt)) {
            let merged = "您反映的事已并入另一件，由最先反映的人继续沟通。对答复不满意的，可以提出异议。";
            return Err(Problem::forbidden(merged));
        }
        let post = "反映人".to_owned();
        let alarm = self.alarm_in(case.at(), ("", words), moment, rng);
        let author = Author { sender: Sender::Reporter, viewer: None, post, alarm };
        self.write(case.at(), words, author, moment, rng).await
    }

    /// A question or a reply of those who handle the case.
    pub async fn write_as_officer(
        &self,
        case: CaseRef,
        words: &str,
        viewer: &Viewer,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<(), Problem> {
        let mut tx = self.db.read().await?;
        let item = store::case_get(&mut tx, case).await?.ok_or_else(Problem::not_found)?;
        let grant = self.handler(&mut tx, &item, viewer).await?;
        drop(tx);
        let author =
            Author { sender: Sender::Officer, viewer: Some(viewer.clone()), post: post_of(grant), alarm: None };
        self.write(case, words, author, moment, rng).await
    }

    /// The report as it was written, without the contact: that has a door of its own. The look is in the audit before the words
    /// are shown; `real_now` is real time, not that of the demo.
    pub async fn original(
        &self,
        case: CaseRef,
        viewer: &Viewer,
        real_now: Instant,
        rng: &mut Rng,
    ) -> Result<Words, Problem> {
        let mut tx = self.db.read().await?;
        let item = store::case_get(&mut tx, case).await?.ok_or_else(Problem::not_found)?;
        self.handler(&mut tx, &item, viewer).await?;
        drop(tx);
        let event = Event::new(case.region, AuditKind::SensitiveLook, real_now, rng).by(viewer.account);
        let event = event.about("case", case.id).detail(format!("查看原文（{}）", item.spoken_of()));
        let write = self.db.write("case_look", move |tx| {
            let event = event.clone();
            Box::pin(async move { Ok(audit::record(tx, &event).await?) })
        });
        write.await?;
        Ok(Words { contact: None, ..open_words(&self.vault, &item)? })
    }

    /// By which of his roles the viewer handles the case: at its desk or above, at its owning organisation, or verifying it.
    /// The uniform 404 for its subject and for strangers.
    pub async fn handler<'a>(&self, tx: &mut Tx, case: &CaseItem, viewer: &'a Viewer) -> Result<&'a Grant, Problem> {
        let orgs = [case.desk_org(), case.owner()].into_iter().chain(case.verify_at()).chain(case.review_at());
        let orgs: Vec<_> = orgs.chain(viewer.grants.iter().map(|grant| grant.org)).collect();
        self.handler_among(case, viewer, &store::lines_find(tx, orgs).await?)
    }

    /// The same, where the lines of all who have to do with the case are known.
    pub(crate) fn handler_among<'a>(
        &self,
        case: &CaseItem,
        viewer: &'a Viewer,
        lines: &Lines,
    ) -> Result<&'a Grant, Problem> {
        let kind = self.book.kind_of(case).ok_or_else(Problem::not_found)?;
        if crate::is_barred(viewer, case, lines) {
            return Err(Problem::not_found());
        }
        if let Some(grant) = crate::actor::on_call_grant(case, viewer) {
            return Ok(grant);
        }
        let holds = |grant: &Grant, roles: &[Role]| roles.contains(&grant.role);
        let handles = |grant: &&Grant| {
            (holds(grant, kind.roles(Standing::Desk)) && lines.within(case.desk_org(), grant.org))
                || (holds(grant, kind.roles(Standing::OwnerOrg)) && grant.org == case.owner())
                || (holds(grant, kind.roles(Standing::Verifier)) && case.verify_at() == Some(grant.org))
                || (holds(grant, kind.roles(Standing::Reviewer))
                    && case.review_at().is_some_and(|at| lines.within(at, grant.org)))
        };
        viewer.grants.iter().find(handles).ok_or_else(Problem::not_found)
    }

    async fn write(
        &self,
        case: CaseRef,
        words: &str,
        author: Author,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<(), Problem> {
        let words = limited("留言", words, self.book.rules.limit.message)?;
        let body = seal_body(&self.vault, case.id, &words, rng);
        let engine = self.clone();
        let write = self.db.write("case_message", move |tx| {
            let (engine, words, body, author) = (engine.clone(), words.clone(), body.clone(), author.clone());
            Box::pin(async move {
                let item = store::case_lock(tx, case).await?.ok_or_else(Problem::not_found)?;
                let answers = author.sender == Sender::Reporter && engine.book.waits_for_reporter(&item);
                // A form that was sent twice says it once.
                if engine.said_last(tx, &item, &words, &author, moment).await? {
                    return Ok(answers);
                }
                let alarm = author.alarm.clone();
                written(tx, item, body, author, moment).await?;
                if let Some(alarm) = alarm {
                    alarm.raise(tx, case, moment).await?;
                }
                Ok(answers)
            })
        });
        if write.await? {
            // What it waited for has come. Where somebody was quicker, it goes on already.
            let resumed = self.act_as_system(case, Request::Resume.because("反映人已经补充了情况"), moment).await;
            resumed
                .map(drop)
                .or_else(|problem| if problem.kind == ProblemKind::Conflict { Ok(()) } else { Err(problem) })?;
        }
        Ok(())
    }
}

impl Cases {
    /// Whether the last message says the same, today and by the same.
    async fn said_last(
        &self,
        tx: &mut Tx,
        case: &CaseItem,
        words: &str,
        author: &Author,
        moment: Moment,
    ) -> Result<bool, Problem> {
        let Some(last) = store::message_list(tx, case.at()).await?.pop() else { return Ok(false) };
        let by = author.viewer.as_ref().map(|viewer| viewer.account.id);
        let same = last.kind == MessageKind::Message && (last.sender, last.account) == (author.sender, by);
        Ok(same && last.day == moment.today && open_body(&self.vault, case.id, &last.body)? == words)
    }
}

#[derive(Clone)]
struct Author {
    sender: Sender,
    viewer: Option<Viewer>,
    post: String,
    alarm: Option<Alarm>,
}

async fn written(
    tx: &mut Tx,
    mut item: CaseItem,
    body: Vec<u8>,
    author: Author,
    moment: Moment,
) -> Result<(), Problem> {
    let case = item.at();
    if !(item.state.is_open() || item.state == State::Answered || item.state == State::Declined) {
        return Err(Problem::conflict("这件事已经办结，不能再留言。情况有变化的，请重新反映。"));
    }
    item.messages += 1;
    item.events += 1;
    let account = author.viewer.as_ref().map(|viewer| viewer.account);
    let message = CaseMessage {
        region: item.region,
        case_id: item.id,
        n: item.messages,
        sender: author.sender,
        kind: MessageKind::Message,
        body,
        account_region: account.map(|account| account.region),
        account: account.map(|account| account.id),
        post: author.post.clone(),
        at: moment.now,
        day: moment.today,
    };
    store::message_add(tx, &message).await?;
    let actor = if author.sender == Sender::Reporter { ActorKind::Reporter } else { ActorKind::Staff };
    let mut event = note(&item, Action::Message, actor, author.post, moment);
    (event.account_region, event.account) = (account.map(|account| account.region), account.map(|account| account.id));
    store::event_add(tx, &[&event]).await?;
    if actor == ActorKind::Staff {
        store::notice_mark(tx, &[(case, Action::Message)]).await?;
    }
    Ok(store::case_update(tx, &item).await?)
}
