//! The vault's promises: what it seals opens only where it was sealed, and a key file that is wrong says so.

mod key_file;
mod seal;
