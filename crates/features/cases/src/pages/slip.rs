//! A slip of paper with a receipt: the code, and a picture of it that a telephone reads.

use askama::Template;
use huiyin_base::Problem;
use huiyin_base::number::Receipt;
use huiyin_web::components::{Html, ReceiptCode};
use huiyin_web::{Ctx, Result};
use qrcode::QrCode;
use qrcode::render::svg;

/// One slip. The picture holds the address of 查回音 with the code behind `#`: what stands there is sent to no server, so it
/// is neither logged nor told to the next site.
#[derive(Clone, Debug, Template)]
#[template(path = "slip.html")]
pub(crate) struct Slip {
    code: ReceiptCode,
    picture: Html,
    address: String,
    city: String,
    day: String,
    /// What it is about, on slips that are handed over with others.
    about: Option<String>,
}

impl askama::filters::HtmlSafe for Slip {}

impl Slip {
    pub(crate) fn new(ctx: &Ctx, receipt: &Receipt) -> Result<Self> {
        let code = receipt.to_string();
        let address = ctx.address("/follow");
        Ok(Self {
            picture: picture(&format!("{address}#{code}"))?,
            code: ReceiptCode::new(&code),
            address: address.trim_start_matches("https://").trim_start_matches("http://").to_owned(),
            city: ctx.site.settings.city.clone(),
            day: ctx.today().chinese(),
            about: None,
        })
    }

    /// The same with a line that says which of several it is.
    #[must_use]
    pub(crate) fn about(self, about: impl Into<String>) -> Self {
        Self { about: Some(about.into()), ..self }
    }
}

fn picture(address: &str) -> Result<Html> {
    let code = QrCode::new(address).map_err(|error| Problem::broken(anyhow::Error::new(error)))?;
    let drawn = code.render::<svg::Color<'_>>().min_dimensions(180, 180).quiet_zone(true).build();
    // Inside a page the picture needs neither the declaration of a file nor more of a name than this.
    let (_, rest) = drawn.split_once("<svg").unwrap_or_default();
    Ok(Html::drawn(format!("<svg role=\"img\" aria-label=\"查回音的二维码\"{rest}")))
}
