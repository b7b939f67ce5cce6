use std::collections::BTreeMap;

use huiyin_directory::{OrgKind, Role, initials};

use super::{Account, AccountNumber, Builder, County, Held, OrgNumber, Person, PersonNumber, Township};

/// The accounts of the city and who holds which role where.
pub(crate) type Accounts = (Vec<Account>, BTreeMap<(OrgNumber, Role), Vec<AccountNumber>>);

/// County departments whose first officer can be tried out.
const SHOWN_DEPARTMENTS: [&str; 4] = ["水务局", "交通运输局", "民政局", "住房和城乡建设局"];

/// One account for everybody who handles problems and for every branch secretary; about 200 have the demo password.
pub(crate) fn invent(
    builder: &mut Builder,
    city: OrgNumber,
    departments: &[OrgNumber],
    counties: &[County],
    people: &[Person],
) -> Accounts {
    let mut desk = Desk::new(builder, people);
    desk.city(city, departments);
    for county in counties {
        desk.county(county);
        for (township, number) in county.townships.iter().zip(1..) {
            desk.township(county, township, number);
        }
    }
    desk.secretaries();
    (desk.accounts, desk.holders)
}

struct Desk<'a> {
    builder: &'a mut Builder,
    people: &'a [Person],
    /// Who belongs to a unit, in the order in which they are given posts.
    units: BTreeMap<OrgNumber, Vec<PersonNumber>>,
    by_person: BTreeMap<PersonNumber, AccountNumber>,
    accounts: Vec<Account>,
    holders: BTreeMap<(OrgNumber, Role), Vec<AccountNumber>>,
}

/// A post to be given: which of the unit's people, as what.
struct Post<'a> {
    index: usize,
    login: String,
    role: Role,
    title: &'a str,
    demo: bool,
}

impl<'a> Desk<'a> {
    fn new(builder: &'a mut Builder, people: &'a [Person]) -> Self {
        let mut units: BTreeMap<OrgNumber, Vec<PersonNumber>> = BTreeMap::new();
        for (number, person) in people.iter().enumerate() {
            units.entry(person.unit).or_default().push(number);
        }
        Self { builder, people, units, by_person: BTreeMap::new(), accounts: Vec::new(), holders: BTreeMap::new() }
    }

    fn city(&mut self, city: OrgNumber, departments: &[OrgNumber]) {
        let posts = [
            ("city-staff", Role::CityStaff, "市问题办理专员"),
            ("city-staff-2", Role::CityStaff, "市问题办理核验员"),
            ("city-staff-3", Role::CityStaff, "市问题办理督办员"),
            ("system-admin", Role::SystemAdmin, "系统管理员"),
            ("security-admin", Role::SecurityAdmin, "安全管理员"),
            ("audit-admin", Role::AuditAdmin, "审计管理员"),
            ("inspector-1", Role::Inspector, "市委第一督导组组长"),
            ("inspector-2", Role::Inspector, "市委第二督导组组长"),
            ("inspector-3", Role::Inspector, "市委第三督导组组长"),
            ("inspector-4", Role::Inspector, "市委第四督导组组长"),
            ("inspector-5", Role::Inspector, "市委第五督导组组长"),
        ];
        for (index, (login, role, post)) in posts.into_iter().enumerate() {
            self.give(city, Post { index, login: login.to_owned(), role, title: post, demo: true });
        }
        for (number, org) in (1..).zip(departments.iter().take(20)) {
            let letters = initials(self.builder.orgs[*org].name.trim_start_matches('市'));
            let demo = number <= 12;
            let role = Role::CaseOfficer;
            self.give(*org, Post { index: 0, login: format!("city-{letters}"), role, title: "办公室主任", demo });
        }
    }

