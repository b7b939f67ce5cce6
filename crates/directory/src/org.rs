use huiyin_base::{Day, Id, Region};
use huiyin_db::row;

use crate::{OrgKind, OrgRef};

row! {
    /// An organisation as it stands.
    #[derive(Clone, Debug, PartialEq)]
    pub struct Org {
        /// The shard that keeps it.
        pub region: Region,
        /// The organisation.
        pub id: Id,
        /// City, township, branch …
        pub kind: OrgKind,
        /// 12 digits for divisions, its own code for others.
        pub code: String,
        /// The full name.
        pub name: String,
        /// The name inside its parent.
        pub short_name: String,
        /// The organisation above, in the same region.
        pub parent: Option<Id>,
        /// The office's telephone, shown to the public.
        pub phone: Option<String>,
        /// Whether the public may read officers' names here.
        pub names_shown: bool,
        /// Households.
        pub households: Option<i64>,
        /// Inhabitants.
        pub population: Option<i64>,
        /// Microdegrees.
        pub longitude: Option<i64>,
        /// Microdegrees.
        pub latitude: Option<i64>,
        /// The order among its siblings.
        pub position: i64,
        /// The first day.
        pub from_day: Day,
        /// The last day; none while it exists.
        pub to_day: Option<Day>,
    }
}

impl Org {
    /// Its shard and id.
    pub fn at(&self) -> OrgRef {
        OrgRef { region: self.region, id: self.id }
    }

    /// A new organisation with the given core; the rest is empty.
    pub fn new(id: Id, kind: OrgKind, code: impl Into<String>, name: impl Into<String>, from_day: Day) -> Self {
        let name = name.into();
        Self {
            region: id.region(),
            id,
            kind,
            code: code.into(),
            short_name: name.clone(),
            name,
            parent: None,
            phone: None,
            names_shown: false,
            households: None,
            population: None,
            longitude: None,
            latitude: None,
            position: 0,
            from_day,
            to_day: None,
        }
    }
}

row! {
    /// One step of the way from the root to an organisation.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct OrgStep {
        /// The organisation.
        pub id: Id,
        /// Its kind.
        pub kind: OrgKind,
        /// Its name.
        pub name: String,
        /// How far above: 0 is the organisation itself.
        pub depth: i64,
    }
}

row! {
    /// A code and name an organisation had until a day.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct FormerCode {
        /// The code of those days.
        pub code: String,
        /// The name of those days.
        pub name: String,
        /// The last day on which they held.
        pub to_day: Day,
    }
}

row! {
    /// Somebody who holds a role at an organisation.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct PostHolder {
        /// The grant.
        pub id: Id,
        /// The account's shard.
        pub region: Region,
        /// The account.
        pub account: Id,
        /// What it allows.
        pub role: crate::Role,
        /// The post as the public reads it.
        pub post: String,
        /// What pages call the holder. Not for the public unless the organisation shows names.
        pub display_name: String,
        /// Held for somebody else between two days.
        pub deputy_of: Option<Id>,
        /// The first day.
        pub from_day: Day,
        /// The last day.
        pub to_day: Option<Day>,
    }
}
