//! What branches have announced of their next meetings, and families that act for a member who has no telephone.

use std::sync::Arc;

use huiyin_base::{Id, Rng};
use huiyin_db::Db;
use huiyin_directory::{Consent, FamilyHelper, OrgKind, Role, family_add};
use huiyin_life::store::{BranchMeeting, branch_meeting_add};

use crate::Scale;
use crate::invent::City;

const SUBJECTS: [&str; 5] = [
    "学习讨论，说说各自承诺的事办得怎么样",
    "议一议修渠投工的事，党员带头报名",
    "学习大字读本第三章，读完谈体会",
    "主题党日：清理村口河道，带上手套",
    "评议问题墙上本村的两件事",
];
const HOURS: [&str; 3] = ["晚上七点", "上午九点", "下午三点"];

/// Writes both, in one write.
pub(crate) async fn branch_life(db: &Db, city: &City, scale: &Scale) -> anyhow::Result<()> {
    let mut rng = Rng::fork(scale.seed, "branch_life");
    let meetings = meetings(city, scale, &mut rng);
    let families = families(city, scale, &mut rng);
    let all = Arc::new((meetings, families));
    let write = db.write("demo_branch_life", move |tx| {
        let all = Arc::clone(&all);
        Box::pin(async move {
            branch_meeting_add(tx, &all.0).await?;
            for family in &all.1 {
                family_add(tx, family).await?;
            }
            Ok(())
        })
    });
    Ok(write.await?)
}

fn meetings(city: &City, scale: &Scale, rng: &mut Rng) -> Vec<BranchMeeting> {
    let of_branches = city
        .holders
        .iter()
        .filter(|((org, role), _)| *role == Role::BranchSecretary && city.orgs[*org].kind == OrgKind::Branch);
    let announced = of_branches.filter_map(|((org, _), holders)| {
        let (branch, by) = (&city.orgs[*org], &city.accounts[*holders.first()?]);
        let day = scale.today.plus(rng.between(2, 12));
        let id = Id::new(branch.region, scale.today.start(), rng);
        let place = branch.parent.map_or("", |parent| city.orgs[parent].short_name.as_str());
        Some(BranchMeeting {
            region: branch.region,
            id,
            branch: branch.id,
            day,
            hour: (*rng.pick(&HOURS)?).into(),
            place: format!("{place}党员活动室"),
            subject: (*rng.pick(&SUBJECTS)?).into(),
            cancelled_day: None,
            created_day: scale.today.plus(-1),
            account_region: by.region,
            account: by.id,
            nonce: format!("demo-{id}"),
        })
    });
    announced.collect()
}

/// The member of the demo in each county acts for the oldest of his branch who has no account.
fn families(city: &City, scale: &Scale, rng: &mut Rng) -> Vec<FamilyHelper> {
    let helpers = city.accounts.iter().filter(|account| account.demo && account.login.ends_with("-member"));
    let acting = helpers.filter_map(|helper| {
        let own = &city.people[helper.person];
        let accounts = || city.accounts.iter().map(|account| account.person);
        let older = city.people.iter().enumerate().filter(|(number, person)| {
            person.branch == own.branch && person.birth_year < own.birth_year && !accounts().any(|one| one == *number)
        });
        let (_, elder) = older.min_by_key(|(_, person)| person.birth_year)?;
        Some(FamilyHelper {
            region: elder.region,
            id: Id::new(elder.region, scale.today.start(), rng),
            person: elder.id,
            helper_region: helper.region,
            helper: helper.id,
            kin: "侄子".into(),
            consent: Consent::Paper,
            entered_region: helper.region,
            entered: helper.id,
            from_day: scale.today.plus(-20),
            to_day: scale.today.plus(200),
            ended_day: None,
            ended_region: None,
            ended_by: None,
            notes: true,
        })
    });
    acting.collect()
}
