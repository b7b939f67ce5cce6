//! The second factor: set up with a QR code, recovery codes shown once.

use askama::Template;
use huiyin_base::number::Receipt;
use huiyin_directory::account_find;
use huiyin_web::components::{Button, Field, FormErrors, Html, Notice, qr};
use huiyin_web::store::session::session_strengthen;
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Result, SignedIn};
use serde::Deserialize;

use super::door;

#[derive(Template)]
#[template(path = "second_factor.html")]
struct SetUpPage {
    notice: Option<Notice>,
    errors: FormErrors,
    qr: Html,
    typed: String,
    code: Field,
    submit: Button,
    csrf: Csrf,
}

#[derive(Template)]
#[template(path = "second_factor_kept.html")]
struct KeptPage {
    errors: FormErrors,
    code: Field,
    renew: Button,
    remove: Option<Button>,
    csrf: Csrf,
}

#[derive(Template)]
#[template(path = "recovery_codes.html")]
struct CodesPage {
    codes: Vec<String>,
    done: Button,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Given {
    #[serde(default)]
    code: String,
}

pub(crate) async fn show(ctx: Ctx, can: Can<SignedIn>) -> Result {
    answer(&ctx, &can, FormErrors::new()).await
}

/// Either the set-up or what is kept, with what was wrong.
async fn answer(ctx: &Ctx, can: &Can<SignedIn>, errors: FormErrors) -> Result {
    let at = can.viewer.account;
    let account = account_find(&mut ctx.site.db.read().await?, at).await?;
    let fine = errors.is_empty();
    if account.is_some_and(|account| account.has_second_factor()) {
        let staff = door(ctx).is_staff(at).await?;
        let page = KeptPage {
            code: code_field(&errors),
            renew: Button::secondary("重新生成恢复码").icon("refresh-cw"),
            remove: (!staff).then(|| Button::danger("关闭两步验证").sending_to("/security/second-factor/removal")),
            csrf: ctx.csrf(),
            errors,
        };
        return if fine {
            ctx.page("两步验证", Density::Calm, &page)
        } else {
            ctx.refused("两步验证", Density::Calm, &page)
        };
    }
    let (uri, typed) = door(ctx).totp_begin(at, &mut ctx.rng()).await?;
    let resting = "您的工作岗位需要两步验证。设置好之前，工作权限暂时停用，其他功能不受影响。";
    let page = SetUpPage {
        notice: ctx.current.resting.then(|| Notice::attention(resting)),
        qr: qr(&uri, "两步验证的二维码", 220)?,
        typed: in_fours(&typed),
        code: code_field(&errors),
        submit: Button::primary("启用两步验证").icon("shield-check"),
        csrf: ctx.csrf(),
        errors,
    };
    if fine {
        ctx.page("两步验证", Density::Calm, &page)
    } else {
        ctx.refused("两步验证", Density::Calm, &page)
    }
}

fn code_field(errors: &FormErrors) -> Field {
    Field::number("code", "验证器上的 6 位数字")
        .with("autocomplete", "one-time-code")
        .longest(12)
        .required()
        .errors(errors)
}

pub(crate) async fn create(ctx: Ctx, can: Can<SignedIn>, Form(given): Form<Given>) -> Result {
    let confirmed = door(&ctx).totp_confirm(can.viewer.account, &given.code, &mut ctx.rng()).await?;
    match confirmed {
        Ok(codes) => {
            if let Some(session) = ctx.current.session {
                ctx.site
                    .db
                    .write("session_strengthen", move |tx| {
                        Box::pin(async move { Ok(session_strengthen(tx, session).await?) })
                    })
                    .await?;
            }
            codes_page(&ctx, &codes)
        }
        Err(fault) => answer(&ctx, &can, FormErrors::new().with(fault.field, fault.message)).await,
    }
}

pub(crate) async fn renew(ctx: Ctx, can: Can<SignedIn>, Form(given): Form<Given>) -> Result {
    match door(&ctx).recovery_codes_renew(can.viewer.account, &given.code, &mut ctx.rng()).await? {
        Ok(codes) => codes_page(&ctx, &codes),
        Err(fault) => answer(&ctx, &can, FormErrors::new().with(fault.field, fault.message)).await,
    }
}

pub(crate) async fn remove(ctx: Ctx, can: Can<SignedIn>, Form(given): Form<Given>) -> Result {
    match door(&ctx).totp_off(can.viewer.account, &given.code, &mut ctx.rng()).await? {
        Ok(()) => ctx.redirect("/security", Some("两步验证已关闭。")),
        Err(fault) => answer(&ctx, &can, FormErrors::new().with(fault.field, fault.message)).await,
    }
}

/// The only time these codes are seen.
fn codes_page(ctx: &Ctx, codes: &[Receipt]) -> Result {
    let page = CodesPage {
        codes: codes.iter().map(ToString::to_string).collect(),
        done: Button::primary("我已抄好或打印").to("/security"),
    };
    ctx.page("恢复码", Density::Calm, &page)
}

fn in_fours(text: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    letters.chunks(4).map(|four| four.iter().collect::<String>()).collect::<Vec<_>>().join(" ")
}
