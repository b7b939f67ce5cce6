//! The statements of reflections and evenings, on both engines.

use huiyin_base::{Clock, Day, Id, Region, Rng};
use huiyin_db::scratch::Scratch;
use huiyin_directory::OrgRef;
use huiyin_study::store::{
    Circle, Comment, Evening, Reflection, Sharing, comment_add, comment_list, comment_list_own, comment_remove,
    evening_find, evening_list, evening_parts, evening_put, evening_remove, reflection_add, reflection_find,
    reflection_list, reflection_list_asked, reflection_list_branch, reflection_list_city, reflection_list_own,
    reflection_looked, reflection_nonce, reflection_remove, reflection_share, reflection_write,
};

struct Made {
    region: Region,
    writer: Id,
    branch: OrgRef,
    township: Id,
    rows: Vec<Reflection>,
    comment: Comment,
    evening: Evening,
}

fn made() -> Made {
    let region = Region::new(7).unwrap();
    let mut rng = Rng::seeded(9);
    let now = Clock::system().now();
    let mut id = || Id::new(region, now, &mut rng);
    let (writer, branch, township) = (id(), OrgRef { region, id: id() }, id());
    let day = Day::new(2016, 12, 16).unwrap();
    let rows: Vec<Reflection> = ["a", "b", "c"]
        .iter()
        .map(|nonce| Reflection {
            region,
            id: id(),
            writer,
            book: None,
            title: vec![1, 2],
            words: vec![3],
            audience: None,
            branch: None,
            signed: None,
            written_day: day,
            shared_day: None,
            nonce: (*nonce).into(),
            city_asked_day: None,
            city_kept_day: None,
            city_day: None,
        })
        .collect();
    let comment = Comment {
        region,
        id: id(),
        reflection: rows[0].id,
        writer: id(),
        words: vec![5],
        signed: vec![6],
        written_day: day,
        nonce: Some("c".into()),
    };
    let evening = Evening { region, id: id(), branch: branch.id, title: "会".into(), day, nonce: "e".into() };
    Made { region, writer, branch, township, rows, comment, evening }
}

