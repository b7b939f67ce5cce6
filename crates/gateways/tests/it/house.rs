use std::sync::Arc;

use chrono::TimeDelta;
use huiyin_base::{Clock, Day, Id, Region, RngSource, WorkCalendar};
use huiyin_db::scratch::Scratch;
use huiyin_gateways::store::message_find;
use huiyin_gateways::{
    Address, Delivery, Gateways, JOB, MailSecurity, MailSettings, Message, MessageRow, Outbox, SWEEP_JOB, SmsSettings,
    deliver, sweep,
};
use huiyin_jobs::Registry;
use huiyin_vault::Vault;

const CALENDAR: &str = include_str!("../../../../data/work-calendar.csv");
pub(crate) const HOME: Region = Region::FIRST;

/// What the jobs of a test work on.
#[derive(Clone)]
pub(crate) struct House {
    pub(crate) scratch: Arc<Scratch>,
    pub(crate) clock: Clock,
    pub(crate) vault: Vault,
    rngs: RngSource,
    calendar: Arc<WorkCalendar>,
    gateways: Gateways,
}

impl House {
    /// Friday 2016-12-16, ten in the morning.
    pub(crate) async fn new(gateways: Gateways) -> Self {
        let ten = Day::new(2016, 12, 16).unwrap().start() + TimeDelta::hours(10);
        Self {
            scratch: Arc::new(Scratch::new().await.unwrap()),
            clock: Clock::fixed(ten),
            vault: Vault::seeded(1),
            rngs: RngSource::seeded(1),
            calendar: Arc::new(WorkCalendar::parse(CALENDAR).unwrap()),
            gateways,
        }
    }

    pub(crate) async fn with_sms(port: u16) -> Self {
        Self::new(Gateways::new(Some(sms(port)), None, None).unwrap()).await
    }

    /// The same house, whose key file was exchanged.
    pub(crate) fn with_other_keys(&self) -> Self {
        Self { vault: Vault::seeded(2), ..self.clone() }
    }

    /// Writes a message as a feature would; none when there is no gateway, else whether it was written.
    pub(crate) async fn send(&self, message: &Message) -> Option<(Id, bool)> {
        self.send_of(HOME, message).await
    }

    /// The same for a case of another region.
    pub(crate) async fn send_of(&self, region: Region, message: &Message) -> Option<(Id, bool)> {
        let outbox =
            Outbox { vault: &self.vault, calendar: &self.calendar, gateways: &self.gateways, now: self.clock.real() };
        let outgoing = outbox.prepare(region, message, &mut self.rngs.rng())?;
        let id = outgoing.id();
        let written = self.scratch.db.write("send", move |tx| {
            let outgoing = outgoing.clone();
            Box::pin(async move { Ok(huiyin_gateways::send(tx, &outgoing).await?) })
        });
        Some((id, written.await.unwrap()))
    }

    /// Does what is due.
    pub(crate) async fn drain(&self) {
        let registry = Registry::new()
            .on(JOB, |house: House, job| async move { deliver(&house.delivery(), &job).await })
            .on(SWEEP_JOB, |house: House, _| async move { sweep(&house.delivery()).await });
        huiyin_jobs::drain(&self.scratch.db, &self.clock, &self.rngs, &registry, self.clone()).await.unwrap();
    }

    pub(crate) async fn sweep(&self) {
        sweep(&self.delivery()).await.unwrap();
    }

    pub(crate) async fn find(&self, id: Id) -> Option<MessageRow> {
        message_find(&mut self.scratch.db.read().await.unwrap(), HOME, id).await.unwrap()
    }

    fn delivery(&self) -> Delivery<'_> {
        Delivery {
            db: &self.scratch.db,
            clock: &self.clock,
            rngs: &self.rngs,
            vault: &self.vault,
            calendar: &self.calendar,
            gateways: &self.gateways,
        }
    }
}

pub(crate) fn sms(port: u16) -> SmsSettings {
    SmsSettings {
        url: format!("http://127.0.0.1:{port}/send?v=1"),
        headers: vec!["X-App-Key: 42".into()],
        body: r#"{"phone":"{to}","content":"{text}","id":"{reference}"}"#.into(),
        secret: Some("geheim".into()),
        accepted: Some("\"code\":0".into()),
    }
}

pub(crate) fn server(port: u16) -> MailSettings {
    MailSettings {
        host: "127.0.0.1".into(),
        port,
        security: MailSecurity::Plain,
        user: None,
        password: None,
        from: "回音 <huiyin@example.cn>".into(),
        city: "延安市".into(),
    }
}

pub(crate) fn message(to: &str, text: &str) -> Message {
    Message { to: Address::parse(to).unwrap(), text: text.into(), purpose: "测试", urgent: false, key: None }
}
