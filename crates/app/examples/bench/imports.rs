//! A new installation's first tables: the city's divisions, and all its members.

use std::fmt::Write as _;
use std::path::Path;
use std::time::Instant;

use anyhow::Context as _;
use huiyin_documents::{SheetWriter, WriteCell, WriteColumn};

use crate::report::Report;
use crate::support::program::command;

const DIVISIONS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/yanan-divisions.csv");
const MEMBERS: usize = 80_000;
/// A branch has about eighty members.
const BRANCHES: usize = 1_000;

/// By the commands that whoever installs the program types, from key file to members.
pub(crate) async fn imports(binary: &Path, report: &mut Report) -> anyhow::Result<()> {
    let above = tempfile::tempdir()?;
    let at = |name: &str| above.path().join(name).to_string_lossy().into_owned();
    let (data, key, branches, members) = (at("data"), at("huiyin.key"), at("branches.csv"), at("members.xlsx"));
    let settings = [("HUIYIN_DATA", data.as_str()), ("HUIYIN_KEY_FILE", key.as_str())];
    std::fs::write(&branches, branch_table())?;
    std::fs::write(&members, member_table()?)?;
    run(binary, &["admin", "make-key"], &settings).await?;
    run(binary, &["migrate"], &settings).await?;
    for (what, kind, file, count, seconds) in [
        ("2,090 divisions imported in under 2 s", "organisations", DIVISIONS, 2_090, 2.0),
        ("1,000 branches", "organisations", &branches, BRANCHES, 2.0),
        ("80,000 members imported from Excel in under 20 s", "members", &members, MEMBERS, 20.0),
    ] {
        let begun = Instant::now();
        let said = run(binary, &["import", kind, file], &settings).await?;
        let took = begun.elapsed().as_secs_f64();
        anyhow::ensure!(said.contains(&format!("新增 {count}")), "{what}: {said}");
        report.promise(took < seconds, what, &format!("{took:.2} s"));
    }
    Ok(())
}

/// Runs a command to its end; gives what it said.
async fn run(binary: &Path, words: &[&str], settings: &[(&str, &str)]) -> anyhow::Result<String> {
    let done = command(binary, words, settings).output().await?;
    let said = format!("{}{}", String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
    anyhow::ensure!(done.status.success(), "{words:?}: {said}");
    Ok(said)
}

/// Branches below the first villages of the real table.
fn branch_table() -> String {
    let divisions = std::fs::read_to_string(DIVISIONS).unwrap_or_default();
    let villages = divisions.lines().filter(|line| line.ends_with(",village") || line.ends_with(",community"));
    let mut table = String::from("code,name,parent_code,level\n");
    for (n, village) in villages.cycle().take(BRANCHES).enumerate() {
        let code = village.split(',').next().unwrap_or_default();
        let _ = writeln!(table, "B{n:04},测试党支部{n},{code},党支部");
    }
    table
}

fn member_table() -> anyhow::Result<Vec<u8>> {
    let titles = ["姓名", "公民身份号码", "支部代码", "入党日期", "党员状态"];
    let columns: Vec<WriteColumn> = titles.iter().map(|title| WriteColumn::new(*title, 20)).collect();
    let mut sheet = SheetWriter::new("党员", &columns)?;
    for n in 0..MEMBERS {
        let cells =
            ["测试".into(), citizen_number(n), format!("B{:04}", n % BRANCHES), "2005-07-01".into(), "正式党员".into()];
        sheet.row(&cells.map(WriteCell::Text))?;
    }
    sheet.finish().context("a sheet")
}

/// An invented number of GB 11643: a place that no county has, a day, a running number, and the check character.
fn citizen_number(n: usize) -> String {
    let (day, rest) = (n % 28 + 1, n / 28);
    let (month, rest) = (rest % 12 + 1, rest / 12);
    let seventeen = format!("999999{}{month:02}{day:02}{:03}", 1950 + rest % 45, rest / 45 + 1);
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = seventeen
        .chars()
        .filter_map(|digit| digit.to_digit(10))
        .zip(weights)
        .map(|(digit, weight)| digit * weight)
        .sum();
    let check = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'][sum as usize % 11];
    format!("{seventeen}{check}")
}
