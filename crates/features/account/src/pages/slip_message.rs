//! Slips by short message: the code goes to the telephone in the register instead of onto paper.

use huiyin_base::Problem;
use huiyin_base::number::phone_masked;
use huiyin_directory::slips_put;
use huiyin_gateways::{Address, Channel, Message};
use huiyin_web::{Can, Ctx, Form, Path, Result};

use super::slip::{self, Chosen};
use super::{door, words};
use crate::permissions::SlipPrint;

pub(crate) async fn create(
    ctx: Ctx,
    can: Can<SlipPrint>,
    Path((county, code)): Path<(String, String)>,
    Form(chosen): Form<Chosen>,
) -> Result {
    let org = words::org_at(&mut ctx.site.db.read().await?, &ctx.site, &can.scope, &county, &code).await?;
    if !ctx.site.settings.gateways.can(Channel::Sms) {
        return Err(Problem::conflict("本站没有接通短信网关，发不了短信。请返回上一页，改为打印激活条。").into());
    }
    let people = chosen.people()?;
    let rng = &mut ctx.rng();
    let prepared = door(&ctx).slips_prepare(can.viewer.account, org.at(), &people, ctx.today(), rng).await?;
    let (mut sent, mut on_paper, mut outgoing) = (Vec::new(), Vec::new(), Vec::new());
    for printed in &prepared.printed {
        let to = printed.phone.as_deref().and_then(Address::parse);
        let text = format!(
            "【{}回音】您的账号激活码是 {}，{}前有效，只能用一次，不要告诉别人。请打开本站，点“登录”，再点“凭激活条开通账号”。有疑问请问{}。",
            ctx.site.settings.city,
            printed.code,
            printed.until.chinese(),
            org.name
        );
        let message = to.map(|to| Message { to, text, purpose: "账号激活码", urgent: false, key: None });
        match message.and_then(|message| ctx.site.outbox().prepare(org.region, &message, rng)) {
            Some(message) => {
                sent.push((printed.name.clone(), phone_masked(printed.phone.as_deref().unwrap_or_default())));
                outgoing.push(message);
            }
            None => on_paper.push(printed.clone()),
        }
    }
    let prepared = prepared.told(format!("发送激活短信 {} 条，打印激活条 {} 张", sent.len(), on_paper.len()));
    ctx.site
        .db
        .write("slips_send", move |tx| {
            let (prepared, outgoing) = (prepared.clone(), outgoing.clone());
            Box::pin(async move {
                slips_put(tx, &prepared).await?;
                for message in &outgoing {
                    if !huiyin_gateways::send(tx, message).await? {
                        let words =
                            "勾选的人里，有的手机号今天已经收到太多短信，这次都没有发送。请改为打印，或者明天再发。";
                        return Err(Problem::conflict(words));
                    }
                }
                Ok(())
            })
        })
        .await?;
    slip::page_after(&ctx, &org.name, sent, on_paper, &words::href(&ctx.site.regions, &org))
}
