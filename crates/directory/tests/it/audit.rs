use chrono::TimeDelta;
use huiyin_db::query;
use huiyin_directory::audit::{self, AuditKind, AuditOutcome, Event};
use huiyin_directory::{AccountRef, audit_event_list, audit_event_list_account, audit_event_list_subject};
use huiyin_vault::Vault;

use crate::support::City;

impl City {
    async fn happened(&mut self, kind: AuditKind, count: u32) {
        for number in 0..count {
            let account = AccountRef { region: self.baota, id: self.id(self.baota) };
            let event =
                Event::new(self.baota, kind, self.clock.real(), &mut self.rng).by(account).about("case", number);
            self.record(event.detail("查看").ended(AuditOutcome::Done)).await;
            self.clock.advance(TimeDelta::seconds(1));
        }
    }

    async fn record(&self, event: Event) {
        self.write(move |tx| {
            let event = event.clone();
            Box::pin(async move { Ok(audit::record(tx, &event).await?) })
        })
        .await
        .unwrap();
    }

    async fn seal(&self) -> audit::Sealed {
        audit::seal(&self.scratch.db, &self.vault, self.clock.real()).await.unwrap()
    }

    /// What the check finds, and how many events have no seal.
    async fn findings(&self) -> (Vec<String>, i64) {
        let (report, tails) = audit::check(&mut self.read().await, &self.vault).await.unwrap();
        assert_eq!(report.passed, report.findings.is_empty());
        (report.findings, tails.values().sum())
    }

