//! The forms of what may be done to a case, drawn from what the engine allows.

use std::collections::BTreeMap;

use askama::Template;
use huiyin_base::Id;
use huiyin_db::Tx;
use huiyin_directory::{OrgKind, OrgRef, Role, role_holders};
use huiyin_web::components::{Choice, Field};
use huiyin_web::{Csrf, Ctx, Result};

use super::case::Refused;
use super::place::counties;
use crate::store::{self, PlaceName};
use crate::{Action, CaseItem, Cases, Outcome, PhotoPart, Words, covered};

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
}

impl askama::filters::HtmlSafe for ActionForm {}

/// Action, its resource, and whether it is what usually comes next.
const FORMS: [(Action, &str, bool); 19] = [
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
    (Action::Uphold, "upholding", true),
    (Action::Reopen, "reopening", false),
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
    given: BTreeMap<String, String>,
}

/// The forms that this viewer may send now, the usual next step first.
pub(crate) async fn forms(
    ctx: &Ctx,
    tx: &mut Tx,
    engine: &Cases,
    case: &CaseItem,
    allowed: &[Action],
    words: Option<&Words>,
    refused: Option<&Refused>,
) -> Result<Vec<ActionForm>> {
    let given = refused.map(|refused| refused.given.clone()).unwrap_or_default();
    let may = |action| allowed.contains(&action);
    let filling = Filling {
        engine,
        case,
        words,
        units: if may(Action::Assign) || may(Action::Subject) { units(ctx, tx, case).await? } else { Vec::new() },
        people: if may(Action::Entrust) { people(ctx, tx, case).await? } else { Vec::new() },
        photos: if may(Action::Post) { photo_choices(tx, case).await? } else { Vec::new() },
        counties: counties(&ctx.site).iter().map(|county| Choice::new(&county.code, &county.name)).collect(),
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
            label: action.label(),
            fields: filling.fields(*action).into_iter().map(|field| field.within(word)).collect(),
            open: refused.is_some_and(|refused| refused.word == *word),
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
async fn people(ctx: &Ctx, tx: &mut Tx, case: &CaseItem) -> Result<Vec<(String, String)>> {
    let roles = [Role::CaseOfficer, Role::BranchSecretary, Role::TownshipStaff, Role::CountyStaff, Role::CityStaff];
    let holders = role_holders(tx, case.owner(), &roles, ctx.today()).await?;
    Ok(holders
        .into_iter()
        .map(|held| (held.account.to_string(), format!("{}（{}）", held.display_name, held.post)))
        .collect())
}

async fn photo_choices(tx: &mut Tx, case: &CaseItem) -> Result<Vec<(Id, String)>> {
    let rows = store::photo_list(tx, case.at(), false).await?;
    let rows = rows.into_iter().filter(|row| row.part == PhotoPart::Report);
    Ok(rows.enumerate().map(|(place, row)| (row.file, format!("公开第 {} 张照片", place + 1))).collect())
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
            Action::Uphold => vec![
                self.reason("为什么维持原答复（会公开，反映人看得到）")
                    .hint("查了什么、看了什么、为什么原答复站得住。承办和核验过的人不做这个决定。"),
            ],
            Action::Return => vec![self.reason("为什么不属于本单位")],
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
            Action::Merge => vec![
                Field::text("number", "合并到哪一件（编号）")
                    .with("placeholder", "宝塔-2016-00421")
                    .value(self.given("number"))
                    .required(),
                self.reason("为什么是同一件事"),
            ],
            Action::Refer => {
                let none = Choice::new("", "不转县区");
                vec![
                    Field::select("county", "转给县区", std::iter::once(none).chain(self.counties.clone()).collect())
                        .value(self.given("county")),
                    Field::text("number", "或者：12345 工单号、信访编号").value(self.given("number")),
                    self.reason("为什么转送"),
                ]
            }
            _ => Vec::new(),
        }
    }

    fn decline(&self) -> Vec<Field> {
        let reasons = self.engine.book.rules.declines.iter();
        let reasons = reasons.map(|reason| Choice::new(&reason.id, &reason.label).hint(&reason.next));
        vec![
            Field::radio("standard", "不受理的原因（反映人看得到，公众只看到分类件数）", reasons.collect())
                .value(self.given("standard"))
                .required(),
            Field::area("reason", "补充说明", 2).hint("选“其他原因”的必须写。").value(self.given("reason")),
        ]
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
            Field::select("org", "交给哪个单位", self.orgs().collect())
                .value(self.given_or("org", &self.usual_owner()))
                .required(),
            Field::text("goal", "办到什么程度")
                .hint("写清楚要达到的结果，会公开。例如：恢复三组供水，每天不少于两小时。")
                .value(self.given("goal"))
                .required(),
            Field::date("deadline", "答复期限")
                .hint("不填就按规则计算：从签收起算的工作日。")
                .value(self.given("deadline")),
        ]
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
        vec![
            Field::radio("outcome", "结果", outcomes.into()).value(self.given("outcome")).required(),
            Field::area("text", "写给群众的答复", 6)
                .hint("做了什么、什么时候做的、花了多少、以后怎么管，有疑问找谁。核验通过后公开。")
                .value(self.given("text"))
                .required(),
            Field::file("photos", "照片（可以不附）", "image/jpeg,image/png,image/webp", true),
        ]
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
