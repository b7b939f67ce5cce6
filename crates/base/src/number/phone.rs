use super::tidy;

/// A telephone number for a page on which only its owner should recognise it: `138****5678`.
///
/// Ten digits and more keep the first three and the last four, seven to nine the last two, shorter ones nothing.
pub fn phone_masked(phone: &str) -> String {
    let digits: Vec<char> = tidy(phone).chars().filter(char::is_ascii_digit).collect();
    let (head, tail) = match digits.len() {
        10.. => (3, 4),
        7..=9 => (0, 2),
        _ => (0, 0),
    };
    let end = digits.len() - tail;
    digits.iter().enumerate().map(|(place, digit)| if place < head || place >= end { *digit } else { '*' }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_what_the_owner_recognises() {
        assert_eq!(phone_masked("13812345678"), "138****5678");
        assert_eq!(phone_masked("138 1234-5678"), "138****5678");
        assert_eq!(phone_masked("１３８１２３４５６７８"), "138****5678");
        assert_eq!(phone_masked("0911-2123456"), "091****3456");
        assert_eq!(phone_masked("2123456"), "*****56");
        assert_eq!(phone_masked("12345"), "*****");
        assert_eq!(phone_masked("打不通"), "");
    }
}