    async fn tamper(&self, sql: &'static str) {
        self.write(move |tx| Box::pin(async move { Ok(query(sql).execute(tx).await?) })).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_chain_holds_and_the_tail_is_named() {
    let mut city = City::new().await;
    city.happened(AuditKind::SensitiveLook, 3).await;
    assert_eq!(city.findings().await, (vec![], 3));
    assert_eq!(city.seal().await, audit::Sealed { events: 3, seals: 1 });
    assert_eq!(city.seal().await, audit::Sealed::default());
    city.happened(AuditKind::Export, 260).await;
    assert_eq!(city.seal().await, audit::Sealed { events: 260, seals: 2 });
    city.happened(AuditKind::Export, 1).await;
    let (report, tails) = audit::check(&mut city.read().await, &city.vault).await.unwrap();
    assert_eq!((report.passed, report.examined, tails[&city.baota]), (true, 263, 1));
    let (stranger, _) = audit::check(&mut city.read().await, &Vault::seeded(99)).await.unwrap();
    assert!(!stranger.passed);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_changed_removed_or_slipped_in_is_found() {
    for (tampering, found) in [
        ("update audit_event set detail = '没看' where subject = 'case:4'", "被修改"),
        ("update audit_event set outcome = 'refused' where subject = 'case:4'", "被修改"),
        ("update audit_event set account = null where subject = 'case:4'", "被修改"),
        ("delete from audit_event where subject = 'case:4'", "被删除或插入"),
        ("delete from audit_seal where seal = 2", "缺少第 2"),
        ("update audit_seal set previous = head where seal = 3", "接不上"),
        ("update audit_event set seal = 9 where subject = 'case:1'", "不存在的封条"),
        ("update audit_event set seal = 1 where subject = 'case:4'", "被删除或插入"),
        ("update audit_seal set cut = head where seal = 1", "不是本系统所加"),
    ] {
        let mut city = City::new().await;
        for kind in [AuditKind::Import, AuditKind::Export, AuditKind::SensitiveLook] {
            city.happened(kind, 2).await;
            // Subjects must differ between the seals.
            let rename = match kind {
                AuditKind::Import => "update audit_event set subject = subject where seal is null",
                AuditKind::Export => {
                    "update audit_event set subject = case subject when 'case:0' then 'case:3' else 'case:4' end where seal is null"
                }
                _ => {
                    "update audit_event set subject = case subject when 'case:0' then 'case:5' else 'case:6' end where seal is null"
                }
            };
            city.tamper(rename).await;
            city.seal().await;
        }
        assert_eq!(city.findings().await, (vec![], 0));
        city.tamper(tampering).await;
        let (findings, _) = city.findings().await;
        assert!(findings.iter().any(|finding| finding.contains(found)), "{tampering}: {findings:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_cut_keeps_the_last_seal_and_the_rest_still_holds() {
    let mut city = City::new().await;
    for _ in 0..3 {
        city.happened(AuditKind::SignIn, 2).await;
        city.seal().await;
        city.clock.advance(TimeDelta::days(190));
    }
    // Now the first two seals are older than 400 days... only the first is: 570, 380 and 190 days.
    assert_eq!(audit::cut(&city.scratch.db, &city.vault, city.clock.real()).await.unwrap(), 2);
    assert_eq!(city.findings().await, (vec![], 0));
    assert_eq!(audit_event_list(&mut city.read().await, &[city.baota], None, None, 20).await.unwrap().len(), 4);
    city.clock.advance(TimeDelta::days(700));
    assert_eq!(audit::cut(&city.scratch.db, &city.vault, city.clock.real()).await.unwrap(), 4);
    assert_eq!(city.findings().await, (vec![], 0));
    city.happened(AuditKind::SignIn, 2).await;
    city.seal().await;
    assert_eq!(city.findings().await, (vec![], 0));
    city.tamper("delete from audit_event").await;
    assert_eq!(city.findings().await.0.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_that_was_stopped_accuses_nobody_and_goes_on() {
    let mut city = City::new().await;
    for _ in 0..3 {
        city.happened(AuditKind::SignIn, 2).await;
        city.seal().await;
    }
    city.clock.advance(TimeDelta::days(700));
    city.happened(AuditKind::SignIn, 2).await;
    city.seal().await;
    // What a stop after the seals were cut leaves: the events are there still.
    let vault = city.vault.clone();
    let events = audit_event_list(&mut city.read().await, &[city.baota], None, None, 20).await.unwrap();
    assert_eq!(audit::cut(&city.scratch.db, &vault, city.clock.real()).await.unwrap(), 6);
    let stopped = events[2..].to_vec();
    city.write(move |tx| {
        let stopped = stopped.clone();
        Box::pin(async move {
            for event in stopped {
                let back = "insert into audit_event (region, id, at, kind, outcome, detail, seal)
                    values ($1, $2, $3, $4, $5, $6, $7)";
                let back = query(back).bind(event.id.region()).bind(event.id).bind(event.at).bind(event.kind);
                back.bind(event.outcome).bind(event.detail).bind(event.seal).execute(tx).await?;
            }
            Ok(())
        })
    })
    .await
    .unwrap();
    let (findings, _) = city.findings().await;
    assert_eq!(findings.len(), 1, "{findings:?}");
    assert!(findings[0].contains("没有做完，还剩 6 条"), "{findings:?}");
    city.tamper("update audit_event set seal = 9 where seal = 1").await;
    assert!(city.findings().await.0.iter().any(|finding| finding.contains("事后插入")));
    city.tamper("update audit_event set seal = 1 where seal = 9").await;
    assert_eq!(audit::cut(&city.scratch.db, &vault, city.clock.real()).await.unwrap(), 6);
    assert_eq!(city.findings().await, (vec![], 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looked_is_listed_for_the_subject_and_for_the_looker() {
    let mut city = City::new().await;
    let looker = AccountRef { region: city.baota, id: city.id(city.baota) };
    for number in [1, 1, 2] {
        let event = Event::new(city.baota, AuditKind::SensitiveLook, city.clock.real(), &mut city.rng);
        city.record(event.by(looker).about("person", number)).await;
        city.clock.advance(TimeDelta::seconds(1));
    }
    let tx = &mut city.read().await;
    let looks = audit_event_list_subject(tx, city.baota, &audit::subject("person", 1), None, 20).await.unwrap();
    assert_eq!(looks.len(), 2);
    let older = audit_event_list_subject(tx, city.baota, "person:1", Some(looks[0].id), 20).await.unwrap();
    assert_eq!(older, looks[1..]);
    assert_eq!(audit_event_list_account(tx, looker, None, 20).await.unwrap().len(), 3);
    let kinds = audit_event_list(tx, &[city.baota], Some(AuditKind::Export), None, 20).await.unwrap();
    assert!(kinds.is_empty());
}
