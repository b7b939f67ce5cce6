//! Where short messages and mails leave the house. What the house has no gateway for is offered on no page.

use huiyin_base::{Problem, Region, Rng};
use huiyin_gateways::{Address, Channel, Message, Outgoing};
use huiyin_web::Site;

use crate::{Cases, NoticeChannel, Parcel, store};

/// So many are told together.
const TOGETHER: i64 = 50;

/// Whether this house can send by this way.
pub(crate) fn offers(site: &Site, channel: NoticeChannel) -> bool {
    site.settings.gateways.can(match channel {
        NoticeChannel::Sms => Channel::Sms,
        NoticeChannel::Email => Channel::Mail,
    })
}

/// Seals a message for its way; none where the house has none. What is `urgent` goes at any hour: somebody waits for it.
fn ready(site: &Site, region: Region, parcel: Parcel, urgent: bool, rng: &mut Rng) -> Option<Outgoing> {
    let to = match parcel.channel {
        NoticeChannel::Sms => Address::Phone(parcel.recipient),
        NoticeChannel::Email => Address::Mail(parcel.recipient),
    };
    let purpose = if urgent { "查回音的验证码" } else { "反映事项的进展" };
    site.outbox().prepare(region, &Message { to, text: parcel.text, purpose, urgent, key: None }, rng)
}

/// Hands a code over, at any hour.
pub(crate) async fn send_now(site: &Site, parcel: Parcel, rng: &mut Rng) -> Result<(), Problem> {
    let Some(ready) = ready(site, site.home, parcel, true, rng) else { return Ok(()) };
    let write = site.db.write("case_code_send", move |tx| {
        let ready = ready.clone();
        Box::pin(async move { Ok(huiyin_gateways::send(tx, &ready).await?) })
    });
    write.await.map(|_| ())
}

/// Tells everybody who waits for news, and how many. The gateway keeps to its hours.
pub async fn tell(site: &Site, cases: &Cases) -> Result<u64, Problem> {
    let mut told = 0;
    loop {
        let waiting = store::notice_pending(&mut site.db.read().await?, TOGETHER).await?;
        if waiting.is_empty() {
            return Ok(told);
        }
        for notice in waiting {
            let parcel = cases.parcel(&notice, &site.settings.city)?;
            let ready = parcel.and_then(|parcel| ready(site, notice.region, parcel, false, &mut site.rngs.rng()));
            let write = site.db.write("case_notice_send", move |tx| {
                let (notice, ready) = (notice.clone(), ready.clone());
                Box::pin(async move {
                    if store::notice_clear(tx, &notice).await?
                        && let Some(ready) = ready
                    {
                        huiyin_gateways::send(tx, &ready).await?;
                    }
                    Ok(())
                })
            });
            write.await?;
            told += 1;
        }
    }
}
