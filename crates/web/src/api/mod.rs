//! What every interface for machines shares: keys, bodies, answers, failures, and the description that is served.
//!
//! Reading what is public needs no key; a key only gives its holder an allowance of its own. Sending something in needs a
//! key with the scope `post`. Answers never depend on a cookie, so that any page may read them.

mod answer;
mod body;
mod client;
mod open311;
mod openapi;
mod sent;

pub(crate) use answer::problem_json;
pub use answer::{Code, document, json, refuse};
pub use body::Raw;
pub use client::{ApiScope, Client, NewClient, client_end, client_open, reader};
pub(crate) use client::{admitted, key_missing};
pub use open311::{Format, fault};
pub use openapi::Described;
pub(crate) use openapi::Description;
pub use sent::{NotOnce, Sent, once};
