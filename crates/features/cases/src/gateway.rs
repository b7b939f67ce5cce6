//! Where short messages and mails leave the house. What the house has no gateway for is offered on no page.

use huiyin_base::{Day, Problem, Region, Rng};
use huiyin_db::Tx;
use huiyin_directory::register_phone;
use huiyin_gateways::{Address, Channel, Message, Outgoing};
use huiyin_web::Site;

use crate::pages::Cards;
use crate::words::open_reach;
use crate::{CaseItem, CaseRef, Cases, Moment, NoticeChannel, Parcel, RosterEntry, Urgent, store};

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

/// Tells everybody on call of an emergency, at any hour, and how many. Whoever cannot be reached this way sees it on his desk.
pub(crate) async fn alarm(site: &Site, cases: &Cases, case: CaseRef) -> Result<usize, Problem> {
    let mut tx = site.db.read().await?;
    let Some(item) = store::case_get(&mut tx, case).await? else { return Ok(0) };
    if item.urgent != Some(Urgent::Flagged) {
        return Ok(0);
    }
    let text = alarm_text(&mut tx, site, cases, &item).await?;
    let mut outgoing = Vec::new();
    for entry in cases.on_call(&mut tx, &item, Moment::at(site.clock.now())).await? {
        let Some(to) = reach(&mut tx, site, &entry).await? else { continue };
        let key = Some(format!("case_alarm/{}/{}", case.id, entry.account));
        let message = Message { to, text: text.clone(), purpose: "紧急情况", urgent: true, key };
        outgoing.extend(site.outbox().prepare(case.region, &message, &mut site.rngs.rng()));
    }
    drop(tx);
    let told = outgoing.len();
    let write = site.db.write("case_alarm_send", move |tx| {
        let outgoing = outgoing.clone();
        Box::pin(async move {
            for message in &outgoing {
                huiyin_gateways::send(tx, message).await?;
            }
            Ok(())
        })
    });
    write.await?;
    Ok(told)
}

/// The number of the turn, or the telephone in the register.
async fn reach(tx: &mut Tx, site: &Site, entry: &RosterEntry) -> Result<Option<Address>, Problem> {
    let given = entry.reach.as_ref().and_then(|sealed| open_reach(&site.vault, entry.id, sealed));
    let number = match given {
        Some(given) => Some(given),
        None => register_phone(tx, &site.vault, entry.account()).await?,
    };
    Ok(number.as_deref().and_then(Address::parse))
}

/// Where, when, about what, and where to open it: a telephone is read by others too, so nothing of what was written or by whom.
async fn alarm_text(tx: &mut Tx, site: &Site, cases: &Cases, item: &CaseItem) -> Result<String, Problem> {
    let cards = Cards::of_case(tx, site, cases, item).await?;
    let day = item.urgent_at.map_or_else(|| site.today(), Day::of);
    let number = cards.number(item.region, item.number()).map(|number| format!("编号 {number}，")).unwrap_or_default();
    let place = cards.public_place(item.region, item.township, item.village);
    let about = cards.category_in(&item.kind, &item.category, &item.sub_category);
    let open = match &site.settings.address {
        Some(address) => format!("{}/cases/{}", address.trim_end_matches('/'), item.id),
        None => "回音网站“我的待办”最上面一件".to_owned(),
    };
    let city = &site.settings.city;
    Ok(format!("【{city}回音】紧急情况，请现在就处置：{number}{}，{place}，{about}。打开 {open}", day.chinese()))
}
