//! The forms of what may be done to a case, drawn from what the engine allows.

use std::collections::BTreeMap;

use askama::Template;
use huiyin_base::Id;
use huiyin_db::Tx;
use huiyin_directory::{OrgRef, Viewer};
use huiyin_web::components::Field;
use huiyin_web::{Csrf, Ctx, Result};

use super::action_filling::{Filling, Wanted};
use super::case::Refused;
use super::doubt;
use crate::{Action, CaseItem, Cases, State, Words};

/// One form.
#[derive(Clone, Debug, Template)]
#[template(path = "action.html")]
pub(crate) struct ActionForm {
    csrf: Csrf,
    at: String,
    /// The resource that the form makes: `assignment`.
    word: &'static str,
    label: &'static str,
    fields: Vec<Field>,
    /// Why it was not taken.
    mistake: Option<String>,
    open: bool,
    main: bool,
    files: bool,
    /// The mark of the text that it changes.
    over: Option<String>,
    /// What to know before, and where to begin from.
    note: String,
    links: Vec<(String, String)>,
}

impl askama::filters::HtmlSafe for ActionForm {}

impl ActionForm {
    /// Whether it makes this resource.
    pub(crate) fn makes(&self, word: &str) -> bool {
        self.word == word
    }

    /// Stands in sight: what usually comes next, or what is being mended.
    pub(crate) fn first(&self) -> bool {
        self.main || self.open
    }
}

/// Action, its resource, and whether it is what usually comes next.
const FORMS: [(Action, &str, bool); 30] = [
    (Action::Confirm, "emergency-response", true),
    (Action::Calm, "emergency-end", false),
    (Action::Post, "posting", true),
    (Action::Decline, "decline", false),
    (Action::Assign, "assignment", true),
    (Action::Sign, "signature", true),
    (Action::Begin, "beginning", true),
    (Action::RequestClose, "close-request", true),
    (Action::Record, "record", true),
    (Action::Accept, "acceptance", true),
    (Action::Refuse, "refusal", false),
    (Action::Return, "return", false),
    (Action::Pause, "pause", false),
    (Action::Resume, "resumption", true),
    (Action::Entrust, "entrustment", false),
    (Action::Extend, "extension", false),
    (Action::RefuseExtension, "extension-refusal", false),
    (Action::AskExtension, "extension-request", false),
    (Action::Edit, "public-text", false),
    (Action::Subject, "subject", false),
    (Action::Merge, "merger", false),
    (Action::Refer, "referral", false),
    (Action::Uphold, "upholding", true),
    (Action::Reopen, "reopening", false),
    (Action::AllowJoint, "joint-approval", true),
    (Action::DenyJoint, "joint-refusal", false),
    (Action::AskJoint, "joint-request", false),
    (Action::Remind, "reminder", false),
    (Action::Undo, "undoing", false),
    (Action::Withdraw, "withdrawal", false),
];

/// What is done by sending this form.
pub(super) fn action_of(word: &str) -> Option<Action> {
    FORMS.iter().find(|(_, known, _)| *known == word).map(|(action, _, _)| *action)
}

/// What the forms are drawn for.
pub(crate) struct Asking<'a> {
    pub(crate) viewer: &'a Viewer,
    pub(crate) allowed: &'a [Action],
    pub(crate) words: Option<&'a Words>,
    pub(crate) refused: Option<&'a Refused>,
    /// Whoever works on cases where this one is handled.
    pub(crate) people: &'a [(String, String)],
    /// The text of a template that was chosen.
    pub(crate) template: Option<String>,
    /// A joint request waits for somebody else's decision.
    pub(crate) joint: JointStanding,
}

/// How a joint request stands to the viewer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum JointStanding {
    /// None waits.
    Free,
    /// One waits that he may decide.
    Decides,
    /// One waits that he made himself.
    Own,
}

