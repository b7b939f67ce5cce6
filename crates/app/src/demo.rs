//! The folder of the demo city: a data folder, its keys, and the sign-ins that are printed.
//!
//! It appears under its name only when the city is whole, so an interrupted making is never served.

mod second_factor;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context as _, Result};
use chrono::NaiveTime;
use huiyin_base::{Clock, Day, Instant, RngSource};
use huiyin_city::{Building, House, Made, Marker, Progress, Scale, SignInSlip, Size, make, marker_find};
use huiyin_db::Tx;
use huiyin_vault::Vault;
use indicatif::{ProgressBar, ProgressStyle};
use parking_lot::Mutex;

use crate::config::{Config, Database};
use crate::failure::{Stop, stop};
use crate::start::{self, Intent, Opened};
use crate::store::setting::{setting_find, setting_put};

pub use second_factor::code;

/// What is printed at every start.
pub const SIGN_INS: &str = "sign-ins.txt";
/// Under which the database remembers how far its clock had run.
const CLOCK: &str = "demo_clock";

/// What was asked for on the command line.
#[derive(Clone, Debug)]
pub struct Wish {
    /// Where the city lies.
    pub folder: PathBuf,
    /// Its today.
    pub today: Option<Day>,
    /// The whole city or a hundredth.
    pub size: Option<Size>,
    /// Multiplies the problems.
    pub cases: Option<u32>,
}

/// An open demo city.
pub struct Demo {
    /// What everything stands on.
    pub opened: Opened,
    /// The sign-ins, ready to be printed.
    pub sign_ins: String,
}

/// Makes the city when there is none, and opens it.
pub async fn open(config: &Config, wish: &Wish) -> Result<Demo> {
    if !wish.folder.exists() {
        build(config, wish).await?;
    }
    let config = of(config, &wish.folder);
    if !config.database_file().exists() {
        return Err(stop(format!(
            "文件夹 {} 里没有演示城市，程序没有改动它。请换一个文件夹（--data），或移走它再运行。",
            wish.folder.display()
        )));
    }
    // Behind is brought up to date, ahead is refused: an older city is never misread.
    let opened = start::open(&config, Intent::Migrate, Clock::system()).await?;
    match checked(&opened, wish).await {
        Ok(now) => {
            let mut sign_ins = std::fs::read_to_string(wish.folder.join(SIGN_INS)).unwrap_or_default();
            sign_ins.extend(second_factor::words(&wish.folder));
            let mut opened = opened;
            opened.ground.clock = Clock::starting_at(now);
            Ok(Demo { opened, sign_ins })
        }
        Err(error) => {
            opened.ground.db.close().await;
            Err(error)
        }
    }
}

/// Remembers how far the clock ran, so that what was written today does not lie in tomorrow's future.
pub async fn close(demo: Demo) -> Result<()> {
    let ground = demo.opened.ground.clone();
    let now = ground.clock.now().timestamp_micros().to_string();
    let remembered = ground.db.write("demo_clock", move |tx| {
        let now = now.clone();
        Box::pin(async move { Ok(setting_put(tx, CLOCK, &now).await?) })
    });
    remembered.await?;
    ground.db.close().await;
    Ok(())
}

/// The configuration of a city in `folder`: always SQLite, always its own keys.
pub fn of(config: &Config, folder: &Path) -> Config {
    let database = Database { url: None, ..config.database.clone() };
    Config { data: folder.join("city"), key_file: Some(folder.join("demo.key")), database, ..config.clone() }
}

/// The day up to which a demo city was made; none in a real installation.
pub async fn today(tx: &mut Tx) -> Result<Option<Day>> {
    Ok(marker_find(tx).await?.map(|marker| marker.today))
}

/// That the folder holds the city that was asked for; gives the time at which its clock begins.
async fn checked(opened: &Opened, wish: &Wish) -> Result<Instant> {
    let mut tx = opened.ground.db.read().await?;
    let marker = marker_find(&mut tx).await?.filter(|marker| marker.complete);
    let marker = marker
        .ok_or_else(|| stop(format!("{} 里的数据不是演示城市，演示没有启动，数据没有改动。", wish.folder.display())))?;
    if let Some(other) = difference(&marker, wish) {
        return Err(stop(format!(
            "{} 里已有一座演示城市，{other}。要按新的要求重建，请先删除这个文件夹；否则去掉这个选项。",
            wish.folder.display()
        )));
    }
    let today = wish.today.unwrap_or(marker.today);
    let morning = morning_of(today);
    if wish.today.is_some() {
        return Ok(morning);
    }
    let stood = setting_find(&mut tx, CLOCK).await?.and_then(|text| text.parse().ok());
    let stood = stood.and_then(Instant::from_timestamp_micros);
    Ok(stood.map_or(morning, |stood| stood.max(morning)))
}

