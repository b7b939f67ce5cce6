use std::collections::BTreeMap;

use huiyin_base::{Day, Id, Region, Rng};
use huiyin_db::Tx;
use huiyin_directory::{
    Account, AccountRef, Org, OrgKind, OrgRef, Regions, Role, RoleGrant, account_add, grant_add, org_add_many,
    region_put,
};

use crate::TestApp;

/// The small city in which tests happen: two counties with townships and villages, departments, and one account a role.
#[derive(Clone, Debug)]
pub struct City {
    /// Every region of the country.
    pub regions: Regions,
    orgs: Vec<Org>,
    accounts: BTreeMap<String, AccountRef>,
}

/// Kind, code, name, and the name of the organisation above.
const ORGS: [(&str, OrgKind, &str, &str, Option<&str>); 14] = [
    ("610600", OrgKind::City, "610600000000", "延安市", None),
    ("610600", OrgKind::Department, "610600100001", "市水务局", Some("延安市")),
    ("610602", OrgKind::County, "610602000000", "宝塔区", None),
    ("610602", OrgKind::Department, "610602100001", "区水务局", Some("宝塔区")),
    ("610602", OrgKind::Department, "610602100002", "区交通局", Some("宝塔区")),
    ("610602", OrgKind::Township, "610602701000", "柳河镇", Some("宝塔区")),
    ("610602", OrgKind::Township, "610602702000", "松岭镇", Some("宝塔区")),
    ("610602", OrgKind::Village, "610602701201", "上湾村", Some("柳河镇")),
    ("610602", OrgKind::Branch, "610602701901", "上湾村党支部", Some("上湾村")),
    ("610602", OrgKind::Village, "610602702201", "下坪村", Some("松岭镇")),
    ("610603", OrgKind::County, "610603000000", "安塞区", None),
    ("610603", OrgKind::Department, "610603100001", "区住建局", Some("安塞区")),
    ("610603", OrgKind::Township, "610603701000", "杏岭镇", Some("安塞区")),
    ("610603", OrgKind::Village, "610603701201", "桥沟村", Some("杏岭镇")),
];

/// Sign-in name, role, organisation, post.
const ACCOUNTS: [(&str, Role, &str, &str); 17] = [
    ("member", Role::Member, "上湾村党支部", "党员"),
    ("secretary", Role::BranchSecretary, "上湾村党支部", "党支部书记"),
    ("village", Role::CaseOfficer, "上湾村", "村委会主任"),
    ("water", Role::CaseOfficer, "区水务局", "水利股股长"),
    ("water2", Role::CaseOfficer, "区水务局", "供水站站长"),
    ("roads", Role::CaseOfficer, "区交通局", "养护股股长"),
    ("township", Role::TownshipStaff, "柳河镇", "镇党政办主任"),
    ("township2", Role::TownshipStaff, "松岭镇", "镇党政办主任"),
    ("county", Role::CountyStaff, "宝塔区", "区问题墙办公室"),
    ("county2", Role::CountyStaff, "宝塔区", "区督办室"),
    ("ansai", Role::CountyStaff, "安塞区", "区问题墙办公室"),
    ("city", Role::CityStaff, "延安市", "市问题墙办公室"),
    ("citywater", Role::CaseOfficer, "市水务局", "农水科科长"),
    ("inspector", Role::Inspector, "延安市", "市督查组"),
    ("system", Role::SystemAdmin, "延安市", "系统管理员"),
    ("security", Role::SecurityAdmin, "延安市", "安全管理员"),
    ("audit", Role::AuditAdmin, "延安市", "审计管理员"),
];

impl City {
    /// Makes the city in the app's database.
    pub async fn found(app: &TestApp) -> anyhow::Result<Self> {
        let regions = Regions::built_in()?;
        let mut rng = Rng::seeded(7);
        let now = app.site.clock.now();
        let mut orgs: Vec<Org> = Vec::new();
        for (position, (region, kind, code, name, parent)) in ORGS.iter().enumerate() {
            let region = region_of(&regions, region)?;
            let parent = parent.and_then(|parent| orgs.iter().find(|org| org.name == parent)).map(|org| org.id);
            let begun = Day::new(2000, 1, 1).unwrap_or_else(|| Day::of(now));
            let phone = Some("0911-0000000".to_owned());
            let org = Org::new(Id::new(region, now, &mut rng), *kind, *code, *name, begun);
            orgs.push(Org { parent, phone, position: i64::try_from(position)?, ..org });
        }
        let mut city = Self { regions, orgs, accounts: BTreeMap::new() };
        city.write(app, &mut rng).await?;
        Ok(city)
    }

    /// The organisation called so.
    ///
    /// Panics when there is none: the test has a misprint.
    pub fn org(&self, name: &str) -> OrgRef {
        self.entry(name).at()
    }

    /// The whole row of the organisation called so.
    pub fn entry(&self, name: &str) -> &Org {
        self.orgs.iter().find(|org| org.name == name).unwrap_or_else(|| panic!("no organisation is called {name}"))
    }

    /// The account that signs in so: member, secretary, village, water, county, city …
    pub fn account(&self, login: &str) -> AccountRef {
        *self.accounts.get(login).unwrap_or_else(|| panic!("nobody signs in as {login}"))
    }

    /// Everybody who can sign in.
    pub fn logins(&self) -> impl Iterator<Item = &str> {
        self.accounts.keys().map(String::as_str)
    }

    async fn write(&mut self, app: &TestApp, rng: &mut Rng) -> anyhow::Result<()> {
        let now = app.site.clock.now();
        let mut made = Vec::new();
        for (login, role, org, post) in ACCOUNTS {
            let org = self.org(org);
            let account = Account { demo: true, ..Account::new(Id::new(org.region, now, rng), login, post, now) };
            let grant = granted(&account, role, org, post, Id::new(org.region, now, rng));
            self.accounts.insert(login.to_owned(), account.at());
            made.push((account, grant, app.site.vault.blind("login", login)));
        }
        let (regions, orgs) = (self.regions.clone(), self.orgs.clone());
        app.site
            .db
            .write("test_city", move |tx| {
                let (regions, orgs, made) = (regions.clone(), orgs.clone(), made.clone());
                Box::pin(async move {
                    region_put(tx, &regions).await?;
                    org_add_many(tx, &orgs).await?;
                    for (account, grant, hash) in &made {
                        account_write(tx, account, grant, *hash).await?;
                    }
                    Ok(())
                })
            })
            .await?;
        Ok(())
    }
}

async fn account_write(
    tx: &mut Tx,
    account: &Account,
    grant: &RoleGrant,
    hash: [u8; 32],
) -> Result<(), huiyin_base::Problem> {
    account_add(tx, account, hash).await?;
    Ok(grant_add(tx, grant).await?)
}

fn granted(account: &Account, role: Role, org: OrgRef, post: &str, id: Id) -> RoleGrant {
    RoleGrant {
        region: account.region,
        id,
        account: account.id,
        role,
        org_region: org.region,
        org: org.id,
        post: post.to_owned(),
        from_day: Day::of(account.created_at).plus(-300),
        to_day: None,
        deputy_of: None,
        granted_by: None,
    }
}

fn region_of(regions: &Regions, code: &str) -> anyhow::Result<Region> {
    regions.by_code(code).ok_or_else(|| anyhow::anyhow!("no region has the code {code}"))
}
