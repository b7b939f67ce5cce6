//! Addresses of this site for paper: a square that a telephone reads, and links whose Chinese is escaped.

use huiyin_web::Result;
use huiyin_web::components::Html;
use qrcode::QrCode;
use qrcode::render::svg;

/// The square of an address, as a picture inside the page.
pub(crate) fn qr(address: &str, label: &str) -> Result<Html> {
    let code = QrCode::new(address).map_err(|error| huiyin_base::Problem::broken(anyhow::Error::new(error)))?;
    let drawn = code.render::<svg::Color>().min_dimensions(160, 160).quiet_zone(true).build();
    // The XML head has no place inside HTML; sizes are attributes, no style.
    let drawn = drawn.split_once("<svg").map_or_else(String::new, |(_, rest)| {
        format!(r#"<svg class="qr" role="img" aria-label="{}"{rest}"#, Html::from(label))
    });
    Ok(Html::drawn(drawn))
}

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
    fn a_square_holds_neither_script_nor_style() {
        let drawn = qr("https://huiyin.example.cn/problems/%E5%AE%9D", "\"><script>").unwrap().to_string();
        assert!(drawn.starts_with("<svg class=\"qr\"") && drawn.contains("&lt;script&gt;"), "{drawn}");
        assert!(!drawn.contains("style") && !drawn.contains("<script"));
    }

    #[test]
    fn chinese_is_escaped_and_nothing_else() {
        assert_eq!(escaped("/problems/宝塔-2016-00421#echo"), "/problems/%E5%AE%9D%E5%A1%94-2016-00421#echo");
    }
}
