//! Every component with all its looks: what builders of pages choose from, and what the accessibility test reads.

use askama::Template;

use crate::components::{self, Shown};
use crate::{Ctx, Density, Result};

#[derive(Template)]
#[template(path = "gallery.html")]
struct GalleryPage {
    components: Vec<Shown>,
}

pub(crate) async fn show(ctx: Ctx) -> Result {
    ctx.page("部件", Density::Calm, &GalleryPage { components: components::all() })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layout::{self, Shell};

    /// HUIYIN_GALLERY=folder writes the gallery there, to be looked at without a server.
    #[test]
    fn draws_every_component() {
        let body = GalleryPage { components: components::all() }.render().unwrap();
        assert!(body.matches("<section").count() >= components::all().len());
        let Ok(folder) = std::env::var("HUIYIN_GALLERY") else { return };
        let shell = Shell {
            title: "部件".into(),
            site_name: "延安市".into(),
            path: "/gallery".into(),
            body,
            ..Shell::default()
        };
        std::fs::write(format!("{folder}/gallery.html"), layout::render(&shell).unwrap()).unwrap();
    }
}
