use std::path::PathBuf;

use anyhow::Result;
use chrono::{Datelike as _, NaiveDate};
use clap::{Args, ValueEnum};
use huiyin_base::Day;
use huiyin_city::Size;

use crate::config::Config;
use crate::demo::{self, Wish};
use crate::house;
use crate::say::say;
use crate::start;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// Where the city lies; made on the first run
    #[arg(long, value_name = "FOLDER", default_value = "data/demo")]
    data: PathBuf,
    /// Address and port; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    listen: String,
    /// The whole city, or a hundredth of it
    #[arg(long, value_enum)]
    scale: Option<ScaleWord>,
    /// Multiply the problems, to see how the city grows
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100))]
    cases_scale: Option<u32>,
    /// The day on which the demo's clock begins at nine in the morning; 2016-12-16 unless told
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    today: Option<Day>,
    /// Make the city if there is none, print its sign-ins, and do not serve it
    #[arg(long)]
    only_make: bool,
    /// Print the code of this moment for the account with a second factor, and do nothing else
    #[arg(long)]
    code: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum ScaleWord {
    /// 31,602 problems
    Full,
    /// 316 problems
    Small,
}

pub(super) async fn run(config: &Config, arguments: Arguments) -> Result<()> {
    if arguments.code {
        say(demo::code(&arguments.data)?);
        return Ok(());
    }
    // First the port: whoever has to wait for the city should not hear of it afterwards.
    let listener = start::listen(&arguments.listen).await?;
    let size = arguments.scale.map(|word| match word {
        ScaleWord::Full => Size::Full,
        ScaleWord::Small => Size::Small,
    });
    let wish = Wish { folder: arguments.data, today: arguments.today, size, cases: arguments.cases_scale };
    let demo = demo::open(config, &wish).await?;
    say(demo.sign_ins.trim_end());
    if arguments.only_make {
        return demo::close(demo).await;
    }
    let stop = house::stop_signal()?;
    say(format!("演示日期 {}，数据在 {}。", demo.opened.ground.clock.today().chinese(), wish.folder.display()));
    say(format!("请在浏览器打开 http://{}/ ，按 Ctrl-C 停止。", listener.local_addr()?));
    let house = house::house(&demo.opened, start::settings(config, true)?);
    let served = house::serve(&demo.opened, house, listener, stop).await;
    demo::close(demo).await?;
    say("已停止，数据已保存。");
    served
}

fn day(text: &str) -> Result<Day, String> {
    let date = text.parse::<NaiveDate>().map_err(|_| "a day is written as 2016-12-16".to_owned())?;

    Day::new(date.year(), date.month(), date.day()).ok_or_else(|| "no day of the calendar".to_owned())
}
