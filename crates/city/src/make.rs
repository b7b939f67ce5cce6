//! Writes the invented city into a database.

use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::Arc;

use huiyin_base::{Day, Instant, Problem, Rng, WorkCalendar};
use huiyin_cases::Rulebook;
use huiyin_cases::store::{answer_template_add, assign_rule_add, kind_freeze};
use huiyin_db::Db;
use huiyin_directory::{
    Account, Regions, RoleGrant, login_normal, membership_add_many, org_add_many, person_add_many, region_put,
};
use huiyin_files::FileStore;
use huiyin_vault::{Vault, password};

use crate::beside::Beside;
use crate::callbacks::Caller;
use crate::desk::desk_settings;
use crate::history::{Historian, History};
use crate::invent::City;
use crate::ledgers::Ledgers;
use crate::library::Librarian;
use crate::lists::Lists;
use crate::member::member;
use crate::plan::{Plan, year_plan};
use crate::store::{
    AccountRow, account_add_many, close_counter_put, counter_put, history_add_many, marker_begin, marker_find,
    marker_finish,
};
use crate::supervise::Supervisor;
use crate::visit::{Made, visit};
use crate::{Scale, photos};

/// The password of every demo account: easy to print, refused by a production server because its accounts are marked.
pub const DEMO_PASSWORD: &str = "huiyin-yanshi-2016";

/// Rows of people in one write.
const PEOPLE: usize = 2_000;
/// Problems in one write: some ten thousand rows, about a quarter of a second.
const PROBLEMS: usize = 400;

/// What a city is written into.
#[derive(Clone, Debug)]
pub struct House {
    /// A migrated database without a city.
    pub db: Db,
    /// The keys.
    pub vault: Vault,
    /// Where photos go; without it there are none.
    pub files: Option<FileStore>,
}

/// What is being made, how much of it is done, how much there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// In Chinese, for the person who waits.
    pub what: &'static str,
    /// So many.
    pub done: usize,
    /// Of so many.
    pub total: usize,
}

/// Makes the city. The database is marked before the first row and after the last; one that is marked but not complete is
/// to be thrown away, and is refused here.
pub async fn make(house: &House, scale: &Scale, progress: impl Fn(Progress) + Send + Sync) -> anyhow::Result<Made> {
    let found = marker_find(&mut house.db.read().await?).await?;
    anyhow::ensure!(found.is_none(), "这个数据库里已经有一座演示城市，请换一个空的数据库。");
    let scale = Arc::new(scale.clone());
    let book = rulebook()?;
    let inventing = Arc::clone(&scale);
    let rules = book.clone();
    progress(Progress { what: "虚构地名、人名和问题", done: 0, total: 1 });
    let (city, plan) = tokio::task::spawn_blocking(move || {
        let city = City::invent(&inventing);
        let plan = year_plan(&city, &inventing, &rules.calendar, &rules.categories);
        (Arc::new(city), Arc::new(plan))
    })
    .await?;
    let maker = Maker { house, scale, city, plan, book, progress: &progress };
    maker.begin().await?;
    maker.people().await?;
    maker.accounts().await?;
    maker.desk().await?;
    let historian = maker.problems().await?;
    maker.callbacks().await?;
    maker.beside(&historian).await?;
    maker.lists(&historian).await?;
    maker.supervision(&historian).await?;
    maker.ledgers(&historian).await?;
    maker.library().await?;
    crate::branch_life::branch_life(&house.db, &maker.city, &maker.scale).await?;
    crate::exams::exams(&house.db, &maker.city, &maker.scale).await?;
    maker.bulletins().await?;
    maker.finish(&historian).await?;
    Ok(visit(&maker.city, &maker.plan, &historian))
}

/// The rules by which the year went.
pub fn rulebook() -> anyhow::Result<Rulebook> {
    let calendar = WorkCalendar::parse(include_str!("../../../data/work-calendar.csv"))?;
    Ok(Rulebook::built_in(Arc::new(calendar))?)
}

