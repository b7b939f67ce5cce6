//! News of a case by short message or mail, for whoever asked for it beside his case. One tap ends it. The words name neither
//! the problem nor the person: a telephone is read by others too.

use huiyin_base::number::Receipt;
use huiyin_base::{Problem, Rng};
use huiyin_db::Tx;

use crate::words::{cleaned, open_notice, seal_notice};
use crate::{Action, CaseNotice, CaseRef, Cases, Moment, NoticeChannel, Phone, store};

/// One message to one person, ready to leave the house.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// How.
    pub channel: NoticeChannel,
    /// To which number or address.
    pub recipient: String,
    /// What it says.
    pub text: String,
}

/// What happened, in the words of a message; none for what is no news to whoever raised it.
pub const fn news(action: Action) -> Option<&'static str> {
    match action {
        Action::Post => Some("已上墙公开"),
        Action::Message => Some("办理单位有话问您"),
        Action::Accept => Some("已有答复"),
        Action::Decline => Some("没有受理，原因可以查看"),
        Action::Reopen | Action::Object => Some("重新办理"),
        Action::Uphold => Some("异议已复查，结果可以查看"),
        _ => None,
    }
}

impl Cases {
    /// Lets the holder of a receipt be told of news; an earlier wish is replaced.
    pub async fn notice_ask(
        &self,
        receipt: &Receipt,
        channel: NoticeChannel,
        recipient: &str,
        moment: Moment,
        rng: &mut Rng,
    ) -> Result<(), Problem> {
        let recipient = match channel {
            NoticeChannel::Sms => Phone::parse(recipient).map(|phone| phone.digits().to_owned()),
            NoticeChannel::Email => mailbox(recipient),
        };
        let recipient = recipient.ok_or_else(|| {
            Problem::invalid(match channel {
                NoticeChannel::Sms => "请填 11 位手机号。",
                NoticeChannel::Email => "邮箱地址不对，请检查，例如 name@example.com。",
            })
        })?;
        let case = self.raised_case(receipt).await?;
        let follower = self.receipt_hash(receipt);
        let sealed = seal_notice(&self.vault, case.id, &recipient, rng);
        let notice = CaseNotice {
            region: case.region,
            case_id: case.id,
            follower,
            channel,
            recipient: sealed,
            since_day: moment.today,
            pending: None,
        };
        let write = self.db.write("case_notice", move |tx| {
            let notice = notice.clone();
            Box::pin(async move { Ok(store::notice_put(tx, &notice).await?) })
        });
        write.await
    }

    /// Tells him no more.
    pub async fn notice_end(&self, receipt: &Receipt) -> Result<(), Problem> {
        let case = self.raised_case(receipt).await?.at();
        let follower = self.receipt_hash(receipt);
        let write = self.db.write("case_notice_end", move |tx| {
            Box::pin(async move { Ok(store::notice_remove(tx, case, follower).await?) })
        });
        write.await
    }

    /// How the holder of a receipt is told, if he is.
    pub async fn notice_of(
        &self,
        tx: &mut Tx,
        receipt: &Receipt,
        case: CaseRef,
    ) -> Result<Option<NoticeChannel>, Problem> {
        let hash = self.receipt_hash(receipt);
        let notices = store::notice_list(tx, case).await?;
        Ok(notices.into_iter().find(|notice| notice.follower == hash).map(|notice| notice.channel))
    }

    /// The message by which somebody is told what waits for him; none where nothing does.
    pub fn parcel(&self, notice: &CaseNotice, city: &str) -> Result<Option<Parcel>, Problem> {
        let Some(what) = notice.pending.and_then(news) else { return Ok(None) };
        let text = format!(
            "【{city}回音】您反映的事{what}。请凭回执码或手机号到回音网站“查回音”里看。不想再收到，可在同一页一键停止。"
        );
        let recipient = open_notice(&self.vault, notice.case_id, &notice.recipient)?;
        Ok(Some(Parcel { channel: notice.channel, recipient, text }))
    }
}

/// An address that a mail program takes: one @, something on both sides, a dot behind it, no blanks.
fn mailbox(text: &str) -> Option<String> {
    let text = cleaned(text);
    let (name, host) = text.split_once('@')?;
    let plain = |part: &str| {
        !part.is_empty() && part.chars().all(|letter| letter.is_ascii_graphic() && !"<>(),;:\"\\@[]".contains(letter))
    };
    let dotted = host.contains('.') && !host.starts_with('.') && !host.ends_with('.');
    (plain(name) && plain(host) && dotted && text.len() <= 120).then_some(text.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_addresses_are_addresses() {
        for text in ["a@b.cn", " wang.li+1@mail.example.com "] {
            assert!(mailbox(text).is_some(), "{text}");
        }
        for text in ["", "a", "@b.cn", "a@", "a@b", "a@@b.cn", "a b@c.cn", "a@b.cn\r\nBcc: x@y.cn", "<a@b.cn>"] {
            assert!(mailbox(text).is_none(), "{text}");
        }
    }
}
