//! The executable; everything is in the library.

use std::process::ExitCode;

/// A page is thousands of small allocations in many threads; the system's allocator spends a third of its time on them.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    huiyin_app::main()
}
