//! The forms of what may be done to a case, drawn from what the engine allows.

use std::collections::BTreeMap;

use askama::Template;
use huiyin_base::Id;
use huiyin_db::Tx;
use huiyin_directory::{OrgKind, OrgRef, Role, Viewer, role_holders};
use huiyin_web::components::{Choice, Field};
use huiyin_web::{Csrf, Ctx, Result};

use super::card::case_number;
use super::case::Refused;
use super::county::category_name;
use super::place::counties;
use crate::store::{self, AnswerTemplate, PlaceName};
use crate::{Action, CaseItem, CasePhoto, Cases, Outcome, PhotoPart, State, Words, covered};

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
    open: bool,
    main: bool,
    files: bool,
    /// What to know before, and where to begin from.
    note: String,
    links: Vec<(String, String)>,
}

impl askama::filters::HtmlSafe for ActionForm {}

impl ActionForm {
    /// Stands in sight: what usually comes next, or what is being mended.
    pub(crate) fn first(&self) -> bool {
        self.main || self.open
    }
}

/// Action, its resource, and whether it is what usually comes next.
const FORMS: [(Action, &str, bool); 23] = [
    (Action::Post, "posting", true),
    (Action::Decline, "decline", false),
    (Action::Assign, "assignment", true),
    (Action::Sign, "signature", true),
    (Action::Begin, "beginning", true),
    (Action::RequestClose, "close-request", true),
    (Action::Accept, "acceptance", true),
    (Action::Refuse, "refusal", false),
    (Action::Return, "return", false),
    (Action::Pause, "pause", false),
    (Action::Resume, "resumption", true),
    (Action::Entrust, "entrustment", false),
    (Action::Extend, "extension", false),
    (Action::Edit, "public-text", false),
    (Action::Subject, "subject", false),
    (Action::Merge, "merger", false),
    (Action::Refer, "referral", false),
    (Action::Reopen, "reopening", false),
    (Action::AllowJoint, "joint-approval", true),
    (Action::DenyJoint, "joint-refusal", false),
    (Action::AskJoint, "joint-request", false),
    (Action::Remind, "reminder", false),
    (Action::Undo, "undoing", false),
];

/// What the forms are filled with.
struct Filling<'a> {
    engine: &'a Cases,
    case: &'a CaseItem,
    words: Option<&'a Words>,
    units: Vec<PlaceName>,
    people: Vec<(String, String)>,
    photos: Vec<(Id, String)>,
    counties: Vec<Choice>,
    suggested: Option<Suggestion>,
    similar: Vec<Choice>,
    templates: Vec<AnswerTemplate>,
    given: BTreeMap<String, String>,
}

/// What the forms are drawn for.
pub(crate) struct Asking<'a> {
    pub(crate) viewer: &'a Viewer,
    pub(crate) allowed: &'a [Action],
    pub(crate) words: Option<&'a Words>,
    pub(crate) refused: Option<&'a Refused>,
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
    let Asking { viewer, allowed, words, refused, template, joint } = asking;
    let mut given = refused.map(|refused| refused.given.clone()).unwrap_or_default();
    let begun = template.is_some();
    if let Some(text) = template {
        given.insert("text".to_owned(), text);
    }
    let may = |action| {
        allowed.contains(&action)
            && match action {
                Action::AskJoint => joint == JointStanding::Free,
                Action::AllowJoint | Action::DenyJoint => joint == JointStanding::Decides,
                _ => true,
            }
    };
    let filling = Filling {
        engine,
        case,
        words,
        units: if may(Action::Assign) || may(Action::Subject) || may(Action::AskJoint) {
            units(ctx, tx, case).await?
        } else {
            Vec::new()
        },
        people: if may(Action::Entrust) { people_at(ctx, tx, case.owner()).await? } else { Vec::new() },
        photos: if may(Action::Post) { photo_choices(tx, case).await? } else { Vec::new() },
        counties: counties(&ctx.site).iter().map(|county| Choice::new(&county.code, &county.name)).collect(),
        suggested: if may(Action::Assign) { suggestion(tx, engine, case).await? } else { None },
        similar: if may(Action::Merge) { similar(ctx, tx, case, viewer).await? } else { Vec::new() },
        templates: if may(Action::RequestClose) { templates(tx, case).await? } else { Vec::new() },
        given,
    };
    // Nobody posts what he has not read.
    let unread = words.is_none() && refused.is_none();
    let shown = FORMS.iter().filter(|(action, _, _)| may(*action) && !(unread && *action == Action::Post));
    let mut forms: Vec<ActionForm> = shown
        .map(|(action, word, main)| ActionForm {
            csrf: ctx.csrf(),
            at: case.id.to_string(),
            word,
            label: label(*action, case.state),
            fields: filling.fields(*action),
            open: refused.is_some_and(|refused| refused.word == *word) || (begun && *action == Action::RequestClose),
            note: filling.note(*action),
            links: filling.links(*action),
            main: *main,
            files: *action == Action::RequestClose,
        })
        .collect();
    forms.sort_by_key(|form| !form.main);
    if let Some(first) = forms.first_mut().filter(|form| form.main && refused.is_none()) {
        first.open = true;
    }
    Ok(forms)
}

