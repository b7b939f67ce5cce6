//! What a case has in tables of its own: little, for most. A page asks once what there is, and then for that alone.

use huiyin_db::{Result, Tx, query, row};

use crate::CaseRef;

row! {
    /// Whether a case has any of it.
    #[derive(Clone, Copy, Debug, PartialEq, Eq)]
    pub struct CaseHas {
        /// Answers.
        pub answers: bool,
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
        "select exists (select 1 from case_answer where region = $1 and case_id = $2) as answers,
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
