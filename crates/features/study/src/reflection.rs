//! Writing reflections, sharing them and taking them back. Nobody owes one, and nobody counts them.

use huiyin_base::{Day, Id, Instant, Problem, Rng};
use huiyin_db::{Db, Tx};
use huiyin_directory::audit::{AuditKind, Event, record};
use huiyin_directory::{OrgKind, OrgRef, Role, Viewer, org_path};
use huiyin_vault::{Place, Vault};

use crate::reader::reader;
use crate::store::{
    Circle, Comment, Reflection, Sharing, comment_add, comment_list, comment_remove, reflection_add, reflection_find,
    reflection_looked, reflection_nonce, reflection_remove, reflection_share, reflection_write,
};

/// The most characters of a title, a reflection and a comment; the most comments on one.
const TITLE: usize = 60;
const WORDS: usize = 8_000;
const COMMENT: usize = 500;
pub(crate) const COMMENTS: i64 = 300;
/// How whoever does not give his name is called.
pub(crate) const SOMEBODY: &str = "一位党员";

/// Reflections of this installation. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Reflections {
    pub(crate) db: Db,
    pub(crate) vault: Vault,
}

/// What was written.
#[derive(Clone, Debug, Default)]
pub(crate) struct Text {
    pub(crate) title: String,
    pub(crate) words: String,
    pub(crate) book: Option<Id>,
}

/// A reflection as those read it who may.
#[derive(Clone, Debug)]
pub(crate) struct Read {
    pub(crate) row: Reflection,
    pub(crate) title: String,
    pub(crate) words: String,
    /// Under which name it stands.
    pub(crate) by: String,
}

/// A comment as it is read.
#[derive(Clone, Debug)]
pub(crate) struct Said {
    pub(crate) row: Comment,
    pub(crate) words: String,
    pub(crate) by: String,
}

/// For whom somebody may share: an organisation above his branch, or the branch itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reach {
    pub(crate) org: Id,
    pub(crate) branch: OrgRef,
    pub(crate) label: String,
    /// For the whole city, once the branch's secretary has looked; until then for the branch.
    pub(crate) city: bool,
}

impl Reach {
    /// The word of the choice.
    pub(crate) fn key(&self) -> String {
        if self.city { format!("city-{}", self.branch.id) } else { self.org.to_string() }
    }
}

/// The branches to which the viewer belongs.
pub(crate) fn branches(viewer: &Viewer, roles: &'static [Role]) -> Vec<OrgRef> {
    let mut all: Vec<OrgRef> = Vec::new();
    for grant in viewer.grants_of(roles).filter(|grant| Role::Member.fits(grant.org_kind)) {
        if !all.contains(&grant.org) {
            all.push(grant.org);
        }
    }
    all
}

/// The roles by which one belongs to a branch.
pub(crate) const OF_BRANCH: &[Role] = &[Role::Member, Role::BranchSecretary];
/// The role that looks before the whole city reads.
pub(crate) const OF_SECRETARY: &[Role] = &[Role::BranchSecretary];

/// What whoever looks may read: his own, and what is for one of his organisations.
pub(crate) async fn circle(tx: &mut Tx, viewer: &Viewer) -> Result<Circle, Problem> {
    let mut orgs: Vec<OrgRef> = Vec::new();
    for grant in &viewer.grants {
        for step in org_path(tx, grant.org).await? {
            let org = OrgRef { region: grant.org.region, id: step.id };
            if !orgs.contains(&org) {
                orgs.push(org);
            }
        }
    }
    Ok(Circle { writer: reader(viewer), orgs })
}

/// For whom the viewer may share: his branch, his township or office, his county.
pub(crate) async fn reaches(tx: &mut Tx, viewer: &Viewer) -> Result<Vec<Reach>, Problem> {
    let mut all: Vec<Reach> = Vec::new();
    for branch in branches(viewer, OF_BRANCH) {
        for step in org_path(tx, branch).await?.into_iter().rev() {
            let label = match step.kind {
                _ if step.id == branch.id => format!("本支部：{}", step.name),
                OrgKind::Township => format!("全乡镇（街道）：{}", step.name),
                OrgKind::Department => format!("本单位：{}", step.name),
                OrgKind::County => format!("全县（区）：{}", step.name),
                _ => continue,
            };
            if !all.iter().any(|known| known.org == step.id) {
                all.push(Reach { org: step.id, branch, label, city: false });
            }
        }
    }
    let near = all.iter().filter(|reach| reach.org == reach.branch.id);
    let city = near.map(|reach| Reach {
        label: "全市：先给本支部看，支部书记看过以后全市可读".into(),
        city: true,
        ..reach.clone()
    });
    let city: Vec<Reach> = city.collect();
    all.extend(city);
    Ok(all)
}

