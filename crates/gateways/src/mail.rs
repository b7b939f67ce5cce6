//! A message as one plain mail.

use std::path::Path;
use std::time::{Duration, SystemTime};

use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, CertificateStore, Tls, TlsParameters};
use lettre::{AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor};

use crate::config::{MailSecurity, MailSettings, Misfit, is_private};
use crate::message::Fault;

const LIMIT: Duration = Duration::from_secs(30);

/// A mail server made ready.
pub(crate) struct Mailer {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
    city: String,
}

impl std::fmt::Debug for Mailer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mailer(…)")
    }
}

impl Mailer {
    pub(crate) fn new(settings: &MailSettings, certificates: Option<&Path>) -> Result<Self, Misfit> {
        let from: Mailbox = settings.from.parse().map_err(|_| Misfit::From)?;
        if settings.security == MailSecurity::Plain && !is_private(&settings.host) {
            return Err(Misfit::Plain);
        }
        let tls = match settings.security {
            MailSecurity::Plain => Tls::None,
            MailSecurity::StartTls => Tls::Required(tls(&settings.host, certificates)?),
            MailSecurity::Tls => Tls::Wrapper(tls(&settings.host, certificates)?),
        };
        let mut builder = AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(&settings.host)
            .port(settings.port)
            .tls(tls)
            .timeout(Some(LIMIT));
        builder = match (&settings.user, &settings.password) {
            (Some(user), Some(password)) => builder.credentials(Credentials::new(user.clone(), password.clone())),
            (None, None) => builder,
            _ => return Err(Misfit::Login),
        };
        Ok(Self { transport: builder.build(), from, city: settings.city.clone() })
    }

    pub(crate) async fn deliver(
        &self,
        to: &str,
        purpose: &str,
        text: &str,
        reference: &str,
        seconds: i64,
    ) -> Result<(), Fault> {
        let to: Mailbox = to.parse().map_err(|_| Fault::Refused)?;
        let since = Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
        let host = self.from.email.domain();
        let mail = Message::builder()
            .from(self.from.clone())
            .to(to)
            .date(SystemTime::UNIX_EPOCH + since)
            .message_id(Some(format!("<{reference}@{host}>")))
            .subject(format!("{}回音：{purpose}", self.city))
            .header(ContentType::TEXT_PLAIN)
            .body(text.to_owned())
            .map_err(|_| Fault::Refused)?;
        match self.transport.send(mail).await {
            Ok(_) => Ok(()),
            Err(error) => Err(fault(&error)),
        }
    }
}

/// The server's own words stay unread but for their number: they may repeat the address.
fn fault(error: &lettre::transport::smtp::Error) -> Fault {
    match error.status().map(u16::from) {
        Some(530 | 534 | 535 | 538) => Fault::Unauthorised,
        Some(_) if error.is_permanent() => Fault::Refused,
        Some(_) => Fault::Busy,
        None => Fault::Unreachable,
    }
}

fn tls(host: &str, certificates: Option<&Path>) -> Result<TlsParameters, Misfit> {
    let mut builder = TlsParameters::builder(host.to_owned()).certificate_store(CertificateStore::WebpkiRoots);
    if let Some(path) = certificates {
        let wrong = || Misfit::Certificates(path.to_owned());
        let text = std::fs::read(path).map_err(|_| wrong())?;
        builder = builder.add_root_certificate(Certificate::from_pem(&text).map_err(|_| wrong())?);
    }
    builder.build().map_err(|_| Misfit::Certificates(certificates.map(Path::to_path_buf).unwrap_or_default()))
}