struct Maker<'a, F> {
    house: &'a House,
    scale: Arc<Scale>,
    city: Arc<City>,
    plan: Arc<Plan>,
    book: Rulebook,
    progress: &'a F,
}

impl<F: Fn(Progress) + Send + Sync> Maker<'_, F> {
    async fn begin(&self) -> anyhow::Result<()> {
        let regions = Arc::new(Regions::built_in()?);
        let kinds = Arc::new(self.book.kinds.clone());
        let (scale, first) = (Arc::clone(&self.scale), self.first_day());
        let write = self.house.db.write("demo_begin", move |tx| {
            let (regions, scale, kinds) = (Arc::clone(&regions), Arc::clone(&scale), Arc::clone(&kinds));
            Box::pin(async move {
                marker_begin(tx, &scale).await?;
                region_put(tx, &regions).await?;
                for kind in kinds.iter() {
                    kind_freeze(tx, kind, first).await?;
                }
                Ok(())
            })
        });
        write.await?;
        let orgs: Vec<huiyin_directory::Org> = self.city.orgs.iter().map(|org| self.org(org)).collect();
        let orgs = Arc::new(orgs);
        let write = self.house.db.write("demo_orgs", move |tx| {
            let orgs = Arc::clone(&orgs);
            Box::pin(async move { Ok(org_add_many(tx, &orgs).await?) })
        });
        Ok(write.await?)
    }

    async fn desk(&self) -> anyhow::Result<()> {
        let all = desk_settings(&self.city, &self.book.categories, self.first_day(), self.scale.seed);
        let all = Arc::new(all);
        let write = self.house.db.write("demo_desk", move |tx| {
            let all = Arc::clone(&all);
            Box::pin(async move {
                assign_rule_add(tx, &all.0).await?;
                Ok(answer_template_add(tx, &all.1).await?)
            })
        });
        Ok(write.await?)
    }

    /// Everything existed when the year began.
    fn first_day(&self) -> Day {
        Day::new(self.scale.today.year(), 1, 1).unwrap_or(self.scale.today)
    }

    fn org(&self, org: &crate::invent::Org) -> huiyin_directory::Org {
        let mut row =
            huiyin_directory::Org::new(org.id, org.kind, org.code.clone(), org.name.clone(), self.first_day());
        row.short_name.clone_from(&org.short_name);
        row.parent = org.parent.map(|parent| self.city.orgs[parent].id);
        row.phone.clone_from(&org.phone);
        (row.households, row.population) = (org.households, org.population);
        row.longitude = org.point.map(|point| point.longitude);
        row.latitude = org.point.map(|point| point.latitude);
        row.position = org.position;
        row
    }

    async fn people(&self) -> anyhow::Result<()> {
        let total = self.city.people.len();
        let first_day = self.first_day();
        let seal = |start: usize| {
            let (city, vault, seed) = (Arc::clone(&self.city), self.house.vault.clone(), self.scale.seed);
            tokio::task::spawn_blocking(move || {
                let mut rng = Rng::fork(seed ^ start as u64, "sealing people");
                let people = city.people[start..(start + PEOPLE).min(city.people.len())].iter();
                people.map(|person| member(person, &city, &vault, first_day, &mut rng)).unzip()
            })
        };
        let mut next = seal(0);
        for start in (0..total).step_by(PEOPLE) {
            let rows: (Vec<_>, Vec<_>) = next.await?;
            let rows = Arc::new(rows);
            // The next ones are sealed while these are written.
            next = seal((start + PEOPLE).min(total));
            let write = self.house.db.write("demo_people", move |tx| {
                let rows = Arc::clone(&rows);
                Box::pin(async move {
                    person_add_many(tx, &rows.0).await?;
                    Ok(membership_add_many(tx, &rows.1).await?)
                })
            });
            write.await?;
            (self.progress)(Progress { what: "登记党员", done: (start + PEOPLE).min(total), total });
        }
        Ok(())
    }

    async fn accounts(&self) -> anyhow::Result<()> {
        let seed = self.scale.seed;
        // One hash for all: a demo password is printed on the screen anyway, and two hundred hashes take ten seconds.
        let hashing =
            tokio::task::spawn_blocking(move || password::hash(DEMO_PASSWORD, &mut Rng::fork(seed, "password")));
        let hash = hashing.await??;
        let opened = self.first_day().start();
        let rows: Vec<AccountRow> =
            self.city.accounts.iter().map(|account| self.account(account, &hash, opened)).collect();
        for chunk in rows.chunks(PEOPLE) {
            let chunk = Arc::new(chunk.to_vec());
            let write = self.house.db.write("demo_accounts", move |tx| {
                let chunk = Arc::clone(&chunk);
                Box::pin(async move { Ok(account_add_many(tx, &chunk).await?) })
            });
            write.await?;
        }
        Ok(())
    }

    fn account(&self, account: &crate::invent::Account, hash: &str, opened: Instant) -> AccountRow {
        let person = &self.city.people[account.person];
        let login = login_normal(&account.login);
        let mut row = Account::new(account.id, &login, &person.name, opened);
        row.person = Some(person.id);
        row.demo = account.demo;
        if account.demo {
            (row.password, row.password_at) = (Some(hash.to_owned()), Some(opened));
        }
        let grants = account.grants.iter().map(|held| RoleGrant {
            region: account.region,
            id: held.id,
            account: account.id,
            role: held.role,
            org_region: self.city.orgs[held.org].region,
            org: self.city.orgs[held.org].id,
            post: held.post.clone(),
            from_day: self.first_day(),
            to_day: None,
            deputy_of: None,
            granted_by: None,
        });
        AccountRow { login_hash: self.house.vault.blind("login", &login), account: row, grants: grants.collect() }
    }

    async fn problems(&self) -> anyhow::Result<Arc<Historian>> {
        let historian = Arc::new(Historian::new(
            Arc::clone(&self.city),
            Arc::clone(&self.scale),
            Arc::clone(&self.plan),
            self.book.clone(),
            self.house.vault.clone(),
        ));
        let total = self.plan.problems.len();
        let prepare = |start: usize| {
            let (historian, house, seed) = (Arc::clone(&historian), self.house.clone(), self.scale.seed);
            tokio::spawn(prepared(historian, house, seed, start..(start + PROBLEMS).min(total)))
        };
        let mut next = prepare(0);
        for start in (0..total).step_by(PROBLEMS) {
            let histories = Arc::new(next.await??);
            // The next ones are told and drawn while these are written.
            next = prepare((start + PROBLEMS).min(total));
            let write = self.house.db.write("demo_problems", move |tx| {
                let histories = Arc::clone(&histories);
                Box::pin(async move { Ok(history_add_many(tx, &histories).await?) })
            });
            write.await?;
            (self.progress)(Progress {
                what: "写入问题、答复和经过", done: (start + PROBLEMS).min(total), total
            });
        }
        Ok(historian)
    }

    async fn callbacks(&self) -> anyhow::Result<()> {
        (self.progress)(Progress { what: "抽签回访", done: 0, total: 1 });
        let (city, scale, book, vault) = (&*self.city, &*self.scale, &self.book, &self.house.vault);
        Caller { city, scale, book, vault }.write(&self.house.db).await?;
        (self.progress)(Progress { what: "抽签回访", done: 1, total: 1 });
        Ok(())
    }

    /// Written by the running engine, so after everything that it reads.
    async fn beside(&self, historian: &Historian) -> anyhow::Result<()> {
        let engine = Beside::engine(&self.house.db, &self.house.vault, &self.book);
        Ok(Beside::new(&self.city, &self.plan, &self.scale, historian, engine).write().await?)
    }

    /// Tasks from the city to the villages, and the pledges that draw on them.
    async fn lists(&self, historian: &Historian) -> anyhow::Result<()> {
        (self.progress)(Progress { what: "分解任务、签订责任书", done: 0, total: 1 });
        let lists = Lists { city: &self.city, scale: &self.scale, book: &self.book, historian };
        lists.write(&self.house.db).await?;
        (self.progress)(Progress { what: "分解任务、签订责任书", done: 1, total: 1 });
        Ok(())
    }

    async fn library(&self) -> anyhow::Result<()> {
        let (city, scale, vault) = (&*self.city, &*self.scale, &self.house.vault);
        Librarian { city, scale, vault }.write(&self.house.db).await?;
        (self.progress)(Progress { what: "书库和小书包", done: 1, total: 1 });
        Ok(())
    }

    /// What was issued over the year, after everything that it counts.
    async fn bulletins(&self) -> anyhow::Result<()> {
        (self.progress)(Progress { what: "冻结各月通报", done: 0, total: 1 });
        crate::bulletins::bulletins(&self.house.db, &self.city, &self.scale).await?;
        (self.progress)(Progress { what: "冻结各月通报", done: 1, total: 1 });
        Ok(())
    }

    async fn supervision(&self, historian: &Historian) -> anyhow::Result<()> {
        (self.progress)(Progress { what: "督查、观摩和谈话", done: 0, total: 1 });
        let (city, scale, book, vault) = (&*self.city, &*self.scale, &self.book, &self.house.vault);
        Supervisor { city, scale, historian, book, vault }.write(&self.house.db).await?;
        (self.progress)(Progress { what: "督查、观摩和谈话", done: 1, total: 1 });
        Ok(())
    }

    /// What was handed down in the year: weak bodies, venues, reform.
    async fn ledgers(&self, historian: &Historian) -> anyhow::Result<()> {
        let ledgers = Ledgers { city: &self.city, scale: &self.scale, book: &self.book, historian };
        let book = ledgers.with_own_kind(&self.house.db).await?;
        Ledgers { book: &book, ..ledgers }.write(&self.house.db).await?;
        (self.progress)(Progress { what: "整顿、阵地和改革台账", done: 1, total: 1 });
        Ok(())
    }

    async fn finish(&self, historian: &Historian) -> anyhow::Result<()> {
        let mut last = BTreeMap::new();
        for problem in &self.plan.problems {
            let county = last.entry(self.city.counties[problem.county].region).or_insert(0);
            *county = problem.number.unwrap_or(0).max(*county);
        }
        let year = i64::from(self.scale.today.year());
        let mut closed = BTreeMap::new();
        for problem in &self.plan.problems {
            if let Some((year, n)) = historian.close_numbers.get(&problem.serial) {
                let last = closed.entry((self.city.counties[problem.county].region, *year)).or_insert(0);
                *last = (*n).max(*last);
            }
        }
        let closed = Arc::new(closed);
        let (last, scale) = (Arc::new(last), Arc::clone(&self.scale));
        let write = self.house.db.write("demo_finish", move |tx| {
            let (last, closed, scale) = (Arc::clone(&last), Arc::clone(&closed), Arc::clone(&scale));
            Box::pin(async move {
                counter_put(tx, year, &last).await?;
                close_counter_put(tx, "problem", &closed).await?;
                Ok(marker_finish(tx, &scale).await?)
            })
        });
        Ok(write.await?)
    }
}

/// Histories with their pictures, told on another core.
async fn prepared(
    historian: Arc<Historian>,
    house: House,
    seed: u64,
    problems: Range<usize>,
) -> anyhow::Result<Vec<History>> {
    let telling = tokio::task::spawn_blocking(move || {
        problems.map(|index| historian.tell(index)).collect::<Result<Vec<History>, Problem>>()
    });
    let mut histories = telling.await??;
    if let Some(files) = &house.files {
        photos::add(&house.db, files, &mut histories, seed).await?;
    }
    Ok(histories)
}
