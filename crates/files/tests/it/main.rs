//! A photo from the moment it is sent until it is served, on whichever engine is under test.

mod accept;
mod clean;
mod photo;
mod support;
mod sweep;
