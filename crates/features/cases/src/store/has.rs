//! What a case or a desk has in tables of its own: little, for most. A page asks once what there is, and then for that alone.

use huiyin_base::Region;
use huiyin_db::{Filter, Result, Tx, query, row};
use huiyin_directory::{OrgRef, Scope};

use super::FilterPage;
use crate::CaseRef;

row! {
    /// Whether a case has any of it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct CaseHas {
        /// Somebody owned it.
        pub owners: bool,
        /// Answers.
        pub answers: bool,
        /// Pictures, public or not.
        pub photos: bool,
        /// Messages between whoever raised it and whoever handles it.
        pub messages: bool,
        /// Notes of those who handle it.
        pub notes: bool,
        /// Requests for joint handling.
        pub joint: bool,
        /// Parts or subtasks.
        pub children: bool,
        /// A place in the tree of the lists.
        pub node: bool,
        /// It was let in without a puzzle, to be looked at by a person.
        pub hold: bool,
        /// Somebody opened it lately.
        pub presence: bool,
    }
}

/// What the case has.
pub async fn case_has(tx: &mut Tx, case: CaseRef) -> Result<CaseHas> {
    let rows = query(
        "select exists (select 1 from case_owner where region = $1 and case_id = $2) as owners,
         exists (select 1 from case_answer where region = $1 and case_id = $2) as answers,
         exists (select 1 from case_photo where region = $1 and case_id = $2) as photos,
         exists (select 1 from case_message where region = $1 and case_id = $2) as messages,
         exists (select 1 from case_note where region = $1 and case_id = $2) as notes,
         exists (select 1 from joint_request where region = $1 and case_id = $2) as joint,
         exists (select 1 from case_item where region = $1 and parent = $2) as children,
         exists (select 1 from case_node where region = $1 and case_id = $2) as node,
         exists (select 1 from case_hold where region = $1 and case_id = $2) as hold,
         exists (select 1 from case_presence where region = $1 and case_id = $2) as presence",
    );
    rows.bind(case.region).bind(case.id).fetch_one(tx).await
}

row! {
    /// Whether anything stands beside the cases of a desk.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct DeskHas {
        /// Notices of what the units no longer have.
        pub recalls: bool,
        /// Changes that wait for the units' word.
        pub proposals: bool,
        /// Filters that were kept for the desk.
        pub filters: bool,
        /// How many calls of the county wait to be made.
        pub calls: i64,
    }
}

/// Whose desk it is, for what stands beside it.
#[derive(Clone, Copy, Debug)]
pub struct DeskBeside<'a> {
    /// For which the viewer handles cases.
    pub units: &'a [OrgRef],
    /// Whatever he may see by any of his roles.
    pub scope: &'a Scope,
    /// Whose calls he keeps.
    pub county: Option<Region>,
}

/// `base` with the columns of a [`DeskHas`].
pub(super) fn beside(base: Filter, desk: &DeskBeside<'_>) -> Filter {
    let ids = || desk.units.iter().map(|unit| unit.id);
    let base = base.then("exists (select 1 from case_recall x where x.region in (?)");
    let base = base.bind_list(desk.units.iter().map(|unit| unit.region)).and("x.org in (?)").bind_list(ids());
    let base =
        base.then(") as recalls, exists (select 1 from case_proposal x where x.state = 'waiting' and x.unit in (?)");
    let base = base.bind_list(ids()).then(") as proposals, exists (select 1 from desk_filter f where f.page = ?");
    let own = desk.scope.account;
    let base = base.bind(FilterPage::Desk).then("and ((f.region = ?").bind(own.map(|own| own.region));
    let base = base.then("and f.account = ?").bind(own.map(|own| own.id));
    let base = base.then(") or f.org in (?").bind_list(desk.scope.held.iter().map(|org| org.id));
    let base =
        base.then("))) as filters, (select count(*) from callback_entry x where x.state = 'waiting' and x.region = ?");
    base.bind(desk.county).then(") as calls")
}
