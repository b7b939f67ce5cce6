//! Invents the city's places, bodies, people and accounts. Pure: the same seed gives the same city.

mod accounts;
mod bodies;
mod divisions;
mod names;
mod offices;
mod outline;
mod people;
mod share;
mod words;

use std::collections::BTreeMap;

use huiyin_base::{Day, Id, Instant, Region, Rng};
use huiyin_directory::{OrgKind, Role};

pub use outline::{Outline, Point, outlines};
pub use share::share;

use crate::Scale;

/// Index into [`City::orgs`].
pub type OrgNumber = usize;
/// Index into [`City::people`].
pub type PersonNumber = usize;
/// Index into [`City::accounts`].
pub type AccountNumber = usize;

/// An invented city: everything that exists before its first problem.
#[derive(Debug)]
pub struct City {
    /// The city's own region.
    pub region: Region,
    /// The organisation that is the city.
    pub org: OrgNumber,
    /// Every organisation; a parent stands before its children.
    pub orgs: Vec<Org>,
    /// The 13 counties in code order.
    pub counties: Vec<County>,
    /// The city's departments.
    pub departments: Vec<OrgNumber>,
    /// Every member.
    pub people: Vec<Person>,
    /// Every account; about 200 have a password.
    pub accounts: Vec<Account>,
    /// The accounts that hold a role at an organisation.
    pub holders: BTreeMap<(OrgNumber, Role), Vec<AccountNumber>>,
}

/// One organisation.
#[derive(Clone, Debug)]
pub struct Org {
    /// The shard it lives in.
    pub region: Region,
    /// Its id.
    pub id: Id,
    /// What kind.
    pub kind: OrgKind,
    /// 12 digits for divisions, an own code otherwise.
    pub code: String,
    /// Full name.
    pub name: String,
    /// What lists call it.
    pub short_name: String,
    /// What it stands under; the city and the counties are roots.
    pub parent: Option<OrgNumber>,
    /// The office's invented telephone, with a local number that no exchange gives out.
    pub phone: Option<String>,
    /// Households, for villages and communities.
    pub households: Option<i64>,
    /// Residents, for villages and communities.
    pub population: Option<i64>,
    /// An invented point inside its county.
    pub point: Option<Point>,
    /// Its place among its siblings.
    pub position: i64,
}

/// One of the 13 real counties.
#[derive(Clone, Debug)]
pub struct County {
    /// Its region.
    pub region: Region,
    /// Its organisation.
    pub org: OrgNumber,
    /// The name of 2016, such as 子长县.
    pub name: String,
    /// What numbers begin with, such as 宝塔.
    pub short: String,
    /// What its sign-in names begin with, such as baota.
    pub letters: &'static str,
    /// How much of the city's problems it has, in thousandths or so.
    pub weight: u64,
    /// How well it works: 100 is the city's mean; more is quicker and better rated.
    pub pace: i64,
    /// Its townships.
    pub townships: Vec<Township>,
    /// Its departments by the short name of `rules/problem-categories.toml`.
    pub departments: BTreeMap<String, OrgNumber>,
}

/// One invented township or street.
#[derive(Clone, Debug)]
pub struct Township {
    /// Its organisation.
    pub org: OrgNumber,
    /// Its villages and communities.
    pub villages: Vec<OrgNumber>,
}

/// One invented member.
#[derive(Clone, Debug)]
pub struct Person {
    /// The home shard.
    pub region: Region,
    /// The id.
    pub id: Id,
    /// The invented name.
    pub name: String,
    /// Woman or man.
    pub female: bool,
    /// Year of birth.
    pub birth_year: i64,
    /// Highest schooling.
    pub education: &'static str,
    /// Valid check character, impossible place prefix.
    pub citizen_number: String,
    /// Eleven digits that no operator gives out.
    pub phone: String,
    /// The branch.
    pub branch: OrgNumber,
    /// The village, township or department whose branch it is.
    pub unit: OrgNumber,
    /// A word of `membership.stage`.
    pub stage: &'static str,
    /// When admitted.
    pub joined: Day,
    /// The membership's id.
    pub membership: Id,
}

/// One account with its roles.
#[derive(Clone, Debug)]
pub struct Account {
    /// The home shard: that of the person.
    pub region: Region,
    /// The id.
    pub id: Id,
    /// Who holds it.
    pub person: PersonNumber,
    /// The sign-in name.
    pub login: String,
    /// Whether it has the demo password.
    pub demo: bool,
    /// What it may do, where, as what.
    pub grants: Vec<Held>,
}

/// One role held.
#[derive(Clone, Debug)]
pub struct Held {
    /// The grant's id.
    pub id: Id,
    /// What.
    pub role: Role,
    /// Where.
    pub org: OrgNumber,
    /// The post as the public reads it.
    pub post: String,
}

impl City {
    /// Invents everything that `scale` asks for.
    pub fn invent(scale: &Scale) -> Self {
        let mut builder = Builder::new(scale.seed);
        let (region, org, departments, counties) = divisions::invent(&mut builder, scale);
        let units = bodies::units(&builder, org, &departments, &counties);
        let people = people::invent(&mut builder, &units, scale);
        let (accounts, holders) = accounts::invent(&mut builder, org, &departments, &counties, &people);
        Self { region, org, orgs: builder.orgs, counties, departments, people, accounts, holders }
    }

    /// The accounts that hold `role` at `org`, first the main one.
    pub fn holders(&self, org: OrgNumber, role: Role) -> &[AccountNumber] {
        self.holders.get(&(org, role)).map_or(&[], Vec::as_slice)
    }

    /// The post an account holds at `org`, or its first.
    pub fn post(&self, account: AccountNumber, org: OrgNumber) -> &str {
        let grants = &self.accounts[account].grants;
        grants.iter().find(|held| held.org == org).or(grants.first()).map_or("", |held| held.post.as_str())
    }
}

/// Collects organisations and hands out ids.
#[derive(Debug)]
pub(crate) struct Builder {
    pub(crate) seed: u64,
    pub(crate) orgs: Vec<Org>,
    ids: Rng,
    made: i64,
}

impl Builder {
    fn new(seed: u64) -> Self {
        Self { seed, orgs: Vec::new(), ids: Rng::fork(seed, "directory ids"), made: 0 }
    }

    /// The next id of `region`; ids of the directory are ordered as they were made.
    pub(crate) fn id(&mut self, region: Region) -> Id {
        self.made += 1;
        // 2016-01-01 00:00 in Asia/Shanghai: everything existed when the year began.
        let at = Instant::from_timestamp_millis(1_451_577_600_000 + self.made).unwrap_or_default();
        Id::new(region, at, &mut self.ids)
    }

    pub(crate) fn rng(&self, label: &str) -> Rng {
        Rng::fork(self.seed, label)
    }

    pub(crate) fn add(&mut self, org: Org) -> OrgNumber {
        self.orgs.push(org);
        self.orgs.len() - 1
    }

    /// An organisation with nothing but its name and place in the tree.
    pub(crate) fn plain(&mut self, parent: OrgNumber, kind: OrgKind, name: String, tail: &str) -> OrgNumber {
        let (region, code, point) = {
            let above = &self.orgs[parent];
            (above.region, format!("{}{tail}", above.code), above.point)
        };
        let id = self.id(region);
        let position = i64::try_from(self.orgs.len()).unwrap_or(0);
        self.add(Org {
            region,
            id,
            kind,
            code,
            short_name: name.clone(),
            name,
            parent: Some(parent),
            phone: None,
            households: None,
            population: None,
            point,
            position,
        })
    }
}
