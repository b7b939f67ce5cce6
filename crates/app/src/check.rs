//! The checks of a running installation, each over all of its data.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result};
use huiyin_base::{Day, Report};
use huiyin_catalogue::Catalogue;
use huiyin_city::{Marker, marker_find};
use huiyin_db::Tx;
use huiyin_figures::{Expectation, Period};
use huiyin_web::House;

use crate::backup::object_names;
use crate::config::Config;
use crate::house::house;
use crate::start::{self, Opened};
use crate::store::stored_file::stored_file_objects;

/// One kind of check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Check {
    /// Numbers against their lists.
    Figures,
    /// Ids that point nowhere.
    References,
    /// The chain of the audit.
    Audit,
    /// Nothing that burdens.
    Burden,
    /// Sealed files that the database names.
    Files,
    /// Draws for call-backs, repeated from their seeds.
    Draws,
    /// What is due by itself is found when it is.
    Clocks,
    /// The database file itself.
    Database,
}

impl Check {
    /// All of them, the quick ones first.
    pub const ALL: [Self; 8] = [
        Self::Database,
        Self::Burden,
        Self::References,
        Self::Files,
        Self::Clocks,
        Self::Audit,
        Self::Draws,
        Self::Figures,
    ];

    /// What it looks at.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Figures => "指标与清单",
            Self::References => "引用",
            Self::Audit => "审计链",
            Self::Burden => "不添负担",
            Self::Files => "照片与附件",
            Self::Draws => "回访抽签",
            Self::Clocks => "事项的时钟",
            Self::Database => "数据库文件",
        }
    }
}

/// A report with what is worth knowing and no fault.
#[derive(Debug)]
pub struct Found {
    /// What was found.
    pub report: Report,
    /// Sentences that are no findings.
    pub notes: Vec<String>,
}

/// Runs one check on one consistent view.
pub async fn run(config: &Config, opened: &Opened, check: Check) -> Result<Found> {
    let db = &opened.ground.db;
    let mut notes = Vec::new();
    let mut tx = db.snapshot().await?;
    let report = match check {
        Check::Figures => figures(config, opened, &mut tx).await?,
        Check::References => huiyin_catalogue::references::check(&mut tx).await?,
        Check::Audit => {
            let (report, tails) = huiyin_directory::audit::check(&mut tx, &opened.ground.vault).await?;
            notes.extend(tails.iter().map(|(region, tail)| {
                format!("{}：最近 {tail} 条记录还没有封存，服务运行后十秒内封存。", opened.regions.name(*region))
            }));
            report
        }
        Check::Burden => {
            let house = assembled(config, opened)?;
            let paths: Vec<&str> = house.site.table.iter().map(|route| route.path).collect();
            let catalogue = Catalogue::load().context("the data catalogue")?;
            huiyin_catalogue::burden::check(&mut tx, &catalogue, &paths).await?
        }
        Check::Files => files(config, &mut tx).await?,
        Check::Draws => huiyin_cases::check_draws(&mut tx).await?,
        Check::Clocks => huiyin_cases::check_clocks(&mut tx).await?,
        Check::Database => Report::new("database", 1, db.damage().await?),
    };
    Ok(Found { report, notes })
}

/// The features joined over the data, without serving it.
fn assembled(config: &Config, opened: &Opened) -> Result<House> {
    Ok(house(opened, start::settings(config, false)?))
}

/// The year up to the demo's day, compared with what was published; any other data up to today.
async fn figures(config: &Config, opened: &Opened, tx: &mut Tx) -> Result<Report> {
    let marker = marker_find(tx).await?;
    let today = marker.as_ref().map_or_else(|| opened.ground.clock.today(), |marker| marker.today);
    let expected =
        if marker.as_ref().is_some_and(is_the_published_city) { Expectation::published() } else { Vec::new() };
    let house = assembled(config, opened)?;
    Ok(huiyin_figures::check(tx, &house.site.figures, Period::year_to(today), &expected).await?)
}

fn is_the_published_city(marker: &Marker) -> bool {
    marker.size == "full" && marker.cases == 1 && Some(marker.today) == Day::new(2016, 12, 16)
}

async fn files(config: &Config, tx: &mut Tx) -> Result<Report> {
    let there: BTreeSet<String> = object_names(&config.files())?;
    let named = stored_file_objects(tx).await?;
    let examined = named.len() as u64;
    let missing = named.into_iter().filter(|name| !there.contains(name));
    Ok(Report::new(
        "files",
        examined,
        missing.map(|name| format!("缺少文件 {name}：数据库记着它，文件夹里没有。")).collect(),
    ))
}
