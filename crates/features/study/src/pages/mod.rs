//! The pages of this feature.

mod book;
mod booklet;
mod catalogue;
mod chapter;
mod evening;
mod family;
mod files;
mod keep;
mod keys;
mod kit_branch;
mod kit_print;
mod kit_scan;
mod kits;
mod marks;
mod opds;
mod reflection;
mod reflection_said;
mod reflections;
mod satchel;
mod together;

use data_encoding::HEXLOWER;
use huiyin_base::{Id, Problem};
use huiyin_db::Tx;
use huiyin_directory::Viewer;
use huiyin_web::{Routes, SignedIn, Site};
use serde::Deserialize;

use crate::library::Library;
use crate::permissions::{EveningKeep, KitSee, LibraryKeep};
use crate::reader::{looker, reader};
use crate::store::{Book, Looker, book_find};

/// Every route of this feature.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get::<SignedIn, _>("/library", catalogue::list)
        .get::<LibraryKeep, _>("/library/new", keep::new)
        .post::<LibraryKeep, _>("/library", keep::create)
        .post::<LibraryKeep, _>("/library/collections", keep::collection)
        .get::<SignedIn, _>("/library/{book}", book::show)
        .post::<LibraryKeep, _>("/library/{book}/editions", keep::renew)
        .post::<LibraryKeep, _>("/library/{book}/withdrawal", keep::withdraw)
        .post::<LibraryKeep, _>("/library/{book}/collection", keep::collect)
        .get::<SignedIn, _>("/library/{book}/chapters/{n}", chapter::show)
        .get::<SignedIn, _>("/library/{book}/booklet", booklet::show)
        .get::<SignedIn, _>("/library/{book}/images/{n}", files::image)
        .get::<SignedIn, _>("/library/{book}/files/{file}", files::file)
        .get::<SignedIn, _>("/library/{book}/stored", satchel::stored)
        .post::<SignedIn, _>("/library/{book}/place", marks::place)
        .post::<SignedIn, _>("/library/{book}/finish", marks::finish)
        .post::<SignedIn, _>("/library/{book}/again", marks::again)
        .post::<SignedIn, _>("/library/{book}/removal", marks::forget)
        .post::<SignedIn, _>("/library/{book}/marks", marks::add)
        .post::<SignedIn, _>("/library/{book}/marks/{mark}/removal", marks::remove)
        .get::<SignedIn, _>("/satchel", satchel::show)
        .get::<SignedIn, _>("/satchel/notes", satchel::notes)
        .get::<SignedIn, _>("/satchel/notes.md", satchel::notes_file)
        .get::<SignedIn, _>("/satchel/together", together::show)
        .post::<SignedIn, _>("/satchel/together", together::add)
        .get::<SignedIn, _>("/satchel/for/{consent}", family::show)
        .post::<SignedIn, _>("/satchel/for/{consent}", family::done)
        .post::<SignedIn, _>("/satchel/for/{consent}/notes", family::notes)
        .get::<SignedIn, _>("/satchel/keys", keys::show)
        .post::<SignedIn, _>("/satchel/keys", keys::open)
        .post::<SignedIn, _>("/satchel/keys/{key}/removal", keys::end)
        .merge(opds::routes())
        .merge(reflection_routes())
        .get::<KitSee, _>("/kits", kits::list)
        .post::<LibraryKeep, _>("/kits/editions", kits::edition)
        .post::<LibraryKeep, _>("/kits/stock", kits::stock)
        .get::<KitSee, _>("/kits/branches/{branch}", kit_branch::show)
        .post::<KitSee, _>("/kits/branches/{branch}/issues", kit_branch::issue)
        .post::<KitSee, _>("/kits/branches/{branch}/ways", kit_branch::reach)
        .get::<KitSee, _>("/kits/branches/{branch}/scan", kit_scan::show)
        .post::<KitSee, _>("/kits/branches/{branch}/scan", kit_scan::scan)
        .get::<KitSee, _>("/kits/branches/{branch}/cards", kit_print::cards)
        .get::<LibraryKeep, _>("/kits/labels", kit_print::labels)
        .post::<LibraryKeep, _>("/kits/labels", kit_print::label)
}

fn reflection_routes() -> Routes {
    Routes::new()
        .get::<SignedIn, _>("/reflections", reflections::list)
        .get::<SignedIn, _>("/reflections/mine", reflections::mine)
        .get::<SignedIn, _>("/reflections/city", reflections::city)
        .get::<SignedIn, _>("/reflections/new", reflection::new)
        .post::<SignedIn, _>("/reflections", reflection::create)
        .get::<SignedIn, _>("/reflections/{reflection}", reflection::show)
        .get::<SignedIn, _>("/reflections/{reflection}/text", reflection::text)
        .post::<SignedIn, _>("/reflections/{reflection}/text", reflection::rewrite)
        .post::<SignedIn, _>("/reflections/{reflection}/sharing", reflection::share)
        .post::<SignedIn, _>("/reflections/{reflection}/city", reflection_said::look_over)
        .post::<SignedIn, _>("/reflections/{reflection}/withdrawal", reflection::withdraw)
        .post::<SignedIn, _>("/reflections/{reflection}/removal", reflection::remove)
        .post::<SignedIn, _>("/reflections/{reflection}/comments", reflection_said::say)
        .post::<SignedIn, _>("/reflections/{reflection}/comments/{comment}/removal", reflection_said::unsay)
        .get::<SignedIn, _>("/evenings", evening::list)
        .get::<EveningKeep, _>("/evenings/new", evening::new)
        .post::<EveningKeep, _>("/evenings", evening::create)
        .get::<SignedIn, _>("/evenings/{evening}", evening::show)
        .get::<SignedIn, _>("/evenings/{evening}/paper.docx", evening::paper)
        .get::<EveningKeep, _>("/evenings/{evening}/selection", evening::selection)
        .post::<EveningKeep, _>("/evenings/{evening}/selection", evening::select)
        .post::<EveningKeep, _>("/evenings/{evening}/removal", evening::remove)
}

/// A form that is nothing but its button.
#[derive(Debug, Deserialize)]
pub(crate) struct Nothing {}

fn library(site: &Site) -> Library {
    Library { db: site.db.clone(), home: site.home }
}

/// An opaque word for a reader: his device tells by it whose books lie there.
fn owner(site: &Site, viewer: &Viewer) -> String {
    let mac = site.vault.mac("satchel", reader(viewer).uuid().as_bytes());
    HEXLOWER.encode(&mac[..8])
}

/// The book at an address, where it is there for the viewer, and who looks.
async fn found(tx: &mut Tx, site: &Site, viewer: &Viewer, book: &str) -> Result<(Looker, Book), Problem> {
    let id: Id = book.parse().map_err(|_| Problem::not_found())?;
    let looker = looker(tx, site, viewer).await?;
    let book = book_find(tx, &looker, id).await?.ok_or_else(Problem::not_found)?;
    Ok((looker, book))
}