    fn county(&mut self, county: &County) {
        let letters = county.letters;
        let posts = [
            ("county", Role::CountyStaff, "问题办理中心分派员", true),
            ("county-2", Role::CountyStaff, "问题办理中心核验员", true),
            ("county-3", Role::CountyStaff, "问题办理中心主任", true),
            ("county-4", Role::CountyStaff, "问题办理中心核验员", false),
            ("inspector", Role::Inspector, "县委督查室主任", true),
        ];
        for (index, (tail, role, post, demo)) in posts.into_iter().enumerate() {
            self.give(county.org, Post { index, login: format!("{letters}-{tail}"), role, title: post, demo });
        }
        for (short, org) in &county.departments {
            let name = initials(short);
            let shown = SHOWN_DEPARTMENTS.contains(&short.as_str());
            let login = format!("{letters}-{name}");
            let second = format!("{login}-2");
            let role = Role::CaseOfficer;
            self.give(*org, Post { index: 0, login, role, title: "办公室主任", demo: shown });
            self.give(*org, Post { index: 1, login: second, role, title: "业务股股长", demo: false });
        }
        let members = self.units.get(&county.org).and_then(|people| people.get(6)).copied();
        if let Some(person) = members {
            let branch = self.people[person].branch;
            self.hold(person, format!("{letters}-member"), (Role::Member, branch, "党员"), true);
        }
    }

    fn township(&mut self, county: &County, township: &Township, number: usize) {
        let login = format!("{}-t{number:02}", county.letters);
        let shown = number <= 2;
        let street = self.builder.orgs[township.org].name.ends_with("街道");
        let (first, second) = if street {
            ("党工委副书记", "便民服务中心主任")
        } else {
            ("党委副书记", "便民服务中心主任")
        };
        let posts = [
            ("", Role::TownshipStaff, first, shown),
            ("-2", Role::TownshipStaff, second, false),
            ("-office", Role::CaseOfficer, "党政办公室主任", shown),
            ("-office-2", Role::CaseOfficer, "包村干部", false),
        ];
        for (index, (tail, role, post, demo)) in posts.into_iter().enumerate() {
            self.give(township.org, Post { index, login: format!("{login}{tail}"), role, title: post, demo });
        }
        for (village, place) in township.villages.iter().zip(1..) {
            let community = self.builder.orgs[*village].kind == OrgKind::Community;
            let (first, second) = if community {
                ("社区党支部书记", "社区居委会主任")
            } else {
                ("村党支部书记", "村委会主任")
            };
            let demo = number == 1 && place == 1;
            let login = format!("{login}-v{place:02}");
            let other = format!("{login}-2");
            let role = Role::BranchSecretary;
            self.give(*village, Post { index: 0, login, role, title: first, demo });
            let role = Role::CaseOfficer;
            self.give(*village, Post { index: 1, login: other, role, title: second, demo: false });
        }
    }

    /// Every branch has its secretary: the first of its members.
    fn secretaries(&mut self) {
        let mut firsts: BTreeMap<OrgNumber, PersonNumber> = BTreeMap::new();
        for (number, person) in self.people.iter().enumerate() {
            firsts.entry(person.branch).or_insert(number);
        }
        for (branch, person) in firsts {
            let login = self.builder.orgs[branch].code.to_ascii_lowercase();
            self.hold(person, login, (Role::BranchSecretary, branch, "党支部书记"), false);
        }
    }

    fn give(&mut self, unit: OrgNumber, post: Post<'_>) {
        let Some(person) = self.units.get(&unit).and_then(|people| people.get(post.index)).copied() else { return };
        self.hold(person, post.login, (post.role, unit, post.title), post.demo);
    }

    fn hold(&mut self, person: PersonNumber, login: String, (role, org, post): (Role, OrgNumber, &str), demo: bool) {
        let region = self.people[person].region;
        let account = *self.by_person.entry(person).or_insert_with(|| {
            let id = self.builder.id(region);
            self.accounts.push(Account { region, id, person, login, demo, grants: Vec::new() });
            self.accounts.len() - 1
        });
        let id = self.builder.id(region);
        self.accounts[account].demo |= demo;
        self.accounts[account].grants.push(Held { id, role, org, post: post.to_owned() });
        self.holders.entry((org, role)).or_default().push(account);
    }
}
