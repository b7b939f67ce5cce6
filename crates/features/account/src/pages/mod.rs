mod accounts;
mod activation;
mod api_client;
mod audit;
mod departure;
mod deputy;
mod external;
mod family;
mod holder;
mod me;
mod recovery;
mod recovery_notice;
mod role;
mod second_factor;
mod security;
mod sign_in;
mod slip;
mod slip_message;
mod words;

use std::future::ready;

use huiyin_base::Day;
use huiyin_directory::{AccountRules, Door};
use huiyin_web::store::session::sessions_end;
use huiyin_web::{Ctx, Public, Routes, SignedIn};

pub(crate) use recovery_notice::recovery_notice;

use crate::Options;
use crate::permissions::{
    AccountList, AccountOpen, ApiClientKeep, AuditRead, DataAnswer, RecoveryVouch, RoleGrant, SlipPrint,
};

pub(crate) fn routes(options: Options) -> Routes {
    signing_in().merge(own()).merge(kept(&options))
}

fn signing_in() -> Routes {
    Routes::new()
        .get::<Public, _>("/sign-in", |ctx, query| ready(sign_in::show(ctx, query)))
        .post::<Public, _>("/sign-in", sign_in::create)
        .post::<Public, _>("/sign-in/code", sign_in::code)
        .get::<Public, _>("/sign-in/external", external::begin)
        .get::<Public, _>("/sign-in/external/return", external::back)
        .post::<Public, _>("/sign-out", sign_in::sign_out)
        .get::<Public, _>("/activation", activation::show)
        .post::<Public, _>("/activation/code", activation::open)
        .post::<Public, _>("/activation", activation::create)
        .get::<Public, _>("/recovery", recovery::help)
}

fn own() -> Routes {
    Routes::new()
        .get::<SignedIn, _>("/me", me::show)
        .get::<SignedIn, _>("/me/copy", me::copy)
        .post::<SignedIn, _>("/me/requests", me::ask)
        .get::<SignedIn, _>("/security", security::show)
        .post::<SignedIn, _>("/security/password", security::password)
        .post::<SignedIn, _>("/security/external", external::tie)
        .post::<SignedIn, _>("/security/external/removal", external::untie)
        .post::<SignedIn, _>("/security/sessions/end", security::end_sessions)
        .get::<SignedIn, _>("/security/second-factor", second_factor::show)
        .post::<SignedIn, _>("/security/second-factor", second_factor::create)
        .post::<SignedIn, _>("/security/second-factor/removal", second_factor::remove)
        .post::<SignedIn, _>("/security/recovery-codes", second_factor::renew)
        .get::<SignedIn, _>("/family", family::show)
        .post::<SignedIn, _>("/family", family::consent)
        .post::<SignedIn, _>("/family/paper", family::paper)
        .post::<SignedIn, _>("/family/{id}/end", family::dismiss)
        .get::<SignedIn, _>("/deputies", deputy::own)
        .post::<SignedIn, _>("/deputies", deputy::appoint)
        .post::<SignedIn, _>("/deputies/{grant}/end", deputy::dismiss)
}

fn kept(options: &Options) -> Routes {
    let (shown, given) = (options.holdings.clone(), options.holdings.clone());
    Routes::new()
        .get::<AccountList, _>("/accounts", accounts::list)
        .get::<AccountList, _>("/accounts/{county}/{code}", accounts::show)
        .post::<SlipPrint, _>("/accounts/{county}/{code}/slips", slip::create)
        .post::<SlipPrint, _>("/accounts/{county}/{code}/slip-messages", slip_message::create)
        .post::<AccountOpen, _>("/accounts/{county}/{code}", accounts::create)
        .get::<AccountList, _>("/holders/{account}", holder::show)
        .post::<RecoveryVouch, _>("/holders/{account}/recoveries", recovery::create)
        .post::<RecoveryVouch, _>("/recoveries/{request}/confirmation", recovery::confirm)
        .post::<RecoveryVouch, _>("/recoveries/{request}/withdrawal", recovery::withdraw)
        .post::<RoleGrant, _>("/holders/{account}/roles", role::grant)
        .post::<RoleGrant, _>("/roles/{grant}/end", role::end)
        .get::<AccountOpen, _>("/holders/{account}/departure", move |ctx, can, path| {
            departure::show(ctx, can, path, shown.clone())
        })
        .post::<AccountOpen, _>("/holders/{account}/departure", move |ctx, can, path, form| {
            departure::create(ctx, can, path, form, given.clone())
        })
        .post::<AccountOpen, _>("/holders/{account}/restoration", departure::restore)
        .get::<DataAnswer, _>("/data-requests", me::requests)
        .post::<DataAnswer, _>("/data-requests/{request}/answer", me::answer)
        .get::<ApiClientKeep, _>("/api-clients", api_client::list)
        .post::<ApiClientKeep, _>("/api-clients", api_client::create)
        .post::<ApiClientKeep, _>("/api-clients/{client}/end", api_client::end)
        .get::<AuditRead, _>("/audit", audit::list)
}

/// The numbers of accounts today, in real time.
pub(crate) fn rules(ctx: &Ctx) -> &'static AccountRules {
    AccountRules::on(Day::of(ctx.real_now()))
}

/// What a new password must be, said before it goes wrong.
pub(crate) fn password_hint(ctx: &Ctx) -> String {
    let rules = rules(ctx).password;
    let (least, staff) = (rules.least, rules.least_staff);
    format!("至少 {least} 个字符，工作人员至少 {staff} 个。一句只有自己知道的话最好记，也最难猜。")
}

/// The directory's door for this request.
pub(crate) fn door(ctx: &Ctx) -> Door {
    Door {
        db: ctx.site.db.clone(),
        vault: ctx.site.vault.clone(),
        home: ctx.site.home,
        now: ctx.real_now(),
        today: ctx.today(),
        sessions_end,
        session: ctx.current.session,
    }
}
