//! Members: a file of people with their branches. An import makes no accounts and no passwords.

mod apply;
mod line;
mod plan;
#[cfg(test)]
mod tests;

use std::collections::HashMap;

use huiyin_base::{Id, Region};
use serde::{Deserialize, Serialize};

pub(super) use self::apply::{decide, withdraw, write};
pub(crate) use self::line::Line;
pub use self::plan::{MemberPlan, plan};
use super::ImportColumn;

/// What a citizen number's blind index is made for.
pub const CITIZEN_NUMBER: &str = "citizen_number";

/// What a file of members may hold. The order is that of the cells a plan reads.
pub const COLUMNS: &[ImportColumn] = &[
    ImportColumn { name: "姓名", aliases: &["name", "党员姓名"], required: true },
    ImportColumn {
        name: "公民身份号码",
        aliases: &["身份证号", "身份证号码", "身份证", "公民身份证号码", "证件号码"],
        required: true,
    },
    ImportColumn {
        name: "支部代码", aliases: &["党支部代码", "组织代码", "branch_code"], required: false
    },
    ImportColumn {
        name: "支部名称",
        aliases: &["支部", "党支部", "党支部名称", "所在党支部", "所在支部", "所属党组织"],
        required: false,
    },
    ImportColumn { name: "性别", aliases: &[], required: false },
    ImportColumn { name: "手机", aliases: &["手机号", "手机号码", "联系电话", "电话"], required: false },
    ImportColumn { name: "学历", aliases: &["文化程度"], required: false },
    ImportColumn { name: "入党日期", aliases: &["入党时间", "加入中共组织日期"], required: false },
    ImportColumn { name: "党员状态", aliases: &["人员类别", "党员类别", "状态"], required: false },
];

/// The directory as the plan finds it.
#[derive(Clone, Debug, Default)]
pub struct MemberState {
    /// Branches in force that the import may touch.
    pub branches: Vec<Branch>,
    /// People already known, by the blind index of their citizen number.
    pub people: HashMap<[u8; 32], Known>,
}

/// A branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Its shard.
    pub region: Region,
    /// The branch.
    pub id: Id,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
}

/// Somebody who is in the directory.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// The person.
    pub id: Id,
    /// The name.
    pub name: String,
    /// The telephone, opened.
    pub phone: Option<String>,
    /// Schooling.
    pub education: Option<String>,
    /// The membership in force.
    pub membership: Option<KnownMembership>,
}

/// A membership in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownMembership {
    /// The branch's shard.
    pub region: Region,
    /// The membership.
    pub id: Id,
    /// The branch.
    pub branch: Id,
    /// The branch's name.
    pub branch_name: String,
    /// The stored word of its stage.
    pub stage: String,
    /// The day of joining, yyyymmdd.
    pub joined_day: Option<i64>,
}

/// What is written for one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum MemberWrite {
    /// A membership, with the person where he is new.
    Add {
        /// The person, if new.
        person: Option<NewPerson>,
        /// The membership.
        membership: NewMembership,
    },
    /// What changed of somebody who is in the branch already.
    Change {
        /// The person.
        person: Id,
        /// A new telephone.
        phone: Option<String>,
        /// New schooling.
        education: Option<String>,
        /// The membership: shard, id, stage, day of joining.
        membership: (Region, Id, String, Option<i64>),
    },
}

/// A person to be added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewPerson {
    /// The person.
    pub id: Id,
    /// The name.
    pub name: String,
    /// The stored word.
    pub sex: String,
    /// The year of birth.
    pub birth_year: i64,
    /// Schooling.
    pub education: Option<String>,
    /// All 18 places.
    pub citizen_number: String,
    /// The telephone.
    pub phone: Option<String>,
}

/// A membership to be added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewMembership {
    /// The membership; its region is the branch's.
    pub id: Id,
    /// The person.
    pub person: Id,
    /// The branch.
    pub branch: Id,
    /// The stored word of its stage.
    pub stage: String,
    /// The day of joining, yyyymmdd.
    pub joined_day: Option<i64>,
}
