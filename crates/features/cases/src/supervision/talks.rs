//! Talks with somebody who is behind: sealed, on record, with his own word and an appeal, and over by themselves.

use huiyin_base::{Day, Id, Instant, Problem, Rng};
use huiyin_db::Tx;
use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_directory::{AccountRef, Grant, OrgKind, OrgRef, Regions, Role, Viewer, viewer_find};
use huiyin_vault::{Place, Vault};

use super::rules::SupervisionRules;
use super::store::{
    BasisKind, Talk, TalkBasis, TalkKind, TalkLook, TalkSight, inspection_find, look_add, talk_add, talk_erase,
    talk_expired, talk_find, talk_lock, talk_nonce, talk_save,
};
use crate::permissions::{KEEPERS, SEES};
use crate::store::{case_find, lines_find};
use crate::words::limited;
use crate::{CaseRef, Cases, Moment};

/// A talk to be put on record.
#[derive(Clone, Debug)]
pub struct NewTalk {
    /// What kind.
    pub kind: TalkKind,
    /// Who is talked to.
    pub person: AccountRef,
    /// Where he works.
    pub unit: OrgRef,
    /// Why.
    pub reason: String,
    /// What was agreed.
    pub agreed: String,
    /// The day of the talk.
    pub day: Day,
    /// By when it is done.
    pub due: Option<Day>,
    /// The records on which it rests: at least one.
    pub basis: Vec<(BasisKind, Id)>,
    /// The same word makes the same talk.
    pub nonce: String,
}

/// What was said, opened.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Spoken {
    /// Why.
    pub reason: String,
    /// What was agreed.
    pub agreed: String,
    /// What the person says to it.
    pub statement: Option<String>,
    /// His appeal.
    pub appeal: Option<String>,
    /// How it was decided, with the reason.
    pub decision: Option<String>,
}

/// Where the viewer talks and where he decides appeals. The city has nobody above it: there a colleague decides.
pub fn talk_sight(viewer: &Viewer, regions: &Regions) -> TalkSight {
    let cities = talks_for(viewer).filter(|grant| grant.org_kind == OrgKind::City);
    let below = cities.flat_map(|grant| regions.children(grant.org.region).map(|entry| entry.region));
    TalkSight {
        account: viewer.account,
        orgs: talks_for(viewer).map(|grant| grant.org).collect(),
        below: below.collect(),
    }
}

/// The roles by which the viewer talks for his city or county.
fn talks_for(viewer: &Viewer) -> impl Iterator<Item = &Grant> {
    viewer.grants_of(KEEPERS).filter(|grant| matches!(grant.org_kind, OrgKind::City | OrgKind::County))
}

impl Cases {
    /// Puts a talk on record.
    pub async fn talk_add(&self, new: NewTalk, viewer: &Viewer, moment: Moment, rng: &mut Rng) -> Result<Id, Problem> {
        let rules = SupervisionRules::built_in()?;
        let mut tx = self.db.read().await?;
        let org = self.may_talk(&mut tx, &new, viewer, moment.today).await?;
        let id = Id::new(org.region, moment.now, rng);
        let basis = self.basis_of(&mut tx, id, &new, viewer).await?;
        drop(tx);
        if new.day > moment.today || moment.today.since(new.day) > 60 {
            return Err(Problem::invalid("谈话日期请填最近 60 天以内的。"));
        }
        if new.due.is_some_and(|due| due < new.day) {
            return Err(Problem::invalid("整改期限不早于谈话日期。"));
        }
        if new.nonce.is_empty() || new.nonce.len() > 60 {
            return Err(Problem::invalid("页面打开太久，请刷新后重新填写。"));
        }
        let reason = limited("谈话的事由", &new.reason, rules.limit.talk)?;
        let agreed = limited("商定的措施", &new.agreed, rules.limit.talk)?;
        let talk = Talk {
            region: org.region,
            id,
            org: org.id,
            kind: new.kind,
            talker_region: viewer.account.region,
            talker: viewer.account.id,
            day: new.day,
            due_day: new.due,
            expires_day: rules.talk_until(new.day),
            nonce: new.nonce,
            account_region: Some(new.person.region),
            account: Some(new.person.id),
            unit_region: Some(new.unit.region),
            unit: Some(new.unit.id),
            reason: Some(seal(&self.vault, "reason", id, &reason, rng)),
            agreed: Some(seal(&self.vault, "agreed", id, &agreed, rng)),
            statement: None,
            appeal: None,
            decision: None,
            done_day: None,
            appeal_day: None,
            decided_day: None,
            decider_region: None,
            decider: None,
            lifted: false,
            erased_day: None,
        };
        let write = self.db.write("talk_add", move |tx| {
            let (talk, basis) = (talk.clone(), basis.clone());
            Box::pin(async move {
                if let Some(before) = talk_nonce(tx, talk.region, &talk.nonce).await? {
                    let own = before.talker == talk.talker;
                    return if own { Ok(before.id) } else { Err(Problem::not_found()) };
                }
                talk_add(tx, std::slice::from_ref(&talk), &basis).await?;
                Ok(talk.id)
            })
        });
        write.await
    }

