#![doc = include_str!("../README.md")]

mod config;
mod delivery;
mod http;
mod mail;
mod message;
mod rules;
mod sms;
pub mod store;

pub use config::{Gateways, MailSecurity, MailSettings, Misfit, SmsSettings};
pub use delivery::{Delivery, JOB, SWEEP_JOB, deliver, sweep};
pub use http::{Answer, HttpClient, Request};
pub use message::{Address, Channel, Fault, Message, MessageRow, MessageState, Outbox, Outgoing, send};
pub use rules::GatewayRules;
