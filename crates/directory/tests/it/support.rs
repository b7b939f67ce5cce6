//! A small city: the real regions, the city's own organisations, one county with two townships.

use huiyin_base::{Clock, Day, Id, Problem, Region, Rng};
use huiyin_db::scratch::Scratch;
use huiyin_db::{Tx, WriteFuture};
use huiyin_directory::{Org, OrgKind, OrgRef, Regions, org_add_many, region_put};

pub(crate) struct City {
    pub(crate) scratch: Scratch,
    pub(crate) regions: Regions,
    pub(crate) city: Region,
    pub(crate) baota: Region,
    pub(crate) rng: Rng,
    pub(crate) clock: Clock,
    orgs: Vec<Org>,
}

impl City {
    pub(crate) async fn new() -> Self {
        let regions = Regions::built_in().unwrap();
        let city = regions.by_code("610600").unwrap();
        let baota = regions.by_code("610602").unwrap();
        let clock = Clock::fixed("2016-12-16T01:00:00Z".parse().unwrap());
        let scratch = Scratch::new().await.unwrap();
        let mut built = Self { scratch, regions, city, baota, rng: Rng::seeded(7), clock, orgs: Vec::new() };
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
