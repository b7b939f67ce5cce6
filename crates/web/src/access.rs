use std::marker::PhantomData;

use axum::extract::{FromRequestParts, Request, State};
use axum::http::Method;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use huiyin_base::{Problem, ProblemKind};
use huiyin_directory::audit::{self, AuditKind, AuditOutcome, Event};
use huiyin_directory::{AccountRef, Role, Scope, Viewer};

use crate::api::{self, ApiScope};
use crate::{Ctx, Failure, Site, reading_key};

/// A right as a type. A route names one; its handler proves it with [`Can`].
pub trait Permission: Send + Sync + 'static {
    /// A word for the table of routes, such as `case_assign`.
    const NAME: &'static str;
    /// Who has it.
    const WHO: Who;
    /// What it allows, as a refusal names it: “分派问题”.
    const LABEL: &'static str;

    /// What is answered to whoever has not shown who he is, where a page that sends him to sign in would not be understood: a
    /// program is asked in its own words.
    fn challenge(_ctx: &Ctx) -> Option<Response> {
        None
    }
}

/// Who has a permission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Who {
    /// Everybody, signed in or not.
    Everyone,
    /// Any account.
    SignedIn,
    /// Holders of one of these roles, anywhere; the scope says where it counts.
    Roles(&'static [Role]),
    /// Programs whose key has this scope; no session opens it.
    Clients(ApiScope),
    /// Whoever shows a reading key of his own, in whatever role; no session opens it.
    KeyHolders,
}

/// Declares permissions: `permissions! { pub CaseAssign = "case_assign", "分派问题", Who::Roles(&[…]); }`.
#[macro_export]
macro_rules! permissions {
    ($($(#[$meta:meta])* $vis:vis $name:ident = $word:literal, $label:literal, $who:expr;)*) => {$(
        $(#[$meta])*
        #[doc = $label]
        #[derive(Debug)]
        $vis struct $name;

        impl $crate::Permission for $name {
            const NAME: &'static str = $word;
            const WHO: $crate::Who = $who;
            const LABEL: &'static str = $label;
        }
    )*};
}

permissions! {
    pub Public = "public", "浏览", Who::Everyone;
    pub SignedIn = "signed_in", "登录后办理", Who::SignedIn;
}

/// Proof that the viewer has the permission `P`, with what it reaches.
#[derive(Debug)]
pub struct Can<P> {
    /// Who.
    pub viewer: Viewer,
    /// Where.
    pub scope: Scope,
    permission: PhantomData<P>,
}

impl<P: Permission> FromRequestParts<Site> for Can<P> {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _site: &Site) -> Result<Self, Failure> {
        let viewer = permitted::<P>(viewer_of(parts))?.ok_or_else(Problem::sign_in_needed)?;
        let roles = match P::WHO {
            Who::Roles(roles) => roles,
            Who::Everyone | Who::SignedIn | Who::Clients(_) | Who::KeyHolders => Role::ALL,
        };
        Ok(Self { scope: viewer.scope(roles), viewer: viewer.clone(), permission: PhantomData })
    }
}

/// Refuses a request that lacks `P` before its handler runs. A form whose session has ended is kept.
pub(crate) async fn require<P: Permission>(State(site): State<Site>, request: Request, next: Next) -> Response {
    if let Who::Clients(scope) = P::WHO {
        return match api::admitted(&site, request, scope).await {
            Ok(request) => next.run(request).await,
            Err(problem) => Failure::from(problem).into_response(),
        };
    }
    let (mut parts, body) = request.into_parts();
    if P::WHO == Who::KeyHolders {
        return match reading_key::admit(&site, &mut parts).await {
            Ok(()) => next.run(Request::from_parts(parts, body)).await,
            Err(problem) => turned_away::<P>(&site, &parts, problem),
        };
    }
    let Err(problem) = permitted::<P>(viewer_of(&parts)) else {
        return next.run(Request::from_parts(parts, body)).await;
    };
    if let (ProblemKind::Forbidden, Some(viewer)) = (problem.kind, viewer_of(&parts)) {
        let account = viewer.account;
        refusal_record(&site, account, P::NAME).await;
    }
    let ended = parts.extensions.get::<crate::session::Current>().is_some_and(|current| current.ended);
    let kept = problem.kind == ProblemKind::SignInNeeded && ended && parts.method == Method::POST;
    let refused = turned_away::<P>(&site, &parts, problem);
    if kept {
        match crate::kept::keep(&site, Request::from_parts(parts, body)).await {
            Ok(Some(path)) => return crate::kept::to_sign_in(&path),
            Ok(None) => {}
            Err(problem) => return Failure::from(problem).into_response(),
        }
    }
    refused
}

/// The refusal as a page, or as the permission itself asks who it is.
fn turned_away<P: Permission>(site: &Site, parts: &Parts, problem: Problem) -> Response {
    let asked = (problem.kind == ProblemKind::SignInNeeded).then(|| P::challenge(&Ctx::new(site, parts)));
    asked.flatten().unwrap_or_else(|| Failure::from(problem).into_response())
}

/// Puts a refusal on record. That it cannot be recorded changes nothing about the refusal.
async fn refusal_record(site: &Site, account: AccountRef, permission: &'static str) {
    let event = Event::new(account.region, AuditKind::Refusal, site.clock.real(), &mut site.rngs.rng());
    let event = event.by(account).about("permission", permission).ended(AuditOutcome::Refused);
    let recorded = site.db.write("refusal_record", move |tx| {
        let event = event.clone();
        Box::pin(async move { Ok(audit::record(tx, &event).await?) })
    });
    if let Err(problem) = recorded.await {
        tracing::error!(error = ?problem.source, "a refusal was not recorded");
    }
}

fn viewer_of(parts: &Parts) -> Option<&Viewer> {
    parts.extensions.get::<crate::session::Current>().and_then(|current| current.viewer.as_ref())
}

fn permitted<P: Permission>(viewer: Option<&Viewer>) -> Result<Option<&Viewer>, Problem> {
    match (P::WHO, viewer) {
        (Who::Everyone, viewer) => Ok(viewer),
        // A client is admitted by its key before this is asked.
        (Who::Clients(_), _) => Err(api::key_missing()),
        (Who::SignedIn | Who::Roles(_) | Who::KeyHolders, None) => Err(Problem::sign_in_needed()),
        // The guard has put the holder of the key in the place of whoever is signed in.
        (Who::SignedIn | Who::KeyHolders, Some(viewer)) => Ok(Some(viewer)),
        (Who::Roles(roles), Some(viewer)) if viewer.has_any(roles) => Ok(Some(viewer)),
        (Who::Roles(roles), Some(_)) => {
            let holders: Vec<&str> = roles.iter().map(|role| role.label()).collect();
            let message = format!(
                "“{}”由{}办理，您的账号没有这项权限。如需办理，请联系本单位管理员。",
                P::LABEL,
                holders.join("、")
            );
            Err(Problem::new(ProblemKind::Forbidden, message))
        }
    }
}