    async fn may_talk(&self, tx: &mut Tx, new: &NewTalk, viewer: &Viewer, today: Day) -> Result<OrgRef, Problem> {
        let lines = lines_find(tx, vec![new.unit]).await?;
        let grant = talks_for(viewer).find(|grant| lines.below(new.unit, grant.org));
        let grant = grant.ok_or_else(|| Problem::forbidden("只能同本市、本县（市、区）以下单位的人谈话。"))?;
        let person = viewer_find(tx, new.person, today).await?;
        let works = person
            .is_some_and(|person| person.grants.iter().any(|held| held.org == new.unit && held.role != Role::Member));
        if works && new.person != viewer.account {
            Ok(grant.org)
        } else {
            Err(Problem::invalid("请从这个单位的在岗人员里选。"))
        }
    }

    /// Each record must be one that the talker himself may see: a talk does not rest on hearsay.
    async fn basis_of(&self, tx: &mut Tx, talk: Id, new: &NewTalk, viewer: &Viewer) -> Result<Vec<TalkBasis>, Problem> {
        let scope = viewer.scope(SEES);
        let mut basis = Vec::new();
        for ((kind, id), n) in new.basis.iter().take(10).zip(1..) {
            let label = match kind {
                BasisKind::Case => {
                    let case = case_find(tx, &scope, CaseRef { region: id.region(), id: *id }).await?;
                    case.map(|case| case.title)
                }
                BasisKind::Inspection => {
                    let found = inspection_find(tx, &scope, *id).await?;
                    found.filter(|inspection| !inspection.is_hidden()).map(|inspection| inspection.title)
                }
            };
            let label = label.ok_or_else(|| Problem::invalid("依据里有一条找不到，或您看不到，请核对。"))?;
            basis.push(TalkBasis {
                region: talk.region(),
                talk,
                n,
                kind: *kind,
                refers_region: id.region(),
                refers: *id,
                label,
            });
        }
        if basis.is_empty() {
            return Err(Problem::invalid("请至少写一条依据：事项或督查的链接。"));
        }
        Ok(basis)
    }

    /// What was said, for the person himself: no look.
    pub fn talk_own(&self, talk: &Talk, viewer: &Viewer) -> Result<Spoken, Problem> {
        if talk.person() == Some(viewer.account) { self.spoken(talk) } else { Err(Problem::not_found()) }
    }

