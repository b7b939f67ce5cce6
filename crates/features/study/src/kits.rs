//! Handing kits out, and saying how members are reached.

use huiyin_base::{Day, Id, Instant, Problem, Rng};
use huiyin_db::Db;
use huiyin_directory::{BranchMember, OrgRef};

use crate::store::{
    Channel, Kit, KitIssue, Together, Way, issue_add, issue_holder, kit_add, kit_list, stock_add, stock_label,
    stock_labelled, stock_take, together_add, way_list_buddy, way_put,
};

const LINE: usize = 60;
const TEXT: usize = 1_000;
/// The most that come in at once.
const PILE: i64 = 100_000;

/// The most labels of one print.
const SHEETS: i64 = 480;

/// What became of a kit that was scanned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Handed {
    /// It is his now.
    New,
    /// It was his already.
    Again,
}

/// Kits of this installation. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Kits {
    pub(crate) db: Db,
}

impl Kits {
    /// Another edition.
    pub(crate) async fn edition(&self, id: Id, title: &str, contents: &str, today: Day) -> Result<(), Problem> {
        let (title, contents) = (title.trim().to_owned(), contents.trim().to_owned());
        if title.is_empty() || title.chars().count() > LINE {
            return Err(Problem::invalid(format!("这一版的名字请写 1 到 {LINE} 个字，例如“2017 年上半年”。")));
        }
        if contents.is_empty() || contents.chars().count() > TEXT {
            return Err(Problem::invalid("请写清包里有什么，一行一样。"));
        }
        let kit = Kit { id, title, contents, created_day: today, number: 0 };
        let write = self.db.write("kit_edition", move |tx| {
            let kit = kit.clone();
            Box::pin(async move {
                if kit_list(tx).await?.iter().any(|known| known.title == kit.title) {
                    return Err(Problem::conflict("已经有同名的一版了，请换一个名字。"));
                }
                Ok(kit_add(tx, &kit).await?)
            })
        });
        write.await
    }

    /// So many came in at an office.
    pub(crate) async fn receive(&self, org: OrgRef, kit: Id, count: &str) -> Result<(), Problem> {
        let count: i64 = count.trim().parse().map_err(|_| Problem::invalid("收到多少个，请写数字。"))?;
        if !(1..=PILE).contains(&count) {
            return Err(Problem::invalid(format!("一次收到的请写 1 到 {PILE} 之间的数。")));
        }
        let write = self.db.write("kit_receive", move |tx| {
            Box::pin(async move {
                if !kit_list(tx).await?.iter().any(|known| known.id == kit) {
                    return Err(Problem::not_found());
                }
                Ok(stock_add(tx, org, kit, count).await?)
            })
        });
        write.await
    }

    /// Hands kits to members of a branch from an office's stock; tells how many went out.
    pub(crate) async fn issue(
        &self,
        (office, branch): (OrgRef, OrgRef),
        kit: Id,
        people: &[Id],
        now: Instant,
        rng: &mut Rng,
    ) -> Result<u64, Problem> {
        if people.is_empty() {
            return Err(Problem::invalid("请先勾选要发给谁。"));
        }
        let issue = |person: &Id| KitIssue {
            region: branch.region,
            id: Id::new(branch.region, now, rng),
            person: *person,
            kit,
            branch: branch.id,
            issued_day: Day::of(now),
            serial: None,
        };
        let rows: Vec<KitIssue> = people.iter().map(issue).collect();
        let write = self.db.write("kit_issue", move |tx| {
            let rows = rows.clone();
            Box::pin(async move {
                let given = issue_add(tx, &rows).await?;
                if given > 0 && !stock_take(tx, office, kit, i64::try_from(given).unwrap_or(i64::MAX)).await? {
                    return Err(Problem::conflict(format!(
                        "这一版的库存不够 {given} 个。请先登记收到的数量，或者少发几个。"
                    )));
                }
                Ok(given)
            })
        });
        write.await
    }

