//! An evening on which a branch reads reflections aloud: which, in which order, and the paper of it.

use std::collections::BTreeMap;

use huiyin_base::{Day, Id, Problem};
use huiyin_db::Db;
use huiyin_documents::{Block, Official, Signing};

use crate::reflection::Read;
use crate::store::{Evening, evening_put, evening_remove, reflection_list_branch};

const TITLE: usize = 60;
/// The most that an evening has room for.
const PARTS: usize = 30;
/// So many of a branch's reflections, the newest first, are there to choose from.
pub(crate) const OFFERED: i64 = 200;

/// What the secretary has chosen: a reflection and the number he has written beside it.
pub(crate) type Picked = (Id, String);

/// Those with a number, in the order of their numbers; equal ones as they stood.
pub(crate) fn ordered(picked: &[Picked]) -> Result<Vec<Id>, Problem> {
    let mut parts = Vec::new();
    for (id, written) in picked {
        let written = written.trim();
        if written.is_empty() || written == "0" {
            continue;
        }
        let n: i64 = written
            .parse()
            .ok()
            .filter(|n| (1..1_000).contains(n))
            .ok_or_else(|| Problem::invalid("次序请写 1、2、3 这样的数字，不选的空着。"))?;
        parts.push((n, *id));
    }
    parts.sort_by_key(|(n, _)| *n);
    if parts.is_empty() {
        return Err(Problem::invalid("请至少选一篇：在它后面写上次序。"));
    }
    if parts.len() > PARTS {
        return Err(Problem::invalid(format!("一次读书会最多选 {PARTS} 篇。")));
    }
    Ok(parts.into_iter().map(|(_, id)| id).collect())
}

/// Writes an evening; only what is shared in its branch can stand on it.
pub(crate) async fn put(db: &Db, evening: Evening, picked: &[Picked]) -> Result<Id, Problem> {
    let evening = Evening { title: evening.title.trim().to_owned(), ..evening };
    if evening.title.is_empty() || evening.title.chars().count() > TITLE {
        return Err(Problem::invalid(format!("题目请写 1 到 {TITLE} 个字。")));
    }
    if evening.nonce.is_empty() || evening.nonce.len() > 60 {
        return Err(Problem::invalid("页面打开太久，请刷新后再写一次。"));
    }
    let parts = ordered(picked)?;
    let write = db.write("reading_evening", move |tx| {
        let (evening, parts) = (evening.clone(), parts.clone());
        Box::pin(async move {
            let branch = huiyin_directory::OrgRef { region: evening.region, id: evening.branch };
            let shared = reflection_list_branch(tx, branch, OFFERED).await?;
            let there: Vec<Id> = parts.into_iter().filter(|id| shared.iter().any(|row| row.id == *id)).collect();
            if there.is_empty() {
                return Err(Problem::conflict("选的几篇刚刚都收回了，请重新选。"));
            }
            Ok(evening_put(tx, &evening, &there).await?)
        })
    });
    write.await
}

/// Deletes an evening; the reflections stay with their writers.
pub(crate) async fn remove(db: &Db, branches: Vec<huiyin_directory::OrgRef>, id: Id) -> Result<(), Problem> {
    let write = db.write("reading_evening_remove", move |tx| {
        let branches = branches.clone();
        Box::pin(
            async move { if evening_remove(tx, &branches, id).await? { Ok(()) } else { Err(Problem::not_found()) } },
        )
    });
    write.await
}

/// What stands under each: the book, and who wrote it under the name he agreed to.
pub(crate) fn under(read: &Read, titles: &BTreeMap<Id, String>) -> String {
    let book = read.row.book.and_then(|book| titles.get(&book));
    book.map_or_else(|| format!("——{}", read.by), |title| format!("——{}，读《{title}》", read.by))
}

/// The evening as a paper for Word.
pub(crate) fn paper(title: &str, branch: &str, day: Day, parts: &[Read], titles: &BTreeMap<Id, String>) -> Official {
    let mut blocks = Vec::new();
    for read in parts {
        blocks.push(Block::Heading { level: 1, text: read.title.clone() });
        let lines = read.words.lines().map(str::trim).filter(|line| !line.is_empty());
        blocks.extend(lines.map(|line| Block::Paragraph(line.to_owned())));
        blocks.push(Block::Paragraph(under(read, titles)));
    }
    Official {
        title: title.to_owned(),
        blocks,
        signing: Signing::Office { name: branch.to_owned(), date: day.chinese() },
        ..Official::default()
    }
}

#[cfg(test)]
mod tests {
    use huiyin_base::{Region, Rng};

    use super::*;

    #[test]
    fn parts_stand_by_their_numbers() {
        let mut rng = Rng::seeded(1);
        let now = huiyin_base::Clock::system().now();
        let ids: Vec<Id> = (0..4).map(|_| Id::new(Region::new(1).unwrap(), now, &mut rng)).collect();
        let picked =
            |numbers: [&str; 4]| -> Vec<Picked> { ids.iter().copied().zip(numbers.map(ToOwned::to_owned)).collect() };
        assert_eq!(ordered(&picked(["2", "", "1", "0"])).unwrap(), [ids[2], ids[0]]);
        assert_eq!(ordered(&picked(["7", "7", "", " 3 "])).unwrap(), [ids[3], ids[0], ids[1]]);
        assert!(ordered(&picked(["", "", "", ""])).is_err() && ordered(&picked(["x", "1", "", ""])).is_err());
    }
}
