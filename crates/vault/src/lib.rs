#![doc = include_str!("../README.md")]

mod error;
mod key_file;
pub mod password;
pub mod token;
pub mod totp;
mod vault;

pub use error::VaultError;
pub use key_file::Purpose;
pub use vault::{Place, Vault, head_of};
