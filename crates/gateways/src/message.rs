use std::fmt;

use chrono::TimeDelta;
use huiyin_base::{Day, Id, Instant, Region, Rng, WorkCalendar};
use huiyin_db::{Result, Tx, row, text_enum};
use huiyin_jobs::NewJob;
use huiyin_vault::{Place, Vault};

use crate::config::Gateways;
use crate::delivery::JOB;
use crate::rules::GatewayRules;
use crate::store;

text_enum! {
    /// Through which gateway a message goes.
    pub enum Channel {
        Sms = "sms" / "短信",
        Mail = "mail" / "电子邮件",
    }
}

text_enum! {
    /// How far a message is.
    pub enum MessageState {
        Waiting = "waiting" / "待发送",
        Sent = "sent" / "已发送",
        Failed = "failed" / "未送出",
    }
}

text_enum! {
    /// Why an attempt failed. Never what the gateway said: its answer may repeat the message.
    pub enum Fault {
        Off = "off" / "没有配置这种网关",
        Unreachable = "unreachable" / "连不上网关",
        Unauthorised = "unauthorised" / "网关不认本站的凭证",
        Busy = "busy" / "网关暂时不能受理",
        Refused = "refused" / "网关拒收这个号码或地址",
        Unreadable = "unreadable" / "密文打不开",
        Expired = "expired" / "等待过久，不再发送",
    }
}

impl Fault {
    /// Whether trying again cannot help.
    pub const fn is_final(self) -> bool {
        matches!(self, Self::Refused | Self::Unreadable | Self::Expired)
    }
}

/// Where a message goes.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// A mobile number: digits, perhaps with a leading `+`.
    Phone(String),
    /// A mail address.
    Mail(String),
}

impl Address {
    /// Reads what somebody wrote: a mail address where there is an `@`, else a number of a telephone that takes messages.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.contains('@') {
            return text.parse::<lettre::Address>().ok().map(|address| Self::Mail(address.to_string()));
        }
        // Full-width digits as old keyboards write them.
        let narrow = |letter: char| match letter {
            '０'..='９' => char::from_u32(letter as u32 - '０' as u32 + '0' as u32).unwrap_or(letter),
            '＋' => '+',
            other => other,
        };
        let spaced = |letter: &char| !letter.is_whitespace() && !matches!(letter, '-' | '－' | '(' | ')' | '（' | '）');
        let number: String = text.chars().map(narrow).filter(spaced).collect();
        let number = number.strip_prefix("+86").or_else(|| number.strip_prefix("0086")).unwrap_or(&number).to_owned();
        // Landlines take no messages; abroad is out of reach of a domestic gateway.
        let mobile =
            number.len() == 11 && number.starts_with('1') && number.bytes().all(|digit| digit.is_ascii_digit());
        mobile.then_some(Self::Phone(number))
    }

    /// Through which gateway it is reached.
    pub const fn channel(&self) -> Channel {
        match self {
            Self::Phone(_) => Channel::Sms,
            Self::Mail(_) => Channel::Mail,
        }
    }

    pub(crate) fn text(&self) -> &str {
        match self {
            Self::Phone(text) | Self::Mail(text) => text,
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.channel().as_str())
    }
}

/// What is to be said.
pub struct Message {
    /// To whom.
    pub to: Address,
    /// A few plain sentences; cut to the length that `rules/gateways.toml` allows.
    pub text: String,
    /// What it is for, in a few words without personal data: the subject of a mail, and what the administrator sees.
    pub purpose: &'static str,
    /// May disturb at night: an emergency, or a code that somebody is waiting for.
    pub urgent: bool,
    /// While one of this key waits, another is not written.
    pub key: Option<String>,
}

/// A message ready to be written: sealed, with the moment at which it may go.
#[derive(Clone, Debug)]
pub struct Outgoing {
    pub(crate) row: MessageRow,
    pub(crate) job: NewJob,
    pub(crate) job_id: Id,
    /// Since when others to this address count, and how many are too many.
    pub(crate) since: Instant,
    pub(crate) most: i64,
}

impl Outgoing {
    /// The message.
    pub fn id(&self) -> Id {
        self.row.id
    }
}