    /// What was said, for others who may: the look is on record, for the person and in the audit, before the words are shown.
    pub async fn talk_look(
        &self,
        id: Id,
        sight: &TalkSight,
        viewer: &Viewer,
        (moment, real_now): (Moment, Instant),
        rng: &mut Rng,
    ) -> Result<Spoken, Problem> {
        let event = Event::new(viewer.account.region, AuditKind::SensitiveLook, real_now, rng).by(viewer.account);
        let event = event.about("talk", id).detail("查看谈话内容");
        let org = OrgRef { region: id.region(), id };
        let post = viewer.post_at(sight.orgs.first().copied().unwrap_or(org)).to_owned();
        let (sight, account) = (sight.clone(), viewer.account);
        let write = self.db.write("talk_look", move |tx| {
            let (event, post, sight) = (event.clone(), post.clone(), sight.clone());
            Box::pin(async move {
                talk_lock(tx, id).await?.ok_or_else(Problem::not_found)?;
                let talk = talk_find(tx, &sight, id, moment.today).await?.ok_or_else(Problem::not_found)?;
                if talk.person() != Some(account) {
                    let look = TalkLook {
                        region: talk.region,
                        talk: talk.id,
                        n: 0,
                        account_region: account.region,
                        account: account.id,
                        post,
                        day: moment.today,
                    };
                    look_add(tx, look).await?;
                    audit::record(tx, &event).await?;
                }
                Ok(talk)
            })
        });
        let talk = write.await?;
        self.spoken(&talk)
    }

    fn spoken(&self, talk: &Talk) -> Result<Spoken, Problem> {
        let open = |column, sealed: &Option<Vec<u8>>| open(&self.vault, column, talk.id, sealed.as_deref());
        Ok(Spoken {
            reason: open("reason", &talk.reason)?.unwrap_or_default(),
            agreed: open("agreed", &talk.agreed)?.unwrap_or_default(),
            statement: open("statement", &talk.statement)?,
            appeal: open("appeal", &talk.appeal)?,
            decision: open("decision", &talk.decision)?,
        })
    }