fn difference(marker: &Marker, wish: &Wish) -> Option<String> {
    if wish.size.is_some_and(|size| size.as_str() != marker.size) {
        return Some(format!("规模是 {}", marker.size));
    }
    if wish.cases.is_some_and(|cases| i64::from(cases) != marker.cases) {
        return Some(format!("问题数量是 {} 倍", marker.cases));
    }
    let earlier = wish.today.filter(|today| *today < marker.today)?;
    Some(format!("做到 {} 为止，不能从更早的 {} 开始", marker.today.chinese(), earlier.chinese()))
}

async fn build(config: &Config, wish: &Wish) -> Result<()> {
    let scale = Scale { size: wish.size.unwrap_or(Size::Full), cases: wish.cases.unwrap_or(1), ..Scale::full() };
    let scale = Scale { today: wish.today.unwrap_or(scale.today), ..scale };
    let cannot = || Stop(format!("文件夹 {} 建立不了。请检查上级文件夹的权限和磁盘空间。", wish.folder.display()));
    if let Some(above) = wish.folder.parent().filter(|above| !above.as_os_str().is_empty()) {
        std::fs::create_dir_all(above).with_context(cannot)?;
    }
    let building = Building::begin(&wish.folder).with_context(cannot)?;
    let inside = of(config, building.folder());
    let key = building.folder().join("demo.key");
    Vault::create(&key, &mut RngSource::system().rng()).with_context(cannot)?;
    let opened = start::open(&inside, Intent::Migrate, Clock::system()).await?;
    let ground = &opened.ground;
    let house = House { db: ground.db.clone(), vault: ground.vault.clone(), files: Some(ground.files.clone()) };
    let bars = Bars::new();
    let made = tokio::select! {
        made = make(&house, &scale, |progress| bars.show(progress)) => made,
        _ = tokio::signal::ctrl_c() => Err(stop("演示城市还没有建好就被中断，没有留下任何数据。再运行一次会从头开始。")),
    };
    bars.finish();
    let strong = match &made {
        Ok(made) => second_factor::set_up(ground, made, building.folder()).await,
        Err(_) => Ok(None),
    };
    ground.db.close().await;
    let (made, strong) = (made?, strong?);
    std::fs::write(building.folder().join(SIGN_INS), printed(&made, strong.as_ref())).with_context(cannot)?;
    drop(opened);
    building.finish().with_context(cannot)
}

/// The accounts and receipts a visitor may try, as lines of text.
pub fn printed(made: &Made, strong: Option<&SignInSlip>) -> String {
    let mut lines = vec!["可以用这些演示账号登录（口令相同，都是虚构的人）：".to_owned()];
    let line = |slip: &SignInSlip| {
        format!("  {}  {} {}：{} / {}", slip.role.label(), slip.org, slip.post, slip.login, slip.password)
    };
    lines.extend(made.sign_ins.iter().map(line));
    lines.extend(strong.map(|slip| format!("{}（两步验证）", line(slip))));
    if !made.receipts.is_empty() {
        lines.push("可以用这些回执查询问题（不用登录）：".to_owned());
        lines.extend(made.receipts.iter().map(|shown| format!("  {}  {}", shown.receipt, shown.what)));
    }
    lines.join("\n") + "\n"
}

fn morning_of(day: Day) -> Instant {
    day.at(NaiveTime::from_hms_opt(9, 0, 0).unwrap_or_default())
}

/// One bar after another, for whoever waits.
struct Bars(Mutex<Option<(&'static str, ProgressBar)>>);

impl Bars {
    const fn new() -> Self {
        Self(Mutex::new(None))
    }

    fn show(&self, progress: Progress) {
        let mut current = self.0.lock();
        if current.as_ref().is_none_or(|(what, _)| *what != progress.what) {
            if let Some((_, bar)) = current.take() {
                bar.finish();
            }
            let bar = ProgressBar::new(0);
            // A wrong template shows the plain bar.
            let style = ProgressStyle::with_template("{elapsed:>4} {wide_bar} {human_pos}/{human_len} {msg}");
            bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
            bar.set_message(progress.what);
            bar.enable_steady_tick(Duration::from_millis(200));
            *current = Some((progress.what, bar));
        }
        if let Some((_, bar)) = current.as_ref() {
            bar.set_length(progress.total as u64);
            bar.set_position(progress.done as u64);
        }
    }

    fn finish(&self) {
        if let Some((_, bar)) = self.0.lock().take() {
            bar.finish();
        }
    }
}