fn label(action: Action, state: State) -> &'static str {
    match (action, state) {
        (Action::Undo, State::Assigned) => "收回交办",
        (Action::Undo, _) => "收回签收",
        _ => action.label(),
    }
}

/// A unit with the reason why it is suggested.
struct Suggestion {
    unit: Id,
    why: String,
}

/// What the county's rules suggest; never the unit that the case is about, nor one below it.
async fn suggestion(tx: &mut Tx, engine: &Cases, case: &CaseItem) -> Result<Option<Suggestion>> {
    let rules = store::assign_rule_list(tx, case.region, true).await?;
    let Some((place, rule)) = crate::rule_of(&rules, case) else { return Ok(None) };
    let unit = OrgRef { region: rule.region, id: rule.unit };
    if let Some(subject) = case.subject_org()
        && store::lines_find(tx, vec![unit, subject]).await?.within(unit, subject)
    {
        return Ok(None);
    }
    let what = category_name(&engine.book.categories, &rule.category, &rule.sub_category);
    let note = if rule.note.is_empty() { String::new() } else { format!("，{}", rule.note) };
    Ok(Some(Suggestion { unit: rule.unit, why: format!("交办规则第 {place} 条（{what}{note}）") }))
}

/// Posted cases that may be the same, to choose from.
async fn similar(ctx: &Ctx, tx: &mut Tx, case: &CaseItem, viewer: &Viewer) -> Result<Vec<Choice>> {
    const SHOWN: usize = 5;
    let found = store::similar_list(tx, &viewer.scope(crate::permissions::SEES), case, SHOWN).await?;
    let choice = |line: &store::CaseLine| {
        let number = case_number(&ctx.site.regions, line.region, line.number()).unwrap_or_default();
        let hint = format!("{number}，{}，{} 人关注", line.state.label(), line.followers);
        Choice::new(&number, &line.title).hint(hint)
    };
    Ok(found.iter().map(choice).collect())
}

/// The county's templates for this category.
async fn templates(tx: &mut Tx, case: &CaseItem) -> Result<Vec<AnswerTemplate>> {
    let all = store::answer_template_list(tx, case.region, Some(&case.category)).await?;
    let fits = |one: &AnswerTemplate| one.sub_category.is_empty() || one.sub_category == case.sub_category;
    Ok(all.into_iter().filter(fits).collect())
}

/// Who may own the case: the county's departments, its townships, the village itself, and the county.
async fn units(ctx: &Ctx, tx: &mut Tx, case: &CaseItem) -> Result<Vec<PlaceName>> {
    let kinds = [OrgKind::Department, OrgKind::Township];
    let mut units = store::place_children(tx, case.region, case.county, &kinds, ctx.today()).await?;
    let near = [case.village, case.township, Some(case.county)].into_iter().flatten().collect();
    let near = store::place_names(tx, near).await?;
    for id in [case.township, case.village].into_iter().flatten() {
        if let Some(place) = near.get(&id) {
            units.retain(|unit| unit.id != id);
            units.insert(0, place.clone());
        }
    }
    units.extend(near.get(&case.county).cloned());
    Ok(units)
}

/// Whoever works on cases at the owning organisation.
pub(crate) async fn people_at(ctx: &Ctx, tx: &mut Tx, org: OrgRef) -> Result<Vec<(String, String)>> {
    let roles = [Role::CaseOfficer, Role::BranchSecretary, Role::TownshipStaff, Role::CountyStaff, Role::CityStaff];
    let holders = role_holders(tx, org, &roles, ctx.today()).await?;
    Ok(holders
        .into_iter()
        .map(|held| (held.account.to_string(), format!("{}（{}）", held.display_name, held.post)))
        .collect())
}

