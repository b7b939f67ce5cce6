//! Books as files bring them.

mod epub;