fn place<'a>(table: &'static str, column: &'static str, row: &'a [u8; 16]) -> Place<'a> {
    Place { table, column, row }
}

fn bytes(id: Id) -> [u8; 16] {
    id.uuid().into_bytes()
}

fn fair(text: &Text) -> Result<(&str, &str), Problem> {
    let (title, words) = (text.title.trim(), text.words.trim());
    if title.is_empty() || title.chars().count() > TITLE {
        return Err(Problem::invalid(format!("题目请写 1 到 {TITLE} 个字。")));
    }
    if words.is_empty() || words.chars().count() > WORDS {
        return Err(Problem::invalid(format!("心得请写 1 到 {WORDS} 个字；太长的可以分成几篇。")));
    }
    Ok((title, words))
}

/// Seals what was written; for its writer alone until he shares it.
pub(crate) fn sealed(
    text: &Text,
    (writer, id, nonce): (Id, Id, &str),
    vault: &Vault,
    day: Day,
    rng: &mut Rng,
) -> Result<Reflection, Problem> {
    let (title, words) = fair(text)?;
    if nonce.is_empty() || nonce.len() > 60 {
        return Err(Problem::invalid("页面打开太久，请刷新后再写一次。"));
    }
    let row = bytes(id);
    Ok(Reflection {
        region: id.region(),
        id,
        writer,
        book: text.book,
        title: vault.seal(place("reflection", "title", &row), title.as_bytes(), rng),
        words: vault.seal(place("reflection", "words", &row), words.as_bytes(), rng),
        audience: None,
        branch: None,
        signed: None,
        written_day: day,
        shared_day: None,
        nonce: nonce.to_owned(),
        city_asked_day: None,
        city_kept_day: None,
        city_day: None,
    })
}

/// How it is shared; with a name only where its writer agreed.
pub(crate) fn sharing(id: Id, reach: &Reach, name: Option<&str>, vault: &Vault, day: Day, rng: &mut Rng) -> Sharing {
    let row = bytes(id);
    let signed = name.map(|name| vault.seal(place("reflection", "signed", &row), name.as_bytes(), rng));
    Sharing { audience: reach.org, branch: reach.branch.id, signed, day, city: reach.city }
}

/// Seals a comment.
pub(crate) fn comment_sealed(
    reflection: Id,
    (writer, name): (Id, &str),
    (words, nonce): (&str, Option<&str>),
    vault: &Vault,
    at: Instant,
    rng: &mut Rng,
) -> Result<Comment, Problem> {
    let words = words.trim();
    if words.is_empty() || words.chars().count() > COMMENT {
        return Err(Problem::invalid(format!("评论请写 1 到 {COMMENT} 个字。")));
    }
    if nonce.is_some_and(|nonce| nonce.is_empty() || nonce.len() > 60) {
        return Err(Problem::invalid("页面打开太久，请刷新后再写一次。"));
    }
    let id = Id::new(reflection.region(), at, rng);
    let row = bytes(id);
    Ok(Comment {
        region: id.region(),
        id,
        reflection,
        writer,
        words: vault.seal(place("reflection_comment", "words", &row), words.as_bytes(), rng),
        signed: vault.seal(place("reflection_comment", "signed", &row), name.as_bytes(), rng),
        written_day: Day::of(at),
        nonce: nonce.map(ToOwned::to_owned),
    })
}

/// Opens a reflection that was found for its reader.
pub(crate) fn opened(row: Reflection, vault: &Vault) -> Result<Read, Problem> {
    let at = bytes(row.id);
    let open = |column, sealed: &[u8]| open(vault, place("reflection", column, &at), sealed);
    Ok(Read {
        title: open("title", &row.title)?,
        words: open("words", &row.words)?,
        by: row.signed.as_deref().map_or(Ok(SOMEBODY.to_owned()), |signed| open("signed", signed))?,
        row,
    })
}

/// Opens a comment on a reflection that was found for its reader.
pub(crate) fn said(row: Comment, vault: &Vault) -> Result<Said, Problem> {
    let at = bytes(row.id);
    let open = |column, sealed: &[u8]| open(vault, place("reflection_comment", column, &at), sealed);
    Ok(Said { words: open("words", &row.words)?, by: open("signed", &row.signed)?, row })
}

fn open(vault: &Vault, place: Place<'_>, sealed: &[u8]) -> Result<String, Problem> {
    let plain = vault.open_sealed(place, sealed).map_err(Problem::broken)?;
    Ok(String::from_utf8_lossy(&plain).into_owned())
}

