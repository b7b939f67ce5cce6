use huiyin_base::Problem;
use qrcode::QrCode;
use qrcode::render::svg;

use super::Html;

/// The square of an address, as a picture inside the page, at least `size` points wide.
pub fn qr(address: &str, label: &str, size: u32) -> Result<Html, Problem> {
    let code = QrCode::new(address).map_err(Problem::broken)?;
    let drawn = code.render::<svg::Color<'_>>().min_dimensions(size, size).quiet_zone(true).build();
    // The XML head has no place inside HTML; sizes are attributes, no style.
    let drawn = drawn.split_once("<svg").map_or_else(String::new, |(_, rest)| {
        format!(r#"<svg class="qr" role="img" aria-label="{}"{rest}"#, Html::from(label))
    });
    Ok(Html::drawn(drawn))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_square_holds_neither_script_nor_style() {
        let drawn = qr("https://huiyin.example.cn/problems/%E5%AE%9D", "\"><script>", 160).unwrap().to_string();
        assert!(drawn.starts_with("<svg class=\"qr\"") && drawn.contains("&lt;script&gt;"), "{drawn}");
        assert!(!drawn.contains("style") && !drawn.contains("<script"));
    }
}
