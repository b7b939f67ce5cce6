//! The doors of a member on the front page: read, his branch, and somebody to call.

use std::pin::Pin;

use askama::Template;
use huiyin_directory::{OrgRef, Role, Viewer, org_find, org_path};
use huiyin_web::components::Door;
use huiyin_web::{Panel, Result, Site};

#[derive(Template)]
#[template(path = "member_doors.html")]
struct MemberDoorsPanel {
    doors: Vec<Door>,
}

pub(crate) struct MemberDoors;

impl Panel for MemberDoors {
    fn place(&self) -> &'static str {
        "home_figures"
    }

    fn render<'a>(
        &'a self,
        site: &'a Site,
        viewer: Option<&'a Viewer>,
        _: Option<OrgRef>,
    ) -> Pin<Box<dyn Future<Output = Result<Option<String>>> + Send + 'a>> {
        Box::pin(async move {
            let grant = viewer.and_then(|viewer| viewer.grants_of(&[Role::Member, Role::BranchSecretary]).next());
            let Some(grant) = grant else { return Ok(None) };
            let mut doors = vec![Door::new("/satchel", "book-open", "读书听书", "接着上次的地方读；没有信号也能看。")];
            let county = site.regions.get(grant.org.region).map(|entry| entry.code.clone()).unwrap_or_default();
            let mut tx = site.db.snapshot().await?;
            let branch = org_find(&mut tx, grant.org).await?;
            let mut phone = None;
            // The nearest office that has a telephone.
            for step in org_path(&mut tx, grant.org).await?.iter().rev() {
                let at = OrgRef { region: grant.org.region, id: step.id };
                phone = org_find(&mut tx, at).await?.and_then(|org| Some((org.name, org.phone?)));
                if phone.is_some() {
                    break;
                }
            }
            drop(tx);
            if let Some(branch) = branch {
                let path = format!("/organisations/{county}/{}", branch.code);
                doors.push(Door::new(path, "users-round", "我的支部", branch.name));
            }
            if let Some((name, phone)) = phone {
                doors.push(Door::new(format!("tel:{phone}"), "phone", "打电话找人", format!("{name}　{phone}")));
            }
            Ok(Some(MemberDoorsPanel { doors }.render()?))
        })
    }
}
