//! Sending the same once: an Idempotency-Key stands for one body.

use huiyin_base::{Day, Problem, ProblemKind};

use super::Client;
use crate::Ctx;
use crate::store::api::api_post_add;

/// What one sending is known by. The word is derived from client and key, so that the same key always gives the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    /// 32 bytes that nobody can work out without the installation's key.
    pub word: [u8; 32],
}

/// What was wrong with a sending.
#[derive(Debug)]
pub enum NotOnce {
    /// The key is too short, too long or not plain.
    Unfit,
    /// Another body was sent under it.
    Other,
    /// Something else.
    Problem(Problem),
}

/// Finds the word of a sending; without a key every sending is a new one.
pub async fn once(ctx: &Ctx, client: &Client, body: &[u8]) -> Result<Sent, NotOnce> {
    let site = &ctx.site;
    let Some(key) = ctx.headers().get("idempotency-key") else {
        return Ok(Sent { word: ctx.rng().bytes::<32>() });
    };
    let key = key.to_str().ok().filter(|key| (8..=200).contains(&key.len())).ok_or(NotOnce::Unfit)?;
    let named = format!("{}/{key}", client.0.id);
    let hash = site.vault.blind("api_post", &named);
    let sent = site.vault.mac("api_body", body);
    let (client, day) = (client.0.clone(), Day::of(ctx.real_now()));
    let first = site.db.write("api_post_add", move |tx| {
        let client = client.clone();
        Box::pin(async move { Ok(api_post_add(tx, &client, hash, sent, day).await?) })
    });
    if first.await.map_err(NotOnce::Problem)? != sent {
        return Err(NotOnce::Other);
    }
    Ok(Sent { word: site.vault.mac("api_sent", named.as_bytes()) })
}

impl NotOnce {
    /// The stable word and what is said.
    pub fn told(self) -> (&'static str, Problem) {
        match self {
            Self::Unfit => {
                ("idempotency_key_unfit", Problem::invalid("Idempotency-Key 应是 8 到 200 个可见的英文字符。"))
            }
            Self::Other => (
                "idempotency_key_reused",
                Problem::invalid("这个 Idempotency-Key 已经用于另一份内容。内容不同的，请换一个新的。"),
            ),
            Self::Problem(problem) => {
                let code = super::Code::Kind(problem.kind).word();
                (
                    code,
                    if problem.kind == ProblemKind::Broken {
                        Problem::broken(anyhow::anyhow!(problem))
                    } else {
                        problem
                    },
                )
            }
        }
    }
}
