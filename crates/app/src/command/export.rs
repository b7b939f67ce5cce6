use std::collections::HashMap;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};
use huiyin_base::{Clock, Id};
use huiyin_documents::{WriteCell, write_csv};
use huiyin_figures::{Cut, Period};

use crate::closing::export_all;
use crate::config::Config;
use crate::demo;
use crate::failure::{Stop, stop};
use crate::house::house;
use crate::say::say;
use crate::start::{self, Intent, Opened};
use crate::store::org::org_row_list;

#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// What to export; only `all` holds personal data
    #[arg(value_enum)]
    what: What,
    /// The table to write, or for `all` the folder; it must not exist yet
    #[arg(value_name = "FILE.csv")]
    target: PathBuf,
    /// The folder of a demo city, instead of the configured installation
    #[arg(long, value_name = "FOLDER")]
    demo: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum What {
    /// Every organisation in force, in the form that `huiyin import organisations` reads
    Organisations,
    /// Everything in open formats: a CSV file a table with personal data readable, and the photos
    All,
    /// Every figure of the year with its definition; both numbers of a rate
    Figures,
}

pub(super) async fn run(config: &Config, arguments: Arguments) -> Result<()> {
    let target = &arguments.target;
    if target.exists() {
        return Err(stop(format!("{} 已经存在，没有覆盖它。请换一个文件名。", target.display())));
    }
    let config = arguments.demo.map_or_else(|| config.clone(), |folder| demo::of(config, &folder));
    let opened = start::open(&config, Intent::Look, Clock::system()).await?;
    let (bytes, rows) = match arguments.what {
        What::All => return all(&config, opened, target).await,
        What::Organisations => organisations(&opened).await?,
        What::Figures => figures(&config, &opened).await?,
    };
    opened.ground.db.close().await;
    write(target, &bytes)?;
    say(format!("已导出 {rows} 行到 {}。", target.display()));
    Ok(())
}

async fn all(config: &Config, opened: Opened, target: &Path) -> Result<()> {
    let exported = export_all(config, &opened, target).await;
    opened.ground.db.close().await;
    let exported = exported?;
    say(format!("已导出全部数据到 {}：{} 行，{} 张照片。", target.display(), exported.rows, exported.files));
    if exported.unopened > 0 {
        say(format!("有 {} 处密文打不开，表里写的是十六进制原文。", exported.unopened));
    }
    say("里面有可以直接读的个人信息，请加密保管，用完删除。这次导出已记入审计。");
    Ok(())
}

async fn organisations(opened: &Opened) -> Result<(Vec<u8>, usize)> {
    let ground = &opened.ground;
    let rows = org_row_list(&mut ground.db.snapshot().await?, ground.clock.today()).await?;
    let codes: HashMap<Id, String> = rows.iter().map(|row| (row.id, row.code.clone())).collect();
    let roots: HashMap<_, _> =
        rows.iter().filter(|row| row.parent.is_none()).map(|row| (row.region, &row.code)).collect();
    let table = rows.iter().map(|row| {
        // The top of a county hangs below the top of its city, which lies in another region.
        let above = match row.parent {
            Some(parent) => codes.get(&parent).cloned(),
            None => opened.regions.parent(row.region).and_then(|city| roots.get(&city)).map(|code| (*code).clone()),
        };
        let above = above.unwrap_or_default();
        [row.code.clone(), row.name.clone(), above, row.kind.clone()].map(WriteCell::Text).to_vec()
    });
    let headers = ["code", "name", "parent_code", "level"].map(str::to_owned);
    Ok((write_csv(&headers, table)?, rows.len()))
}

async fn figures(config: &Config, opened: &Opened) -> Result<(Vec<u8>, usize)> {
    let ground = &opened.ground;
    let house = house(opened, start::settings(config, false)?);
    let registry = &house.site.figures;
    let mut tx = ground.db.snapshot().await?;
    let cut = Cut::city(Period::year_to(demo::today(&mut tx).await?.unwrap_or_else(|| ground.clock.today())));
    let mut rows = Vec::new();
    for figure in registry.all() {
        let number = registry.value(&mut tx, figure, &cut).await?;
        let text = [figure.id, figure.name, figure.unit].map(|text| WriteCell::Text(text.to_owned()));
        let over = number.over.map_or(WriteCell::Empty, cell);
        let definition = WriteCell::Text(figure.definition.to_owned());
        rows.push(text.into_iter().chain([cell(number.value), over, definition]).collect::<Vec<_>>());
    }
    let count = rows.len();
    let headers = ["代号", "名称", "单位", "数值", "分母", "定义"].map(str::to_owned);
    Ok((write_csv(&headers, rows.into_iter())?, count))
}

#[expect(clippy::cast_precision_loss, reason = "counts of a city are far below 2^52")]
fn cell(number: i64) -> WriteCell {
    WriteCell::Number(number as f64)
}

fn write(target: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(target, bytes)
        .with_context(|| Stop(format!("文件 {} 写不了。请检查文件夹和权限。", target.display())))
}
