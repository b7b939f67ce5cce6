use huiyin_base::{Day, Id, Region};
use huiyin_db::{row, text_enum};

text_enum! {
    /// Sex, as the member register has it.
    pub enum Sex { Male = "male" / "男", Female = "female" / "女" }
}

text_enum! {
    /// Where a membership stands. A clock only proposes a change, a branch decides.
    pub enum MemberStage {
        Active = "active" / "正式党员",
        Probationary = "probationary" / "预备党员",
        Floating = "floating" / "流动党员",
        LostContact = "lost_contact" / "失联",
        MembershipSuspended = "membership_suspended" / "停止党籍",
        Removed = "removed" / "已除名",
        TransferredOut = "transferred_out" / "已转出",
        Deceased = "deceased" / "已去世",
    }
}

row! {
    /// A person. The row never moves: its id names the home shard.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Person {
        /// The home shard.
        pub region: Region,
        /// The person.
        pub id: Id,
        /// The name.
        pub name: String,
        /// Sex, where it is known.
        pub sex: Option<Sex>,
        /// The year of birth.
        pub birth_year: Option<i64>,
        /// Schooling, in the register's words.
        pub education: Option<String>,
        /// Sealed.
        pub citizen_number: Option<Vec<u8>>,
        /// Sealed.
        pub phone: Option<Vec<u8>>,
        /// The day the row was made.
        pub created_day: Day,
    }
}

row! {
    /// A person in a branch, between two days.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Membership {
        /// The branch's shard.
        pub region: Region,
        /// The membership.
        pub id: Id,
        /// The person; may live in another region.
        pub person: Id,
        /// The branch.
        pub branch: Id,
        /// Where it stands.
        pub stage: MemberStage,
        /// The day of joining the Party.
        pub joined_day: Option<Day>,
        /// The first day in this branch.
        pub from_day: Day,
        /// The last day in this branch.
        pub to_day: Option<Day>,
    }
}

row! {
    /// A member as a list of the branch shows him.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct BranchMember {
        /// The person.
        pub person: Id,
        /// The name.
        pub name: String,
        /// Where the membership stands.
        pub stage: MemberStage,
        /// Whether an account exists.
        pub has_account: bool,
    }
}
