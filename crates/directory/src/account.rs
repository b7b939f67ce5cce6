use huiyin_base::{Day, Id, Instant, Region};
use huiyin_db::{row, text_enum};

use crate::{AccountRef, OrgRef, Role};

text_enum! {
    /// Whether an account may be used.
    pub enum AccountStatus {
        Active = "active" / "正常",
        Suspended = "suspended" / "已停用",
        Closed = "closed" / "已注销",
    }
}

row! {
    /// An account as it is stored. Never shown as a whole.
    #[derive(Clone, Debug)]
    pub struct Account {
        /// The home shard.
        pub region: Region,
        /// The account.
        pub id: Id,
        /// Who holds it; none for a post without a person of the directory.
        pub person: Option<Id>,
        /// The normalised sign-in name.
        pub login: String,
        /// What pages call the holder.
        pub display_name: String,
        /// Argon2id; none until a slip opened the account.
        pub password: Option<String>,
        /// When the password was last set.
        pub password_at: Option<Instant>,
        /// Active, suspended, closed.
        pub status: AccountStatus,
        /// Wrong passwords and codes since the last success.
        pub failures: i64,
        /// Refused until then.
        pub locked_until: Option<Instant>,
        /// Sealed.
        pub totp_secret: Option<Vec<u8>>,
        /// The last step used, so that no code works twice.
        pub totp_step: Option<i64>,
        /// Sealed; waits for its first code.
        pub totp_pending: Option<Vec<u8>>,
        /// Made for the demo city; a production server refuses to start with one.
        pub demo: bool,
        /// When it was opened.
        pub created_at: Instant,
    }
}

impl Account {
    /// Its shard and id.
    pub fn at(&self) -> AccountRef {
        AccountRef { region: self.region, id: self.id }
    }

    /// Whether a second factor is set up.
    pub fn has_second_factor(&self) -> bool {
        self.totp_secret.is_some()
    }

    /// A new active account without a password.
    pub fn new(id: Id, login: impl Into<String>, display_name: impl Into<String>, now: Instant) -> Self {
        Self {
            region: id.region(),
            id,
            person: None,
            login: login.into(),
            display_name: display_name.into(),
            password: None,
            password_at: None,
            status: AccountStatus::Active,
            failures: 0,
            locked_until: None,
            totp_secret: None,
            totp_step: None,
            totp_pending: None,
            demo: false,
            created_at: now,
        }
    }
}

/// A sign-in name as it is hashed and compared: half-width, lower case, without blanks and invisible characters, so that
/// a name typed with a Chinese input method or copied from a message is still the same name.
pub fn login_normal(text: &str) -> String {
    let half = |letter: char| match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(letter as u32 - 0xfee0).unwrap_or(letter),
        other => other,
    };
    let invisible = |letter: &char| {
        letter.is_whitespace()
            || letter.is_control()
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
    };
    text.chars().filter(|letter| !invisible(letter)).map(half).flat_map(char::to_lowercase).collect()
}

row! {
    /// A role an account holds, held or will hold.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct RoleGrant {
        /// The account's shard.
        pub region: Region,
        /// The grant.
        pub id: Id,
        /// The account.
        pub account: Id,
        /// What it allows.
        pub role: Role,
        /// The organisation's shard.
        pub org_region: Region,
        /// The organisation.
        pub org: Id,
        /// The post as the public reads it.
        pub post: String,
        /// The first day.
        pub from_day: Day,
        /// The last day; none while it is open.
        pub to_day: Option<Day>,
        /// The grant under which a deputy acts.
        pub deputy_of: Option<Id>,
        /// Who granted it.
        pub granted_by: Option<Id>,
    }
}

impl RoleGrant {
    /// Where it is held.
    pub fn org(&self) -> OrgRef {
        OrgRef { region: self.org_region, id: self.org }
    }

    /// Who holds it.
    pub fn account(&self) -> AccountRef {
        AccountRef { region: self.region, id: self.account }
    }

    /// Whether the dates cover `day`. A deputy's grant also needs its principal's.
    pub fn covers(&self, day: Day) -> bool {
        self.from_day <= day && self.to_day.is_none_or(|last| day <= last)
    }
}

#[cfg(test)]
mod tests {
    use super::login_normal;

    #[test]
    fn one_name_however_it_is_typed() {
        for typed in ["WangLi", " wangli ", "ｗａｎｇｌｉ", "wang\u{200b}li\u{202e}", "wang li"] {
            assert_eq!(login_normal(typed), "wangli", "{typed:?}");
        }
        assert_eq!(login_normal("王丽"), "王丽");
    }
}
