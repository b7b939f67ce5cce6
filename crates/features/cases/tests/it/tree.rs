//! A small city: two counties, a few organisations, and people with all kinds of roles.

use std::sync::Arc;

use huiyin_base::{Day, Id, Instant, Region, Rng, WorkCalendar};
use huiyin_cases::{Channel, History, Opening, Subject};
use huiyin_cases::{Lines, Moment, Rulebook, seq_at};
use huiyin_directory::{AccountRef, Grant, OrgKind, OrgRef, Reach, Role, Viewer};

pub(crate) const CITY: u16 = 10;
pub(crate) const COUNTY: u16 = 11;
pub(crate) const OTHER: u16 = 12;

/// An organisation of the tree.
#[derive(Clone)]
pub(crate) struct Node {
    pub(crate) at: OrgRef,
    pub(crate) kind: OrgKind,
    pub(crate) name: &'static str,
    pub(crate) parent: Option<OrgRef>,
}

pub(crate) struct Tree {
    pub(crate) book: Rulebook,
    pub(crate) nodes: Vec<Node>,
    pub(crate) lines: Lines,
    pub(crate) people: Vec<Viewer>,
}

impl Tree {
    pub(crate) fn new() -> Self {
        let mut tree = Self { book: book(), nodes: Vec::new(), lines: Lines::default(), people: Vec::new() };
        let city = tree.node(CITY, OrgKind::City, "市", None);
        tree.node(CITY, OrgKind::Department, "市水务局", Some(city));
        for region in [COUNTY, OTHER] {
            let county = tree.node(region, OrgKind::County, if region == COUNTY { "县" } else { "邻县" }, None);
            if region == COUNTY {
                tree.node(region, OrgKind::Department, "水务局", Some(county));
                let first = tree.node(region, OrgKind::Township, "甲镇", Some(county));
                let second = tree.node(region, OrgKind::Township, "乙镇", Some(county));
                let village = tree.node(region, OrgKind::Village, "甲一村", Some(first));
                tree.node(region, OrgKind::Branch, "甲一村支部", Some(village));
                tree.node(region, OrgKind::Village, "甲二村", Some(first));
                tree.node(region, OrgKind::Village, "乙一村", Some(second));
            }
        }
        for index in 0..tree.nodes.len() {
            let line = tree.line(tree.nodes[index].at);
            tree.lines.add(line);
        }
        tree.employ();
        tree
    }

    /// Somebody for everything, and some who are two things at once.
    fn employ(&mut self) {
        let posts: &[&[(Role, &str)]] = &[
            &[(Role::CityStaff, "市")],
            &[(Role::CityStaff, "市")],
            &[(Role::CaseOfficer, "市水务局")],
            &[(Role::CountyStaff, "县")],
            &[(Role::CountyStaff, "县")],
            // Works at the county, and belongs to the branch of a village.
            &[(Role::CountyStaff, "县"), (Role::Member, "甲一村支部")],
            &[(Role::CaseOfficer, "水务局")],
            &[(Role::CaseOfficer, "水务局"), (Role::TownshipStaff, "甲镇")],
            &[(Role::TownshipStaff, "甲镇")],
            &[(Role::TownshipStaff, "甲镇"), (Role::CaseOfficer, "甲一村")],
            &[(Role::TownshipStaff, "乙镇")],
            &[(Role::CaseOfficer, "甲一村")],
            &[(Role::CaseOfficer, "甲一村")],
            &[(Role::CaseOfficer, "甲二村")],
            &[(Role::CaseOfficer, "乙一村")],
            &[(Role::CountyStaff, "邻县")],
            &[(Role::Inspector, "县")],
        ];
        for grants in posts {
            let viewer = self.viewer(grants);
            self.people.push(viewer);
        }
    }

    pub(crate) fn viewer(&self, posts: &[(Role, &str)]) -> Viewer {
        let n = u64::try_from(self.people.len()).unwrap() + 500;
        let region = self.org(posts[0].1).region;
        let id = Id::new(region, at("2016-01-01T01:00:00Z"), &mut Rng::seeded(n));
        let grants = posts.iter().enumerate().map(|(place, (role, name))| {
            let node = self.named(name);
            Grant {
                id: Id::new(region, at("2016-01-01T01:00:00Z"), &mut Rng::seeded(n * 100 + place as u64)),
                role: *role,
                org: node.at,
                org_name: node.name.into(),
                org_kind: node.kind,
                post: role.label().into(),
                deputy: false,
                reach: reach(node),
                line: self.inside(node),
            }
        });
        let account = AccountRef { region, id };
        Viewer { account, person: None, name: "某人".into(), grants: grants.collect(), strong: true }
    }

