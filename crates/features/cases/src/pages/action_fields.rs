//! The fields of each form.

use huiyin_web::components::{Choice, Field};

use super::action_filling::Filling;
use super::doubt::{self, Reader};
use super::kind_fields;
use crate::store::{AnswerTemplate, PlaceName};
use crate::{Action, Outcome, covered};

impl Filling<'_> {
    pub(super) fn fields(&self, action: Action) -> Vec<Field> {
        match action {
            Action::Post => self.posting(),
            Action::Assign => self.assignment(),
            Action::RequestClose => self.close_request(),
            Action::Edit => {
                let title = self.title(&self.case.title);
                let title = if self.published() {
                    title.hint("名称对外公开：不要写人名、门牌号。")
                } else {
                    title
                };
                vec![title, self.text(&self.case.text), self.told(action, "为什么修改")]
            }
            Action::Decline => self.decline(),
            Action::Uphold => vec![
                self.reason("为什么维持原答复（会公开，反映人看得到）")
                    .hint("查了什么、看了什么、为什么原答复站得住。承办和核验过的人不做这个决定。"),
            ],
            Action::Return => vec![self.told(action, "为什么不属于本单位，应该由谁办")],
            Action::DenyJoint => vec![self.told(action, "为什么不同意")],
            Action::AskJoint => self.joint_request(),
            Action::Refuse => vec![self.told(action, "哪里还没办好")],
            Action::Reopen => vec![self.told(action, "为什么重新办理")],
            Action::Pause => self.pause(),
            Action::Extend => vec![
                Field::date("deadline", "新的答复期限")
                    .hint(self.asked())
                    .value(self.given_or("deadline", &self.asked_day()))
                    .required(),
                self.told(action, "为什么调整"),
            ],
            Action::AskExtension => vec![
                Field::date("deadline", "申请延到哪一天")
                    .hint(format!(
                        "由{}决定，一次最多延 {} 个工作日。{}",
                        if self.issued() { "下达单位" } else { "受理单位" },
                        self.engine.book.clocks.extension.most,
                        if self.issued() { "" } else { "申请、理由和决定都会公开。" }
                    ))
                    .value(self.given("deadline"))
                    .required(),
                self.told(action, "为什么到期办不完"),
            ],
            Action::RefuseExtension => vec![self.told(action, "为什么不同意延期")],
            Action::Confirm => vec![self.reason("怎么处置的：联系了谁，谁去了现场，现在怎么样")],
            Action::Calm => vec![self.reason("为什么不是紧急情况")],
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
            Action::Withdraw => vec![self.reason("为什么撤回（承办单位看得到）")],
            Action::Record => self.record(),
            Action::Merge => self.merger(),
            Action::Refer => self.referral(),
            _ => Vec::new(),
        }
    }

    /// Whether it was handed down: then nobody outside reads of it.
    fn issued(&self) -> bool {
        self.engine.book.kind_of(self.case).is_some_and(crate::Kind::is_issued)
    }

    /// Whether everybody reads its name.
    fn published(&self) -> bool {
        self.engine.book.kind_of(self.case).is_some_and(|kind| kind.public_ledger)
    }

    fn record(&self) -> Vec<Field> {
        let Some(kind) = self.engine.book.kind_of(self.case) else { return Vec::new() };
        let said = Field::area("reason", "进展（一句话，可以不填）", 2).value(self.given("reason"));
        let fields = kind_fields::inputs(kind, &self.values, &self.given, &self.choices);
        std::iter::once(said).chain(fields).collect()
    }

    fn posting(&self) -> Vec<Field> {
        let words = self.words.cloned().unwrap_or_default();
        let chosen = format!("{}/{}", self.case.category, self.case.sub_category);
        let (title, text) = (covered(&words.title), covered(&words.text));
        let doubted = doubt::doubted(Reader::Public, &[&title, &text]);
        let asked =
            if doubted.is_empty() { String::new() } else { format!("这里像是有：{doubted}，请看一看。") };
        let mut fields = vec![
            self.title(&title),
            self.text(&text).hint(format!("去掉姓名、电话、门牌等能认出人的内容；意思不要改。{asked}")),
            self.categories().value(self.given_or("sub", &chosen)),
        ];
        if !self.photos.is_empty() {
            let choices = self.photos.iter().map(|(id, label)| Choice::new(id, label.as_str())).collect();
            fields.push(
                Field::boxes("photos", "照片", choices)
                    .values(self.given("photos").split(','))
                    .hint("照片里能认出人的，不要公开。"),
            );
        }
        fields
    }

    fn merger(&self) -> Vec<Field> {
        let label = if self.similar.is_empty() { "并到哪一件（写编号）" } else { "或者写编号" };
        let number = Field::text("number", label).with("placeholder", "宝塔-2016-00421");
        let number = number.value(self.given("number"));
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
            // Whoever leads takes no part of his own, nor does the desk that decides.
            let apart = |unit: &&PlaceName| ![self.case.owner_org, self.case.desk].contains(&unit.id);
            let others = self.units.iter().filter(apart).filter(|unit| !self.near.contains(&unit.id));
            let others = others.map(|unit| Choice::new(unit.id, &unit.name));
            let choices = std::iter::once(none).chain(others).collect();
            fields.push(Field::select(&unit, &format!("第 {row} 个单位"), choices).value(self.given(&unit)));
            fields.push(Field::text(&task, "请它办什么（会公开）").value(self.given(&task)));
        }
        fields.push(self.told(Action::AskJoint, "为什么要一起办"));
        fields
    }

    /// What to know before sending a form.
    pub(super) fn note(&self, action: Action) -> String {
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
            Action::Assign if self.issued() => {
                "换一个单位来办，期限重新计算，原来的单位会收到告知。要分给几个单位的，用任务清单分解；要交给别的县区的，撤回后另下达一件。".to_owned()
            }
            Action::Assign => "几个单位都有关的，交给最先该管的一家牵头，由它签收后申请联合办理。".to_owned(),
            Action::AskJoint => {
                "也叫“吹哨”。受理单位同意后，每个单位分到一件；本件仍由您牵头，各分件办结后才能办结。".to_owned()
            }
            Action::AllowJoint => "同意后，上面每个单位分到一件，按正常期限签收、答复。".to_owned(),
            Action::Withdraw if self.issued() => {
                "撤回以后这一件从台账里去掉，承办单位会收到告知和原因，不能恢复。弄错了的，在这一页照样重新下达一件。"
                    .to_owned()
            }
            Action::Undo => "还没有人接着办，可以收回。历史里会留下记录，原来的期限不变长。".to_owned(),
            Action::Merge => "并入以后，这一件的关注者都会跟到那一件，谁也不会丢。".to_owned(),
            _ => String::new(),
        }
    }

    pub(super) fn links(&self, action: Action) -> Vec<(String, String)> {
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
        let reasons = self.engine.book.rules.declines.iter();
        let reasons = reasons.map(|reason| Choice::new(&reason.id, &reason.label).hint(&reason.next));
        vec![
            Field::radio("standard", "不受理的原因（反映人看得到，公众只看到分类件数）", reasons.collect())
                .value(self.given("standard"))
                .required(),
            Field::area("reason", "补充说明", 2).hint("选“其他原因”的必须写。").value(self.given("reason")),
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
        let why = self.case.state.is_in_hand().then(|| {
            if self.issued() {
                self.reason("为什么改派（原来的单位看得到）")
            } else {
                self.told(Action::Assign, "为什么改派，原来的单位看得到")
            }
        });
        let fields = vec![
            self.whom(),
            Field::text("goal", "办到什么程度")
                .hint(if self.issued() {
                    "写清楚要达到的结果。"
                } else {
                    "写清楚要达到的结果，会公开。例如：恢复三组供水，每天不少于两小时。"
                })
                .value(self.given("goal"))
                .required(),
            Field::date("deadline", if self.issued() { "完成期限" } else { "答复期限" })
                .hint("不填就按规则计算：从签收起算的工作日。")
                .value(self.given("deadline")),
        ];
        fields.into_iter().chain(why).collect()
    }

    /// The unit, with the suggestion chosen and its reason said. It is only a suggestion: nothing is sent without a person.
    fn whom(&self) -> Field {
        let usual = if self.issued() { String::new() } else { self.usual_owner() };
        let (chosen, why) = match &self.suggested {
            Some(one) => (one.unit.to_string(), one.why.clone()),
            None => (usual, "这类问题的惯例".to_owned()),
        };
        let named = self.takers().find(|unit| unit.id.to_string() == chosen);
        let none = Choice::new("", "请选择");
        let takers = self.takers().map(|unit| Choice::new(unit.id, &unit.name));
        let field = Field::select("org", "交给哪个单位", std::iter::once(none).chain(takers).collect()).required();
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
        let (label, hint) = if self.issued() {
            ("办理结果", "做了什么、做到什么程度、数字是多少。核验的人照这个核对。")
        } else {
            ("写给群众的答复", "做了什么、什么时候做的、花了多少、以后怎么管，有疑问找谁。核验通过后公开。")
        };
        let mut fields = vec![
            Field::radio("outcome", "结果", outcomes.into()).value(self.given("outcome")).required(),
            Field::area("text", label, 6)
                .hint(hint)
                .value(self.given_or("text", self.refused_answer.as_deref().unwrap_or_default()))
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
            self.told(Action::Pause, "说明"),
        ]
    }

    fn asked_day(&self) -> String {
        self.case.extend_until.map(|day| day.to_string()).unwrap_or_default()
    }

    fn asked(&self) -> String {
        match self.case.extend_until {
            Some(day) => format!("承办人申请延到{}。同意的，在这里确认；不同意的，用“不同意延期”。", day.chinese()),
            None => "选一个工作日。".to_owned(),
        }
    }

    fn orgs(&self) -> impl Iterator<Item = Choice> {
        self.units.iter().map(|unit| Choice::new(unit.id, &unit.name))
    }

    /// Those that may have it, without the one that has it.
    fn takers(&self) -> impl Iterator<Item = &PlaceName> {
        let has = self.case.state.is_in_hand().then(|| self.case.owner().id);
        self.units.iter().filter(move |unit| Some(unit.id) != has && !self.near.contains(&unit.id))
    }

    fn title(&self, value: &str) -> Field {
        Field::text("title", if self.issued() { "名称" } else { "公开标题" })
            .value(self.given_or("title", value))
            .required()
    }

    fn text(&self, value: &str) -> Field {
        Field::area("text", if self.issued() { "要办的事" } else { "公开内容" }, 6)
            .value(self.given_or("text", value))
            .required()
    }

    fn reason(&self, label: &str) -> Field {
        Field::area("reason", label, 2).value(self.given("reason")).required()
    }

    /// A reason of which the public reads, where the kind's table says so.
    fn told(&self, action: Action, label: &str) -> Field {
        let kind = self.engine.book.kind_of(self.case);
        let told = kind.is_some_and(|kind| kind.is_told(action, self.case.state));
        if told { self.reason(&format!("{label}（会公开）")) } else { self.reason(label) }
    }

    pub(super) fn given(&self, name: &str) -> String {
        self.given.get(name).cloned().unwrap_or_default()
    }

    fn given_or(&self, name: &str, value: &str) -> String {
        self.given.get(name).cloned().unwrap_or_else(|| value.to_owned())
    }
}