async fn photo_choices(tx: &mut Tx, case: &CaseItem) -> Result<Vec<(Id, String)>> {
    let rows = store::photo_list(tx, case.at(), false).await?;
    let rows: Vec<_> = rows.into_iter().filter(|row| row.part == PhotoPart::Report).collect();
    let label = |row: &CasePhoto| {
        let covered = if row.covers.is_some() { "（已遮挡）" } else { "" };
        format!("公开第 {} 张照片{covered}", row.position + 1)
    };
    Ok(newest_copies(&rows).into_iter().map(|row| (row.file, label(row))).collect())
}

/// Of each photo the last copy: what was covered stands for what it covers.
pub(crate) fn newest_copies(rows: &[CasePhoto]) -> Vec<&CasePhoto> {
    let root = |row: &CasePhoto| row.covers.unwrap_or(row.file);
    let is_last = |row: &&CasePhoto| {
        let copies = rows.iter().filter(|other| other.covers.is_some() && root(other) == root(row));
        copies.map(|copy| copy.file).max().is_none_or(|last| last == row.file)
    };
    rows.iter().filter(is_last).collect()
}

impl Filling<'_> {
    fn fields(&self, action: Action) -> Vec<Field> {
        match action {
            Action::Post => self.posting(),
            Action::Assign => self.assignment(),
            Action::RequestClose => self.close_request(),
            Action::Edit => {
                vec![self.title(&self.case.title), self.text(&self.case.text), self.reason("为什么修改")]
            }
            Action::Decline => self.decline(),
            Action::Return => vec![self.reason("为什么不属于本单位，应该由谁办")],
            Action::DenyJoint => vec![self.reason("为什么不同意")],
            Action::AskJoint => self.joint_request(),
            Action::Refuse => vec![self.reason("哪里还没办好")],
            Action::Reopen => vec![self.reason("为什么重新办理")],
            Action::Pause => self.pause(),
            Action::Extend => vec![
                Field::date("deadline", "新的答复期限").value(self.given("deadline")).required(),
                self.reason("为什么调整"),
            ],
            Action::Entrust => {
                let people = self.people.iter().map(|(id, name)| Choice::new(id, name)).collect();
                vec![Field::select("account", "交给谁", people).value(self.given("account")), self.reason("为什么换人")]
            }
            Action::Subject => {
                let none = Choice::new("", "不涉及具体单位");
                vec![
                    Field::select("org", "涉及的单位", std::iter::once(none).chain(self.orgs()).collect())
                        .hint("涉及的单位不受理、不办理、不核验，也看不到谁反映的。")
                        .value(self.given("org")),
                    self.reason("根据什么判断"),
                ]
            }
            Action::Remind => {
                let reason = Field::area("reason", "想说的话（可以不填）", 2).value(self.given("reason"));
                vec![reason.hint("只有办理的人看得到，一天最多提醒一次。")]
            }
            Action::Merge => self.merger(),
            Action::Refer => self.referral(),
            _ => Vec::new(),
        }
    }

    fn posting(&self) -> Vec<Field> {
        let words = self.words.cloned().unwrap_or_default();
        let chosen = format!("{}/{}", self.case.category, self.case.sub_category);
        let mut fields = vec![
            self.title(&covered(&words.title)),
            self.text(&covered(&words.text)).hint("去掉姓名、电话、门牌等能认出人的内容；意思不要改。"),
            self.categories().value(self.given_or("sub", &chosen)),
        ];
        if !self.photos.is_empty() {
            let choices = self.photos.iter().map(|(id, label)| Choice::new(id, label.as_str())).collect();
            fields.push(Field::boxes("photos", "照片", choices).hint("照片里能认出人的，不要公开。"));
        }
        fields
    }

    fn merger(&self) -> Vec<Field> {
        let number =
            Field::text("number", "或者写编号").with("placeholder", "宝塔-2016-00421").value(self.given("number"));
        let likely = (!self.similar.is_empty()).then(|| {
            let chosen = self.given("into");
            Field::radio("into", "可能是同一件事的", self.similar.clone()).value(chosen)
        });
        likely.into_iter().chain([number, self.reason("为什么是同一件事（会公开）")]).collect()
    }

    fn referral(&self) -> Vec<Field> {
        let channels = self.engine.book.desk.referrals.iter();
        let channels = channels.map(|one| Choice::new(format!("to/{}", one.id), &one.label).group("别的渠道"));
        let counties = self.counties.iter().cloned().map(|choice| choice.group("本市其他县（市、区）"));
        let choices = std::iter::once(Choice::new("", "请选择")).chain(channels).chain(counties).collect();
        let hints: Vec<String> =
            self.engine.book.desk.referrals.iter().map(|one| format!("{}：{}", one.label, one.hint)).collect();
        vec![
            Field::select("county", "转给谁", choices).value(self.given("county")).required(),
            Field::text("number", "对方的编号（转别的渠道必填）")
                .hint(format!("反映人凭它向对方查询。{}。转县区的不用填，会自动建一件新的。", hints.join("；")))
                .value(self.given("number")),
            self.reason("为什么转送（会公开）"),
        ]
    }

    fn joint_request(&self) -> Vec<Field> {
        /// Rows of the form; who needs more asks again.
        const ROWS: usize = 3;
        let mut fields = Vec::new();
        for row in 1..=ROWS {
            let (unit, task) = (format!("unit_{row}"), format!("task_{row}"));
            let none = Choice::new("", if row == 1 { "请选择" } else { "没有了" });
            let choices = std::iter::once(none).chain(self.orgs()).collect();
            fields.push(Field::select(&unit, &format!("第 {row} 个单位"), choices).value(self.given(&unit)));
            fields.push(Field::text(&task, "请它办什么（会公开）").value(self.given(&task)));
        }
        fields.push(self.reason("为什么要一起办"));
        fields
    }

    /// What to know before sending a form.
    fn note(&self, action: Action) -> String {
        let (returned, most) = (self.case.returned_times, self.engine.book.rules.returns);
        match action {
            Action::Return if returned >= most => {
                format!(
                    "这件事已经退回过 {returned} 次，不能再退，由受理单位决定。请签收；要几家一起办的，签收后申请联合办理。"
                )
            }
            Action::Return => format!("一件事最多退回 {most} 次，已退回 {returned} 次。再有争议，由受理单位决定。"),
            Action::Assign if returned >= most => {
                format!("已退回 {returned} 次，这次交给谁由您定，对方不能再退。")
            }
            Action::Assign => "几个单位都有关的，交给最先该管的一家牵头，由它签收后申请联合办理。".to_owned(),
            Action::AskJoint => {
                "也叫“吹哨”。受理单位同意后，每个单位分到一件；本件仍由您牵头，各分件办结后才能办结。".to_owned()
            }
            Action::AllowJoint => "同意后，上面每个单位分到一件，按正常期限签收、答复。".to_owned(),
            Action::Undo => "还没有人接着办，可以收回。历史里会留下记录，原来的期限不变长。".to_owned(),
            Action::Merge => "并入以后，这一件的关注者都会跟到那一件，谁也不会丢。".to_owned(),
            _ => String::new(),
        }
    }

    fn links(&self, action: Action) -> Vec<(String, String)> {
        if action != Action::RequestClose {
            return Vec::new();
        }
        let link = |one: &AnswerTemplate| {
            (
                format!("/cases/{}?template={}#close-request", self.case.id, one.id),
                format!("{}（{}）", one.title, one.outcome.label()),
            )
        };
        self.templates.iter().map(link).collect()
    }

    fn decline(&self) -> Vec<Field> {
        let reasons = self.engine.book.desk.declines.iter();
        let reasons = reasons.map(|reason| Choice::new(&reason.id, &reason.label).hint(&reason.text));
        vec![
            Field::radio("listed", "不予上墙的原因", reasons.collect())
                .hint("反映人会看到选中的这段话，可以申请一次复核。公众只看到各类原因有几件。")
                .value(self.given("listed"))
                .required(),
            Field::area("reason", "还想对反映人说的（选“其他原因”的必填）", 2).value(self.given("reason")),
        ]
    }

    fn categories(&self) -> Field {
        let all = self.engine.book.categories.all();
        let subs = all.iter().flat_map(|category| {
            let sub = category.sub.iter();
            sub.map(|sub| Choice::new(format!("{}/{}", category.id, sub.id), &sub.name).group(&category.name))
        });
        let bare =
            all.iter().map(|category| Choice::new(format!("{}/", category.id), format!("{}（不细分）", category.name)));
        Field::select("sub", "类别", subs.chain(bare).collect())
    }

    fn assignment(&self) -> Vec<Field> {
        vec![
            self.whom(),
            Field::text("goal", "办到什么程度")
                .hint("写清楚要达到的结果，会公开。例如：恢复三组供水，每天不少于两小时。")
                .value(self.given("goal"))
                .required(),
            Field::date("deadline", "答复期限")
                .hint("不填就按规则计算：从签收起算的工作日。")
                .value(self.given("deadline")),
        ]
    }

    /// The unit, with the suggestion chosen and its reason said. It is only a suggestion: nothing is sent without a person.
    fn whom(&self) -> Field {
        let usual = self.usual_owner();
        let (chosen, why) = match &self.suggested {
            Some(one) => (one.unit.to_string(), one.why.clone()),
            None => (usual, "这类问题的惯例".to_owned()),
        };
        let named = self.units.iter().find(|unit| unit.id.to_string() == chosen);
        let none = Choice::new("", "请选择");
        let field = Field::select("org", "交给哪个单位", std::iter::once(none).chain(self.orgs()).collect()).required();
        let Some(unit) = named else { return field.value(self.given("org")) };
        let hint = format!("建议：{}。根据：{why}。只是建议，由您决定。", unit.name);
        field.hint(hint).value(self.given_or("org", &chosen))
    }

    /// Who usually handles this kind of problem.
    fn usual_owner(&self) -> String {
        let sub = self.engine.book.categories.sub(&self.case.category, &self.case.sub_category);
        let owner = sub.map(|sub| sub.owner.as_str()).unwrap_or_default();
        let unit = match owner {
            "village" => self.case.village,
            "township" => self.case.township,
            name => self.units.iter().find(|unit| !name.is_empty() && unit.name.contains(name)).map(|unit| unit.id),
        };
        unit.map(|id| id.to_string()).unwrap_or_default()
    }

    fn close_request(&self) -> Vec<Field> {
        let outcomes = [Outcome::Solved, Outcome::Explained].map(|outcome| {
            let hint = if outcome == Outcome::Solved {
                "事情办成了"
            } else {
                "暂时办不了，已经把原因说清楚"
            };
            Choice::new(outcome.as_str(), outcome.label()).hint(hint)
        });
        let mut fields = vec![
            Field::radio("outcome", "结果", outcomes.into()).value(self.given("outcome")).required(),
            Field::area("text", "写给群众的答复", 6)
                .hint("做了什么、什么时候做的、花了多少、以后怎么管，有疑问找谁。核验通过后公开。")
                .value(self.given("text"))
                .required(),
            Field::file("photos", "照片（可以不附）", "image/jpeg,image/png,image/webp", true),
        ];
        if !self.given("bare").is_empty() {
            fields.push(Field::tick("unchanged", "模板里的话就够了，不用再改"));
        }
        fields
    }

    fn pause(&self) -> Vec<Field> {
        let reasons = self.engine.book.rules.pause.reason.iter();
        let reasons =
            reasons.map(|reason| Choice::new(&reason.id, &reason.label).hint(format!("最长 {} 个工作日", reason.days)));
        vec![
            Field::radio("pause", "原因", reasons.collect()).value(self.given("pause")).required(),
            Field::date("until", "到哪一天（可以不填）").value(self.given("until")),
            self.reason("说明"),
        ]
    }

    fn orgs(&self) -> impl Iterator<Item = Choice> {
        self.units.iter().map(|unit| Choice::new(unit.id, &unit.name))
    }

    fn title(&self, value: &str) -> Field {
        Field::text("title", "公开标题").value(self.given_or("title", value)).required()
    }

    fn text(&self, value: &str) -> Field {
        Field::area("text", "公开内容", 6).value(self.given_or("text", value)).required()
    }

    fn reason(&self, label: &str) -> Field {
        Field::area("reason", label, 2).value(self.given("reason")).required()
    }

    fn given(&self, name: &str) -> String {
        self.given.get(name).cloned().unwrap_or_default()
    }

    fn given_or(&self, name: &str, value: &str) -> String {
        self.given.get(name).cloned().unwrap_or_else(|| value.to_owned())
    }
}

/// The organisation that a form names by its id.
pub(crate) fn org_of(text: &str) -> Option<OrgRef> {
    let id: Id = text.parse().ok()?;
    Some(OrgRef { region: id.region(), id })
}
