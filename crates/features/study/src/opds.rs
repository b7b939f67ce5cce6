//! What a reading app is told: OPDS 2.0 feeds, and how to ask for its key (Authentication for OPDS 1.0). Plain data, no I/O.

use huiyin_base::Id;
use serde_json::{Value, json};

use crate::store::{Book, BookKind, FileRow};

/// A feed.
pub(crate) const FEED: &str = "application/opds+json";
/// One publication.
pub(crate) const PUBLICATION: &str = "application/opds-publication+json";
/// What apps read.
pub(crate) const EPUB: &str = "application/epub+zip";
/// How to ask for a key.
pub(crate) const AUTHENTICATION: &str = "application/opds-authentication+json";

/// Begins addresses: `https://huiyin.example.cn/opds`.
#[derive(Clone, Debug)]
pub(crate) struct Catalogue {
    pub(crate) base: String,
    pub(crate) title: String,
}

/// A book with what can be fetched of it.
#[derive(Clone, Debug)]
pub(crate) struct Offered {
    pub(crate) book: Book,
    /// Its files, the cover among them.
    pub(crate) files: Vec<FileRow>,
}

/// A list of books.
#[derive(Clone, Debug, Default)]
pub(crate) struct Listed {
    pub(crate) title: String,
    /// Behind `/books`, with its question mark.
    pub(crate) query: String,
    pub(crate) first: Option<String>,
    pub(crate) next: Option<String>,
}

impl Offered {
    /// Whether an EPUB is made of it, because it came as something else that apps do not read.
    pub(crate) fn made(&self) -> bool {
        self.book.chapters > 0 && !self.files.iter().any(|file| file.media_type == EPUB)
    }
}

impl Catalogue {
    /// Asks for a key.
    pub(crate) fn authentication(&self) -> Value {
        let base = &self.base;
        let help = base.trim_end_matches("/opds");
        json!({
            "id": format!("{base}/authentication"),
            "title": self.title,
            "description": "用户名填登录名，密码填“阅读软件口令”。口令在网页“我的小书包”里设置，不是登录密码。",
            "links": [
                {"rel": "help", "href": format!("{help}/satchel/keys"), "type": "text/html"},
                {"rel": "start", "href": base, "type": FEED},
            ],
            "authentication": [{
                "type": "http://opds-spec.org/auth/basic",
                "labels": {"login": "登录名", "password": "阅读软件口令"},
            }],
        })
    }

    fn links(&self, own: &str) -> Vec<Value> {
        let base = &self.base;
        vec![
            json!({"rel": "self", "href": own, "type": FEED}),
            json!({"rel": "start", "href": base, "type": FEED}),
            json!({"rel": "search", "href": format!("{base}/books{{?query}}"), "type": FEED, "templated": true}),
            json!({"rel": "http://opds-spec.org/auth/document", "href": format!("{base}/authentication"),
                "type": AUTHENTICATION}),
        ]
    }

    /// The front: where to go on.
    pub(crate) fn front(&self, collections: &[(Id, String)]) -> Value {
        let base = &self.base;
        let to = |title: &str, query: String, rel: &str| json!({"title": title, "href": format!("{base}/books{query}"), "type": FEED, "rel": rel});
        let kinds = BookKind::ALL.iter().map(|kind| to(kind.label(), format!("?kind={}", kind.as_str()), "subsection"));
        let named = collections.iter().map(|(id, title)| to(title, format!("?collection={id}"), "subsection"));
        let fresh = to("新到的书", String::new(), "http://opds-spec.org/sort/new");
        json!({
            "metadata": {"title": self.title},
            "links": self.links(base),
            "navigation": std::iter::once(fresh).chain(kinds).chain(named).collect::<Vec<Value>>(),
        })
    }

    /// A page of books; an empty one says so by an empty navigation, since a feed holds one of the three.
    pub(crate) fn list(&self, listed: &Listed, books: &[Offered]) -> Value {
        let at = |query: &str| format!("{}/books{query}", self.base);
        let mut links = self.links(&at(&listed.query));
        for (rel, query) in [("first", &listed.first), ("next", &listed.next)] {
            links.extend(query.as_ref().map(|query| json!({"rel": rel, "href": at(query), "type": FEED})));
        }
        let publications: Vec<Value> = books.iter().map(|offered| self.publication(offered)).collect();
        let mut feed = json!({"metadata": {"title": listed.title}, "links": links});
        if publications.is_empty() {
            let title = "没有找到，回到书库";
            feed["navigation"] = json!([{"title": title, "href": self.base, "type": FEED, "rel": "start"}]);
        } else {
            feed["publications"] = publications.into();
        }
        feed
    }

    /// A book.
    pub(crate) fn publication(&self, offered: &Offered) -> Value {
        let Offered { book, files } = offered;
        let at = format!("{}/books/{}", self.base, book.id);
        let kind = match book.kind {
            BookKind::Audio => "http://schema.org/Audiobook",
            BookKind::Video => "http://schema.org/VideoObject",
            BookKind::Text | BookKind::Document => "http://schema.org/Book",
        };
        let mut metadata = json!({
            "@type": kind,
            "identifier": format!("urn:uuid:{}", book.id.uuid()),
            "title": book.title,
            "language": if book.language.is_empty() { "zh-CN" } else { &book.language },
            "modified": format!("{}T00:00:00+08:00", book.renewed_day),
            "published": format!("{}", book.added_day),
        });
        for (name, said) in [("author", &book.author), ("description", &book.summary)] {
            if !said.is_empty() {
                metadata[name] = said.as_str().into();
            }
        }
        let mut links = vec![json!({"rel": "self", "href": at, "type": PUBLICATION})];
        if offered.made() {
            links.push(
                json!({"rel": "http://opds-spec.org/acquisition", "href": format!("{at}/book.epub"), "type": EPUB}),
            );
        }
        links.extend(files.iter().filter(|file| Some(file.id) != book.cover).map(|file| {
            json!({"rel": "http://opds-spec.org/acquisition", "href": format!("{at}/files/{}", file.id),
                "type": file.media_type, "title": file.name})
        }));
        // Every app draws these; whatever else a cover is, the plain one stands for it.
        let drawn = |file: &&FileRow| ["image/jpeg", "image/png", "image/gif"].contains(&file.media_type.as_str());
        let cover = files.iter().find(|file| Some(file.id) == book.cover).filter(drawn);
        let image = match cover {
            Some(file) => json!({"href": format!("{at}/files/{}", file.id), "type": file.media_type}),
            None => json!({"href": format!("{}/cover.png", self.base), "type": "image/png"}),
        };
        json!({"metadata": metadata, "links": links, "images": [image]})
    }
}
