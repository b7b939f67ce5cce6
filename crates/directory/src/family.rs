//! Somebody of the family who acts for a member from his own account: by the member's consent, between two days, for reading, notes and
//! kits and nothing else. A deputy lends a post and its rights; here no right is lent, so it is a record of its own and no role.

use huiyin_base::{Day, Id, Problem, Region, Rng};
use huiyin_db::{row, text_enum};

use crate::account::AccountStatus;
use crate::audit::{self, AuditKind, Event};
use crate::security::FieldFault;
use crate::sign_in::Door;
use crate::store::{account_find, family_add, family_end, family_list_people, family_lock, person_hold};
use crate::{AccountRef, Viewer};

/// As long as one consent holds at most, in days.
pub const FAMILY_DAYS: i64 = 365;
/// As many as may act for one member at a time.
pub const FAMILY_MOST: usize = 2;

text_enum! {
    /// How the consent was given.
    pub enum Consent {
        Own = "own" / "本人在网上同意",
        Paper = "paper" / "本人在纸上签字，支部录入",
    }
}

row! {
    /// A consent, with whoever acts under it.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct FamilyHelper {
        /// The member's own shard.
        pub region: Region,
        /// Itself.
        pub id: Id,
        /// For whom.
        pub person: Id,
        /// Who acts: his shard.
        pub helper_region: Region,
        /// Who acts.
        pub helper: Id,
        /// What he is to the member.
        pub kin: String,
        /// How it was given.
        pub consent: Consent,
        /// Who entered it: his shard.
        pub entered_region: Region,
        /// Who entered it.
        pub entered: Id,
        /// The first day.
        pub from_day: Day,
        /// The last day.
        pub to_day: Day,
        /// Ended before its day.
        pub ended_day: Option<Day>,
        /// By whom: his shard.
        pub ended_region: Option<Region>,
        /// By whom.
        pub ended_by: Option<Id>,
        /// The earlier notes may be read too.
        pub notes: bool,
    }
}

impl FamilyHelper {
    /// Who acts.
    pub fn helper(&self) -> AccountRef {
        AccountRef { region: self.helper_region, id: self.helper }
    }

    /// Whether it holds on `today`.
    pub fn holds(&self, today: Day) -> bool {
        self.ended_day.is_none() && self.from_day <= today && today <= self.to_day
    }
}

/// A consent to be written down.
#[derive(Clone, Debug)]
pub struct FamilyOrder {
    /// For whom.
    pub person: Id,
    /// Who acts.
    pub helper: AccountRef,
    /// What he is to the member.
    pub kin: String,
    /// How it was given.
    pub consent: Consent,
    /// The last day.
    pub to_day: Day,
    /// The earlier notes may be read too.
    pub notes: bool,
}

impl Door {
    /// Writes a consent down. That `by` is the member himself, or serves his branch and holds the paper, has been shown by the caller.
    pub async fn family_consent(
        &self,
        by: &Viewer,
        order: FamilyOrder,
        rng: &mut Rng,
    ) -> Result<Result<Id, FieldFault>, Problem> {
        let (today, kin) = (self.today, order.kin.trim().to_owned());
        if kin.is_empty() || kin.chars().count() > 20 {
            return Ok(Err(FieldFault::new("kin", "请写他是您的什么人，例如“女儿”。")));
        }
        if order.to_day < today || order.to_day.since(today) > FAMILY_DAYS {
            return Ok(Err(FieldFault::new("to_day", "到期日请选今天以后一年以内的日子。")));
        }
        let account = account_find(&mut self.db.read().await?, order.helper).await?.ok_or_else(Problem::not_found)?;
        if account.person == Some(order.person) {
            return Ok(Err(FieldFault::new("helper", "不能请自己代办，请填家人的登录名。")));
        }
        if account.status != AccountStatus::Active {
            return Ok(Err(FieldFault::new("helper", "这个账号已停用，请换一个人。")));
        }
        let row = FamilyHelper {
            region: order.person.region(),
            id: Id::new(order.person.region(), self.now, rng),
            person: order.person,
            helper_region: order.helper.region,
            helper: order.helper.id,
            kin,
            consent: order.consent,
            entered_region: by.account.region,
            entered: by.account.id,
            from_day: today,
            to_day: order.to_day,
            ended_day: None,
            ended_region: None,
            ended_by: None,
            notes: order.notes,
        };
        let event = Event::new(row.region, AuditKind::RightsChange, self.now, rng).by(by.account);
        let event = event.about("person", row.person).detail(if order.notes {
            "登记家人代办，可以看以前的笔记"
        } else {
            "登记家人代办"
        });
        let write = self.db.write("family_consent", move |tx| {
            let (row, event) = (row.clone(), event.clone());
            Box::pin(async move {
                // Of two consents at the same time the second must see the first.
                person_hold(tx, row.person).await?;
                let held = family_list_people(tx, &[row.person], today).await?;
                if held.iter().any(|one| one.helper == row.helper) {
                    return Ok(Err(FieldFault::new("helper", "他已经在代办了；要改期限，先结束再登记。")));
                }
                if held.len() >= FAMILY_MOST {
                    let most = format!("最多 {FAMILY_MOST} 个人同时代办，请先结束一个。");
                    return Ok(Err(FieldFault::new("helper", most)));
                }
                family_add(tx, &row).await?;
                audit::record(tx, &event).await?;
                Ok(Ok(row.id))
            })
        });
        write.await
    }

    /// Ends a consent at once. That `by` may has been shown by the caller.
    pub async fn family_end(&self, by: &Viewer, id: Id, rng: &mut Rng) -> Result<(), Problem> {
        let (today, account) = (self.today, by.account);
        let event = Event::new(id.region(), AuditKind::RightsChange, self.now, rng).by(account);
        let event = event.about("family", id).detail("结束家人代办");
        let write = self.db.write("family_end", move |tx| {
            let event = event.clone();
            Box::pin(async move {
                let found = family_lock(tx, id).await?.ok_or_else(Problem::not_found)?;
                if !found.holds(today) {
                    return Err(Problem::conflict("这项代办已经结束了。"));
                }
                family_end(tx, id, today, account).await?;
                Ok(audit::record(tx, &event).await?)
            })
        });
        write.await
    }
}
