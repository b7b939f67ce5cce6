//! A small city: the real regions, the city's own organisations, one county with two townships.

use huiyin_base::{Clock, Day, Id, Problem, Region, Rng};
use huiyin_db::scratch::Scratch;
use huiyin_db::{Tx, WriteFuture};
use huiyin_directory::{
    Account, AccountRef, Org, OrgKind, OrgRef, Regions, Role, RoleGrant, account_add, grant_add, org_add_many,
    region_put,
};
use huiyin_vault::Vault;

pub(crate) struct City {
    pub(crate) scratch: Scratch,
    pub(crate) regions: Regions,
    pub(crate) home: Region,
    pub(crate) baota: Region,
    pub(crate) rng: Rng,
    pub(crate) clock: Clock,
    pub(crate) vault: Vault,
    orgs: Vec<Org>,
}

impl City {
    pub(crate) async fn new() -> Self {
        let regions = Regions::built_in().unwrap();
        let city = regions.by_code("610600").unwrap();
        let baota = regions.by_code("610602").unwrap();
        let clock = Clock::fixed("2016-12-16T01:00:00Z".parse().unwrap());
        let scratch = Scratch::new().await.unwrap();
        let mut built = Self {
            scratch,
            regions,
            home: city,
            baota,
            rng: Rng::seeded(7),
            clock,
            vault: Vault::seeded(1),
            orgs: Vec::new(),
        };
        let top = built.org(city, OrgKind::City, "610600000000", "延安市", None);
        built.org(city, OrgKind::Department, "D01", "市水务局", Some(top));
        let county = built.org(baota, OrgKind::County, "610602000000", "宝塔区", None);
        let north = built.org(baota, OrgKind::Township, "610602101000", "柳河镇", Some(county));
        let south = built.org(baota, OrgKind::Township, "610602102000", "松岭镇", Some(county));
        let village = built.org(baota, OrgKind::Village, "610602101201", "上湾村", Some(north));
        built.org(baota, OrgKind::Branch, "B01", "上湾村党支部", Some(village));
        built.org(baota, OrgKind::Village, "610602102201", "下坪村", Some(south));
        let (regions, orgs) = (built.regions.clone(), built.orgs.clone());
        built
            .write(move |tx| {
                let (regions, orgs) = (regions.clone(), orgs.clone());
                Box::pin(async move {
                    region_put(tx, &regions).await?;
                    Ok(org_add_many(tx, &orgs).await?)
                })
            })
            .await
            .unwrap();
        built
    }

    fn org(&mut self, region: Region, kind: OrgKind, code: &str, name: &str, parent: Option<OrgRef>) -> OrgRef {
        let id = Id::new(region, self.clock.now(), &mut self.rng);
        let parent = parent.map(|parent| parent.id);
        let position = i64::try_from(self.orgs.len()).unwrap();
        self.orgs.push(Org { parent, position, ..Org::new(id, kind, code, name, Day::new(2000, 1, 1).unwrap()) });
        OrgRef { region, id }
    }

    /// The organisation called so.
    pub(crate) fn at(&self, name: &str) -> OrgRef {
        self.orgs.iter().find(|org| org.name == name).unwrap().at()
    }

    pub(crate) fn today(&self) -> Day {
        self.clock.today()
    }

    pub(crate) async fn read(&self) -> Tx {
        self.scratch.db.read().await.unwrap()
    }

    pub(crate) async fn write<T, F>(&self, closure: F) -> Result<T, Problem>
    where
        T: Send + 'static,
        F: for<'a> Fn(&'a mut Tx) -> WriteFuture<'a, T> + Send + Sync + 'static,
    {
        self.scratch.db.write("test", closure).await
    }
}

impl City {
    /// Randomness of its own.
    pub(crate) fn rng(&mut self) -> Rng {
        Rng::seeded(u64::from_be_bytes(self.rng.bytes()))
    }

    pub(crate) fn id(&mut self, region: Region) -> Id {
        Id::new(region, self.clock.now(), &mut self.rng)
    }

    /// An account with one role, open since the beginning of the year.
    pub(crate) async fn account(&mut self, login: &str, role: Role, org: &str) -> AccountRef {
        let org = self.at(org);
        let account = Account::new(self.id(org.region), login, format!("{login}同志"), self.clock.now());
        let at = account.at();
        let grant = self.grant(at, role, org);
        let hash = blind(login);
        self.write(move |tx| {
            let (account, grant) = (account.clone(), grant.clone());
            Box::pin(async move {
                account_add(tx, &account, hash).await?;
                Ok(grant_add(tx, &grant).await?)
            })
        })
        .await
        .unwrap();
        at
    }

    pub(crate) fn grant(&mut self, account: AccountRef, role: Role, org: OrgRef) -> RoleGrant {
        RoleGrant {
            region: account.region,
            id: self.id(account.region),
            account: account.id,
            role,
            org_region: org.region,
            org: org.id,
            post: role.label().to_owned(),
            from_day: Day::new(2016, 1, 1).unwrap(),
            to_day: None,
            deputy_of: None,
            granted_by: None,
        }
    }

    pub(crate) async fn add_grant(&self, grant: &RoleGrant) {
        let grant = grant.clone();
        self.write(move |tx| {
            let grant = grant.clone();
            Box::pin(async move { Ok(grant_add(tx, &grant).await?) })
        })
        .await
        .unwrap();
    }
}

/// The blind index of a text in these tests.
pub(crate) fn blind(text: &str) -> [u8; 32] {
    Vault::seeded(1).blind("login", text)
}
