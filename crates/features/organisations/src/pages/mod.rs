//! The pages of this feature.

mod address;
mod import_list;
mod import_show;
mod import_upload;
mod member_list;
mod organisation;
mod place_shown;
mod tree;

use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderValue, Response};
use huiyin_base::Problem;
use huiyin_web::{Public, Result, Routes};

use crate::permissions::{MemberImport, MemberList, OrganisationImport, PlaceShow};

/// Every route of this feature.
pub(crate) fn routes() -> Routes {
    Routes::new()
        .get::<Public, _>("/organisations", tree::show)
        .get::<Public, _>("/organisations/{county}/{code}", organisation::show)
        .get::<Public, _>("/organisations/{county}/{code}/children", tree::children)
        .get::<MemberList, _>("/organisations/{county}/{code}/members", member_list::show)
        .get::<MemberList, _>("/organisations/{county}/{code}/members/xlsx", member_list::export)
        .get::<PlaceShow, _>("/organisations/{county}/{code}/place-shown", place_shown::show)
        .post::<PlaceShow, _>("/organisations/{county}/{code}/place-shown", place_shown::set)
        .get::<OrganisationImport, _>("/imports", import_list::show)
        .post::<OrganisationImport, _>("/imports/organisations", import_upload::organisations)
        .post::<MemberImport, _>("/imports/members", import_upload::members)
        .get::<OrganisationImport, _>("/imports/{kind}/template", import_upload::template)
        .get::<OrganisationImport, _>("/imports/batches/{batch}", import_show::show)
        .post::<OrganisationImport, _>("/imports/batches/{batch}/application", import_show::apply)
        .post::<OrganisationImport, _>("/imports/batches/{batch}/withdrawal", import_show::withdraw)
        .get::<OrganisationImport, _>("/imports/batches/{batch}/result", import_show::result)
}

/// An XLSX to be saved.
fn workbook(name: &str, bytes: Vec<u8>) -> Result {
    const KIND: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
    let mut encoded = String::new();
    for byte in name.bytes() {
        encoded.push('%');
        encoded.extend(char::from_digit(u32::from(byte >> 4), 16));
        encoded.extend(char::from_digit(u32::from(byte & 15), 16));
    }
    let disposition = format!("attachment; filename=\"table.xlsx\"; filename*=UTF-8''{encoded}");
    let mut response = Response::new(Body::from(bytes));
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(KIND));
    let disposition = HeaderValue::from_str(&disposition).map_err(Problem::broken)?;
    response.headers_mut().insert(CONTENT_DISPOSITION, disposition);
    Ok(response)
}
