//! The assets are built by npm (scripts/assets.sh). Without them the crate still compiles: pages then have no style.

fn main() -> std::io::Result<()> {
    std::fs::create_dir_all("assets")?;
    println!("cargo::rerun-if-changed=assets");
    println!("cargo::rerun-if-changed=templates");
    Ok(())
}
