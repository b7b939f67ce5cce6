//! The frame of every page. A feature draws only the body.

use askama::Template;

use crate::components::{Icon, Notice};

/// How much stands on a page.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Density {
    /// Public and member pages: phone first, room to breathe.
    #[default]
    Calm,
    /// The desk of staff: dense, for the keyboard.
    Desk,
    /// The desk's, and printed across: on paper one sheet, without the frame.
    Sheet,
    /// Public, and made to be printed: on paper nothing of the frame is left.
    Paper,
}

/// A link of the navigation.
#[derive(Clone, Debug)]
pub struct NavLink {
    /// What it says.
    pub label: &'static str,
    /// Where it leads.
    pub href: &'static str,
    /// Its lucide icon.
    pub icon: &'static str,
    /// Whether the reader is there.
    pub current: bool,
}

impl NavLink {
    fn picture(&self) -> Icon {
        Icon::new(self.icon)
    }
}

/// All that the frame needs to know.
#[derive(Clone, Debug, Default)]
pub struct Shell {
    /// The page's name, without the site's.
    pub title: String,
    /// Calm or dense.
    pub density: Density,
    /// The navigation of this reader.
    pub nav: Vec<NavLink>,
    /// Whoever is signed in.
    pub viewer_name: Option<String>,
    /// His posts, each as 机构 · 岗位.
    pub viewer_posts: Vec<String>,
    /// Large type.
    pub elder: bool,
    /// What is said once after an action.
    pub notice: Option<String>,
    /// The city's day, for what is printed.
    pub today: String,
    /// The date of the demo city, if this is one.
    pub demo_date: Option<String>,
    /// The hidden field of the frame's forms; empty for anonymous readers.
    pub csrf: String,
    /// The path and query of the page: where the switches come back to.
    pub path: String,
    /// The city's name.
    pub site_name: String,
    /// The page itself.
    pub body: String,
}

#[derive(Template)]
#[template(path = "layout.html")]
struct LayoutPage<'a> {
    shell: &'a Shell,
}

impl LayoutPage<'_> {
    fn desk(&self) -> bool {
        matches!(self.shell.density, Density::Desk | Density::Sheet)
    }

    fn sheet(&self) -> bool {
        self.shell.density == Density::Sheet
    }

    fn paper(&self) -> bool {
        self.shell.density == Density::Paper
    }

    fn notice(&self) -> Option<Notice> {
        self.shell.notice.as_deref().map(|text| Notice::good(text).polite())
    }

    /// Where the navigation is folded on a wide screen; a telephone scrolls through all of it.
    fn folds(&self) -> usize {
        const SHOWN: usize = 9;
        if self.shell.nav.len() > SHOWN + 1 { SHOWN } else { self.shell.nav.len() }
    }

    /// What lies behind 更多.
    fn folded(&self) -> &[NavLink] {
        self.shell.nav.get(self.folds()..).unwrap_or_default()
    }

    /// Where the reader is, if that lies behind 更多.
    fn folded_current(&self) -> Option<&NavLink> {
        self.folded().iter().find(|link| link.current)
    }

    fn sign_in(&self) -> String {
        let path = percent_encoding::utf8_percent_encode(&self.shell.path, percent_encoding::NON_ALPHANUMERIC);
        if self.shell.path == "/" || self.shell.path.starts_with("/sign-in") {
            "/sign-in".to_owned()
        } else {
            format!("/sign-in?next={path}")
        }
    }
}

/// The whole page.
pub fn render(shell: &Shell) -> askama::Result<String> {
    /// Room for the frame around the body.
    const FRAME: usize = 16 * 1024;
    let mut page = String::with_capacity(shell.body.len() + FRAME);
    LayoutPage { shell }.render_into(&mut page)?;
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shell() -> Shell {
        Shell {
            title: "问题墙".into(), site_name: "延安市".into(), path: "/wall?q=<水>".into(), ..Shell::default()
        }
    }

    #[test]
    fn escapes_what_it_is_given_but_not_the_body() {
        let shell = Shell { title: "<b>".into(), body: "<p>正文</p>".into(), notice: Some("<i>".into()), ..shell() };
        let page = render(&shell).unwrap();
        assert!(page.contains("<p>正文</p>"));
        assert!(!page.contains("<b>") && !page.contains("<i>"));
        assert!(page.contains("/sign-in?next=%2Fwall%3Fq%3D%3C%E6%B0%B4%3E"));
    }

    #[test]
    fn has_no_inline_style_or_script() {
        let page = render(&Shell { viewer_name: Some("王".into()), elder: true, ..shell() }).unwrap();
        assert!(!page.contains("style=") && !page.contains("<style") && !page.contains("onclick"));
        assert!(page.contains(r#"class="elder"#));
    }

    #[test]
    fn a_long_navigation_is_folded_and_says_where_the_reader_is() {
        let link = |n: usize| NavLink { label: "栏目", href: "/wall", icon: "inbox", current: n == 11 };
        let short = render(&Shell { nav: (0..10).map(link).collect(), ..shell() }).unwrap();
        assert!(!short.contains("nav-more"));
        let nav =
            (0..12).map(link).map(|link| NavLink { label: if link.current { "通报" } else { "栏目" }, ..link });
        let long = render(&Shell { nav: nav.collect(), ..shell() }).unwrap();
        assert_eq!(long.matches("nav-later").count(), 3);
        assert!(long.contains("<summary class=\"nav-fold\" aria-current=\"true\">通报"), "{long}");
    }

    #[test]
    fn a_demo_says_so() {
        assert!(!render(&shell()).unwrap().contains("演示数据"));
        let demo = Shell { demo_date: Some("2016年12月16日".into()), ..shell() };
        assert!(render(&demo).unwrap().contains("演示数据 · 演示日期 2016年12月16日"));
    }
}
