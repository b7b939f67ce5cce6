//! The measured city: the demo city of its folder, or the same in an empty PostgreSQL database.

use huiyin_app::config::Config;
use huiyin_app::demo::{self, Demo, SIGN_INS, Wish};
use huiyin_app::start::{self, Intent};
use huiyin_base::{Clock, Day, RngSource};
use huiyin_city::{House, Scale, make};
use huiyin_db::query;
use huiyin_directory::Role;
use huiyin_vault::Vault;
use huiyin_web::Ground;

use crate::server::Bench;

impl Bench {
    /// How the server is set up for measuring: nobody is slowed down.
    pub(crate) fn config(&self) -> anyhow::Result<Config> {
        let mut config = Config::read("", [])?;
        config.site.limit_factor = 1_000_000.0;
        config.database.group_size = self.group_size;
        config.database.commit_delay_ms = self.commit_delay_ms;
        Ok(config)
    }

    /// Opens the city, and makes it where there is none. `today` moves its clock on.
    pub(crate) async fn open(&self, today: Option<Day>) -> anyhow::Result<Demo> {
        let config = self.config()?;
        let Some(url) = &self.postgres else {
            let wish = Wish { folder: self.data.clone(), today, size: None, cases: Some(self.cases) };
            return Box::pin(demo::open(&config, &wish)).await;
        };
        let mut config = demo::of(&config, &self.data);
        config.database.url = Some(url.clone());
        let scale = Scale { cases: self.cases, ..Scale::full() };
        let sign_ins = self.data.join(SIGN_INS);
        if !sign_ins.exists() {
            std::fs::create_dir_all(&self.data)?;
            Vault::create(&self.data.join("demo.key"), &mut RngSource::system().rng())?;
            let opened = start::open(&config, Intent::Migrate, Clock::system()).await?;
            let ground = &opened.ground;
            let house = House { db: ground.db.clone(), vault: ground.vault.clone(), files: Some(ground.files.clone()) };
            let made = Box::pin(make(&house, &scale, |_| {})).await?;
            self.counted(ground).await?;
            ground.db.close().await;
            std::fs::write(&sign_ins, demo::printed(&made, None))?;
        }
        let mut opened = start::open(&config, Intent::Work, Clock::system()).await?;
        let morning = Scale { today: today.unwrap_or(scale.today), ..scale }.now();
        opened.ground.clock = Clock::starting_at(morning);
        Ok(Demo { opened, sign_ins: std::fs::read_to_string(sign_ins)? })
    }

    /// What PostgreSQL does by itself within minutes of a large write, and plans by: counted at once, so that nothing is measured before.
    pub(crate) async fn counted(&self, ground: &Ground) -> anyhow::Result<()> {
        if self.postgres.is_some() {
            let write = ground.db.write("bench_analyze", |tx| {
                Box::pin(async move {
                    query("analyze").execute(tx).await?;
                    Ok(())
                })
            });
            write.await.map_err(|problem| anyhow::anyhow!("{problem:?}"))?;
        }
        Ok(())
    }

    /// Closes it. Only a demo folder remembers how far its clock ran.
    pub(crate) async fn close(&self, demo: Demo) -> anyhow::Result<()> {
        if self.postgres.is_some() {
            demo.opened.ground.db.close().await;
            return Ok(());
        }
        demo::close(demo).await
    }

    /// Login and password of the first demo account of this role.
    pub(crate) fn account(&self, role: Role) -> anyhow::Result<(String, String)> {
        let text = std::fs::read_to_string(self.data.join(SIGN_INS))?;
        let line = text.lines().find(|line| line.trim_start().starts_with(role.label()));
        let words = line.and_then(|line| line.rsplit_once('：')?.1.split_once(" / "));
        let (login, password) = words.ok_or_else(|| anyhow::anyhow!("no account of {}", role.label()))?;
        Ok((login.to_owned(), password.trim().to_owned()))
    }
}