    /// The person's own word; written again it takes the place of the one before.
    pub async fn talk_state(
        &self,
        id: Id,
        words: &str,
        viewer: &Viewer,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<(), Problem> {
        let words = limited("您的说明", words, SupervisionRules::built_in()?.limit.talk)?;
        let sealed = seal(&self.vault, "statement", id, &words, rng);
        self.talk_change(id, moment.today, {
            let account = viewer.account;
            move |talk| {
                person_only(talk, account)?;
                talk.statement = Some(sealed.clone());
                Ok(())
            }
        })
        .await
    }

    /// He appeals, once and in time.
    pub async fn talk_appeal(
        &self,
        id: Id,
        words: &str,
        viewer: &Viewer,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<(), Problem> {
        let rules = SupervisionRules::built_in()?;
        let words = limited("申诉的理由", words, rules.limit.talk)?;
        let sealed = seal(&self.vault, "appeal", id, &words, rng);
        let account = viewer.account;
        self.talk_change(id, moment.today, move |talk| {
            person_only(talk, account)?;
            if talk.appeal_day.is_some() {
                return Err(Problem::conflict("您已经申诉过了，等上一级答复。"));
            }
            if moment.today.since(talk.day) > rules.talk.appeal_days {
                let message = format!("申诉要在谈话后 {} 天内提出，已经过了期限。", rules.talk.appeal_days);
                return Err(Problem::conflict(message));
            }
            talk.appeal = Some(sealed.clone());
            talk.appeal_day = Some(moment.today);
            Ok(())
        })
        .await
    }

    /// One level up decides, and never whoever talked: upheld, or lifted.
    pub async fn talk_decide(
        &self,
        id: Id,
        (lift, words): (bool, &str),
        sight: &TalkSight,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<(), Problem> {
        let words = limited("答复", words, SupervisionRules::built_in()?.limit.talk)?;
        let sealed = seal(&self.vault, "decision", id, &words, rng);
        let sight = sight.clone();
        self.talk_change(id, moment.today, move |talk| {
            if !talk_decides(talk, &sight) {
                return Err(Problem::forbidden("申诉由上一级、没有参加谈话的人答复。"));
            }
            if talk.decided_day.is_some() || talk.appeal_day.is_none() {
                return Err(Problem::conflict("这件申诉已经有人答复，请刷新后再看。"));
            }
            talk.decision = Some(sealed.clone());
            talk.decided_day = Some(moment.today);
            (talk.decider_region, talk.decider) = (Some(sight.account.region), Some(sight.account.id));
            talk.lifted = lift;
            Ok(())
        })
        .await
    }

    /// What was agreed is done.
    pub async fn talk_done(&self, id: Id, sight: &TalkSight, moment: Moment) -> Result<(), Problem> {
        let sight = sight.clone();
        self.talk_change(id, moment.today, move |talk| {
            if !sight.orgs.contains(&talk.org()) {
                return Err(Problem::not_found());
            }
            if talk.done_day.is_some() {
                return Err(Problem::conflict("已经记过了。"));
            }
            talk.done_day = Some(moment.today);
            Ok(())
        })
        .await
    }

    async fn talk_change(
        &self,
        id: Id,
        today: Day,
        change: impl Fn(&mut Talk) -> Result<(), Problem> + Send + Sync + Clone + 'static,
    ) -> Result<(), Problem> {
        let write = self.db.write("talk_change", move |tx| {
            let change = change.clone();
            Box::pin(async move {
                let talk = talk_lock(tx, id).await?.filter(|talk| talk.erased_day.is_none());
                let mut talk = talk.filter(|talk| talk.expires_day >= today).ok_or_else(Problem::not_found)?;
                change(&mut talk)?;
                Ok(talk_save(tx, &talk).await?)
            })
        });
        write.await
    }

    /// Deletes what has ended, and tells of how many. Each leaves a record that names nobody.
    pub async fn talks_erase(&self, moment: Moment, real_now: Instant, rng: &mut Rng) -> Result<usize, Problem> {
        let due = talk_expired(&mut self.db.read().await?, moment.today, 200).await?;
        let count = due.len();
        for talk in due {
            let event = Event::new(talk.region, AuditKind::Retention, real_now, rng);
            let event = event.about("talk", talk.id).detail("谈话期满，内容和姓名已删除");
            let write = self.db.write("talk_erase", move |tx| {
                let (talk, event) = (talk.clone(), event.clone());
                Box::pin(async move {
                    let kept = talk_lock(tx, talk.id).await?.filter(|talk| talk.erased_day.is_none());
                    let Some(talk) = kept else { return Ok(()) };
                    talk_erase(tx, &talk, moment.today).await?;
                    Ok(audit::record(tx, &event).await?)
                })
            });
            write.await?;
        }
        Ok(count)
    }
}

/// Whether the viewer decides this appeal: one level up, or where nobody stands above a colleague; never whoever talked.
pub fn talk_decides(talk: &Talk, sight: &TalkSight) -> bool {
    let beside = !sight.below.is_empty() && sight.orgs.contains(&talk.org());
    let stands = sight.below.contains(&talk.region) || beside;
    stands && sight.account != talk.talker_account() && talk.person() != Some(sight.account)
}

fn person_only(talk: &Talk, account: AccountRef) -> Result<(), Problem> {
    if talk.person() == Some(account) { Ok(()) } else { Err(Problem::not_found()) }
}

fn seal(vault: &Vault, column: &'static str, talk: Id, words: &str, rng: &mut Rng) -> Vec<u8> {
    vault.seal(Place { table: "talk", column, row: &talk.uuid().into_bytes() }, words.as_bytes(), rng)
}

fn open(vault: &Vault, column: &'static str, talk: Id, sealed: Option<&[u8]>) -> Result<Option<String>, Problem> {
    let Some(sealed) = sealed else { return Ok(None) };
    let place = Place { table: "talk", column, row: &talk.uuid().into_bytes() };
    let plain = vault.open_sealed(place, sealed).map_err(Problem::broken)?;
    String::from_utf8(plain).map(Some).map_err(Problem::broken)
}
