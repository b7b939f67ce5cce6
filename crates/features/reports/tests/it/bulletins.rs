use std::process::Command;

use chrono::TimeDelta;
use huiyin_db::query;
use huiyin_documents::{Column, Limits, read_table};
use huiyin_testing::{Browser, Page};

use crate::year::year;

/// The draft of December, when December is over.
async fn december(browser: &mut Browser) -> Page {
    let page = browser.get("/bulletins/201612/draft").await;
    assert_eq!(page.status, 200, "{}", page.text());
    page
}

#[tokio::test]
async fn every_number_of_an_issued_bulletin_opens_as_many_rows() {
    let (app, _) = year().await;
    let mut browser = app.browser();
    let page = browser.get("/bulletins/201602").await;
    assert_eq!(page.status, 200, "{}", page.text());
    assert!(page.text().contains("基层通〔2016〕2号"), "{}", page.text());
    let doors = page.attributes(".official-text a", "href");
    let texts = page.all(".official-text a");
    assert!(doors.len() > 12 && doors.len() == texts.len(), "{doors:?}");
    for (door, text) in doors.iter().zip(&texts) {
        let list = browser.get(door).await;
        assert_eq!(list.status, 200, "{door}: {}", list.text());
        let rows = list.all("tbody tr").len();
        // Of a rate the list holds the part: the first number of both.
        let told = text
            .split(['（', '/'])
            .map(|part| part.trim().trim_end_matches('）'))
            .find_map(|part| part.parse::<usize>().ok());
        let foot = list.all(".list-foot").concat();
        assert!(foot.contains(&format!("共 {rows} 条")), "{door}: {foot}");
        if let Some(told) = told {
            assert_eq!(told, rows, "{door}: {text}");
        }
    }
}

#[tokio::test]
async fn counties_stand_in_code_order_and_add_up() {
    let (app, _) = year().await;
    let page = app.browser().get("/bulletins/201602").await;
    assert_eq!(page.all("tbody th"), ["宝塔区", "安塞县", "全市"]);
    let cells: Vec<i64> = page.all("tbody tr td:nth-child(2)").iter().map(|cell| cell.parse().unwrap()).collect();
    assert_eq!(cells[0] + cells[1], cells[2]);
    assert_eq!(cells[2], 11);
    for word in ["第一名", "名列", "排名第", "上湾村", "党支部"] {
        assert!(!page.text().contains(word), "{word}");
    }
}

#[tokio::test]
async fn a_draft_and_a_closed_bulletin_are_not_there_for_others() {
    let (app, city) = year().await;
    let mut public = app.browser();
    for (address, status) in [
        ("/bulletins/201612", 404),
        ("/bulletins/201603", 404),
        ("/bulletins/201603/paper", 404),
        ("/bulletins/201603/figures/problems_raised", 404),
        ("/bulletins/201602?version=2", 404),
        ("/bulletins/201613", 404),
        ("/bulletins/%E4%B9%9D", 404),
        ("/bulletins/201602/figures/unknown", 404),
        ("/bulletins/201602/figures/problems_raised?place=610629", 200),
        ("/bulletins/201602/figures/problems_raised?place=999999", 404),
        ("/reviews/2016-3", 404),
    ] {
        assert_eq!(public.get(address).await.status, status, "{address}");
    }
    let list = public.get("/bulletins").await.text();
    assert!(list.contains("2016年2月") && !list.contains("2016年3月") && !list.contains("草稿"), "{list}");
    let mut county = app.browser_as(city.account("county")).await.unwrap();
    assert_eq!(county.get("/bulletins/201603").await.status, 200);
    assert_eq!(county.get("/reviews/2016-3").await.status, 200);
    assert_eq!(county.get("/bulletins/201612").await.status, 404);
    assert_eq!(county.get("/bulletins/201612/draft").await.status, 403);
    let mut issuer = app.browser_as(city.account("city")).await.unwrap();
    assert_eq!(issuer.get("/bulletins/201612").await.status, 200);
}

