//! Large type for older eyes (长辈版), remembered by this browser.

use huiyin_base::Problem;
use serde::Deserialize;

use crate::ctx::set_cookie;
use crate::{Ctx, Form, Result, session};

/// The choice, and where to go on.
#[derive(Debug, Deserialize)]
pub(crate) struct Choice {
    #[serde(default)]
    elder: String,
    #[serde(default)]
    next: String,
}

pub(crate) async fn choose(ctx: Ctx, Form(choice): Form<Choice>) -> Result {
    let next = local_path(&choice.next).ok_or_else(Problem::not_found)?;
    let mut response = ctx.redirect(next, None)?;
    let value = if choice.elder == "1" { "1" } else { "0" };
    set_cookie(&mut response, &session::made(&ctx.site, session::ELDER, value.into(), Some(400)));
    Ok(response)
}

/// A path of this site, so that no link can lead a reader away through us.
pub fn local_path(path: &str) -> Option<&str> {
    if path.is_empty() {
        return Some("/");
    }
    let local = path.starts_with('/') && !path.starts_with("//") && !path.contains(['\\', '\r', '\n', '\t']);
    local.then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leads_nowhere_else() {
        assert_eq!(local_path("/wall?page=2"), Some("/wall?page=2"));
        for foreign in ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil"]
        {
            assert_eq!(local_path(foreign), None, "{foreign}");
        }
    }
}
