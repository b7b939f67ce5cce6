//! Who may read, and what a part of them has read and noted.

use huiyin_base::{Id, Rng};
use huiyin_db::Db;
use huiyin_study::note_sealed;
use huiyin_study::store::{Mark, Reading, library_member_add, mark_add, reading_add};

use super::{Librarian, Shelved, portions};

/// Of a hundred members: so many have opened a book; of a hundred of these, so many wrote something down.
const READERS: u64 = 27;
const WRITERS: u64 = 12;

/// What people write beside a sentence.
const THOUGHTS: [&str; 8] = [
    "我们沟里也是这样，今年照着试一试。",
    "这一条要在会上说一说。",
    "前年没有这么做，吃了亏。",
    "问问老李，他家那年是怎么弄的。",
    "念给我爸听了，他说是这个理。",
    "这句话好，抄下来。",
    "和我们村的情况不一样，水没有这么近。",
    "下次开会带上这一页。",
];

pub(super) async fn write(made: &Librarian<'_>, db: &Db, books: &[Shelved], rng: &mut Rng) -> anyhow::Result<()> {
    let entitled = made.city.people.iter().filter(|person| person.stage != "lost_contact");
    let entitled: Vec<Id> = entitled.map(|person| person.id).collect();
    let (mut readings, mut notes) = (Vec::new(), Vec::new());
    for person in &entitled {
        if rng.below(100) >= READERS {
            continue;
        }
        let first = usize::try_from(rng.below(books.len() as u64))?;
        for step in 0..=usize::try_from(rng.below(2))? {
            let Some(book) = books.get((first + step) % books.len()) else { continue };
            let reading = reading(made, *person, book, rng);
            if !book.sentence.is_empty() && rng.below(100) < WRITERS {
                notes.push(note(made, &reading, book, rng)?);
            }
            readings.push(reading);
        }
    }
    let day = made.scale.today.plus(-200);
    let entitled: Vec<(Id, huiyin_base::Day)> = entitled.into_iter().map(|person| (person, day)).collect();
    portions(db, entitled, |tx, rows| {
        Box::pin(async move {
            let people: Vec<Id> = rows.iter().map(|(person, _)| *person).collect();
            match rows.first() {
                Some((_, day)) => library_member_add(tx, &people, *day).await,
                None => Ok(()),
            }
        })
    })
    .await?;
    portions(db, readings, |tx, rows| Box::pin(reading_add(tx, rows))).await?;
    portions(db, notes, |tx, rows| Box::pin(mark_add(tx, rows))).await
}

fn reading(made: &Librarian<'_>, reader: Id, book: &Shelved, rng: &mut Rng) -> Reading {
    let ago = rng.between(0, book.added);
    let opened_day = made.scale.today.plus(-ago);
    let chapter = rng.between(1, book.chapters.max(1));
    let finished = chapter == book.chapters || rng.below(6) == 0;
    let finished_day = finished.then(|| opened_day.plus(rng.between(0, ago)));
    Reading { reader, book: book.id, turn: 1, chapter, part: 0, opened_day, finished_day }
}

fn note(made: &Librarian<'_>, reading: &Reading, book: &Shelved, rng: &mut Rng) -> anyhow::Result<Mark> {
    let words = THOUGHTS[usize::try_from(rng.below(THOUGHTS.len() as u64))?];
    let at = (reading.reader, book.id, 1);
    Ok(note_sealed(at, &book.sentence, words, made.vault, reading.opened_day.start(), rng)?)
}