#[tokio::test]
async fn what_was_issued_stays_when_records_change_and_a_correction_says_what_changed() {
    let (app, city) = year().await;
    let write = app.site.db.write("parcel_lost", |tx| {
        Box::pin(async move { Ok(query("delete from parcel where day = 20160201 and n = 1").execute(tx).await?) })
    });
    assert_eq!(write.await.unwrap(), 1);
    let mut issuer = app.browser_as(city.account("city")).await.unwrap();
    let list = issuer.get("/bulletins/201602/figures/problems_raised").await;
    assert!(list.all(".list-foot").concat().contains("共 11 条"), "{}", list.text());
    let page = issuer.get("/bulletins/201602/draft").await;
    let empty = issuer.submit(&page, "/bulletins/201602/correction", &[("why", " ")]).await;
    assert_eq!(empty.status, 422);
    let draft = issuer.submit(&page, "/bulletins/201602/correction", &[("why", "一件包裹重复登记，已经去掉。")]).await;
    assert_eq!(draft.status, 200, "{}", draft.text());
    let again = issuer.submit(&page, "/bulletins/201602/correction", &[("why", "再来一次")]).await;
    assert_eq!(again.status, 409);
    assert_eq!(
        app.browser().get("/bulletins/201602").await.all("tbody tr td:nth-child(2)")[2],
        "11",
        "nobody sees a draft"
    );
    issuer.submit(&draft, "/bulletins/201602/issuing", &[]).await;
    app.drain().await.unwrap();
    let corrected = app.browser().get("/bulletins/201602").await;
    let text = corrected.text();
    assert!(text.contains("基层通〔2016〕2号（第2版）") && text.contains("一件包裹重复登记"), "{text}");
    assert!(text.contains("与第1版相比"), "{text}");
    let old = app.browser().get("/bulletins/201602?version=1").await.text();
    assert!(old.contains("这一版已经更正"), "{old}");
}

#[tokio::test]
async fn issuing_freezes_numbers_once_and_two_issuers_get_one_bulletin() {
    let (app, city) = year().await;
    let mut early = app.browser_as(city.account("city")).await.unwrap();
    let page = december(&mut early).await;
    let refused = early.submit(&page, "/bulletins/201612/issuing", &[]).await;
    assert_eq!(refused.status, 422, "a month that is not over is not issued");
    app.advance(TimeDelta::days(20));
    let mut one = app.browser_as(city.account("city")).await.unwrap();
    let mut other = app.browser_as(city.account("city")).await.unwrap();
    let (first, second) = (december(&mut one).await, december(&mut other).await);
    let begun = one.submit(&first, "/bulletins/201612/issuing", &[]).await;
    assert!(begun.text().contains("正在印发"), "{}", begun.text());
    let late = other.submit(&second, "/bulletins/201612/issuing", &[]).await;
    assert_eq!(late.status, 409);
    let overwritten = other.submit(&second, "/bulletins/201612/remarks", &[("remarks", "改一句")]).await;
    assert_eq!(overwritten.status, 409);
    assert_eq!(app.browser().get("/bulletins/201612").await.status, 404, "nothing half shown");
    app.drain().await.unwrap();
    app.drain().await.unwrap();
    let issued = one.get("/bulletins/201612").await.text();
    assert!(issued.contains("基层通〔2017〕1号"), "{issued}");
    let kept =
        query("select count(*) from bulletin_figure where bulletin in (select id from bulletin where period = 201612)")
            .fetch_scalar::<i64>(&mut app.site.db.read().await.unwrap())
            .await
            .unwrap();
    assert_eq!(kept, 5);
}

#[tokio::test]
async fn a_job_that_died_half_way_goes_on_and_shows_nothing_before() {
    let (app, city) = year().await;
    app.advance(TimeDelta::days(20));
    let mut issuer = app.browser_as(city.account("city")).await.unwrap();
    let page = december(&mut issuer).await;
    issuer.submit(&page, "/bulletins/201612/issuing", &[]).await;
    // The job has frozen one figure and died before the others.
    let site = app.site.clone();
    let write = app.site.db.write("half", move |tx| {
        let site = site.clone();
        Box::pin(async move {
            let found = query(
                "select f.snapshot from bulletin_figure f join bulletin b on b.region = f.region and b.id = f.bulletin
                 where b.period = 201612 and f.figure = 'problems_raised'",
            );
            let snapshot = found.fetch_one::<(huiyin_base::Id,)>(tx).await?.0;
            let figure = site.figures.find("problems_raised").unwrap();
            let day = |number| huiyin_base::Day::from_number(number).unwrap();
            let period = huiyin_figures::Period { from: day(20_161_201), to: day(20_161_231) };
            let cut = huiyin_figures::Cut::city(period);
            huiyin_figures::freeze_in(tx, &site.figures, figure, &cut, snapshot, site.clock.now()).await?;
            Ok(())
        })
    });
    write.await.unwrap();
    let half = issuer.get("/bulletins/201612").await.text();
    assert!(half.contains("正在冻结数字和清单"), "{half}");
    assert_eq!(app.browser().get("/bulletins").await.text().matches("2016年12月").count(), 0);
    app.drain().await.unwrap();
    assert!(issuer.get("/bulletins/201612").await.text().contains("基层通〔2017〕1号"));
}

