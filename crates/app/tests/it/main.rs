//! Tests that cross features, and the invariants of the architecture.

mod invariants;
