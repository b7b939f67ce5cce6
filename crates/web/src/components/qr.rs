use std::fmt::Write as _;

use fast_qr::{ECL, QRBuilder, QRCode};
use huiyin_base::Problem;

use super::Html;

/// The light edge that a reader needs around the square, in modules (ISO/IEC 18004).
const QUIET: usize = 4;

/// The square of an address, as a picture inside the page, `size` points wide where no style says otherwise.
pub fn qr(address: &str, label: &str, size: u32) -> Result<Html, Problem> {
    let code = QRBuilder::new(address).ecl(ECL::M).build().map_err(Problem::broken)?;
    let (label, width) = (Html::from(label), code.size + 2 * QUIET);
    // Sizes are attributes: the page allows no style inside it.
    Ok(Html::drawn(format!(
        r##"<svg class="qr" role="img" aria-label="{label}" width="{size}" height="{size}" viewBox="0 0 {width} {width}" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{width}v{width}H0z"/><path fill="#000" d="{}"/></svg>"##,
        dark(&code)
    )))
}

/// The dark modules, those side by side as one piece: half as long as module by module, and every page with a square is sent.
fn dark(code: &QRCode) -> String {
    let mut path = String::new();
    for y in 0..code.size {
        let mut x = 0;
        for run in code[y].chunk_by(|one, next| one.value() == next.value()) {
            if run[0].value() {
                let (left, top, wide) = (x + QUIET, y + QUIET, run.len());
                // Writing into a text does not fail.
                let _ = write!(path, "M{left} {top}h{wide}v1h-{wide}z");
            }
            x += run.len();
        }
    }
    path
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

    #[test]
    fn what_is_drawn_is_read_again() {
        for n in [1, 421, 31_602] {
            let address = format!("https://huiyin.example.cn/problems/%E5%AE%9D%E5%A1%94-2016-{n:05}#A7K2-{n}");
            assert_eq!(read(&qr(&address, "", 160).unwrap().to_string()), address);
        }
    }

    /// What a reader sees in the drawing, four points a module.
    fn read(drawn: &str) -> String {
        let attribute = |name: &str| drawn.split_once(name).unwrap().1.split('"').next().unwrap().to_owned();
        let width: usize = attribute("viewBox=\"0 0 ").split(' ').next().unwrap().parse().unwrap();
        let mut dark = vec![false; width * width];
        for piece in attribute("\"#000\" d=\"").split_terminator('z') {
            let numbers: Vec<usize> =
                piece.split(['M', ' ', 'h', 'v', '-']).filter_map(|number| number.parse().ok()).collect();
            let at = numbers[1] * width + numbers[0];
            dark[at..at + numbers[2]].fill(true);
        }
        let seen = |x: usize, y: usize| if dark[y / 4 * width + x / 4] { 0 } else { 255 };
        let mut image = rqrr::PreparedImage::prepare_from_greyscale(4 * width, 4 * width, seen);
        image.detect_grids()[0].decode().unwrap().1
    }
}
