//! The small city in a database.

use huiyin_base::{Day, Id, Rng};
use huiyin_cases::{
    Act, Assignment, CaseRef, Cases, Channel, Done, Moment, Outcome, Posting, Request, Submission, Submitted, store,
};
use huiyin_db::scratch::Scratch;
use huiyin_db::{Tx, query};
use huiyin_directory::{Org, OrgRef, Role, Scope, Viewer, org_add_many};
use huiyin_vault::Vault;

use crate::tree::{CITY, COUNTY, OTHER, Tree, day, on};

pub(crate) struct Ground {
    pub(crate) tree: Tree,
    pub(crate) cases: Cases,
    pub(crate) rng: Rng,
    _scratch: Scratch,
}

impl Ground {
    pub(crate) async fn new() -> Self {
        let tree = Tree::new();
        let scratch = Scratch::new().await.unwrap();
        let cases = Cases { db: scratch.db.clone(), vault: Vault::seeded(1), book: tree.book.clone() };
        let orgs: Vec<Org> = tree
            .nodes
            .iter()
            .zip(0..)
            .map(|(node, position)| {
                let code = format!("C{position}");
                let org = Org::new(node.at.id, node.kind, code, node.name, day("2015-01-01"));
                Org { parent: node.parent.map(|parent| parent.id), position, ..org }
            })
            .collect();
        let write = scratch.db.write("ground", move |tx| {
            let orgs = orgs.clone();
            Box::pin(async move {
                for (ordinal, name, level, parent) in [
                    (CITY, "市", "city", None),
                    (COUNTY, "县", "county", Some(CITY)),
                    (OTHER, "邻县", "county", Some(CITY)),
                ] {
                    region_add(tx, ordinal, name, level, parent).await?;
                }
                Ok(org_add_many(tx, &orgs).await?)
            })
        });
        write.await.unwrap();
        Self { tree, cases, rng: Rng::seeded(3), _scratch: scratch }
    }

    pub(crate) async fn tx(&self) -> Tx {
        self.cases.db.read().await.unwrap()
    }

    pub(crate) fn submission(&mut self) -> Submission {
        Submission {
            region: self.tree.org("县").region,
            township: Some(self.tree.org("甲镇").id),
            village: Some(self.tree.org("甲一村").id),
            category: "infrastructure".into(),
            sub_category: "water".into(),
            title: String::new(),
            text: "村口的自来水管坏了三天，我叫张三，电话 13900000000".into(),
            contact: None,
            subject: None,
            channel: Channel::Web,
            photos: Vec::new(),
            nonce: format!("nonce-{}", self.rng.below(u64::MAX)),
        }
    }

    pub(crate) async fn submit(&mut self, moment: Moment) -> Submitted {
        let submission = self.submission();
        self.cases.submit(submission, moment, &mut self.rng).await.unwrap()
    }

    pub(crate) fn desk(&self) -> Viewer {
        self.tree.person(Role::CountyStaff, "县").clone()
    }

    /// The organisations whose desk the viewer sees.
    pub(crate) fn desks(&self, viewer: &Viewer) -> Vec<huiyin_directory::OrgRef> {
        huiyin_cases::desk_orgs(self.cases.book.kind("problem").unwrap(), viewer)
    }

    pub(crate) async fn act(&self, case: CaseRef, request: Request, viewer: &Viewer, moment: Moment) -> Done {
        let act: Act = request.because("按规定办理");
        self.cases.act(case, act, viewer, moment).await.unwrap()
    }

    /// Submitted and posted.
    pub(crate) async fn posted(&mut self, moment: Moment) -> Submitted {
        let submitted = self.submit(moment).await;
        self.act(submitted.case, posting("村口水管坏了"), &self.desk(), moment).await;
        submitted
    }

    /// Up to a public answer.
    pub(crate) async fn answered(&mut self, from: &str, to: &str) -> Submitted {
        let submitted = self.posted(on(from)).await;
        let owner = self.tree.person(Role::CaseOfficer, "水务局").clone();
        let case = submitted.case;
        self.act(case, assign(&self.tree, "水务局"), &self.desk(), on(from)).await;
        self.act(case, Request::Sign, &owner, on(from)).await;
        self.act(case, Request::Begin, &owner, on(from)).await;
        let text = "水管已更换，恢复供水。".to_owned();
        let close = Request::RequestClose { outcome: Outcome::Solved, text, photos: Vec::new() };
        self.act(case, close, &owner, on(to)).await;
        self.act(case, Request::Accept, &self.desk(), on(to)).await;
        submitted
    }
}

pub(crate) fn posting(title: &str) -> Request {
    Request::Post(Posting {
        title: title.into(),
        text: format!("{title}，全村没有自来水"),
        edited: true,
        category: "infrastructure".into(),
        sub_category: "water".into(),
        photos: Vec::new(),
    })
}

pub(crate) fn assign(tree: &Tree, org: &str) -> Request {
    Request::Assign(Assignment { to: tree.org(org), account: None, goal: "恢复供水".into(), deadline: None })
}

async fn region_add(tx: &mut Tx, ordinal: u16, name: &str, level: &str, parent: Option<u16>) -> huiyin_db::Result<()> {
    let add = query("insert into region (ordinal, code, name, level, parent) values ($1, $2, $3, $4, $5)");
    let add = add.bind(ordinal).bind(ordinal.to_string()).bind(name).bind(level);
    add.bind(parent.map(i64::from)).execute(tx).await?;
    Ok(())
}

/// An id that belongs to nothing.
pub(crate) fn stray() -> Id {
    Id::new(huiyin_base::Region::new(COUNTY).unwrap(), on("2016-01-01").now, &mut Rng::seeded(99))
}

/// Opens the account of a person of the tree, with his roles, so that he can be named in a request.
pub(crate) async fn account_add(ground: &Ground, viewer: &Viewer) {
    let viewer = viewer.clone();
    let write = ground.cases.db.write("account", move |tx| {
        let viewer = viewer.clone();
        Box::pin(async move {
            let account = "insert into account
                (region, id, login, display_name, status, failures, demo, created_at) values ($1, $2, $3, '某人', 'active', 0, $4, $5)";
            let account = query(account).bind(viewer.account.region).bind(viewer.account.id);
            let account = account.bind(viewer.account.id.to_string()).bind(true);
            account.bind(on("2016-01-01").now).execute(tx).await?;
            for held in &viewer.grants {
                let grant = "insert into role_grant
                    (region, id, account, role, org_region, org, post, from_day) values ($1, $2, $3, $4, $5, $6, '岗', 20160101)";
                let grant = query(grant).bind(viewer.account.region).bind(held.id).bind(viewer.account.id).bind(held.role);
                grant.bind(held.org.region).bind(held.org.id).execute(tx).await?;
            }
            Ok(())
        })
    });
    write.await.unwrap();
}

/// A desk's numbers, without what stands beside it.
pub(crate) async fn desk_counts(
    tx: &mut Tx,
    (scope, at): (&Scope, &[OrgRef]),
    today: Day,
    long_before: Day,
) -> store::DeskCounts {
    let beside = store::DeskBeside { units: &[], scope, county: None };
    let asked = store::DeskAsked { scope, at, today, long_before, beside };
    store::desk_stands(tx, &asked).await.unwrap().0
}
