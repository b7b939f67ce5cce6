//! Organisations: a file of divisions, departments or branches.

mod apply;
mod line;
mod outcome;
mod plan;
mod recognise;
#[cfg(test)]
mod tests;
mod tree;

use huiyin_base::{Day, Id, Region};
use serde::{Deserialize, Serialize};

pub(super) use self::apply::{amount, decide, mine, withdraw, write};
pub use self::plan::{OrgPlan, plan};
use super::ImportColumn;
use crate::Org;

/// What a file of organisations may hold. The order is that of the cells a plan reads.
pub const COLUMNS: &[ImportColumn] = &[
    ImportColumn {
        name: "代码",
        aliases: &["code", "机构代码", "组织代码", "区划代码", "统计用区划代码"],
        required: true,
    },
    ImportColumn { name: "名称", aliases: &["name", "机构名称", "组织名称", "单位名称"], required: true },
    ImportColumn {
        name: "上级代码",
        aliases: &["parent_code", "parent", "上级机构代码", "上级组织代码", "所属上级代码"],
        required: true,
    },
    ImportColumn {
        name: "类别", aliases: &["level", "kind", "层级", "级别", "类型", "机构类别"], required: true
    },
    ImportColumn { name: "简称", aliases: &["short_name"], required: false },
    ImportColumn { name: "电话", aliases: &["phone", "办公电话", "联系电话"], required: false },
    ImportColumn { name: "户数", aliases: &["households"], required: false },
    ImportColumn { name: "人口", aliases: &["population", "人口数"], required: false },
    ImportColumn { name: "经度", aliases: &["longitude", "lng", "lon"], required: false },
    ImportColumn { name: "纬度", aliases: &["latitude", "lat"], required: false },
    ImportColumn { name: "原代码", aliases: &["former_code", "旧代码", "变更前代码"], required: false },
];

/// The directory as the plan finds it, in the regions that the import may touch.
#[derive(Clone, Debug, Default)]
pub struct OrgState {
    /// Every organisation, ended ones included: they keep their codes.
    pub orgs: Vec<Org>,
    /// Codes of former days: region, organisation, code, last day.
    pub former: Vec<(Region, Id, String, Day)>,
}

/// What is written for one row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OrgWrite {
    /// A new organisation.
    Add(OrgRecord),
    /// A change of one that exists.
    Change {
        /// What it shall be.
        record: OrgRecord,
        /// A new code or name; the old ones are kept as predecessors.
        renamed: bool,
        /// A new place in the tree.
        moved: bool,
    },
}

/// An organisation as it shall be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OrgRecord {
    /// The organisation.
    pub id: Id,
    /// The stored word of its kind.
    pub kind: String,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its name inside the parent.
    pub short_name: String,
    /// The organisation above, in the same region.
    pub parent: Option<Id>,
    /// The office's telephone.
    pub phone: Option<String>,
    /// Households.
    pub households: Option<i64>,
    /// Inhabitants.
    pub population: Option<i64>,
    /// Microdegrees.
    pub longitude: Option<i64>,
    /// Microdegrees.
    pub latitude: Option<i64>,
}
