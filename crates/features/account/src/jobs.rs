use huiyin_directory::AccountRules;
use huiyin_directory::audit::{self, AuditKind, Event};
use huiyin_jobs::Registry;
use huiyin_web::Site;

/// Seals the audit every few seconds and cuts what is past its time once a day (rules/account.toml).
pub(crate) fn register(jobs: Registry<Site>) -> Registry<Site> {
    const DAY_SECONDS: u32 = 24 * 3600;
    jobs.every("audit_seal", AccountRules::newest().audit.seal_seconds, |site: Site, _| async move {
        audit::seal(&site.db, &site.vault, site.clock.real()).await?;
        Ok(None)
    })
    .every("audit_cut", DAY_SECONDS, |site: Site, _| async move {
        let removed = audit::cut(&site.db, &site.vault, site.clock.real()).await?;
        if removed > 0 {
            let event = Event::new(site.home, AuditKind::Retention, site.clock.real(), &mut site.rngs.rng());
            let event = event.detail(format!("审计记录到期清理 {removed} 条"));
            site.db
                .write("audit_cut_record", move |tx| {
                    let event = event.clone();
                    Box::pin(async move { Ok(audit::record(tx, &event).await?) })
                })
                .await?;
        }
        Ok(None)
    })
}
