use std::collections::BTreeMap;

use huiyin_base::number::Receipt;
use huiyin_directory::Role;

use crate::history::Historian;
use crate::invent::{Account, AccountNumber, City};
use crate::make::DEMO_PASSWORD;
use crate::plan::{Deed, Fate, Plan};

/// What a visitor needs to try the city.
#[derive(Clone, Debug)]
pub struct Made {
    /// The main account of every role, in the order of the roles, to be printed.
    pub sign_ins: Vec<SignInSlip>,
    /// All accounts that can sign in.
    pub all_sign_ins: Vec<SignInSlip>,
    /// A few receipts, so that a visitor can follow a problem as whoever raised it would.
    pub receipts: Vec<DemoReceipt>,
    /// Problems posted.
    pub posted: usize,
    /// Of these solved and answered.
    pub solved: usize,
}

/// How to sign in as somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignInSlip {
    /// The role.
    pub role: Role,
    /// Where, such as 宝塔区.
    pub org: String,
    /// The post.
    pub post: String,
    /// The sign-in name.
    pub login: String,
    /// The password, the same for every demo account.
    pub password: &'static str,
}

/// A receipt that can be tried.
#[derive(Clone, Debug)]
pub struct DemoReceipt {
    /// How the problem stands, in Chinese.
    pub what: &'static str,
    /// The receipt.
    pub receipt: Receipt,
}

/// Which problems a visitor may follow: how each stands, and the fate it has.
const SHOWN: [(&str, Fate); 6] = [
    ("已答复，可以评价或提出异议", Fate::Solved),
    ("办理中", Fate::InHand),
    ("逾期未办结", Fate::InHandLate),
    ("重新办理", Fate::Reopened),
    ("未受理，可以申请复核", Fate::Declined),
    ("暂缓，等待条件", Fate::Paused("season")),
];

pub(crate) fn visit(city: &City, plan: &Plan, historian: &Historian) -> Made {
    let busy = busy(plan);
    let mut by_role: BTreeMap<Role, (usize, SignInSlip)> = BTreeMap::new();
    let mut all = Vec::new();
    for (number, account) in city.accounts.iter().enumerate().filter(|(_, account)| account.demo) {
        let (slip, work) = (slip(city, account), busy.get(&number).copied().unwrap_or(0));
        // The main one is the first, or one with more on the desk: a visitor wants to see work.
        if by_role.get(&slip.role).is_none_or(|(most, _)| work > *most) {
            by_role.insert(slip.role, (work, slip.clone()));
        }
        all.push(slip);
    }
    let receipts = SHOWN.iter().filter_map(|(what, fate)| {
        // The newest: its answer may still be objected to.
        let problem = plan.problems.iter().rev().find(|problem| problem.fate == *fate)?;
        Some(DemoReceipt { what, receipt: historian.receipt(problem) })
    });
    Made {
        sign_ins: by_role.into_values().map(|(_, slip)| slip).collect(),
        all_sign_ins: all,
        receipts: receipts.collect(),
        posted: plan.problems.iter().filter(|problem| problem.is_posted()).count(),
        solved: plan.problems.iter().filter(|problem| problem.fate.is_solved()).count(),
    }
}

/// How many open problems each account has signed.
fn busy(plan: &Plan) -> BTreeMap<AccountNumber, usize> {
    let mut busy = BTreeMap::new();
    for problem in plan.problems.iter().filter(|problem| problem.fate.is_open()) {
        let owner = problem.steps.iter().rev().find(|step| step.deed == Deed::Sign).and_then(|step| step.actor);
        if let Some(account) = owner {
            *busy.entry(account).or_insert(0) += 1;
        }
    }
    busy
}

fn slip(city: &City, account: &Account) -> SignInSlip {
    // Nobody has an account without a role.
    let held = &account.grants[0];
    SignInSlip {
        role: held.role,
        org: city.orgs[held.org].name.clone(),
        post: held.post.clone(),
        login: account.login.clone(),
        password: DEMO_PASSWORD,
    }
}
