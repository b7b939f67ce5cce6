use huiyin_web::{Audience, Feature, NavEntry, Panel};

use crate::{api, figures, jobs, pages, permissions};

/// What this feature brings to the house.
pub fn feature() -> Feature {
    const STAFF: Audience = Audience::Roles(permissions::SEES);
    Feature {
        name: "cases",
        routes: pages::routes().merge(api::routes()),
        nav: vec![
            NavEntry { label: "问题墙", href: "/wall", icon: "megaphone", audience: Audience::Everyone },
            NavEntry { label: "回音壁", href: "/echo", icon: "message-circle-reply", audience: Audience::Everyone },
            NavEntry { label: "我的待办", href: "/desk", icon: "inbox", audience: STAFF },
            NavEntry {
                label: "代录",
                href: "/intake",
                icon: "file-pen",
                audience: Audience::Roles(permissions::ENTERS),
            },
            NavEntry { label: "台账", href: "/cases", icon: "table-2", audience: STAFF },
            NavEntry { label: "三张清单", href: "/lists", icon: "list-tree", audience: STAFF },
            NavEntry {
                label: "责任书",
                href: "/pledges",
                icon: "file-pen",
                audience: Audience::Roles(permissions::PLEDGED),
            },
            NavEntry { label: "督查", href: "/inspections", icon: "clipboard-check", audience: STAFF },
            NavEntry { label: "分类台账", href: "/ledgers", icon: "layout-list", audience: STAFF },
            NavEntry {
                label: "事项种类",
                href: "/admin/kinds",
                icon: "layers",
                audience: Audience::Roles(&[huiyin_directory::Role::SystemAdmin]),
            },
        ],
        figures: Some(figures::figures),
        jobs: Some(jobs::jobs),
        panels: vec![
            Panel { place: "home_figures", draw: |site, viewer| Box::pin(pages::calendar_notice(site, viewer)) },
            Panel { place: "home_figures", draw: |site, viewer| Box::pin(pages::talk_notice(site, viewer)) },
            Panel { place: "home", draw: |site, viewer| Box::pin(pages::newest_echoes(site, viewer)) },
            Panel { place: "me", draw: |site, viewer| Box::pin(pages::own_talks(site, viewer)) },
        ],
        described: Some(include_str!("api/openapi.json")),
    }
}
