//! Talks: who may see one is part of every statement.

use huiyin_base::{Day, Id, Region};
use huiyin_db::{Filter, Result, Tx, insert_many, query, text_enum};
use huiyin_directory::{AccountRef, OrgRef};

use crate::store::stored::stored;

text_enum! {
    /// What kind of talk.
    pub enum TalkKind {
        Remind = "remind" / "提醒谈话",
        Summon = "summon" / "督查约谈",
    }
}

text_enum! {
    /// What a talk rests on.
    pub enum BasisKind {
        Case = "case" / "事项",
        Inspection = "inspection" / "督查",
    }
}

stored! {
    /// A talk. What was said is sealed.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Talk in "talk" {
        fixed {
            region: Region,
            id: Id,
            org: Id,
            kind: TalkKind,
            talker_region: Region,
            talker: Id,
            day: Day,
            due_day: Option<Day>,
            expires_day: Day,
            nonce: String,
        }
        moving {
            account_region: Option<Region>,
            account: Option<Id>,
            unit_region: Option<Region>,
            unit: Option<Id>,
            reason: Option<Vec<u8>>,
            agreed: Option<Vec<u8>>,
            statement: Option<Vec<u8>>,
            appeal: Option<Vec<u8>>,
            decision: Option<Vec<u8>>,
            done_day: Option<Day>,
            appeal_day: Option<Day>,
            decided_day: Option<Day>,
            decider_region: Option<Region>,
            decider: Option<Id>,
            lifted: bool,
            erased_day: Option<Day>,
        }
    }
}

stored! {
    /// A record on which a talk rests.
    #[derive(Clone, Debug, PartialEq)]
    pub struct TalkBasis in "talk_basis" {
        fixed { region: Region, talk: Id, n: i64, kind: BasisKind, refers_region: Region, refers: Id, label: String }
        moving {}
    }
}

stored! {
    /// A look at what was said.
    #[derive(Clone, Debug, PartialEq)]
    pub struct TalkLook in "talk_look" {
        fixed { region: Region, talk: Id, n: i64, account_region: Region, account: Id, post: String, day: Day }
        moving {}
    }
}

impl Talk {
    /// The organisation that talks.
    pub fn org(&self) -> OrgRef {
        OrgRef { region: self.region, id: self.org }
    }

    /// Who is talked to.
    pub fn person(&self) -> Option<AccountRef> {
        self.account_region.zip(self.account).map(|(region, id)| AccountRef { region, id })
    }

    /// Where he works.
    pub fn unit_at(&self) -> Option<OrgRef> {
        self.unit_region.zip(self.unit).map(|(region, id)| OrgRef { region, id })
    }

    /// Who talked.
    pub fn talker_account(&self) -> AccountRef {
        AccountRef { region: self.talker_region, id: self.talker }
    }
}

/// Who looks: himself, his desks, and the desks above which he decides appeals.
#[derive(Clone, Debug)]
pub struct TalkSight {
    /// Himself.
    pub account: AccountRef,
    /// Organisations for which he talks.
    pub orgs: Vec<OrgRef>,
    /// The counties whose appeals he decides.
    pub below: Vec<Region>,
}

fn seen(base: Filter, sight: &TalkSight, today: Day) -> Filter {
    let base = base.then("x.erased_day is null").and("x.expires_day >= ?").bind(today);
    let base = base.then("and ((x.account_region = ?").bind(sight.account.region);
    let mut base = base.then("and x.account = ?)").bind(sight.account.id);
    // PostgreSQL compares no pair of nulls, whose type it cannot know.
    if !sight.orgs.is_empty() {
        base = base.then("or (x.region, x.org) in (values ?)").bind_pairs(pairs(&sight.orgs));
    }
    let base = base.then("or (x.appeal_day is not null and x.region in (?))");
    base.bind_list(sight.below.iter().copied()).then(")")
}

fn pairs(orgs: &[OrgRef]) -> impl Iterator<Item = (Region, Id)> + '_ {
    orgs.iter().map(|org| (org.region, org.id))
}

/// One that the viewer may see, while it lasts.
pub async fn talk_find(tx: &mut Tx, sight: &TalkSight, id: Id, today: Day) -> Result<Option<Talk>> {
    let base = Filter::new(Talk::SELECT).then("x.region = ?").bind(id.region()).and("x.id = ?").bind(id);
    seen(base.then("and"), sight, today).query().fetch_optional(tx).await
}

