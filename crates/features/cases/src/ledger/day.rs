//! Days as offices write them.

use huiyin_base::Day;

use crate::Rulebook;

/// The day in a cell: `2016-03-05`, `2016/3/5`, `2016.3.5`, `2016年3月5日`, `二〇一六年三月五日`, `20160305`, a serial
/// number of a spreadsheet, each also with a time behind it. The message says what is missing.
pub(crate) fn day_in(cell: &str) -> Result<Option<Day>, String> {
    let text = cell.trim();
    if text.is_empty() || matches!(text, "-" | "—" | "/" | "无") {
        return Ok(None);
    }
    let wrong = |what: &str| Err(format!("“{text}”{what}，请写成 2016-03-05 的样子"));
    let digits = narrowed(text);
    let numbers: Vec<&str> =
        digits.split(|letter: char| !letter.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let day = match numbers[..] {
        [whole] => match whole.len() {
            8 => whole.parse().ok().and_then(Day::from_number),
            // A day that was typed as a number; spreadsheets count from the end of 1899.
            5 => whole.parse().ok().filter(|serial| (30_000..60_000).contains(serial)).and_then(serial_day),
            _ => return wrong("不是日期"),
        },
        [year, month] if year.len() == 4 && month.len() <= 2 => return wrong("只有年和月"),
        [month, day] if month.len() <= 2 && day.len() <= 2 => return wrong("没有写年份"),
        [year, month, day, ..] if year.len() == 4 => made(year, month, day),
        [year, month, day, ..] if year.len() == 2 => made(&format!("20{year}"), month, day),
        _ => return wrong("不是日期"),
    };
    match day.filter(|day| (1949..=2100).contains(&day.year())) {
        Some(day) => Ok(Some(day)),
        None => wrong("不是一个有的日子"),
    }
}

fn made(year: &str, month: &str, day: &str) -> Option<Day> {
    Day::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
}

fn serial_day(serial: i64) -> Option<Day> {
    Day::new(1899, 12, 30).map(|origin| origin.plus(serial))
}

/// Full-width and Chinese digits as plain ones; 十 as what it adds.
fn narrowed(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let letters: Vec<char> = text.chars().collect();
    for (at, letter) in letters.iter().enumerate() {
        let value = |letter: char| "〇一二三四五六七八九".chars().position(|digit| digit == letter);
        match *letter {
            '○' | '零' => plain.push('0'),
            '十' => {
                let before = at.checked_sub(1).and_then(|at| value(letters[at])).is_some();
                let after = letters.get(at + 1).copied().and_then(value).is_some();
                plain.push_str(match (before, after) {
                    (true, true) => "",
                    (true, false) => "0",
                    (false, true) => "1",
                    (false, false) => "10",
                });
            }
            letter => match (value(letter), u32::from(letter)) {
                (Some(digit), _) => plain.push_str(&digit.to_string()),
                (None, code @ 0xff10..=0xff19) => plain.extend(char::from_u32(code - 0xfee0)),
                _ => plain.push(letter),
            },
        }
    }
    plain
}

/// By when a row had to be answered, of the days it was raised and posted. What is still open gets no longer than the desk could give
/// it, and no day of rest.
pub(super) fn fitting(
    book: &Rulebook,
    known: Option<(Day, (Day, Day))>,
    open: bool,
    notes: &mut Vec<String>,
) -> Result<Option<Day>, String> {
    let Some((deadline, (submitted, posted))) = known else { return Ok(None) };
    if deadline < submitted {
        return Err("办理期限早于反映日期".into());
    }
    let furthest = book.clocks.extension.furthest;
    if open && deadline.since(posted) > furthest {
        return Err(format!("办理期限最多到上墙（反映）后 {furthest} 天"));
    }
    if !open || book.calendar.is_working(deadline) {
        return Ok(Some(deadline));
    }
    let mut day = deadline;
    while day > submitted && !book.calendar.is_working(day) {
        day = day.plus(-1);
    }
    notes.push(format!("办理期限{}是休息日，提前到{}", deadline.chinese(), day.chinese()));
    Ok(Some(day))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_way_of_writing_a_day_is_the_same_day() {
        let day = Day::new(2016, 3, 5);
        for text in [
            "2016-03-05",
            "2016/3/5",
            "2016.3.5",
            "2016年3月5日",
            "2016年03月05号",
            "20160305",
            "42434",
            "16.3.5",
            "2016-03-05 09:30:00",
            "二〇一六年三月五日",
            "２０１６年３月５日",
            " 2016、3、5 ",
        ] {
            assert_eq!(day_in(text).unwrap(), day, "{text}");
        }
        assert_eq!(day_in("二〇一六年十二月二十五日").unwrap(), Day::new(2016, 12, 25));
        assert_eq!(day_in("二零一六年十月三十日").unwrap(), Day::new(2016, 10, 30));
        assert_eq!(day_in(" — ").unwrap(), None);
    }

    #[test]
    fn half_a_day_is_none() {
        for (text, what) in [
            ("2016年3月", "只有年和月"),
            ("3月5日", "没有写年份"),
            ("年底", "不是日期"),
            ("2016-02-30", "不是一个"),
            ("99999999", "不是一个"),
        ] {
            assert!(day_in(text).unwrap_err().contains(what), "{text}: {:?}", day_in(text));
        }
    }
}
