//! Where short messages and mails leave the house. What the house has no gateway for is offered on no page.

use huiyin_base::{Problem, Region, Rng};
use huiyin_db::Tx;
use huiyin_web::Site;

use crate::{NoticeChannel, Parcel, store};
use crate::Cases;

/// So many are told together.
const TOGETHER: i64 = 50;

/// A message made ready before the write that hands it over.
#[derive(Clone, Debug)]
pub(crate) struct Ready(Parcel);

/// Whether this house can send by this way.
pub(crate) fn offers(site: &Site, channel: NoticeChannel) -> bool {
    let _ = (site, channel);
    false
}

/// Seals a message for its way; none where the house has none. What is `urgent` goes at any hour: somebody waits for it.
fn ready(site: &Site, region: Region, parcel: Parcel, urgent: bool, rng: &mut Rng) -> Option<Ready> {
    let _ = (region, urgent, rng);
    offers(site, parcel.channel).then_some(Ready(parcel))
}

async fn hand_over(tx: &mut Tx, ready: &Ready) -> Result<(), Problem> {
    let _ = (tx, &ready.0);
    Ok(())
}

/// Hands a code over, at any hour.
pub(crate) async fn send_now(site: &Site, parcel: Parcel, rng: &mut Rng) -> Result<(), Problem> {
    let Some(ready) = ready(site, site.home, parcel, true, rng) else { return Ok(()) };
    let write = site.db.write("case_code_send", move |tx| {
        let ready = ready.clone();
        Box::pin(async move { hand_over(tx, &ready).await })
    });
    write.await
}

/// Tells everybody who waits for news, and how many. The gateway keeps to its hours.
pub(crate) async fn tell(site: &Site, cases: &Cases) -> Result<u64, Problem> {
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
                        hand_over(tx, &ready).await?;
                    }
                    Ok(())
                })
            });
            write.await?;
            told += 1;
        }
    }
}
