use huiyin_base::number::phone_masked;
use huiyin_base::{Day, Id, Instant, Problem, Region, Rng};
use huiyin_db::{row, text_enum};
use huiyin_vault::Place;

use crate::AccountRef;
use crate::audit::{self, AuditEntry, AuditKind, Event};
use crate::security::FieldFault;
use crate::sign_in::Door;
use crate::store::{
    account_find, audit_event_list_subject, data_request_add, data_request_list, external_list, grant_list,
    membership_list, org_find, person_find, recovery_codes_left, region_list,
};

text_enum! {
    /// What somebody asks about his own data.
    pub enum DataRequestKind { Correct = "correct" / "更正", Delete = "delete" / "删除" }
}

text_enum! {
    /// Where such a request stands.
    pub enum DataRequestState { Open = "open" / "待办理", Done = "done" / "已办理", Refused = "refused" / "未同意" }
}

row! {
    /// What somebody asked about his own data, and the answer.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct DataRequest {
        /// The account's shard.
        pub region: Region,
        /// The request.
        pub id: Id,
        /// Who asked.
        pub account: Id,
        /// To correct or to delete.
        pub kind: DataRequestKind,
        /// In his words.
        pub text: String,
        /// Open, done, refused.
        pub state: DataRequestState,
        /// The answer.
        pub answer: Option<String>,
        /// Who answered.
        pub decided_by: Option<Id>,
        /// When it was asked.
        pub created_at: Instant,
        /// When it was answered.
        pub decided_at: Option<Instant>,
    }
}

row! {
    /// What a leaver gave over.
    #[derive(Clone, Debug, PartialEq, Eq)]
    pub struct Handover {
        /// The handover.
        pub id: Id,
        /// The successor.
        pub to_account: Id,
        /// Who ordered it.
        pub ordered_by: Id,
        /// Why.
        pub reason: String,
        /// What, in words.
        pub items: String,
        /// When.
        pub at: Instant,
    }
}

/// One thing held about a person: what, why, until when.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct Kept {
    /// What it is: 姓名.
    pub what: &'static str,
    /// The value; masked where showing it whole on a screen would do harm.
    pub value: String,
    /// What for.
    pub why: &'static str,
    /// How long.
    pub until: &'static str,
}

/// Everything held about the holder of an account.
#[derive(Clone, Debug)]
pub struct OwnData {
    /// What is kept.
    pub kept: Vec<Kept>,
    /// Who looked at sensitive data of his, the latest first.
    pub looks: Vec<AuditEntry>,
    /// What he asked for.
    pub requests: Vec<DataRequest>,
}

const ACCOUNT: &str = "登录和识别办理人";
const MEMBER: &str = "党员名册管理";
const WORK: &str = "分派工作、确定权限";
const UNTIL_CLOSED: &str = "账号注销后 400 天";
const WHILE_MEMBER: &str = "党员关系存续期间";
const HISTORY: &str = "随工作档案保存";

impl Door {
    /// Everything the directory holds about the holder of an account. What features hold comes as their panels.
    pub async fn own_data(&self, at: AccountRef) -> Result<OwnData, Problem> {
        let tx = &mut self.db.snapshot().await?;
        let account = account_find(tx, at).await?.ok_or_else(Problem::not_found)?;
        let mut kept = vec![
            kept("登录名", account.login.clone(), ACCOUNT, UNTIL_CLOSED),
            kept("显示名称", account.display_name.clone(), ACCOUNT, UNTIL_CLOSED),
            kept("账号状态", account.status.label().into(), ACCOUNT, UNTIL_CLOSED),
            kept("开通日期", Day::of(account.created_at).chinese(), ACCOUNT, UNTIL_CLOSED),
            kept("密码", "只存无法还原的校验值".into(), ACCOUNT, UNTIL_CLOSED),
        ];
        if account.has_second_factor() {
            let left = recovery_codes_left(tx, at).await?;
            kept.push(self::kept("两步验证", format!("已启用，剩余恢复码 {left} 个"), ACCOUNT, UNTIL_CLOSED));
        }
        for (issuer, _) in external_list(tx, at).await? {
            kept.push(self::kept("外部身份", issuer, ACCOUNT, "解除绑定时删除"));
        }
        let mut looks = audit_event_list_subject(tx, at.region, &audit::subject("account", at.id), None, 50).await?;
        if let Some(person) = account.person {
            self.person_kept(tx, person, &mut kept).await?;
            looks.extend(
                audit_event_list_subject(tx, person.region(), &audit::subject("person", person), None, 50).await?,
            );
        }
        for grant in grant_list(tx, at).await? {
            let org = org_find(tx, grant.org()).await?.map(|org| org.name).unwrap_or_default();
            let until = grant.to_day.map_or_else(|| "今".to_owned(), Day::chinese);
            let value = format!("{org} · {}，{} 至{until}", grant.post, grant.from_day.chinese());
            kept.push(self::kept("角色", value, WORK, HISTORY));
        }
        looks.sort_by_key(|look| std::cmp::Reverse(look.id));
        Ok(OwnData { kept, looks, requests: data_request_list(tx, at).await? })
    }

