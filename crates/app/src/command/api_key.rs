//! Keys for programs of other offices that call the interface.

use anyhow::Result;
use clap::{Subcommand, ValueEnum};
use huiyin_base::{Day, Id};
use huiyin_web::api::{ApiScope, NewClient, client_end, client_open};
use huiyin_web::store::api::api_client_list;

use super::admin::told;
use crate::failure::stop;
use crate::say::say;
use crate::start::Opened;

#[derive(Debug, Subcommand)]
pub(super) enum Task {
    /// Make a key and print it: it is shown only this once
    Make {
        /// What the program is called
        #[arg(long)]
        name: String,
        /// Which office runs it, and its office telephone
        #[arg(long)]
        contact: String,
        /// What it may do
        #[arg(long, value_enum, default_value = "read")]
        scope: ScopeWord,
        /// How many requests a minute
        #[arg(long, default_value_t = 120)]
        per_minute: i64,
        /// For how many days it holds
        #[arg(long, default_value_t = 365)]
        days: i64,
    },
    /// List the keys that were made
    List,
    /// End a key at once
    End {
        /// The number that `list` prints
        id: String,
    },
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub(super) enum ScopeWord {
    /// Reads what is public, with an allowance of its own
    Read,
    /// Hands problems in as well
    Post,
}

pub(super) async fn run(opened: &Opened, task: Task) -> Result<()> {
    let ground = &opened.ground;
    let now = ground.clock.real();
    match task {
        Task::Make { name, contact, scope, per_minute, days } => {
            let scope = match scope {
                ScopeWord::Read => ApiScope::Read,
                ScopeWord::Post => ApiScope::Post,
            };
            let new = NewClient { name, contact, scope, per_minute, days, by: None };
            let made = client_open(&ground.db, &ground.vault, opened.home, &new, now, &mut ground.rngs.rng()).await;
            let (client, key) = made.map_err(told)?;
            say(format!("接口密钥：{key}"));
            say(format!(
                "只显示这一次，请交给“{}”，不要存进代码。{}前有效，可以{}。",
                client.name,
                client.until_day.chinese(),
                scope.label()
            ));
            say(format!("编号 {}，停用时用它。", client.id));
        }
        Task::List => {
            let clients = api_client_list(&mut ground.db.read().await?, opened.home).await?;
            if clients.is_empty() {
                say("还没有发放过接口密钥。");
            }
            for client in clients {
                let stands = match client.ended_day {
                    Some(day) => format!("{}停用", day.chinese()),
                    None if client.holds_on(Day::of(now)) => format!("{}前有效", client.until_day.chinese()),
                    None => "已过期".to_owned(),
                };
                let (scope, minute) = (client.scope.label(), client.per_minute);
                say(format!(
                    "{}  {}（{}）  {scope}，每分钟 {minute} 次，{stands}",
                    client.id, client.name, client.contact
                ));
            }
        }
        Task::End { id } => {
            let id: Id = id.parse().map_err(|_| stop("编号不对。请用 huiyin admin api-key list 查看。"))?;
            client_end(&ground.db, opened.home, id, None, now, &mut ground.rngs.rng()).await.map_err(told)?;
            say("已停用，立即生效。");
        }
    }
    Ok(())
}
