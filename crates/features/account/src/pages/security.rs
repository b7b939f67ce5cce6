//! 安全设置: password, second factor, sessions.

use askama::Template;
use chrono::{FixedOffset, TimeZone as _};
use huiyin_base::Instant;
use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_directory::{account_find, external_list, recovery_codes_left};
use huiyin_web::components::{Button, DataTable, Field, FormErrors, Notice, PostButton, Row, Tag};
use huiyin_web::store::session::{session_end_all, session_list};
use huiyin_web::{Can, Csrf, Ctx, Density, Form, Result, SignedIn};
use serde::Deserialize;

use super::sign_in::Nothing;
use super::{door, password_hint};

#[derive(Template)]
#[template(path = "security.html")]
struct SecurityPage {
    resting: Option<Notice>,
    errors: FormErrors,
    login: String,
    old: Field,
    new: Field,
    again: Field,
    submit: Button,
    factor: Tag,
    has_factor: bool,
    codes_left: i64,
    factor_button: Button,
    /// What the identity is called, whether it is tied, and the button that changes that; none where none is accepted.
    external: Option<(String, Tag, PostButton)>,
    sessions: DataTable,
    end: PostButton,
    csrf: Csrf,
}

pub(crate) async fn show(ctx: Ctx, can: Can<SignedIn>) -> Result {
    let page = page(&ctx, &can, FormErrors::new()).await?;
    ctx.page("安全设置", Density::Calm, &page)
}

async fn page(ctx: &Ctx, can: &Can<SignedIn>, errors: FormErrors) -> Result<SecurityPage> {
    let at = can.viewer.account;
    let tx = &mut ctx.site.db.read().await?;
    let account = account_find(tx, at).await?.ok_or_else(huiyin_base::Problem::not_found)?;
    let has_factor = account.has_second_factor();
    let sessions = session_list(tx, at, ctx.real_now()).await?;
    let rows = sessions.iter().map(|session| {
        let here = ctx.current.session == Some(session.hash);
        let tag = if here { Tag::good("本机") } else { Tag::plain("其他设备") };
        Row::new([session.device.as_str().into(), moment(session.created_at).into(), tag.into()])
    });
    let table = DataTable::new("已登录的设备").column("设备").column("登录时间").column("位置");
    let words = "您的工作岗位需要两步验证。设置好之前，工作权限暂时停用，其他功能不受影响。";
    Ok(SecurityPage {
        resting: ctx.current.resting.then(|| Notice::attention(words)),
        login: account.login.clone(),
        old: Field::password("old", "现在的密码").with("autocomplete", "current-password").required().errors(&errors),
        new: Field::password("new", "新密码")
            .hint(password_hint(ctx))
            .with("autocomplete", "new-password")
            .required()
            .errors(&errors),
        again: Field::password("again", "再输入一次新密码")
            .with("autocomplete", "new-password")
            .required()
            .errors(&errors),
        submit: Button::primary("修改密码"),
        factor: if has_factor { Tag::good("已启用") } else { Tag::attention("未启用") },
        has_factor,
        codes_left: recovery_codes_left(tx, at).await?,
        factor_button: Button::secondary(if has_factor { "管理两步验证" } else { "启用两步验证" })
            .icon("shield-check")
            .to("/security/second-factor"),
        external: external(ctx, !external_list(tx, at).await?.is_empty()),
        sessions: table.rows(rows),
        end: PostButton::new(
            "/security/sessions/end",
            &ctx.csrf(),
            Button::secondary("退出其他所有设备").icon("log-out"),
        ),
        csrf: ctx.csrf(),
        errors,
    })
}

fn external(ctx: &Ctx, tied: bool) -> Option<(String, Tag, PostButton)> {
    let name = ctx.site.settings.identity.as_ref().map(|house| house.label().to_owned());
    // A tie from the time when another house was accepted can still be undone.
    let name = name.or_else(|| tied.then(|| "外部身份".to_owned()))?;
    let (tag, action, button) = if tied {
        (Tag::good("已绑定"), "/security/external/removal", Button::secondary("解除绑定").icon("unlock"))
    } else {
        (Tag::plain("未绑定"), "/security/external", Button::secondary("绑定").icon("link"))
    };
    Some((name, tag, PostButton::new(action, &ctx.csrf(), button)))
}

#[derive(Debug, Deserialize)]
pub(crate) struct NewPassword {
    #[serde(default)]
    old: String,
    #[serde(default)]
    new: String,
    #[serde(default)]
    again: String,
}

pub(crate) async fn password(ctx: Ctx, can: Can<SignedIn>, Form(form): Form<NewPassword>) -> Result {
    let at = can.viewer.account;
    let changed = door(&ctx).password_change(at, &form.old, &form.new, &form.again, &mut ctx.rng()).await?;
    if let Err(fault) = changed {
        let page = page(&ctx, &can, FormErrors::new().with(fault.field, fault.message)).await?;
        return ctx.refused("安全设置", Density::Calm, &page);
    }
    ctx.redirect("/security", Some("密码已修改，其他设备已退出登录。"))
}

pub(crate) async fn end_sessions(ctx: Ctx, can: Can<SignedIn>, Form(_): Form<Nothing>) -> Result {
    let (at, keep) = (can.viewer.account, ctx.current.session);
    let event =
        Event::new(at.region, AuditKind::SignOut, ctx.real_now(), &mut ctx.rng()).by(at).detail("退出其他所有设备");
    let ended = ctx.site.db.write("session_end_all", move |tx| {
        let event = event.clone();
        Box::pin(async move {
            let ended = session_end_all(tx, at, keep).await?;
            audit::record(tx, &event).await?;
            Ok(ended)
        })
    });
    let words = match ended.await? {
        0 => "没有其他已登录的设备。".to_owned(),
        ended => format!("已退出 {ended} 台其他设备。"),
    };
    ctx.redirect("/security", Some(&words))
}

/// 2016-12-16 09:05 in Shanghai.
pub(crate) fn moment(at: Instant) -> String {
    let shanghai = FixedOffset::east_opt(8 * 3600).map(|zone| zone.from_utc_datetime(&at.naive_utc()));
    shanghai.map(|at| at.format("%Y-%m-%d %H:%M").to_string()).unwrap_or_default()
}