    /// Numbers for so many labels; gives the first and the last.
    pub(crate) async fn label(&self, org: OrgRef, kit: Id, count: &str) -> Result<(i64, i64), Problem> {
        let count: i64 = count.trim().parse().map_err(|_| Problem::invalid("印多少张，请写数字。"))?;
        if !(1..=SHEETS).contains(&count) {
            return Err(Problem::invalid(format!("一次请印 1 到 {SHEETS} 张，不够再印。")));
        }
        let write = self.db.write("kit_label", move |tx| {
            Box::pin(async move {
                if !kit_list(tx).await?.iter().any(|known| known.id == kit) {
                    return Err(Problem::not_found());
                }
                Ok(stock_label(tx, org, kit, count).await?)
            })
        });
        let last = write.await?;
        Ok((last - count + 1, last))
    }

    /// Hands over the kit of a number, by scan; the same once more is no second one.
    pub(crate) async fn hand_over(
        &self,
        (office, branch): (OrgRef, OrgRef),
        (kit, serial): (Id, i64),
        member: &BranchMember,
        now: Instant,
        rng: &mut Rng,
    ) -> Result<Handed, Problem> {
        let row = KitIssue {
            region: branch.region,
            id: Id::new(branch.region, now, rng),
            person: member.person,
            kit,
            branch: branch.id,
            issued_day: Day::of(now),
            serial: Some(serial),
        };
        let name = member.name.clone();
        let write = self.db.write("kit_hand_over", move |tx| {
            let (row, name) = (row.clone(), name.clone());
            Box::pin(async move {
                if serial > stock_labelled(tx, office, kit).await? {
                    return Err(Problem::invalid("还没有印过这个编号的标签，请核对标签。"));
                }
                if issue_add(tx, std::slice::from_ref(&row)).await? == 0 {
                    return match issue_holder(tx, row.region, kit, serial).await? {
                        Some(holder) if holder == row.person => Ok(Handed::Again),
                        Some(_) => Err(Problem::conflict("这个编号的小书包已经发给别人了，请换一个再扫。")),
                        None => Err(Problem::conflict(format!("{name}已经有这一版了，没有再发。"))),
                    };
                }
                if !stock_take(tx, office, kit, 1).await? {
                    return Err(Problem::conflict("这一版的库存是 0。请先登记收到的数量。"));
                }
                Ok(Handed::New)
            })
        });
        write.await
    }

    /// How a member is reached, and who reads with him.
    pub(crate) async fn reach(
        &self,
        branch: OrgRef,
        members: &[BranchMember],
        (person, channel, buddy): (Id, Channel, Option<Id>),
    ) -> Result<(), Problem> {
        let known = |id: Id| members.iter().any(|member| member.person == id);
        if !known(person) || buddy.is_some_and(|buddy| !known(buddy)) {
            return Err(Problem::not_found());
        }
        if buddy == Some(person) {
            return Err(Problem::invalid("学习伙伴要选另一个人。"));
        }
        let way = Way { region: branch.region, person, channel, buddy };
        let write = self.db.write("study_way", move |tx| {
            let way = way.clone();
            Box::pin(async move { Ok(way_put(tx, &[way]).await?) })
        });
        write.await
    }

    /// What was read together, entered by the one who reads with the other.
    pub(crate) async fn together(
        &self,
        (buddy, person): (Id, Id),
        title: &str,
        day: Day,
        now: Instant,
        rng: &mut Rng,
    ) -> Result<(), Problem> {
        let title = title.trim().to_owned();
        if title.is_empty() || title.chars().count() > LINE {
            return Err(Problem::invalid(format!("读了什么请写 1 到 {LINE} 个字。")));
        }
        if day > Day::of(now) || Day::of(now).since(day) > 366 {
            return Err(Problem::invalid("日子请填今天或者一年以内的。"));
        }
        let entry =
            Together { region: buddy.region(), id: Id::new(buddy.region(), now, rng), person, buddy, title, day };
        let write = self.db.write("study_together", move |tx| {
            let entry = entry.clone();
            Box::pin(async move {
                if !way_list_buddy(tx, buddy).await?.iter().any(|(known, _)| *known == entry.person) {
                    return Err(Problem::not_found());
                }
                Ok(together_add(tx, &[entry]).await?)
            })
        });
        write.await
    }
}
