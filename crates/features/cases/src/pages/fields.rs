//! A form whose rows repeat: fields in the order in which they were sent.

/// What was sent.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fields(pub(crate) Vec<(String, String)>);

impl Fields {
    /// The first value of a field; empty where it was not sent.
    pub(crate) fn first(&self, name: &str) -> &str {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map_or("", |(_, value)| value.trim())
    }

    /// Every value of a field.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.trim())
    }

    /// A number as people write it: 1,200 or １２００, without a fraction.
    pub(crate) fn number(text: &str) -> Option<i64> {
        let plain = text.chars().filter_map(|c| match c {
            ',' | '，' | ' ' => None,
            '０'..='９' => char::from_digit(u32::from(c) - u32::from('０'), 10),
            other => Some(other),
        });
        plain.collect::<String>().parse().ok()
    }
}

/// Groups of three digits: 31,602.
pub(crate) fn grouped(value: i64) -> String {
    let digits = value.unsigned_abs().to_string();
    let mut text = if value < 0 { "-".to_owned() } else { String::new() };
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_they_are_written() {
        assert_eq!(Fields::number("1,200"), Some(1200));
        assert_eq!(Fields::number("１２００"), Some(1200));
        assert_eq!(Fields::number("12.5"), None);
        assert_eq!(Fields::number(""), None);
    }

    #[test]
    fn figures_are_grouped() {
        assert_eq!([0, 999, 1000, -31602].map(grouped), ["0", "999", "1,000", "-31,602"]);
    }

    #[test]
    fn a_repeated_field_keeps_its_order() {
        let pairs = [("a", "1"), ("b", "2"), ("a", "3")];
        let fields = Fields(pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
        assert_eq!(fields.all("a").collect::<Vec<_>>(), ["1", "3"]);
        assert_eq!(fields.first("c"), "");
    }
}
