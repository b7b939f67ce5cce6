//! Kits on paper for the older half, who reads with some of them, and what they have read.

use std::collections::BTreeMap;

use huiyin_base::{Day, Id, Rng};
use huiyin_db::Db;
use huiyin_directory::OrgRef;
use huiyin_study::store::{
    Channel, Kit, KitIssue, Together, Way, issue_add, kit_add, stock_add, together_add, way_put,
};

use super::{Librarian, portions};
use crate::invent::{OrgNumber, Person};

/// What each county has left.
const LEFT: i64 = 120;
/// The editions: what they are called, what lies in them, how many days ago they came.
const EDITIONS: [(&str, &str, i64); 2] = [
    ("2016 年上半年", "大字读本一册\n果园十二个月一册\n笔记本一个、笔一支", 280),
    ("2016 年下半年", "大字读本一册\n村里的账怎么公开一册\n防煤烟一张\n笔记本一个、笔一支", 110),
];
const READ: [&str; 4] = ["大字读本第一篇", "果园十二个月：一月", "村里的账怎么公开", "防煤烟十句话"];

pub(super) async fn write(made: &Librarian<'_>, db: &Db, rng: &mut Rng) -> anyhow::Result<()> {
    let today = made.scale.today;
    let kits: Vec<Kit> = EDITIONS
        .iter()
        .map(|(title, contents, ago)| {
            let created_day = today.plus(-ago);
            let id = Id::new(made.city.region, created_day.start(), rng);
            Kit { id, title: (*title).to_owned(), contents: (*contents).to_owned(), created_day, number: 0 }
        })
        .collect();
    let people = holders(made);
    let issues: Vec<KitIssue> = people.iter().map(|person| issue(made, person, &kits, rng)).collect();
    let (ways, together) = ways(made, &people, rng);
    stock(made, db, kits).await?;
    portions(db, issues, |tx, rows| Box::pin(async move { issue_add(tx, rows).await.map(|_| ()) })).await?;
    portions(db, ways, |tx, rows| Box::pin(way_put(tx, rows))).await?;
    portions(db, together, |tx, rows| Box::pin(together_add(tx, rows))).await
}

/// The oldest, so many as there were kits.
fn holders<'a>(made: &Librarian<'a>) -> Vec<&'a Person> {
    let mut people: Vec<&Person> = made.city.people.iter().collect();
    people.sort_by_key(|person| (person.birth_year, person.id));
    people.truncate(made.scale.kits());
    people
}

fn org(made: &Librarian<'_>, number: OrgNumber) -> OrgRef {
    let org = &made.city.orgs[number];
    OrgRef { region: org.region, id: org.id }
}

fn issue(made: &Librarian<'_>, person: &Person, kits: &[Kit], rng: &mut Rng) -> KitIssue {
    let branch = org(made, person.branch);
    let (at, ago) = if rng.chance(450) { (0, rng.between(120, 270)) } else { (1, rng.between(3, 100)) };
    let issued_day = made.scale.today.plus(-ago);
    let id = Id::new(branch.region, issued_day.start(), rng);
    KitIssue {
        region: branch.region,
        id,
        person: person.id,
        kit: kits[at].id,
        branch: branch.id,
        issued_day,
        serial: None,
    }
}

/// A third of them read with a younger member of their branch.
fn ways(made: &Librarian<'_>, people: &[&Person], rng: &mut Rng) -> (Vec<Way>, Vec<Together>) {
    let mut youngest: BTreeMap<OrgNumber, &Person> = BTreeMap::new();
    for person in &made.city.people {
        let known = youngest.entry(person.branch).or_insert(person);
        if person.birth_year > known.birth_year {
            *known = person;
        }
    }
    let (mut ways, mut together) = (Vec::new(), Vec::new());
    for person in people.iter().filter(|_| rng.chance(330)).collect::<Vec<_>>() {
        let region = org(made, person.branch).region;
        let buddy = youngest.get(&person.branch).map(|buddy| buddy.id).filter(|buddy| *buddy != person.id);
        let channel = *rng.pick(&[Channel::Kit, Channel::Kit, Channel::Radio, Channel::Visit]).unwrap_or(&Channel::Kit);
        ways.push(Way { region, person: person.id, channel, buddy });
        if let Some(buddy) = buddy.filter(|_| rng.chance(300)) {
            let day: Day = made.scale.today.plus(-rng.between(1, 90));
            let title = (*rng.pick(&READ).unwrap_or(&READ[0])).to_owned();
            let id = Id::new(region, day.start(), rng);
            together.push(Together { region, id, person: person.id, buddy, title, day });
        }
    }
    (ways, together)
}

async fn stock(made: &Librarian<'_>, db: &Db, kits: Vec<Kit>) -> anyhow::Result<()> {
    let counties: Vec<OrgRef> = made.city.counties.iter().map(|county| org(made, county.org)).collect();
    let write = db.write("demo_kits", move |tx| {
        let (kits, counties) = (kits.clone(), counties.clone());
        Box::pin(async move {
            for kit in &kits {
                kit_add(tx, kit).await?;
            }
            let Some(newest) = kits.last() else { return Ok(()) };
            for county in counties {
                stock_add(tx, county, newest.id, LEFT).await?;
            }
            Ok(())
        })
    });
    Ok(write.await?)
}
