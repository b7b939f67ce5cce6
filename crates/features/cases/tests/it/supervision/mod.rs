//! Inspections, good practice and talks, as browsers meet them.

mod drawn;
mod practices;
mod recorded;
mod talks;

use huiyin_base::{Id, Rng};
use huiyin_cases::supervision::store::InspectionKind;
use huiyin_cases::supervision::{NewInspection, UnitList};
use huiyin_cases::{Cases, Moment};
use huiyin_directory::{OrgKind, Viewer, viewer_find};
use huiyin_testing::{Browser, City, TestApp};

use crate::tree::day;

pub(crate) struct House {
    pub(crate) app: TestApp,
    pub(crate) city: City,
    pub(crate) cases: Cases,
    pub(crate) rng: Rng,
}

impl House {
    pub(crate) async fn new() -> Self {
        let app = TestApp::new(vec![huiyin_cases::feature()]).await.unwrap();
        let city = City::found(&app).await.unwrap();
        let cases = Cases::of(&app.site.db, &app.site.vault, &app.site.calendar).unwrap();
        Self { app, city, cases, rng: Rng::seeded(11) }
    }

    pub(crate) async fn browser(&self, login: &str) -> Browser {
        self.app.browser_as(self.city.account(login)).await.unwrap()
    }

    pub(crate) async fn viewer(&self, login: &str) -> Viewer {
        let mut tx = self.app.site.db.read().await.unwrap();
        viewer_find(&mut tx, self.city.account(login), self.app.site.today()).await.unwrap().unwrap()
    }

    pub(crate) fn moment(&self) -> Moment {
        Moment::at(self.app.site.clock.now())
    }

    /// A team of the city with these people.
    pub(crate) async fn team(&mut self, logins: &[&str]) -> Id {
        let city = self.viewer("city").await;
        let moment = self.moment();
        let team = self.cases.team_form("第一督导组", &city, moment, &mut self.rng).await.unwrap();
        for login in logins {
            let account = self.city.account(login);
            self.cases.team_join(team, (account, false), &city, self.app.site.today()).await.unwrap();
        }
        team
    }

    /// Ordered by the city, outside the plan.
    pub(crate) async fn ordered(&mut self, kind: InspectionKind, team: Id) -> Id {
        let city = self.viewer("city").await;
        let when = (self.moment(), self.app.site.clock.real());
        let nonce = format!("nonce-{}", self.rng.below(u64::MAX));
        let new = NewInspection {
            kind,
            title: "饮水安全回头看".into(),
            theme: "看修好的水管是不是真有水".into(),
            plan: None,
            reason: "群众反映集中".into(),
            approval: "延办字〔2016〕31号".into(),
            from: day("2016-12-10"),
            to: day("2016-12-20"),
            round: None,
            teams: vec![team],
            checklist: Vec::new(),
            nonce,
        };
        self.cases.inspection_order(new, &city, when, &mut self.rng).await.unwrap()
    }

    /// All townships frozen, so many drawn.
    pub(crate) async fn drawn(&mut self, id: Id, count: usize) -> usize {
        let city = self.viewer("city").await;
        let when = (self.moment(), self.app.site.clock.real());
        let list = UnitList { kind: OrgKind::Township, region: None };
        let regions = self.app.site.regions.clone();
        self.cases.inspection_freeze(id, list, &regions, &city, when, &mut self.rng).await.unwrap();
        self.cases.inspection_draw(id, count, &city, when.0).await.unwrap()
    }
}
