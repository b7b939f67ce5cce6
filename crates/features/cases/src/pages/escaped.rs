//! Addresses of this site for paper and for other programs: links whose Chinese is escaped.

/// `path` with everything outside ASCII escaped, as feeds, squares and other programs need it.
pub(crate) fn escaped(path: &str) -> String {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut escaped = String::with_capacity(path.len());
    for byte in path.bytes() {
        if byte.is_ascii_graphic() && !b"\"<>\\^`{|}".contains(&byte) {
            escaped.push(char::from(byte));
        } else {
            escaped.push('%');
            escaped.push(char::from(HEX[usize::from(byte >> 4)]));
            escaped.push(char::from(HEX[usize::from(byte & 15)]));
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_is_escaped_and_nothing_else() {
        assert_eq!(escaped("/problems/宝塔-2016-00421#echo"), "/problems/%E5%AE%9D%E5%A1%94-2016-00421#echo");
    }
}
