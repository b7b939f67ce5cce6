use std::borrow::Cow;

use calamine::{Data, ExcelDateTime};

use crate::grid::Fault;

/// A cell as the text a person would have typed: codes without exponent, days as yyyy-mm-dd.
pub(crate) fn text(value: Data) -> Result<String, Fault> {
    match value {
        Data::Empty => Ok(String::new()),
        Data::String(text) | Data::DurationIso(text) => Ok(clean(&text)),
        Data::DateTimeIso(text) => Ok(text.strip_suffix("T00:00:00").map_or_else(|| clean(&text), str::to_owned)),
        Data::Int(number) => Ok(number.to_string()),
        Data::Float(number) => float(number),
        Data::Bool(value) => Ok(if value { "是" } else { "否" }.to_owned()),
        Data::DateTime(moment) => moment_text(moment),
        Data::Error(error) => Err(Fault::ErrorValue(error.to_string())),
    }
}

/// Spreadsheets keep 15 digits of a number; a citizen number typed as one has lost its end.
fn float(number: f64) -> Result<String, Fault> {
    const EXACT: f64 = 1e15;
    if !number.is_finite() {
        return Err(Fault::ErrorValue("#NUM!".into()));
    }
    if number.abs() >= EXACT {
        return Err(Fault::DigitsLost);
    }
    Ok(if number.fract() == 0.0 { format!("{number:.0}") } else { number.to_string() })
}

fn moment_text(moment: ExcelDateTime) -> Result<String, Fault> {
    // Beyond 9999-12-31 a serial is no day but a number that was formatted as one.
    const LAST_DAY: f64 = 2_958_466.0;
    let serial = moment.as_f64();
    if !(0.0..LAST_DAY).contains(&serial) {
        return float(serial);
    }
    let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
    Ok(match (serial < 1.0 || moment.is_duration(), serial.fract() == 0.0) {
        (true, _) => format!("{hour:02}:{minute:02}:{second:02}"),
        (false, true) => format!("{year:04}-{month:02}-{day:02}"),
        (false, false) => format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"),
    })
}

/// Without characters that nobody sees, without blanks at the ends, and without the apostrophe that an export puts
/// before what looks like a formula.
pub(crate) fn clean(text: &str) -> String {
    let unseen = |c: char| {
        (c.is_control() && !matches!(c, '\n' | '\t'))
            || matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
    };
    let seen = if text.contains(unseen) { Cow::Owned(text.replace(unseen, "")) } else { Cow::Borrowed(text) };
    let seen = seen.trim();
    let bare = seen.strip_prefix('\'').filter(|rest| rest.starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠']));
    bare.unwrap_or(seen).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_keep_every_digit_or_say_that_they_lost_some() {
        assert_eq!(text(Data::Float(610_602_000_000.0)).unwrap(), "610602000000");
        assert_eq!(text(Data::Float(0.25)).unwrap(), "0.25");
        assert_eq!(text(Data::Float(-7.0)).unwrap(), "-7");
        assert_eq!(text(Data::Float(610_602_199_001_010_000.0)), Err(Fault::DigitsLost));
        assert!(text(Data::Float(f64::NAN)).is_err());
    }

    #[test]
    fn unseen_characters_are_dropped() {
        assert_eq!(clean("\u{feff} 张\u{200b}三\0\u{202e}\r\n"), "张三");
        assert_eq!(clean("\u{3000}张三 "), "张三");
        assert_eq!(clean("'-1"), "-1");
        assert_eq!(clean("'quoted'"), "'quoted'");
    }
}