row! {
    /// A message as the queue keeps it.
    #[derive(Clone, Debug)]
    pub struct MessageRow {
        /// Whose shard keeps it.
        pub region: Region,
        /// The message.
        pub id: Id,
        /// Through which gateway.
        pub channel: Channel,
        /// What for.
        pub purpose: String,
        /// Two that wait never share it.
        pub key: Option<String>,
        /// Sealed; none once it has gone.
        pub address: Option<Vec<u8>>,
        /// Keyed hash of the address; none after a day.
        pub address_hash: Option<[u8; 32]>,
        /// Sealed; none once it has gone.
        pub text: Option<Vec<u8>>,
        /// Goes at any time.
        pub urgent: bool,
        /// How far it is.
        pub state: MessageState,
        /// Attempts so far.
        pub attempts: i64,
        /// Why the last one failed.
        pub fault: Option<Fault>,
        /// When it was written.
        pub created_at: Instant,
        /// When it was sent or given up.
        pub finished_at: Option<Instant>,
    }
}

/// Where the address or the text of the message with this raw id is sealed.
pub(crate) fn place<'a>(column: &'static str, row: &'a [u8]) -> Place<'a> {
    Place { table: "gateway_message", column, row }
}

/// What messages are made ready with.
#[derive(Clone, Debug)]
pub struct Outbox<'a> {
    /// Seals.
    pub vault: &'a Vault,
    /// Knows the working days.
    pub calendar: &'a WorkCalendar,
    /// Knows what is configured.
    pub gateways: &'a Gateways,
    /// Real time.
    pub now: Instant,
}

impl Outbox<'_> {
    /// Seals `message` and finds the moment at which it may go; none when no gateway is configured for its address.
    ///
    /// `region` is the shard of what the message tells of.
    pub fn prepare(&self, region: Region, message: &Message, rng: &mut Rng) -> Option<Outgoing> {
        let channel = message.to.channel();
        if !self.gateways.can(channel) {
            return None;
        }
        let rules = GatewayRules::on(Day::of(self.now));
        let id = Id::new(region, self.now, rng);
        let raw = id.uuid();
        let text: String = message.text.chars().take(rules.limits.text).collect();
        let row = MessageRow {
            region,
            id,
            channel,
            purpose: message.purpose.to_owned(),
            key: message.key.clone(),
            address: Some(self.vault.seal(place("address", raw.as_bytes()), message.to.text().as_bytes(), rng)),
            address_hash: Some(self.vault.blind("gateway_address", message.to.text())),
            text: Some(self.vault.seal(place("text", raw.as_bytes()), text.as_bytes(), rng)),
            urgent: message.urgent,
            state: MessageState::Waiting,
            attempts: 0,
            fault: None,
            created_at: self.now,
            finished_at: None,
        };
        let job = job(&row, moment(self.calendar, self.now, message.urgent));
        Some(Outgoing {
            job,
            job_id: Id::new(region, self.now, rng),
            since: self.now - TimeDelta::days(1),
            most: if message.urgent { i64::MAX } else { rules.limits.per_address_day },
            row,
        })
    }
}

/// When a message may go: now, or at the next moment that disturbs nobody.
pub(crate) fn moment(calendar: &WorkCalendar, now: Instant, urgent: bool) -> Instant {
    if urgent {
        return now;
    }
    let (opens, closes) = GatewayRules::on(Day::of(now)).hours();
    calendar.next_office_moment(now, opens, closes)
}

pub(crate) fn job(row: &MessageRow, run_at: Instant) -> NewJob {
    NewJob {
        region: row.region,
        kind: JOB,
        key: Some(row.id.to_string()),
        payload: serde_json::json!({ "message": row.id }),
        run_at,
        created_by: None,
    }
}

/// Writes a message and its job in the caller's transaction; false when one of its key waits already, or its address has
/// had enough for a day.
pub async fn send(tx: &mut Tx, outgoing: &Outgoing) -> Result<bool> {
    if let Some(hash) = outgoing.row.address_hash {
        let had = store::message_count(tx, hash, outgoing.since).await?;
        if had >= outgoing.most {
            return Ok(false);
        }
    }
    if !store::message_add(tx, &outgoing.row).await? {
        return Ok(false);
    }
    huiyin_jobs::enqueue(tx, &outgoing.job, outgoing.job_id).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_a_mobile_number_or_a_mail_address() {
        let phone = |text: &str| Some(Address::Phone(text.to_owned()));
        assert_eq!(Address::parse(" 138 1234-5678 "), phone("13812345678"));
        assert_eq!(Address::parse("+86１３８１２３４５６７８"), phone("13812345678"));
        assert_eq!(Address::parse("wang@example.cn"), Some(Address::Mail("wang@example.cn".into())));
        for strange in ["", "0911-2123456", "1381234567", "138123456789", "没有", "a@", "@b", "a@b c", "a@b\nBcc: c@d"]
        {
            assert_eq!(Address::parse(strange), None, "{strange}");
        }
        assert_eq!(format!("{:?}", Address::parse("13812345678")), "Some(sms)");
    }
}