#[tokio::test]
async fn they_are_found_by_their_writer_and_by_those_for_whom_they_are() {
    let scratch = Scratch::new().await.unwrap();
    let Made { region, writer, branch, township, rows, comment, evening } = made();
    let day = rows[0].written_day;
    let sharing = move |audience| Sharing { audience, branch: branch.id, signed: Some(vec![4]), day, city: false };
    let stranger = comment.writer;
    let done = scratch.db.write("test", move |tx| {
        let (rows, comment, evening) = (rows.clone(), comment.clone(), evening.clone());
        Box::pin(async move {
            reflection_add(tx, &rows).await?;
            reflection_add(tx, &rows).await?;
            assert_eq!(reflection_nonce(tx, region, writer, "b").await?, Some(rows[1].id));
            let circle = |org: Id| Circle { writer: stranger, orgs: vec![OrgRef { region, id: org }] };
            let (near, wide) = (circle(branch.id), circle(township));
            assert_eq!(reflection_list(tx, &near, None, None, 9).await?, []);
            assert!(reflection_share(tx, writer, rows[0].id, Some(&sharing(branch.id))).await?);
            assert!(reflection_share(tx, writer, rows[1].id, Some(&sharing(township))).await?);
            assert!(!reflection_share(tx, stranger, rows[2].id, Some(&sharing(branch.id))).await?);
            let ids = |found: Vec<Reflection>| found.into_iter().map(|row| row.id).collect::<Vec<Id>>();
            assert_eq!(ids(reflection_list(tx, &near, None, None, 9).await?), [rows[0].id]);
            assert_eq!(ids(reflection_list(tx, &wide, None, None, 9).await?), [rows[1].id]);
            assert_eq!(ids(reflection_list(tx, &wide, Some(township), None, 9).await?), []);
            assert_eq!(ids(reflection_list(tx, &wide, None, Some((day, rows[1].id)), 9).await?), []);
            assert_eq!(ids(reflection_list_branch(tx, branch, 9).await?).len(), 2);
            assert!(reflection_find(tx, &near, rows[1].id).await?.is_none());
            assert_eq!(reflection_find(tx, &near, rows[0].id).await?.unwrap().signed, Some(vec![4]));
            assert_eq!(reflection_list_own(tx, &[region], writer).await?.len(), 3);
            let changed = Reflection { words: vec![9], ..rows[0].clone() };
            assert!(reflection_write(tx, &changed).await?);
            assert!(!reflection_write(tx, &Reflection { writer: stranger, ..changed }).await?);
            comment_add(tx, std::slice::from_ref(&comment)).await?;
            assert_eq!(comment_list(tx, rows[0].id, 9).await?, std::slice::from_ref(&comment));
            assert_eq!(comment_list_own(tx, &[region], stranger).await?.len(), 1);
            let again = Comment { id: rows[2].id, ..comment.clone() };
            comment_add(tx, &[again]).await?;
            assert_eq!(comment_list(tx, rows[0].id, 9).await?.len(), 1, "the same word");
            let wide = Sharing { city: true, ..sharing(branch.id) };
            assert!(reflection_share(tx, writer, rows[2].id, Some(&wide)).await?);
            assert_eq!(ids(reflection_list_asked(tx, &[branch], stranger, 9).await?), [rows[2].id]);
            assert!(reflection_list_asked(tx, &[branch], writer, 9).await?.is_empty(), "not his own");
            assert!(reflection_list_city(tx, &[region], None, 9).await?.is_empty());
            assert!(reflection_looked(tx, &[branch], stranger, rows[2].id, (false, day)).await?);
            assert!(reflection_list_asked(tx, &[branch], stranger, 9).await?.is_empty(), "kept in the branch");
            let kept = reflection_list_own(tx, &[region], writer).await?.into_iter().find(|row| row.id == rows[2].id);
            assert_eq!(kept.and_then(|row| row.city_kept_day), Some(day), "its writer reads so");
            assert!(reflection_share(tx, writer, rows[2].id, Some(&wide)).await?, "asked once more");
            assert!(!reflection_looked(tx, &[branch], writer, rows[2].id, (true, day)).await?);
            assert!(reflection_looked(tx, &[branch], stranger, rows[2].id, (true, day)).await?);
            assert!(!reflection_looked(tx, &[branch], stranger, rows[2].id, (false, day)).await?, "once");
            assert_eq!(ids(reflection_list_city(tx, &[region], None, 9).await?), [rows[2].id]);
            assert!(reflection_list_city(tx, &[region], Some((day, rows[2].id)), 9).await?.is_empty());
            assert!(reflection_share(tx, writer, rows[2].id, None).await?);
            assert!(reflection_list_city(tx, &[region], None, 9).await?.is_empty());
            let parts = [rows[1].id, rows[0].id];
            assert_eq!(evening_put(tx, &evening, &parts).await?, evening.id);
            let renamed = Evening { id: rows[0].id, title: "改名".into(), ..evening.clone() };
            assert_eq!(evening_put(tx, &renamed, &parts).await?, evening.id, "the same word");
            assert_eq!(evening_list(tx, &[branch], 9).await?[0].title, "改名");
            assert!(evening_find(tx, &[], evening.id).await?.is_none());
            assert_eq!(ids(evening_parts(tx, &evening).await?), parts);
            assert!(reflection_share(tx, writer, rows[1].id, None).await?);
            assert_eq!(ids(evening_parts(tx, &evening).await?), [rows[0].id]);
            assert!(!comment_remove(tx, writer, comment.id).await?);
            assert!(!reflection_remove(tx, stranger, rows[0].id).await?);
            assert!(reflection_remove(tx, writer, rows[0].id).await?);
            assert_eq!(comment_list(tx, rows[0].id, 9).await?, []);
            assert!(!comment_remove(tx, stranger, comment.id).await?);
            assert!(!evening_remove(tx, &[], evening.id).await? && evening_remove(tx, &[branch], evening.id).await?);
            Ok::<(), huiyin_base::Problem>(())
        })
    });
    done.await.unwrap();
}
