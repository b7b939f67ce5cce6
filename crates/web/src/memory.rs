//! What a browser remembers for us, sealed: a receipt code must stand neither in an address nor readable on a shared computer.

use axum::response::Response;
use cookie::Cookie;
use data_encoding::BASE64URL_NOPAD;
use huiyin_vault::Place;

use crate::ctx::set_cookie;
use crate::{Ctx, session};

impl Ctx {
    /// Lets the browser remember `value` for so many minutes.
    pub fn remember(&self, response: &mut Response, name: &'static str, value: &str, minutes: i64) {
        let place = Place { table: "cookie", column: name, row: b"" };
        let sealed = self.site.vault.seal(place, value.as_bytes(), &mut self.rng());
        let mut cookie = session::made(&self.site, name, BASE64URL_NOPAD.encode(&sealed), None);
        cookie.set_max_age(cookie::time::Duration::minutes(minutes));
        set_cookie(response, &cookie);
    }

    /// What was remembered under `name`.
    pub fn remembered(&self, name: &'static str) -> Option<String> {
        let cookie = session::cookies(self.headers()).find(|cookie| cookie.name() == name)?;
        let sealed = BASE64URL_NOPAD.decode(cookie.value().as_bytes()).ok()?;
        let plain = self.site.vault.open_sealed(Place { table: "cookie", column: name, row: b"" }, &sealed).ok()?;
        String::from_utf8(plain).ok()
    }

    /// Lets the browser forget whatever it was let remember: whoever uses it next is another.
    pub fn forget_all(&self, response: &mut Response) {
        let kept = [session::SESSION, session::VISITOR, session::ELDER, session::NOTICE];
        let names = session::cookies(self.headers()).map(|cookie| cookie.name().to_owned());
        for name in names.filter(|name| name.starts_with("huiyin_") && !kept.contains(&name.as_str())) {
            let mut cookie: Cookie<'static> = session::made(&self.site, name, String::new(), None);
            cookie.make_removal();
            set_cookie(response, &cookie);
        }
    }

    /// Lets the browser forget it.
    pub fn forget(&self, response: &mut Response, name: &'static str) {
        let mut cookie: Cookie<'static> = session::made(&self.site, name, String::new(), None);
        cookie.make_removal();
        set_cookie(response, &cookie);
    }
}
