//! Stub: citizen number, USCC, receipt code.
