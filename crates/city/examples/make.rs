//! Makes a demo city in a new folder and says how long it took: `make FOLDER [small]`.
#![expect(clippy::print_stdout, reason = "an example talks")]

use std::path::PathBuf;
use std::sync::Mutex;
use std::time::Instant;

use huiyin_base::Rng;
use huiyin_city::{Building, House, Scale, make};
use huiyin_db::{Db, DbConfig};
use huiyin_files::FileStore;
use huiyin_vault::Vault;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let folder = PathBuf::from(arguments.next().unwrap_or_else(|| "demo".into()));
    let scale = if arguments.next().as_deref() == Some("small") { Scale::small() } else { Scale::full() };
    let begun = Instant::now();
    let building = Building::begin(&folder)?;
    let place = building.folder().to_owned();
    let db = Db::create(&DbConfig::new(format!("sqlite:{}", place.join("huiyin.db").display()))).await?;
    db.migrate().await?;
    let vault = Vault::create(&place.join("keys"), &mut Rng::seeded(1))?;
    let files = FileStore::open(&place.join("files"), vault.clone())?;
    let last = Mutex::new("");
    let house = House { db: db.clone(), vault, files: Some(files) };
    let made = make(&house, &scale, |progress| {
        let mut last = last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if *last != progress.what {
            println!("{:6.1} s  {} ({})", begun.elapsed().as_secs_f64(), progress.what, progress.total);
            *last = progress.what;
        }
    })
    .await?;
    db.close().await;
    building.finish()?;
    println!("{:6.1} s  posted {}, solved {}", begun.elapsed().as_secs_f64(), made.posted, made.solved);
    for slip in made.sign_ins {
        println!("{}  {} {}: {} / {}", slip.role.label(), slip.org, slip.post, slip.login, slip.password);
    }
    for receipt in made.receipts {
        println!("{}: {}", receipt.what, receipt.receipt);
    }
    Ok(())
}