    /// The first person whose only role is this one there.
    pub(crate) fn person(&self, role: Role, org: &str) -> &Viewer {
        self.persons(role, org)[0]
    }

    pub(crate) fn persons(&self, role: Role, org: &str) -> Vec<&Viewer> {
        let org = self.org(org);
        let fits =
            |viewer: &&Viewer| viewer.grants.len() == 1 && viewer.grants[0].role == role && viewer.grants[0].org == org;
        self.people.iter().filter(fits).collect()
    }

    pub(crate) fn named(&self, name: &str) -> &Node {
        self.nodes.iter().find(|node| node.name == name).unwrap()
    }

    pub(crate) fn org(&self, name: &str) -> OrgRef {
        self.named(name).at
    }

    /// A problem of the first village, in memory.
    pub(crate) fn opened(&self, n: u64, subject: Option<OrgRef>, moment: Moment) -> History {
        self.opened_as("problem", n, subject, moment)
    }

    /// The same of any kind.
    pub(crate) fn opened_as(&self, kind: &str, n: u64, subject: Option<OrgRef>, moment: Moment) -> History {
        let mut rng = Rng::seeded(n);
        let opening = Opening {
            kind: kind.into(),
            id: Id::new(self.org("县").region, moment.now, &mut rng),
            seq: seq_at(moment.now, &mut rng),
            county: self.org("县"),
            township: Some(self.org("甲镇").id),
            village: Some(self.org("甲一村").id),
            category: "infrastructure".into(),
            sub_category: "water".into(),
            channel: Channel::Web,
            subject: subject.map(|org| Subject { org, office: None }),
            original: None,
            contact: None,
            receipt: Some([u8::try_from(n % 250).unwrap(); 32]),
        };
        History::open(&self.book, opening, &self.lines, moment).unwrap()
    }

    fn node(&mut self, region: u16, kind: OrgKind, name: &'static str, parent: Option<OrgRef>) -> OrgRef {
        let region = Region::new(region).unwrap();
        let mut rng = Rng::seeded(1000 + self.nodes.len() as u64);
        let at = OrgRef { region, id: Id::new(region, at("2015-01-01T00:00:00Z"), &mut rng) };
        self.nodes.push(Node { at, kind, name, parent });
        at
    }

    /// The organisation and all above it in its region.
    fn inside(&self, node: &Node) -> Vec<Id> {
        let line = self.line(node.at).into_iter().filter(|(org, _)| org.region == node.at.region);
        line.map(|(org, _)| org.id).collect()
    }

    fn line(&self, org: OrgRef) -> Vec<(OrgRef, OrgKind)> {
        let mut line = Vec::new();
        let mut next = Some(org);
        while let Some(org) = next {
            let node = self.nodes.iter().find(|node| node.at == org).unwrap();
            line.push((org, node.kind));
            let above_border = (node.kind == OrgKind::County).then(|| self.org("市"));
            next = node.parent.or(above_border);
        }
        line
    }
}

fn reach(node: &Node) -> Vec<Reach> {
    let region = |n| Reach::Region(Region::new(n).unwrap());
    match node.kind {
        OrgKind::City => vec![region(CITY), region(COUNTY), region(OTHER)],
        OrgKind::County => vec![Reach::Region(node.at.region)],
        _ => vec![Reach::Subtree(node.at)],
    }
}

pub(crate) fn book() -> Rulebook {
    let calendar = WorkCalendar::parse(include_str!("../../../../../data/work-calendar.csv")).unwrap();
    Rulebook::built_in(Arc::new(calendar)).unwrap()
}

pub(crate) fn at(text: &str) -> Instant {
    text.parse().unwrap()
}

/// 10:00 in Shanghai of a day.
pub(crate) fn on(day: &str) -> Moment {
    Moment::at(at(&format!("{day}T02:00:00Z")))
}

pub(crate) fn day(text: &str) -> Day {
    text.parse().unwrap()
}
