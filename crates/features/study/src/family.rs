//! Acting for a member of the family: under his consent, for his reading, notes and kits; every act is written with whoever did it.

use std::collections::BTreeSet;

use huiyin_base::{Day, Id, Instant, Problem, Rng};
use huiyin_db::Tx;
use huiyin_directory::{FamilyHelper, OrgRef, Viewer, family_find, membership_list, org_path};
use huiyin_web::Site;

use crate::reader::{NewMark, sealed};
use crate::store::{
    ActKind, Book, HelperAct, Looker, MarkKind, Spot, act_add, chapter_find, mark_add, reading_advance, reading_find,
    reading_finish,
};

/// The consent under which the viewer acts now; none of another's, none that is over.
pub(crate) async fn acting(tx: &mut Tx, viewer: &Viewer, id: &str, today: Day) -> Result<FamilyHelper, Problem> {
    let id: Id = id.parse().map_err(|_| Problem::not_found())?;
    let found = family_find(tx, id).await?.filter(|found| found.helper() == viewer.account && found.holds(today));
    found.ok_or_else(Problem::not_found)
}

/// What there is to read for a member, whether he has an account or not.
pub(crate) async fn looker_for(tx: &mut Tx, site: &Site, person: Id) -> Result<Looker, Problem> {
    let (mut orgs, mut tags, mut stages) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let regions: Vec<_> = site.regions.with_children(site.home);
    for held in membership_list(tx, &regions, person).await? {
        if held.to_day.is_some_and(|last| last < site.today()) {
            continue;
        }
        stages.insert(held.stage.as_str().to_owned());
        for step in org_path(tx, OrgRef { region: held.region, id: held.branch }).await? {
            orgs.insert(step.id.to_string());
            tags.insert(step.kind.as_str().to_owned());
        }
    }
    Ok(Looker {
        keeps: false,
        orgs: orgs.into_iter().collect(),
        tags: tags.into_iter().collect(),
        stages: stages.into_iter().collect(),
    })
}

/// What the helper wants to do.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    /// He has read to him as far as this chapter.
    Place(Book, i64),
    /// He has finished it.
    Finish(Book),
    /// What he said of it.
    Note(Book, String),
    /// His earlier notes are read: only where the consent names them.
    Look,
    /// His kit was fetched for him: the edition's title.
    Kit(String),
}

impl Deed {
    fn kind(&self) -> ActKind {
        match self {
            Self::Place(..) => ActKind::Place,
            Self::Finish(_) => ActKind::Finish,
            Self::Note(..) => ActKind::Note,
            Self::Kit(_) => ActKind::Kit,
            Self::Look => ActKind::Look,
        }
    }

    fn title(&self) -> String {
        match self {
            Self::Place(book, n) => format!("《{}》第 {n} 节", book.title),
            Self::Finish(book) | Self::Note(book, _) => format!("《{}》", book.title),
            Self::Kit(title) => title.clone(),
            Self::Look => "读书笔记".into(),
        }
    }
}

/// Does it and writes down who did it, together; the same word does it once.
pub(crate) async fn act(
    site: &Site,
    helper: &FamilyHelper,
    deed: Deed,
    nonce: &str,
    (now, today): (Instant, Day),
    rng: &mut Rng,
) -> Result<(), Problem> {
    if nonce.is_empty() || nonce.len() > 60 {
        return Err(Problem::invalid("页面打开太久，请刷新后再办。"));
    }
    let person = helper.person;
    let row = HelperAct {
        region: person.region(),
        id: Id::new(person.region(), now, rng),
        person,
        helper_region: helper.helper_region,
        helper: helper.helper,
        kind: deed.kind(),
        title: deed.title(),
        day: today,
        nonce: nonce.to_owned(),
    };
    let mark = match &deed {
        Deed::Note(book, words) if words.trim().is_empty() => {
            return Err(Problem::invalid(format!("请写下对《{}》的一点想法。", book.title)));
        }
        Deed::Note(book, words) => {
            let mut tx = site.db.read().await?;
            let chapter = reading_find(&mut tx, person, book.id).await?.map_or(1, |reading| reading.chapter.max(1));
            let text = chapter_find(&mut tx, book.id, chapter).await?.map(|page| page.text).unwrap_or_default();
            drop(tx);
            let new = NewMark {
                book: book.id,
                chapter,
                kind: MarkKind::Note,
                quote: String::new(),
                words: words.clone(),
                nonce: nonce.to_owned(),
            };
            Some(sealed(new, &text, person, &site.vault, (now, today), rng)?)
        }
        Deed::Place(book, chapter) if !(1..=book.chapters.max(1)).contains(chapter) => {
            return Err(Problem::invalid(format!("这本书一共 {} 节，请填 1 到 {0} 之间的数。", book.chapters.max(1))));
        }
        _ => None,
    };
    let (consent, all) = (helper.id, std::sync::Arc::new((row, deed, mark)));
    let write = site.db.write("helper_act", move |tx| {
        let all = std::sync::Arc::clone(&all);
        Box::pin(async move {
            let (row, deed, mark) = &*all;
            // A consent that ended meanwhile carries nothing any more.
            let holds = family_find(tx, consent)
                .await?
                .is_some_and(|found| found.holds(today) && (found.notes || !matches!(deed, Deed::Look)));
            if !holds {
                return Err(Problem::conflict("这项代办已经结束了，没有记下。"));
            }
            if !act_add(tx, row).await? {
                return Ok(());
            }
            match deed {
                Deed::Place(book, chapter) => {
                    let turn = reading_find(tx, row.person, book.id).await?.map_or(1, |reading| reading.turn);
                    let spot = Spot { chapter: *chapter, part: 0 };
                    reading_advance(tx, row.person, book.id, turn, spot, today).await?;
                }
                Deed::Finish(book) => {
                    reading_advance(tx, row.person, book.id, 0, Spot { chapter: 1, part: 0 }, today).await?;
                    reading_finish(tx, row.person, book.id, Some(today)).await?;
                }
                Deed::Note(..) => mark_add(tx, mark.as_slice()).await?,
                Deed::Kit(_) | Deed::Look => {}
            }
            Ok(())
        })
    });
    write.await
}
