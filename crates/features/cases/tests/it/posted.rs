//! A house with problems on its wall, made through the engine.

use huiyin_cases::{Act, Assignment, CaseRef, Cases, Channel, Moment, Outcome, Posting, Request, Submission};
use huiyin_directory::{Viewer, viewer_find};
use huiyin_testing::{City, TestApp};
use huiyin_web::api::{ApiScope, NewClient, client_open};

pub(crate) struct Posted {
    pub(crate) app: TestApp,
    pub(crate) city: City,
    pub(crate) cases: Cases,
}

/// What is put on the wall.
#[derive(Clone, Copy)]
pub(crate) struct New<'a> {
    pub(crate) village: &'a str,
    pub(crate) category: (&'a str, &'a str),
    pub(crate) title: &'a str,
}

pub(crate) const WATER: New<'static> =
    New { village: "上湾村", category: ("infrastructure", "water"), title: "三组自来水管裂了" };
pub(crate) const ROAD: New<'static> =
    New { village: "下坪村", category: ("infrastructure", "road"), title: "村口路基塌了一截" };

impl Posted {
    pub(crate) async fn new() -> Self {
        let app = TestApp::new(vec![huiyin_cases::feature()]).await.unwrap();
        let city = City::found(&app).await.unwrap();
        let site = &app.site;
        let cases = Cases::of(&site.db, &site.vault, &site.calendar).unwrap();
        Self { app, city, cases }
    }

    fn moment(&self) -> Moment {
        Moment::at(self.app.site.clock.now())
    }

    async fn viewer(&self, login: &str) -> Viewer {
        let mut tx = self.app.site.db.read().await.unwrap();
        viewer_find(&mut tx, self.city.account(login), self.app.site.today()).await.unwrap().unwrap()
    }

    async fn act(&self, case: CaseRef, request: Request, login: &str) {
        let act: Act = request.because("按规定办理");
        self.cases.act(case, act, &self.viewer(login).await, self.moment()).await.unwrap();
    }

    /// Hands it in and posts it.
    pub(crate) async fn post(&self, new: New<'_>) -> CaseRef {
        let village = self.city.entry(new.village);
        self.posted(new, (village.parent, Some(village.id))).await
    }

    /// The same, of a township and none of its villages.
    pub(crate) async fn post_at(&self, town: &str, new: New<'_>) -> CaseRef {
        self.posted(new, (Some(self.city.entry(town).id), None)).await
    }

    async fn posted(&self, new: New<'_>, at: (Option<huiyin_base::Id>, Option<huiyin_base::Id>)) -> CaseRef {
        // A second apart, so that the order of lists is theirs.
        self.app.advance(chrono::TimeDelta::seconds(1));
        let village = self.city.entry(new.village);
        let rng = &mut self.app.site.rngs.rng();
        let submission = Submission {
            region: village.region,
            township: at.0,
            village: at.1,
            category: new.category.0.into(),
            sub_category: new.category.1.into(),
            title: new.title.into(),
            text: format!("{}，请尽快修好。", new.title),
            contact: None,
            subject: None,
            channel: Channel::Web,
            photos: Vec::new(),
            nonce: format!("nonce-{}", rng.below(u64::MAX)),
        };
        let submitted = self.cases.submit(submission, self.moment(), rng).await.unwrap();
        let login = if village.region == self.city.org("宝塔区").region { "county" } else { "ansai" };
        self.act(submitted.case, posting(new), login).await;
        submitted.case
    }

    /// The water is given to the bureau, which answers.
    pub(crate) async fn answer(&self, case: CaseRef, outcome: Outcome, text: &str) {
        let to = self.city.org("区水务局");
        let assignment = Assignment { to, account: None, goal: "恢复供水".into(), deadline: None };
        self.act(case, Request::Assign(assignment), "county").await;
        self.act(case, Request::Sign, "water").await;
        self.act(case, Request::Begin, "water").await;
        let close = Request::RequestClose { outcome, text: text.into(), photos: Vec::new() };
        self.act(case, close, "water").await;
        self.act(case, Request::Accept, "county").await;
    }

    /// A key for a program.
    pub(crate) async fn key(&self, scope: ApiScope, per_minute: i64) -> String {
        let site = &self.app.site;
        let new = NewClient {
            name: "县融媒体".into(),
            contact: "县融媒体中心 0911-0000000".into(),
            scope,
            per_minute,
            days: 30,
            by: None,
        };
        let rng = &mut site.rngs.rng();
        let made = client_open(&site.db, &site.vault, site.home, &new, site.clock.real(), rng).await;
        made.unwrap().1
    }
}

pub(crate) fn posting(new: New<'_>) -> Request {
    Request::Post(Posting {
        title: new.title.into(),
        text: format!("{}，请尽快修好。", new.title),
        edited: false,
        category: new.category.0.into(),
        sub_category: new.category.1.into(),
        photos: Vec::new(),
    })
}
