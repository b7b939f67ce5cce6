//! Stub: working calendar.
/// Stub.
#[derive(Debug)]
pub struct WorkCalendar;
