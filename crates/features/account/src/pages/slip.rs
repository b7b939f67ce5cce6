//! Slips on paper: one a person, to be cut apart and handed over.

use askama::Template;
use huiyin_base::{Id, Problem};
use huiyin_directory::PrintedSlip;
use huiyin_web::components::Button;
use huiyin_web::{Can, Ctx, Density, Form, Path, Result};
use serde::Deserialize;

use super::{door, words};
use crate::permissions::SlipPrint;

#[derive(Template)]
#[template(path = "slips.html")]
struct SlipsPage {
    /// What the paper is: for a first sign-in, or for a way back.
    title: &'static str,
    renews: bool,
    org: String,
    /// Name and masked number of those to whom the code was sent.
    sent: Vec<(String, String)>,
    slips: Vec<(String, String, String)>,
    city: String,
    /// Where the code is typed in, as it is copied from paper.
    address: String,
    back: Button,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Chosen {
    #[serde(default)]
    person: Vec<String>,
}

pub(crate) async fn create(
    ctx: Ctx,
    can: Can<SlipPrint>,
    Path((county, code)): Path<(String, String)>,
    Form(chosen): Form<Chosen>,
) -> Result {
    let org = words::org_at(&mut ctx.site.db.read().await?, &ctx.site, &can.scope, &county, &code).await?;
    if chosen.person.is_empty() {
        return ctx
            .redirect(&words::href(&ctx.site.regions, &org), Some("还没有勾选。请勾选没有开通账号的党员，再打印。"));
    }
    let people = chosen.people()?;
    let printed = door(&ctx).slips_print(can.viewer.account, org.at(), &people, ctx.today(), &mut ctx.rng()).await?;
    page(&ctx, &org.name, printed, &words::href(&ctx.site.regions, &org))
}

impl Chosen {
    /// Who was ticked.
    pub(crate) fn people(&self) -> Result<Vec<Id>, Problem> {
        const MOST: usize = 100;
        let people: Vec<Id> = self.person.iter().filter_map(|id| id.parse().ok()).collect();
        if people.is_empty() || people.len() > MOST {
            return Err(Problem::invalid(format!("请勾选 1 到 {MOST} 名还没有开通账号的党员，再打印或发送。")));
        }
        Ok(people)
    }
}

/// The only time these codes are seen.
pub(crate) fn page(ctx: &Ctx, org: &str, printed: Vec<PrintedSlip>, back: &str) -> Result {
    page_after(ctx, org, Vec::new(), printed, back)
}

/// The same for a way back into an account that exists.
pub(crate) fn renewal_page(ctx: &Ctx, org: &str, printed: PrintedSlip, back: &str) -> Result {
    let page =
        SlipsPage { title: "找回账号的纸条", renews: true, ..slips(ctx, org, Vec::new(), vec![printed], back) };
    ctx.page(page.title, Density::Paper, &page)
}

/// The same, after others' codes were sent.
pub(crate) fn page_after(
    ctx: &Ctx,
    org: &str,
    sent: Vec<(String, String)>,
    printed: Vec<PrintedSlip>,
    back: &str,
) -> Result {
    let page = slips(ctx, org, sent, printed, back);
    ctx.page(page.title, Density::Paper, &page)
}

fn slips(ctx: &Ctx, org: &str, sent: Vec<(String, String)>, printed: Vec<PrintedSlip>, back: &str) -> SlipsPage {
    let slips = printed.into_iter().map(|slip| (slip.name, slip.code.to_string(), slip.until.chinese()));
    let address = ctx.address();
    SlipsPage {
        title: "激活条",
        renews: false,
        org: org.to_owned(),
        sent,
        slips: slips.collect(),
        city: ctx.site.settings.city.clone(),
        address: format!("{}/activation", address.split_once("://").map_or(address.as_str(), |(_, host)| host)),
        back: Button::secondary("返回账号页").icon("arrow-left").to(back),
    }
}