    async fn person_kept(&self, tx: &mut huiyin_db::Tx, person: Id, list: &mut Vec<Kept>) -> Result<(), Problem> {
        let Some(found) = person_find(tx, person).await? else { return Ok(()) };
        list.push(kept("姓名", found.name, MEMBER, WHILE_MEMBER));
        if let Some(sex) = found.sex {
            list.push(kept("性别", sex.label().into(), MEMBER, WHILE_MEMBER));
        }
        if let Some(year) = found.birth_year {
            list.push(kept("出生年份", year.to_string(), MEMBER, WHILE_MEMBER));
        }
        if let Some(education) = found.education {
            list.push(kept("学历", education, MEMBER, WHILE_MEMBER));
        }
        let row = person.uuid();
        let open = |column, sealed: Option<Vec<u8>>| {
            let place = Place { table: "person", column, row: row.as_bytes() };
            sealed
                .and_then(|sealed| self.vault.open_sealed(place, &sealed).ok())
                .and_then(|plain| String::from_utf8(plain).ok())
        };
        if let Some(number) = open("citizen_number", found.citizen_number) {
            let shown = huiyin_base::number::CitizenNumber::parse(&number).map(|number| number.masked());
            list.push(kept(
                "公民身份号码（加密保存）",
                shown.unwrap_or_else(|_| "已加密".into()),
                "防止重复登记",
                WHILE_MEMBER,
            ));
        }
        if let Some(phone) = open("phone", found.phone) {
            list.push(kept("手机号（加密保存）", phone_masked(&phone), "支部联系本人", WHILE_MEMBER));
        }
        let regions = region_list(tx).await?;
        let near = regions.city_of(person.region()).unwrap_or(person.region());
        for membership in membership_list(tx, &regions.with_children(near), person).await? {
            let branch = crate::OrgRef { region: membership.region, id: membership.branch };
            let branch = org_find(tx, branch).await?.map(|org| org.name).unwrap_or_default();
            let until = membership.to_day.map_or_else(|| "今".to_owned(), Day::chinese);
            let value = format!("{branch} · {}，{} 至{until}", membership.stage.label(), membership.from_day.chinese());
            list.push(kept("党组织关系", value, MEMBER, HISTORY));
        }
        Ok(())
    }

    /// Asks for a correction or a deletion; answered by whoever keeps the register.
    pub async fn data_request(
        &self,
        at: AccountRef,
        kind: DataRequestKind,
        text: &str,
        rng: &mut Rng,
    ) -> Result<Result<Id, FieldFault>, Problem> {
        let text = text.trim();
        if !(4..=1000).contains(&text.chars().count()) {
            return Ok(Err(FieldFault::new("text", "请写清楚哪一项、应该是什么或为什么删除，4 到 1000 个字。")));
        }
        let request = DataRequest {
            region: at.region,
            id: Id::new(at.region, self.now, rng),
            account: at.id,
            kind,
            text: text.to_owned(),
            state: DataRequestState::Open,
            answer: None,
            decided_by: None,
            created_at: self.now,
            decided_at: None,
        };
        let id = request.id;
        let event = Event::new(at.region, AuditKind::DataRequest, self.now, rng).by(at).detail(kind.label());
        self.db
            .write("data_request_add", move |tx| {
                let (request, event) = (request.clone(), event.clone());
                Box::pin(async move {
                    data_request_add(tx, &request).await?;
                    Ok(audit::record(tx, &event).await?)
                })
            })
            .await?;
        Ok(Ok(id))
    }
}

fn kept(what: &'static str, value: String, why: &'static str, until: &'static str) -> Kept {
    Kept { what, value, why, until }
}