impl Reflections {
    /// Writes one, shared at once where that was chosen; the same word gives the same one.
    pub(crate) async fn write(
        &self,
        viewer: &Viewer,
        (text, nonce): (&Text, &str),
        chosen: Option<(&Reach, Option<&str>)>,
        now: Instant,
        rng: &mut Rng,
    ) -> Result<Id, Problem> {
        let writer = reader(viewer);
        let home = chosen.map(|(reach, _)| reach.branch).or_else(|| branches(viewer, OF_BRANCH).first().copied());
        let id = Id::new(home.map_or(writer.region(), |branch| branch.region), now, rng);
        let row = sealed(text, (writer, id, nonce), &self.vault, Day::of(now), rng)?;
        let sharing = chosen.map(|(reach, name)| sharing(id, reach, name, &self.vault, Day::of(now), rng));
        let write = self.db.write("reflection_add", move |tx| {
            let (row, sharing) = (row.clone(), sharing.clone());
            Box::pin(async move {
                if let Some(before) = reflection_nonce(tx, row.region, writer, &row.nonce).await? {
                    return Ok(before);
                }
                reflection_add(tx, &[row]).await?;
                if let Some(sharing) = &sharing {
                    reflection_share(tx, writer, id, Some(sharing)).await?;
                }
                Ok(id)
            })
        });
        write.await
    }

    /// Other words in the place of those before.
    pub(crate) async fn rewrite(&self, before: &Reflection, text: &Text, rng: &mut Rng) -> Result<(), Problem> {
        let at = (before.writer, before.id, before.nonce.as_str());
        let row = sealed(text, at, &self.vault, before.written_day, rng)?;
        let write = self.db.write("reflection_write", move |tx| {
            let row = row.clone();
            Box::pin(async move { there(reflection_write(tx, &row).await?) })
        });
        write.await
    }

    /// Shares it, or takes it back.
    pub(crate) async fn share(&self, writer: Id, id: Id, sharing: Option<Sharing>) -> Result<(), Problem> {
        let write = self.db.write("reflection_share", move |tx| {
            let sharing = sharing.clone();
            Box::pin(async move { there(reflection_share(tx, writer, id, sharing.as_ref()).await?) })
        });
        write.await
    }

    /// Deletes it with all that was said to it.
    pub(crate) async fn remove(&self, writer: Id, id: Id) -> Result<(), Problem> {
        let write = self.db.write("reflection_remove", move |tx| {
            Box::pin(async move { there(reflection_remove(tx, writer, id).await?) })
        });
        write.await
    }

    /// Says something to one that the viewer may read; the same word says it once.
    pub(crate) async fn say(
        &self,
        (circle, reflection): (Circle, Id),
        name: &str,
        (words, nonce): (&str, &str),
        now: Instant,
        rng: &mut Rng,
    ) -> Result<(), Problem> {
        let said = (words, Some(nonce));
        let comment = comment_sealed(reflection, (circle.writer, name), said, &self.vault, now, rng)?;
        let write = self.db.write("reflection_comment", move |tx| {
            let (circle, comment) = (circle.clone(), comment.clone());
            Box::pin(async move {
                let found = reflection_find(tx, &circle, reflection).await?.ok_or_else(Problem::not_found)?;
                let said = comment_list(tx, found.id, COMMENTS).await?;
                if i64::try_from(said.len()).unwrap_or(COMMENTS) >= COMMENTS {
                    return Err(Problem::conflict("这篇下面的评论已经很多了，不能再加。"));
                }
                Ok(comment_add(tx, &[comment]).await?)
            })
        });
        write.await
    }

    /// The secretary of its branch has looked: it is for the whole city, or stays in the branch. Nobody looks at his own.
    pub(crate) async fn looked(
        &self,
        viewer: &Viewer,
        id: Id,
        city: bool,
        (today, at, rng): (Day, Instant, &mut Rng),
    ) -> Result<(), Problem> {
        let (branches, me) = (branches(viewer, OF_SECRETARY), reader(viewer));
        let words = if city { "心得给全市看" } else { "心得留在支部" };
        let event = Event::new(viewer.account.region, AuditKind::Moderation, at, rng).by(viewer.account);
        let event = event.about("reflection", id).detail(words);
        let write = self.db.write("reflection_looked", move |tx| {
            let (branches, event) = (branches.clone(), event.clone());
            Box::pin(async move {
                if branches.is_empty() || !reflection_looked(tx, &branches, me, id, (city, today)).await? {
                    return Err(Problem::not_found());
                }
                Ok(record(tx, &event).await?)
            })
        });
        write.await
    }

    /// Deletes what somebody has said.
    pub(crate) async fn unsay(&self, writer: Id, comment: Id) -> Result<(), Problem> {
        let write = self.db.write("reflection_unsay", move |tx| {
            Box::pin(async move { there(comment_remove(tx, writer, comment).await?) })
        });
        write.await
    }
}

fn there(done: bool) -> Result<(), Problem> {
    if done { Ok(()) } else { Err(Problem::not_found()) }
}
