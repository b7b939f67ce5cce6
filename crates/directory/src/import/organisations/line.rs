use crate::OrgKind;
use crate::import::{Cells, SheetRow, code_text};

/// A row that could be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) number: u32,
    pub(super) kind: OrgKind,
    pub(super) code: String,
    pub(super) name: String,
    pub(super) parent_code: Option<String>,
    pub(super) former_code: Option<String>,
    pub(super) short_name: Option<String>,
    pub(super) phone: Option<String>,
    pub(super) households: Option<i64>,
    pub(super) population: Option<i64>,
    pub(super) longitude: Option<i64>,
    pub(super) latitude: Option<i64>,
}

const LONGEST_NAME: usize = 60;

impl Line {
    /// Reads the cells, or says in a sentence what is wrong with the row.
    pub(super) fn read(row: &SheetRow, places: &[Option<usize>]) -> Result<Self, String> {
        if let Some(fault) = &row.fault {
            return Err(fault.clone());
        }
        let cells = Cells { row, places };
        let name: String = cells.get(1).split_whitespace().collect();
        if name.is_empty() {
            return Err("缺少名称，请填写。".into());
        }
        if name.chars().count() > LONGEST_NAME {
            return Err(format!("名称超过 {LONGEST_NAME} 字，请缩短。"));
        }
        let kind = kind(cells.get(3), &name)?;
        let code = code_text(cells.get(0));
        check_code(kind, &code)?;
        let parent_code = cells.filled(2).map(code_text);
        if parent_code.is_none() && !matches!(kind, OrgKind::City | OrgKind::County) {
            return Err(format!("{}必须有上级，请填写上级代码。", kind.label()));
        }
        if parent_code.as_ref() == Some(&code) {
            return Err("上级代码与自己的代码相同，请改正。".into());
        }
        let phone = cells.filled(5).map(str::to_owned);
        if phone.as_ref().is_some_and(|phone| phone.chars().count() > 40) {
            return Err("电话超过 40 字，请缩短。".into());
        }
        Ok(Self {
            number: row.number,
            kind,
            code,
            name,
            parent_code,
            former_code: cells.filled(10).map(code_text),
            short_name: cells.filled(4).map(str::to_owned),
            phone,
            households: count(cells.filled(6), "户数")?,
            population: count(cells.filled(7), "人口")?,
            longitude: degrees(cells.filled(8), "经度", 180.0)?,
            latitude: degrees(cells.filled(9), "纬度", 90.0)?,
        })
    }
}

/// Kinds whose code is the 12-digit one of the statistics office.
pub(super) fn is_division(kind: OrgKind) -> bool {
    matches!(kind, OrgKind::City | OrgKind::County | OrgKind::Township | OrgKind::Village | OrgKind::Community)
}

fn kind(word: &str, name: &str) -> Result<OrgKind, String> {
    let plain = word.trim().to_lowercase();
    let kind = match plain.as_str() {
        "" => return Err("缺少类别，请填写市、县、乡镇、村、社区、部门、党支部等。".into()),
        "市" | "地级市" => OrgKind::City,
        "县" | "区" | "县级市" | "区县" | "县区" => OrgKind::County,
        "乡" | "镇" | "乡镇" | "街道" | "街道办" => OrgKind::Township,
        "村" | "行政村" | "村居" => OrgKind::Village,
        "社区" | "居委会" => OrgKind::Community,
        "支部" => OrgKind::Branch,
        "总支" => OrgKind::GeneralBranch,
        other => {
            let known = OrgKind::ALL.iter().copied().find(|kind| kind.as_str() == other || kind.label() == other);
            known.ok_or_else(|| format!("类别“{word}”无法识别，请填写市、县、乡镇、村、社区、部门、党支部等。"))?
        }
    };
    // Statistics list neighbourhoods on the level of villages.
    let neighbourhood = kind == OrgKind::Village && (name.ends_with("居委会") || name.ends_with("社区"));
    Ok(if neighbourhood { OrgKind::Community } else { kind })
}

fn check_code(kind: OrgKind, code: &str) -> Result<(), String> {
    const LENGTH: usize = 12;
    if code.is_empty() {
        return Err("缺少代码，请填写。".into());
    }
    if !is_division(kind) {
        let fits =
            (2..=32).contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        return if fits { Ok(()) } else { Err("代码应为 2 至 32 位字母、数字或短横。".into()) };
    }
    if !code.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(format!("代码“{code}”里有数字以外的字符，区划代码应为 {LENGTH} 位数字。"));
    }
    if code.len() != LENGTH {
        return Err(format!("代码“{code}”有 {} 位，区划代码应为 {LENGTH} 位数字。", code.len()));
    }
    let fits = match kind {
        OrgKind::City => code.ends_with("00000000"),
        OrgKind::County => code.ends_with("000000") && &code[4..6] != "00",
        OrgKind::Township => code.ends_with("000") && &code[6..9] != "000",
        _ => !code.ends_with("000"),
    };
    if fits {
        Ok(())
    } else {
        Err(format!("代码“{code}”的位段与类别“{}”不符，请核对。", kind.label()))
    }
}

fn count(text: Option<&str>, what: &str) -> Result<Option<i64>, String> {
    let Some(text) = text else { return Ok(None) };
    let number = text.replace([',', '，'], "").parse::<i64>().ok().filter(|number| (0..100_000_000).contains(number));
    number.map(Some).ok_or_else(|| format!("{what}“{text}”不是有效的整数。"))
}

#[expect(clippy::cast_possible_truncation, reason = "at most 180 million microdegrees")]
fn degrees(text: Option<&str>, what: &str, most: f64) -> Result<Option<i64>, String> {
    let Some(text) = text else { return Ok(None) };
    let number = text.parse::<f64>().ok().filter(|number| number.abs() <= most);
    let number = number.ok_or_else(|| format!("{what}“{text}”不是有效的度数，例如 109.4897。"))?;
    Ok(Some((number * 1e6).round() as i64))
}
