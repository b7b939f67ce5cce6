//! Messages through real connections on loopback.

mod gateway;
mod house;
mod messages;
mod mails;
