//! Build script (see `api/assets.rs` for what it will embed).
fn main() {}
