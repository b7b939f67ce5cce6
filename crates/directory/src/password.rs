use std::collections::HashSet;
use std::sync::LazyLock;

use crate::rules::PasswordRules;

/// Why a password is not accepted, as the form says it beside the field.
///
/// Length counts more than signs: the list of the commonest and a few plain patterns keep out what is guessed first.
pub fn password_fault(password: &str, login: &str, staff: bool, rules: PasswordRules) -> Option<String> {
    let least = if staff { rules.least_staff } else { rules.least };
    let length = password.chars().count();
    let lower = password.to_lowercase();
    if length == 0 {
        return Some(format!("请填写密码，至少 {least} 个字符。"));
    }
    if length < least {
        return Some(format!("密码至少 {least} 个字符，现在只有 {length} 个。可以用一句自己记得住的话。"));
    }
    if length > rules.most {
        return Some(format!("密码最多 {} 个字符，请缩短一些。", rules.most));
    }
    if password.chars().any(char::is_control) {
        return Some("密码里有看不见的控制字符，请重新输入。".into());
    }
    if COMMON.contains(lower.as_str()) || is_pattern(&lower) {
        return Some("这个密码太常见，很容易被猜到，请换一个。".into());
    }
    if login.chars().count() >= 3 && lower.contains(login) {
        return Some("密码里不要包含登录名，请换一个。".into());
    }
    if staff && kinds(password) < 2 && length < 16 {
        return Some("工作人员的密码要包含字母、数字、符号中的至少两种，或者用 16 个字符以上的一句话。".into());
    }
    None
}

static COMMON: LazyLock<HashSet<&'static str>> = LazyLock::new(|| {
    let list = include_str!("../../../data/common-passwords.txt");
    list.lines().filter(|line| !line.starts_with('#')).map(str::trim).filter(|line| !line.is_empty()).collect()
});

/// One or two characters again and again, or a run such as 12345678 or hgfedcba.
fn is_pattern(password: &str) -> bool {
    let letters: Vec<char> = password.chars().collect();
    let distinct: HashSet<char> = letters.iter().copied().collect();
    let steps = |step: i64| {
        letters.windows(2).all(|pair| i64::from(u32::from(pair[1])) - i64::from(u32::from(pair[0])) == step)
    };
    distinct.len() <= 2 || steps(1) || steps(-1)
}

fn kinds(password: &str) -> usize {
    let any = |test: fn(char) -> bool| usize::from(password.chars().any(test));
    any(char::is_alphabetic) + any(char::is_numeric) + any(|letter| !letter.is_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: PasswordRules = PasswordRules { least: 8, least_staff: 10, most: 128 };

    #[test]
    fn refuses_what_is_guessed_first() {
        for weak in [
            "short",
            "12345678",
            "87654321",
            "aaaaaaaa",
            "abababab",
            "Password123",
            "woaini1314",
            "xwangli2016",
            "abcdefgh",
            "tab\tinside",
        ] {
            assert!(password_fault(weak, "wangli", false, RULES).is_some(), "{weak}");
        }
        assert!(password_fault(&"长".repeat(129), "wangli", false, RULES).is_some());
    }

    #[test]
    fn accepts_phrases_in_any_script() {
        for good in ["黄河水从天上来呀", "three blue goats", "Kp7#tuesday", "🐑今天在坡上吃草呢"] {
            assert_eq!(password_fault(good, "wangli", false, RULES), None, "{good}");
        }
    }

    #[test]
    fn asks_more_of_staff() {
        assert_eq!(password_fault("goatgrass", "wangli", false, RULES), None);
        assert!(password_fault("goatgrass", "wangli", true, RULES).is_some());
        assert!(password_fault("goatgrasshill", "wangli", true, RULES).is_some());
        assert_eq!(password_fault("goatgrasshillriver", "wangli", true, RULES), None);
        assert_eq!(password_fault("goatgrass 77", "wangli", true, RULES), None);
    }
}
