use askama::Template;

use super::{Component, Example, component};

/// A picture that was re-encoded and may be shown.
#[derive(Clone, Debug)]
pub struct Photo {
    /// The address of the picture.
    pub src: String,
    /// What a reader who does not see it is told.
    pub alt: String,
}

/// Pictures in a row; each opens at full size.
#[derive(Clone, Debug, Default, Template)]
#[template(path = "components/photos.html")]
pub struct PhotoStrip {
    photos: Vec<Photo>,
    waiting: usize,
}

component!(PhotoStrip);

impl PhotoStrip {
    /// The pictures.
    pub fn new(photos: impl IntoIterator<Item = Photo>) -> Self {
        Self { photos: photos.into_iter().collect(), waiting: 0 }
    }

    /// How many are still being cleaned.
    pub fn waiting(mut self, count: usize) -> Self {
        self.waiting = count;
        self
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.photos.is_empty() && self.waiting == 0
    }
}

impl Component for PhotoStrip {
    const NAME: &'static str = "PhotoStrip";
    const PURPOSE: &'static str = "照片一排，点开看大图。";

    fn examples() -> Vec<Example> {
        let photo = |alt: &str| Photo { src: crate::assets::asset("favicon.svg"), alt: alt.to_owned() };
        vec![Example::new("两张，一张处理中", PhotoStrip::new([photo("漏水的管子"), photo("修好的管子")]).waiting(1))]
    }
}