#[tokio::test]
async fn remarks_stand_under_the_numbers_and_rank_nobody() {
    let (app, city) = year().await;
    let mut issuer = app.browser_as(city.account("city")).await.unwrap();
    let page = december(&mut issuer).await;
    let before = page.all(".official-text a");
    let action = "/bulletins/201612/remarks";
    for wrong in ["宝塔区排名第一", &"字".repeat(801)] {
        let refused = issuer.submit(&page, action, &[("remarks", wrong)]).await;
        assert_eq!(refused.status, 422, "{}", refused.text());
    }
    let saved = issuer.submit(&page, action, &[("remarks", "抓紧<b>办</b> 12 件")]).await;
    assert!(saved.html().contains("抓紧&lt;b&gt;办&lt;/b&gt; 12 件"), "{}", saved.html());
    assert_eq!(saved.all(".official-text a"), before, "no number has changed");
    let mut county = app.browser_as(city.account("county")).await.unwrap();
    assert_eq!(county.post_only(action, &[("remarks", "x")]).await.status, 403);
}

#[tokio::test]
async fn drafts_come_by_themselves_once() {
    let (app, city) = year().await;
    app.advance(TimeDelta::days(31));
    for _ in 0..2 {
        app.periodic("bulletin_draft").await.unwrap();
    }
    let count = query("select count(*) from bulletin where period in (201612, 201610)")
        .fetch_scalar::<i64>(&mut app.site.db.read().await.unwrap())
        .await
        .unwrap();
    // The month's bulletin of October, December's draft, and the fourth quarter's.
    assert_eq!(count, 3);
    let mut issuer = app.browser_as(city.account("city")).await.unwrap();
    assert_eq!(issuer.get("/reviews/2016-4/draft").await.status, 200);
}

#[tokio::test]
async fn the_word_file_opens_and_the_sheet_reads_back() {
    let (app, _) = year().await;
    let mut browser = app.browser();
    let sheet = browser.get("/bulletins/201602/sheet").await;
    let columns = ["县区", "寄出包裹"].map(|name| Column { name, aliases: &[], required: true });
    let table = read_table("a.xlsx", &sheet.bytes, &columns, &Limits::default()).unwrap();
    assert_eq!(table.rows.len(), 3);
    assert_eq!(table.rows[2].cells[..2], ["全市", "11"]);
    let paper = browser.get("/bulletins/201602/paper").await;
    assert_eq!(paper.status, 200);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("bulletin.docx");
    std::fs::write(&file, &paper.bytes).unwrap();
    let profile = format!("-env:UserInstallation=file://{}", folder.path().join("profile").display());
    let made = Command::new("soffice")
        .args([profile.as_str(), "--headless", "--norestore", "--convert-to", "pdf", "--outdir"])
        .arg(folder.path())
        .arg(&file)
        .output()
        .expect("LibreOffice: scripts/need.sh test installs it");
    let pdf = folder.path().join("bulletin.pdf");
    assert!(pdf.exists(), "{}", String::from_utf8_lossy(&made.stderr));
    let text = Command::new("pdftotext").arg(&pdf).arg("-").output().unwrap();
    let text: String = String::from_utf8(text.stdout).unwrap().chars().filter(|c| !c.is_whitespace()).collect();
    for words in ["基层通〔2016〕2号", "一、需要注意的情况", "超期问题1个，与上月持平，其中宝塔区1件", "安塞县", "—1—"]
    {
        assert!(text.contains(words), "{words} is missing in {text}");
    }
}
