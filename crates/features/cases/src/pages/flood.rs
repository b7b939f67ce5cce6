//! When far more reports come than usual: the form asks a question in plain words before it takes one in. Whoever does not
//! answer is not turned away; a person reads his report first, and he is told so.

use chrono::TimeDelta;
use data_encoding::BASE64URL_NOPAD;
use huiyin_base::{Instant, Region};
use huiyin_vault::Place;
use huiyin_web::components::Field;
use huiyin_web::{Allowance, Ctx, Verdict};

use crate::FloodRules;

/// A sum of two small numbers, asked in words; its answer stands sealed in the page.
#[derive(Clone, Debug)]
pub(crate) struct Puzzle {
    pub(crate) field: Field,
    pub(crate) sealed: String,
}

/// Whether this report comes at an unusual rate, of its county or of its browser. Each report counts once in both.
pub(crate) fn is_flood(ctx: &Ctx, rules: &FloodRules, region: Region) -> bool {
    let county = allowance("report_county", rules.county_burst, rules.county_hour);
    let device = allowance("report_device", rules.device_burst, rules.device_hour);
    let factor = ctx.site.settings.limit_factor;
    let over = |allowance: Allowance, who: &str| {
        let verdict = ctx.site.limiter.ask(allowance.times(factor), who, std::time::Instant::now());
        verdict == Verdict::Refuse
    };
    let of_county = over(county, &region.to_string());
    // Whoever keeps no cookies counts in his county alone: no other trait of a browser is looked at.
    let of_device = ctx.device().is_some_and(|who| over(device, who));
    of_county || of_device
}

fn allowance(name: &'static str, burst: u32, hour: u32) -> Allowance {
    Allowance { name, burst: f64::from(burst), per_second: f64::from(hour) / 3600.0, debt: 0.0 }
}

impl Puzzle {
    /// A new one for the form with this nonce.
    pub(crate) fn new(ctx: &Ctx, rules: &FloodRules, nonce: &str, wrong: bool) -> Self {
        let mut rng = ctx.rng();
        let (a, b) = (1 + rng.below(9), 1 + rng.below(9));
        let (words, answer) = if rng.below(2) == 0 {
            (format!("{}加{}等于几？", numeral(a), numeral(b)), a + b)
        } else {
            (format!("{}减{}等于几？", numeral(a + b), numeral(b)), a)
        };
        let until = ctx.real_now() + TimeDelta::minutes(rules.question_minutes);
        let plain = format!("{answer} {}", until.timestamp());
        let sealed = BASE64URL_NOPAD.encode(&ctx.site.vault.seal(place(nonce), plain.as_bytes(), &mut rng));
        let field = Field::text("answer", &format!("请答一题：{words}"))
            .hint(
                "现在交问题的特别多，答一题好分清是人还是机器。写数字、写汉字都行。答不上来也能交，按“答不上来，交给人工查看”。",
            )
            .with("autocomplete", "off");
        let field =
            if wrong { field.error("答得不对，或者过了时间，请看看这一题。") } else { field };
        Self { field, sealed }
    }
}

/// Whether what was answered fits the question that this form has asked, in time.
pub(crate) fn is_answered(ctx: &Ctx, nonce: &str, sealed: &str, answer: &str) -> bool {
    let plain = BASE64URL_NOPAD.decode(sealed.as_bytes()).ok();
    let plain = plain.and_then(|sealed| ctx.site.vault.open_sealed(place(nonce), &sealed).ok());
    let plain = plain.and_then(|plain| String::from_utf8(plain).ok()).unwrap_or_default();
    let Some((right, until)) = plain.split_once(' ') else { return false };
    let until = until.parse::<i64>().ok().and_then(|until| Instant::from_timestamp(until, 0));
    until.is_some_and(|until| until > ctx.real_now())
        && number(answer).map(|answer| answer.to_string()).as_deref() == Some(right)
}

fn place(nonce: &str) -> Place<'_> {
    Place { table: "form", column: "puzzle", row: nonce.as_bytes() }
}

const NUMERALS: [&str; 11] = ["零", "一", "二", "三", "四", "五", "六", "七", "八", "九", "十"];

fn numeral(number: u64) -> String {
    let digit = |place: u64| NUMERALS[usize::try_from(place).unwrap_or(0).min(10)];
    if number <= 10 { digit(number).to_owned() } else { format!("十{}", digit(number - 10)) }
}

/// A number below twenty, in digits of either width or in words.
fn number(text: &str) -> Option<u64> {
    let plain: String = text
        .chars()
        .filter(|letter| !letter.is_whitespace() && !matches!(letter, '。' | '.' | '个'))
        .map(|letter| match letter {
            '０'..='９' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
            '两' => '二',
            _ => letter,
        })
        .collect();
    plain
        .parse()
        .ok()
        .or_else(|| (0..20).find(|number| numeral(*number) == plain || format!("一{}", numeral(*number)) == plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_counts_in_digits_and_in_words() {
        for (text, answer) in
            [("7", 7), (" ７ ", 7), ("七", 7), ("十二", 12), ("一十二", 12), ("两", 2), ("十", 10), ("18个", 18)]
        {
            assert_eq!(number(text), Some(answer), "{text}");
        }
        for text in ["", "七七", "<b>7</b>", "-", "seven", "\u{202e}7\u{202c}"] {
            assert_eq!(number(text), None, "{text}");
        }
        assert_eq!((numeral(10), numeral(11), numeral(18)), ("十".into(), "十一".into(), "十八".into()));
    }
}
