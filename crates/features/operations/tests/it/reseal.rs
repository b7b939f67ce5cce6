use huiyin_base::{Day, Id, Region, Rng};
use huiyin_catalogue::sealed;
use huiyin_db::scratch::Scratch;
use huiyin_directory::{Person, person_add_many, person_find};
use huiyin_files::{FileStore, store};
use huiyin_operations::{Resealing, reseal};
use huiyin_vault::{Place, Purpose, Vault, head_of};

const REGION: Region = Region::FIRST;

struct Desk {
    scratch: Scratch,
    folder: tempfile::TempDir,
    rng: Rng,
}

impl Desk {
    async fn new() -> Self {
        Self { scratch: Scratch::new().await.unwrap(), folder: tempfile::tempdir().unwrap(), rng: Rng::seeded(3) }
    }

    fn key(&self) -> std::path::PathBuf {
        self.folder.path().join("key")
    }

    fn files(&self, vault: &Vault) -> FileStore {
        FileStore::open(&self.folder.path().join("files"), vault.clone()).unwrap()
    }

    /// People with sealed numbers and telephones.
    async fn people(&mut self, vault: &Vault, count: usize) -> Vec<Id> {
        let day = Day::new(2016, 12, 16).unwrap();
        let mut people = Vec::new();
        for _ in 0..count {
            let id = Id::new(REGION, day.start(), &mut self.rng);
            let raw = id.uuid();
            let mut seal = |column, plain: &[u8]| {
                Some(vault.seal(Place { table: "person", column, row: raw.as_bytes() }, plain, &mut self.rng))
            };
            people.push(Person {
                region: REGION,
                id,
                name: "某".into(),
                sex: None,
                birth_year: None,
                education: None,
                citizen_number: seal("citizen_number", b"1"),
                phone: seal("phone", b"13812345678"),
                created_day: day,
            });
        }
        let ids = people.iter().map(|person| person.id).collect();
        let rows: Vec<(Person, Option<[u8; 32]>)> = people.into_iter().map(|person| (person, None)).collect();
        for rows in rows.chunks(300) {
            let rows = rows.to_vec();
            let written = self.scratch.db.write("people", move |tx| {
                let rows = rows.clone();
                Box::pin(async move { Ok(person_add_many(tx, &rows).await?) })
            });
            written.await.unwrap();
        }
        ids
    }

    async fn usage(&self, number: u16) -> i64 {
        let mut tx = self.scratch.db.read().await.unwrap();
        sealed::usage(&mut tx, &head_of(number)).await.unwrap().iter().map(|(_, count)| count).sum()
    }

    async fn phone(&self, vault: &Vault, person: Id) -> Vec<u8> {
        let found = person_find(&mut self.scratch.db.read().await.unwrap(), person).await.unwrap().unwrap();
        let raw = person.uuid();
        let place = Place { table: "person", column: "phone", row: raw.as_bytes() };
        vault.open_sealed(place, &found.phone.unwrap()).unwrap()
    }
}

fn photo() -> Vec<u8> {
    let mut bytes = std::io::Cursor::new(Vec::new());
    image::RgbImage::new(40, 30).write_to(&mut bytes, image::ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_rotation_everything_moves_to_the_new_key_and_the_old_one_can_go() {
    let mut desk = Desk::new().await;
    let old = Vault::create(&desk.key(), &mut Rng::seeded(1)).unwrap();
    let people = desk.people(&old, 450).await;
    let files = desk.files(&old);
    let now = Day::new(2016, 12, 16).unwrap().start();
    let file = files.accept(REGION, "照片.jpg", photo(), &mut desk.rng, now).await.unwrap();
    let row = file.clone();
    let named = desk.scratch.db.write("file", move |tx| {
        let row = row.clone();
        Box::pin(async move { Ok(store::file_add(tx, &row).await?) })
    });
    named.await.unwrap();
    files.clean(&desk.scratch.db, REGION, file.id).await.unwrap();

    let both = Vault::rotate(&desk.key(), Purpose::Seal, &mut Rng::seeded(2)).unwrap();
    assert_eq!((desk.usage(1).await, desk.usage(2).await), (900, 0));
    let files = desk.files(&both);
    let run = reseal(&desk.scratch.db, &both, &files, &mut Rng::seeded(4), None).await.unwrap();
    assert_eq!(run, Resealing { done: 902, failed: 0 });
    assert_eq!((desk.usage(1).await, desk.usage(2).await), (0, 900));
    let again = reseal(&desk.scratch.db, &both, &files, &mut Rng::seeded(5), None).await.unwrap();
    assert_eq!(again, Resealing::default(), "what is done is passed over");
    assert_eq!(files.key_usage(&desk.scratch.db).await.unwrap(), [(2, 2)].into());

    let new = Vault::retire(&desk.key(), 1).unwrap();
    assert_eq!(desk.phone(&new, people[449]).await, b"13812345678");
    assert!(desk.files(&new).read_clean(REGION, &file.token).await.unwrap().is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_open_stays_as_it_is_and_holds_nobody_up() {
    let mut desk = Desk::new().await;
    let old = Vault::create(&desk.key(), &mut Rng::seeded(1)).unwrap();
    let stranger = Vault::seeded(9);
    let lost = desk.people(&stranger, 3).await;
    let people = desk.people(&old, 2).await;
    let both = Vault::rotate(&desk.key(), Purpose::Seal, &mut Rng::seeded(2)).unwrap();
    let files = desk.files(&both);
    let run = reseal(&desk.scratch.db, &both, &files, &mut Rng::seeded(4), None).await.unwrap();
    assert_eq!(run, Resealing { done: 4, failed: 6 });
    assert_eq!(desk.usage(1).await, 6, "so the old key cannot go");
    assert_eq!(desk.phone(&both, people[0]).await, b"13812345678");
    assert_eq!(desk.phone(&stranger, lost[0]).await, b"13812345678");
}