/// Those that the viewer may see, while they last, the newest first.
pub async fn talk_list(tx: &mut Tx, sight: &TalkSight, today: Day, limit: i64) -> Result<Vec<Talk>> {
    let base = seen(Filter::new(Talk::SELECT), sight, today);
    base.then("order by x.day desc, x.id desc limit ?").bind(limit).query().fetch_all(tx).await
}

/// One, locked, whoever asks: for verbs that have found it by sight before.
pub async fn talk_lock(tx: &mut Tx, id: Id) -> Result<Option<Talk>> {
    let base = Filter::new(Talk::SELECT).then("x.region = ?").bind(id.region()).and("x.id = ?").bind(id);
    base.locked(tx).query().fetch_optional(tx).await
}

/// The one that this word has made.
pub async fn talk_nonce(tx: &mut Tx, region: Region, nonce: &str) -> Result<Option<Talk>> {
    let base = Filter::new(Talk::SELECT).then("x.region = ?").bind(region).and("x.nonce = ?").bind(nonce);
    base.query().fetch_optional(tx).await
}

/// Writes talks and what they rest on.
pub async fn talk_add(tx: &mut Tx, talks: &[Talk], basis: &[TalkBasis]) -> Result<()> {
    insert_many(tx, Talk::INSERT, talks.iter().map(Talk::values).collect(), "").await?;
    insert_many(tx, TalkBasis::INSERT, basis.iter().map(TalkBasis::values).collect(), "").await?;
    Ok(())
}

/// Saves what moves.
pub async fn talk_save(tx: &mut Tx, talk: &Talk) -> Result<()> {
    let update = talk.assign(Filter::new("update talk set day = day"));
    update.then("where region = ?").bind(talk.region).and("id = ?").bind(talk.id).query().execute(tx).await?;
    Ok(())
}

/// What a talk rests on.
pub async fn basis_list(tx: &mut Tx, talk: Id) -> Result<Vec<TalkBasis>> {
    let base = Filter::new(TalkBasis::SELECT).then("x.region = ?").bind(talk.region()).and("x.talk = ?").bind(talk);
    base.then("order by x.n").query().fetch_all(tx).await
}

/// Puts a look on record, under the next number. The talk is locked.
pub async fn look_add(tx: &mut Tx, look: TalkLook) -> Result<()> {
    let last = query("select coalesce(max(n), 0) from talk_look where region = $1 and talk = $2");
    let last: i64 = last.bind(look.region).bind(look.talk).fetch_scalar(tx).await?;
    let look = TalkLook { n: last + 1, ..look };
    insert_many(tx, TalkLook::INSERT, vec![look.values()], "").await?;
    Ok(())
}

/// The looks at a talk, the latest first.
pub async fn look_list(tx: &mut Tx, talk: Id) -> Result<Vec<TalkLook>> {
    let base = Filter::new(TalkLook::SELECT).then("x.region = ?").bind(talk.region()).and("x.talk = ?").bind(talk);
    base.then("order by x.n desc limit 200").query().fetch_all(tx).await
}

/// Talks that have ended and whose text is still kept.
pub async fn talk_expired(tx: &mut Tx, today: Day, limit: i64) -> Result<Vec<Talk>> {
    let base = Filter::new(Talk::SELECT).then("x.erased_day is null").and("x.expires_day < ?").bind(today);
    base.then("order by x.expires_day, x.id limit ?").bind(limit).query().fetch_all(tx).await
}

/// Deletes what was said, to whom, on what it rested and who looked; what stays says that there was a talk.
pub async fn talk_erase(tx: &mut Tx, talk: &Talk, today: Day) -> Result<()> {
    let bare = Talk {
        account_region: None,
        account: None,
        unit_region: None,
        unit: None,
        reason: None,
        agreed: None,
        statement: None,
        appeal: None,
        decision: None,
        decider_region: None,
        decider: None,
        erased_day: Some(today),
        ..talk.clone()
    };
    talk_save(tx, &bare).await?;
    let basis = query("delete from talk_basis where region = $1 and talk = $2");
    basis.bind(talk.region).bind(talk.id).execute(tx).await?;
    let looks = query("delete from talk_look where region = $1 and talk = $2");
    looks.bind(talk.region).bind(talk.id).execute(tx).await?;
    Ok(())
}