/// The forms that this viewer may send now, the usual next step first.
pub(crate) async fn forms(
    ctx: &Ctx,
    tx: &mut Tx,
    engine: &Cases,
    case: &CaseItem,
    asking: Asking<'_>,
) -> Result<Vec<ActionForm>> {
    let Asking { viewer, allowed, words, refused, people, template, joint } = asking;
    let mut given = refused.map(|refused| refused.given.clone()).unwrap_or_default();
    let begun = template.is_some();
    if let Some(text) = template {
        given.insert("text".to_owned(), text);
    }
    let may = |action: Action| {
        allowed.contains(&action)
            && match action {
                Action::AskJoint => joint == JointStanding::Free,
                Action::AllowJoint | Action::DenyJoint => joint == JointStanding::Decides,
                _ => true,
            }
    };
    let mut filling = Filling::gather(ctx, tx, engine, case, Wanted { viewer, words, people, may: &may }).await?;
    let with_files = engine.book.kind_of(case).is_some_and(super::kind_fields::has_files);
    // Nobody posts or declines what he has not read.
    let unread = words.is_none() && refused.is_none();
    let sealed = |action| action == Action::Post || action == Action::Decline && case.posted_day.is_none();
    let shown = FORMS.iter().filter(|(action, _, _)| may(*action) && !(unread && sealed(*action)));
    let mut forms: Vec<ActionForm> = shown
        .map(|(action, word, main)| {
            let mending = refused.filter(|refused| refused.word == *word);
            let beginning = begun && *action == Action::RequestClose;
            // What was typed into one form is no proposal for the others.
            filling.given = if mending.is_some() || beginning { given.clone() } else { BTreeMap::new() };
            let tick = doubt::tick(&filling.given(doubt::DOUBTED), &filling.given(doubt::CHECKED));
            let fields = filling.fields(*action).into_iter().chain(tick);
            ActionForm {
                csrf: ctx.csrf(),
                at: case.id.to_string(),
                word,
                label: label(*action, case, engine),
                fields: fields.map(|field| field.within(word)).collect(),
                mistake: mending.map(|refused| refused.message.clone()),
                open: mending.is_some() || beginning,
                note: filling.note(*action),
                links: filling.links(*action),
                main: (*main && !is_again(*action, case)) || weighs(*action, case),
                over: match action {
                    Action::Edit => Some(crate::text_mark(&case.title, &case.text)),
                    // Whoever decides decides about what he has read: what another writes in between is another thing.
                    Action::Assign
                    | Action::Post
                    | Action::Decline
                    | Action::Merge
                    | Action::Accept
                    | Action::Refuse
                    | Action::AllowJoint
                    | Action::DenyJoint
                    | Action::Uphold
                    | Action::Reopen
                    | Action::Extend
                    | Action::RefuseExtension => Some(case.events.to_string()),
                    _ => None,
                },
                files: *action == Action::RequestClose || (*action == Action::Record && with_files),
            }
        })
        .collect();
    forms.sort_by_key(|form| !form.main);
    if let Some(first) = forms.first_mut().filter(|form| form.main && refused.is_none()) {
        first.open = true;
    }
    Ok(forms)
}

/// Assigning what has an owner already is no usual next step: one press would take it from him.
fn is_again(action: Action, case: &CaseItem) -> bool {
    action == Action::Assign && case.state != State::Posted
}

/// Who decides an objection finds both ways open before him.
fn weighs(action: Action, case: &CaseItem) -> bool {
    action == Action::Reopen && case.review_at().is_some()
}

fn label(action: Action, case: &CaseItem, engine: &Cases) -> &'static str {
    let issued = engine.book.kind_of(case).is_some_and(crate::Kind::is_issued);
    match (action, case.state) {
        (Action::RequestClose, _) if issued => "申请销号",
        (Action::Accept, _) if issued => "核验通过，销号",
        (Action::Edit, _) if issued => "修改内容",
        (Action::Assign, State::Posted) => action.label(),
        (Action::Assign, _) => "改派给别的单位",
        (Action::Withdraw, _) if issued => "撤回这一件",
        (Action::Undo, State::Assigned) => "收回交办",
        (Action::Undo, _) => "收回签收",
        _ => action.label(),
    }
}

/// The organisation that a form names by its id.
pub(crate) fn org_of(text: &str) -> Option<OrgRef> {
    let id: Id = text.parse().ok()?;
    Some(OrgRef { region: id.region(), id })
}
