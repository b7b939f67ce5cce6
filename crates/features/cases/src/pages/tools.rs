//! What may be done with many cases at once: doors below the ledger, each for those who may take it.

use huiyin_directory::Viewer;
use huiyin_web::components::Button;
use huiyin_web::{Permission, Who};

use crate::permissions::{CaseHandle, CaseImport, PaperEnter};

/// The doors that are open to the viewer.
pub(crate) fn tools(viewer: &Viewer) -> Vec<Button> {
    let doors = [
        (CaseHandle::WHO, "答复表（没有网也能写）", "file-down", "/cases/worksheet"),
        (PaperEnter::WHO, "代录纸质评分", "clipboard-pen", "/paper-ratings"),
        (CaseImport::WHO, "导入自己的台账", "upload", "/cases/imports"),
    ];
    let may = |who: Who| matches!(who, Who::Roles(roles) if viewer.has_any(roles));
    let doors = doors.into_iter().filter(|(who, ..)| may(*who));
    doors.map(|(_, label, icon, href)| Button::quiet(label).icon(icon).to(href)).collect()
}
