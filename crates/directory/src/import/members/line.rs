use huiyin_base::Day;
use huiyin_base::number::{CitizenNumber, Sex as NumberSex};

use crate::import::{Cells, SheetRow, code_text};
use crate::telephone::phone_read;
use crate::{MemberStage, Sex};

/// A row that could be read.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    pub(crate) name: String,
    pub(crate) number: CitizenNumber,
    pub(super) branch_code: Option<String>,
    pub(super) branch_name: Option<String>,
    pub(super) sex: Sex,
    pub(super) phone: Option<String>,
    pub(super) education: Option<String>,
    pub(super) joined: Option<Day>,
    pub(super) stage: Option<MemberStage>,
}

impl Line {
    /// Reads the cells, or says in a sentence what is wrong with the row. The sentence repeats no personal data.
    pub(crate) fn read(row: &SheetRow, places: &[Option<usize>], today: Day) -> Result<Self, String> {
        const LONGEST_NAME: usize = 40;
        if let Some(fault) = &row.fault {
            return Err(fault.clone());
        }
        let cells = Cells { row, places };
        let name =
            cells.get(0).split_whitespace().collect::<Vec<_>>().join(if cells.get(0).is_ascii() { " " } else { "" });
        if name.is_empty() {
            return Err("缺少姓名，请填写。".into());
        }
        if name.chars().count() > LONGEST_NAME {
            return Err(format!("姓名超过 {LONGEST_NAME} 字，请核对。"));
        }
        let number = cells.filled(1).ok_or("缺少公民身份号码，请填写。")?;
        let number = CitizenNumber::parse(number).map_err(|error| error.to_string())?;
        if number.birthday() > today {
            return Err("公民身份号码里的出生日期在将来，请核对。".into());
        }
        let sex = sex(cells.filled(4), &number)?;
        let joined = joined(cells.filled(7), &number, today)?;
        let (branch_code, branch_name) = (cells.filled(2).map(code_text), cells.filled(3).map(plain_name));
        if branch_code.is_none() && branch_name.is_none() {
            return Err("缺少支部，请填写支部代码或支部名称。".into());
        }
        let education = cells.filled(6).map(str::to_owned);
        if education.as_ref().is_some_and(|text| text.chars().count() > 20) {
            return Err("学历超过 20 字，请核对。".into());
        }
        let stage = cells.filled(8).map(stage).transpose()?;
        Ok(Self {
            name,
            number,
            branch_code,
            branch_name,
            sex,
            phone: phone(cells.filled(5))?,
            education,
            joined,
            stage,
        })
    }
}

/// A branch's name as it is compared.
pub(super) fn plain_name(text: &str) -> String {
    text.split_whitespace().collect()
}

fn sex(text: Option<&str>, number: &CitizenNumber) -> Result<Sex, String> {
    let own = match number.sex() {
        NumberSex::Male => Sex::Male,
        NumberSex::Female => Sex::Female,
    };
    let given = match text {
        None => return Ok(own),
        Some("男" | "男性") => Sex::Male,
        Some("女" | "女性") => Sex::Female,
        Some(_) => return Err("性别应填“男”或“女”。".into()),
    };
    if given == own {
        Ok(own)
    } else {
        Err("性别与公民身份号码的第 17 位不符，请核对这两项。".into())
    }
}

fn phone(text: Option<&str>) -> Result<Option<String>, String> {
    let wrong = || "手机号码应为 11 位数字（座机带区号），请核对。".to_owned();
    text.map(|text| phone_read(text).ok_or_else(wrong)).transpose()
}

fn joined(text: Option<&str>, number: &CitizenNumber, today: Day) -> Result<Option<Day>, String> {
    let Some(text) = text else { return Ok(None) };
    let day = day(text).ok_or("入党日期无法识别，请写成 2016-07-01 的样子。")?;
    if day > today {
        return Err("入党日期在将来，请核对。".into());
    }
    if day <= number.birthday() {
        return Err("入党日期早于出生日期，请核对。".into());
    }
    Ok(Some(day))
}

/// 2016-07-01, 2016/7/1, 2016.7.1, 20160701, 2016年7月1日, with or without a time of day behind it.
fn day(text: &str) -> Option<Day> {
    let text = code_text(text.split_whitespace().next()?);
    if text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Day::from_number(text.parse().ok()?);
    }
    let parts: Vec<&str> = text.split(['-', '/', '.', '年', '月', '日']).filter(|part| !part.is_empty()).collect();
    let [year, month, day] = parts[..] else { return None };
    if year.len() != 4 {
        return None;
    }
    Day::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

fn stage(text: &str) -> Result<MemberStage, String> {
    let known = MemberStage::ALL.iter().copied().find(|stage| stage.label() == text || stage.as_str() == text);
    let other = || match text {
        "正式" => Some(MemberStage::Active),
        "预备" => Some(MemberStage::Probationary),
        "流动" => Some(MemberStage::Floating),
        "失联党员" | "失去联系" => Some(MemberStage::LostContact),
        _ => None,
    };
    let stage = known.or_else(other).ok_or("党员状态无法识别，请填写正式党员、预备党员、流动党员、失联等。")?;
    let here = !matches!(stage, MemberStage::Removed | MemberStage::TransferredOut | MemberStage::Deceased);
    if here {
        Ok(stage)
    } else {
        Err(format!("“{}”的人员不导入，请从表中删去这一行。", stage.label()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_as_people_write_them() {
        let expected = Day::new(2016, 7, 1);
        for text in
            ["2016-07-01", "2016/7/1", "2016.7.1", "20160701", "2016年7月1日", "２０１６-07-01", "2016-07-01 00:00:00"]
        {
            assert_eq!(day(text), expected, "{text}");
        }
        for text in ["2016-07", "16-7-1", "2016-13-01", "七月", ""] {
            assert_eq!(day(text), None, "{text}");
        }
    }

    #[test]
    fn telephones() {
        assert_eq!(phone(Some("+86 138-0000-0000")).unwrap().as_deref(), Some("13800000000"));
        assert_eq!(phone(Some("0911-2123456")).unwrap().as_deref(), Some("09112123456"));
        assert!(phone(Some("138000000")).is_err());
        assert!(phone(Some("没有")).is_err());
    }
}
