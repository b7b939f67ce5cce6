//! A slip of paper with a receipt: the code, and a picture of it that a telephone reads.

use askama::Template;
use huiyin_base::number::Receipt;
use huiyin_web::components::{Html, Notice, ReceiptCode, qr};
use huiyin_web::{Ctx, Result};

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
    /// An emergency: whom to call now. It is said before the paper is handed over.
    alarm: Option<Notice>,
}

impl askama::filters::HtmlSafe for Slip {}

impl Slip {
    pub(crate) fn new(ctx: &Ctx, receipt: &Receipt) -> Result<Self> {
        let code = receipt.to_string();
        let address = format!("{}/follow", ctx.address());
        Ok(Self {
            picture: qr(&format!("{address}#{code}"), "查回音的二维码", 180)?,
            code: ReceiptCode::new(&code),
            address: address.trim_start_matches("https://").trim_start_matches("http://").to_owned(),
            city: ctx.site.settings.city.clone(),
            day: ctx.today().chinese(),
            about: None,
            alarm: None,
        })
    }

    /// The same with what is to be done now.
    #[must_use]
    pub(crate) fn alarm(self, alarm: Option<Notice>) -> Self {
        Self { alarm, ..self }
    }

    /// The same with a line that says which of several it is.
    #[must_use]
    pub(crate) fn about(self, about: impl Into<String>) -> Self {
        Self { about: Some(about.into()), ..self }
    }
}
