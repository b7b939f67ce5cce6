//! What some members have written about what they read, in the branches that visitors look into, and an evening there.

use std::collections::BTreeSet;

use huiyin_base::{Id, Rng};
use huiyin_db::Db;
use huiyin_directory::OrgRef;
use huiyin_study::store::{Comment, Evening, Reflection, comment_add, evening_put, reflection_add};
use huiyin_study::{Shared, reflection_comment, reflection_written};

use super::{Librarian, Shelved, portions};
use crate::invent::{OrgNumber, Person};

/// Title, words, and whether its writer gives his name.
const WRITTEN: [(&str, &str, bool); 6] = [
    (
        "一条渠教给我的",
        "书里那条渠漏了三个冬天，没有一个人说“算了”。\n\n我们沟里的渠也漏。头一回看见自己村的事写在书里，心里不是滋味。开春我愿意去搭一把手。",
        true,
    ),
    (
        "照着书剪了一回枝",
        "往年剪枝全凭手气。这回照着“一月”那一节，先看树，再下剪子。\n\n剪完邻居来看，说这棵树像是理了发。明年看果子说话。",
        true,
    ),
    ("账要让人看得懂", "书上说，贴出来不等于公开，看得懂才算公开。\n\n我把这一句念给老伴听，她说早该这样。", false),
    ("夜里听了一段", "眼睛花了，字看不清，孙子教我听。听到打新井那一段，想起六二年，半天没睡着。", false),
    (
        "老井的二十个故事",
        "一口井能养活一庄人，也能看出一庄人的心。最喜欢“借粮”那一篇，借的人不好意思，给的人更不好意思。",
        true,
    ),
    ("开会前先读两页", "我们组试了试：开会前先念两页书，再说事。话少了，火气也小了。", true),
];

const SAID: [&str; 3] = ["我也去，算我一个。", "说到心里了。", "下次把书带来，大家轮着念。"];

pub(super) async fn write(made: &Librarian<'_>, db: &Db, books: &[Shelved], rng: &mut Rng) -> anyhow::Result<()> {
    let (mut written, mut said, mut evenings) = (Vec::new(), Vec::new(), Vec::new());
    for branch in shown(made) {
        let people: Vec<&Person> = made.city.people.iter().filter(|person| person.branch == branch).collect();
        let rows = of_branch(made, branch, &people, books, rng)?;
        said.extend(comments(made, &rows, &people, rng)?);
        evenings.extend(evening(made, branch, &rows, rng));
        written.extend(rows);
    }
    portions(db, written, |tx, rows| Box::pin(reflection_add(tx, rows))).await?;
    portions(db, said, |tx, rows| Box::pin(comment_add(tx, rows))).await?;
    portions(db, evenings, |tx, rows| {
        Box::pin(async move {
            for (evening, parts) in rows {
                evening_put(tx, evening, parts).await?;
            }
            Ok(())
        })
    })
    .await
}

/// The branches of those who can be tried out.
fn shown(made: &Librarian<'_>) -> BTreeSet<OrgNumber> {
    let accounts = made.city.accounts.iter().filter(|account| account.demo);
    accounts.map(|account| made.city.people[account.person].branch).collect()
}

fn at(made: &Librarian<'_>, org: OrgNumber) -> OrgRef {
    let org = &made.city.orgs[org];
    OrgRef { region: org.region, id: org.id }
}

fn of_branch(
    made: &Librarian<'_>,
    branch: OrgNumber,
    people: &[&Person],
    books: &[Shelved],
    rng: &mut Rng,
) -> anyhow::Result<Vec<Reflection>> {
    let mut rows = Vec::new();
    for ((person, (title, words, named)), n) in people.iter().cycle().zip(WRITTEN).zip(0_usize..) {
        let day = made.scale.today.plus(-rng.between(2, 80));
        let book = books.get(n % books.len().max(1)).map(|book| book.id);
        let branch = at(made, branch);
        let shared = Shared { audience: branch.id, name: named.then_some(person.name.as_str()), city: !named };
        // The last one its writer has kept for himself.
        let shared = (n + 1 < WRITTEN.len()).then_some(shared);
        let text = (title, words, book);
        rows.push(reflection_written(text, (person.id, branch), shared, made.vault, day.start(), rng)?);
    }
    Ok(rows)
}

fn comments(
    made: &Librarian<'_>,
    rows: &[Reflection],
    people: &[&Person],
    rng: &mut Rng,
) -> anyhow::Result<Vec<Comment>> {
    let shared = rows.iter().filter(|row| row.audience.is_some());
    let mut said = Vec::new();
    for ((row, words), person) in shared.zip(SAID).zip(people.iter().rev()) {
        let day = made.scale.today.plus(-1);
        let writer = (person.id, person.name.as_str());
        said.push(reflection_comment(row.id, writer, words, made.vault, day.start(), rng)?);
    }
    Ok(said)
}

fn evening(made: &Librarian<'_>, branch: OrgNumber, rows: &[Reflection], rng: &mut Rng) -> Option<(Evening, Vec<Id>)> {
    let branch = at(made, branch);
    let parts: Vec<Id> = rows.iter().filter(|row| row.audience.is_some()).take(3).map(|row| row.id).collect();
    let day = made.scale.today.plus(3);
    let id = Id::new(branch.region, made.scale.today.start(), rng);
    let evening = Evening {
        region: branch.region,
        id,
        branch: branch.id,
        title: "冬夜读书会：渠、果树和账".to_owned(),
        day,
        nonce: "demo".to_owned(),
    };
    (!parts.is_empty()).then_some((evening, parts))
}
