#![doc = include_str!("README.md")]
#![expect(
    clippy::return_self_not_must_use,
    reason = "a component that is built and not drawn is seen at once on the page"
)]

mod button;
mod chart;
mod deadline;
mod echo;
mod example;
mod field;
mod field_examples;
mod filter;
mod form_errors;
mod html;
mod icon;
mod media;
mod message;
mod navigation;
mod number;
mod official;
mod pager;
mod progress;
mod qr;
mod rating;
mod receipt;
mod table;
mod tag;
mod timeline;

pub use button::{Button, PostButton};
pub use chart::{Chart, Series};
pub use deadline::DeadlineBar;
pub use echo::{Echo, EchoPair, Told};
pub use example::{Component, Example, Shown, all};
pub use field::{Choice, Field};
pub use filter::{Chip, FilterBar};
pub use form_errors::FormErrors;
pub use html::Html;
pub use icon::Icon;
pub use media::{Photo, PhotoStrip};
pub use message::{Empty, Notice};
pub use navigation::{Breadcrumb, Door, Tabs};
pub use number::{Number, Rate};
pub use official::OfficialPaper;
pub use pager::Pager;
pub use progress::ProgressJob;
pub use qr::qr;
pub use rating::{RatingInput, Stars};
pub use receipt::ReceiptCode;
pub use table::{DataTable, Row};
pub use tag::{Tag, Tone};
pub use timeline::{Event, Timeline};

pub(crate) use html::component;
