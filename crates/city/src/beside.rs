//! What comes in beside the problems of the year: reports of burdens, of pressure on those who complained, and emergencies.
//! The running engine takes and decides every one of them. None is posted, so no number of the wall changes.

use chrono::{NaiveTime, TimeDelta};
use huiyin_base::{Day, Id, Instant, Problem, Rng};
use huiyin_cases::{
    CaseRef, Cases, Channel, Contact, Moment, Outcome, Pressure, ReporterAct, Request, Subject, Submission, store,
};
use huiyin_db::Db;
use huiyin_directory::{AccountRef, OrgKind, OrgRef, Role, Viewer, viewer_find};
use huiyin_vault::Vault;

use crate::Scale;
use crate::history::Historian;
use crate::invent::{City, County, OrgNumber};
use crate::plan::{Deed, Plan};

/// What is made with.
pub(crate) struct Beside<'a> {
    pub(crate) city: &'a City,
    pub(crate) plan: &'a Plan,
    pub(crate) scale: &'a Scale,
    pub(crate) historian: &'a Historian,
    pub(crate) cases: Cases,
}

/// Category, what was written, and how it was answered.
const BURDENS: [(&str, &str, &str); 5] = [
    (
        "repeated",
        "同一张防汛物资表，镇上三个办公室一个月各要了一回，格式还不一样，每回都要把十几个组重新问一遍。",
        "三个办公室已改用同一张表，由党政办每季收一次，其余的不再要。",
    ),
    (
        "traces",
        "入户走访要求每户拍照、定位、截图发群，一天下来光整理照片就到半夜，真正说话的工夫没有几分钟。",
        "已取消拍照和定位的要求，走访只在本子上记日期和要办的事。",
    ),
    (
        "forced",
        "要求每个党员装三个手机软件，还要在群里接龙报安装截图，老党员用的是按键手机，只好借儿女的。",
        "已通知各支部不再要求安装，群里的接龙停止，装不装由本人决定。",
    ),
    (
        "ranked",
        "每周按填报快慢给各村排名发到大群里，最后三名要在会上作说明，村上只好先乱填一个报上去。",
        "排名从本周起不再发布，过去发过的已撤回，填报晚的由镇上打电话提醒。",
    ),
    (
        "shell",
        "前年建的一个签到平台早没人看了，可每天还要点开一次，不点就要写情况说明。",
        "平台已申请关停，停用以前也不再要求每天打开。",
    ),
];

/// Category and what was written.
const PRESSURES: [(&str, &str); 3] = [
    ("score", "事还没有办完，办事的人就打了两回电话，说年底要考核，让我先打五分。"),
    ("words", "有人到家里来，让我把写的“没有公布账目”改成“已经说清楚”，我没有答应。"),
    ("withdraw", "托亲戚捎话让我撤回，说都是一个村的，闹到县上脸上不好看。"),
];

/// Sub-category of the infrastructure, what was written, and what whoever was on call wrote down.
const EMERGENCIES: [(&str, &str, &str); 5] = [
    (
        "heating",
        "家属院二单元楼道里闻到煤气味，越来越重，楼上住着几位老人，敲门有的没有应声。",
        "已打 119，并通知燃气公司；22 分钟后关了总阀，逐户敲门，住户都已下楼，没有人受伤。",
    ),
    (
        "housing",
        "连着下了两天雨，坡底一户的窑洞塌了半边，人跑出来了，旁边两孔也在掉土。",
        "已打 119，镇村干部到场，三户十一人搬到小学住下，坡底拉了警戒线。",
    ),
    (
        "power",
        "村口变压器起火，噼啪响，离麦草垛只有十来步。",
        "已打 119 和 95598，供电所 18 分钟到场断电，火没有燃开。",
    ),
    (
        "water",
        "河里发洪水，水已经漫到下院子，有两户老人还没有出来。",
        "已打 119，民兵把两位老人背到高处，下游三个村已电话通知。",
    ),
    (
        "road",
        "山体滑坡了，把出村的路全堵了，坡上还在滚石头，有一辆三轮车停在当中。",
        "已打 110，车上没有人，交警两头封路，养护队天亮清理。",
    ),
];

impl<'a> Beside<'a> {
    /// Gets ready.
    pub(crate) fn new(
        city: &'a City,
        plan: &'a Plan,
        scale: &'a Scale,
        historian: &'a Historian,
        cases: Cases,
    ) -> Self {
        Self { city, plan, scale, historian, cases }
    }

    /// The engine over the city that is made.
    pub(crate) fn engine(db: &Db, vault: &Vault, book: &huiyin_cases::Rulebook) -> Cases {
        Cases { db: db.clone(), vault: vault.clone(), book: book.clone() }
    }

    /// Writes all of them: a burden a county, pressure and an emergency in every other one, in turns.
    pub(crate) async fn write(&self) -> Result<(), Problem> {
        for (index, county) in self.city.counties.iter().enumerate() {
            let mut rng = Rng::fork(self.scale.seed ^ u64::from(county.region.ordinal()), "beside");
            self.burden(index, county, &mut rng).await?;
            if index % 2 == 0 {
                self.pressure(index, county, &mut rng).await?;
                self.emergency(index, county, &mut rng).await?;
            }
        }
        match self.city.counties.get(1) {
            Some(county) => self.alarm(county, &mut Rng::fork(self.scale.seed, "alarm")).await,
            None => Ok(()),
        }
    }

    /// About a township; the county handles it, and the city verifies. A third waits, a third is in hand.
    async fn burden(&self, index: usize, county: &County, rng: &mut Rng) -> Result<(), Problem> {
        let (category, text, answer) = BURDENS[index % BURDENS.len()];
        let about = self.below(county, OrgKind::Township, rng);
        let subject = about.map(|org| Subject { org: self.org(org), office: None });
        let submission = Submission {
            category: category.to_owned(),
            sub_category: String::new(),
            subject,
            contact: None,
            ..self.submission(county, text, rng)
        };
        let days = [-13, -6, -1][index % 3];
        let came = self.day(days);
        let moment = Moment { now: came.start(), today: came };
        let case = self.cases.submit_as("burden", submission, moment, rng).await?.case;
        let staff = self.viewer(county.org, Role::CountyStaff).await?;
        if index % 3 < 2 {
            self.act(case, Request::Sign, &staff, days + 1).await?;
            self.act(case, Request::Begin, &staff, days + 2).await?;
        }
        if index.is_multiple_of(3) {
            let close = Request::RequestClose { outcome: Outcome::Solved, text: answer.to_owned(), photos: Vec::new() };
            self.act(case, close, &staff, days + 6).await?;
            let verifier = self.viewer(self.city.org, Role::CityStaff).await?;
            self.act(case, Request::Accept, &verifier, days + 8).await?;
        }
        Ok(())
    }

    /// By whoever raised a problem that is being handled; one level above all who handle it takes it up.
    async fn pressure(&self, index: usize, county: &County, rng: &mut Rng) -> Result<(), Problem> {
        let place = self.city.counties.iter().position(|known| known.region == county.region);
        let before = self.day(-12).start();
        let problems = self.plan.problems.iter().rev();
        let mut handled = problems.filter(|problem| Some(problem.county) == place && problem.submitted < before);
        let stands = |problem: &&crate::plan::Problem| {
            let ended = problem
                .steps
                .iter()
                .any(|step| matches!(step.deed, Deed::Merge(_) | Deed::Refer | Deed::Decline | Deed::Withdraw));
            !ended && problem.steps.iter().any(|step| matches!(step.deed, Deed::Assign(_)))
        };
        let Some(problem) = handled.find(stands) else { return Ok(()) };
        let (category, text) = PRESSURES[(index / 2) % PRESSURES.len()];
        let nonce = nonce(rng);
        let pressure = Pressure { category: category.to_owned(), text: text.to_owned(), nonce };
        let case = self.cases.press(&self.historian.receipt(problem), pressure, self.at(-4), rng).await?.case;
        if index.is_multiple_of(4) {
            // Above all who handle the first case: the city, or the county where a township's desk has it.
            let desk = store::case_get(&mut self.cases.db.read().await?, case).await?.map(|item| item.desk_org());
            let at_county = desk == Some(self.org(county.org));
            let (org, role) =
                if at_county { (county.org, Role::CountyStaff) } else { (self.city.org, Role::CityStaff) };
            let staff = self.viewer(org, role).await?;
            self.act(case, Request::Sign, &staff, -3).await?;
            self.act(case, Request::Begin, &staff, -2).await?;
        }
        Ok(())
    }

    /// Somebody dealt with it at once. Most of those who reported took it back when it was over; the home county's came last
    /// evening and still waits for its desk.
    async fn emergency(&self, index: usize, county: &County, rng: &mut Rng) -> Result<(), Problem> {
        let (sub, text, dealt) = EMERGENCIES[(index / 2) % EMERGENCIES.len()];
        let days = if index == 0 { -1 } else { -i64::try_from(index).unwrap_or(1) * 9 };
        let came = Moment::at(self.day(days).at(time(21, 40)));
        let submission = Submission { sub_category: sub.to_owned(), ..self.submission(county, text, rng) };
        let submitted = self.cases.submit(submission, came, rng).await?;
        let staff = self.viewer(county.org, Role::CountyStaff).await?;
        let soon = Moment::at(came.now + TimeDelta::minutes(26));
        self.cases.act(submitted.case, Request::Confirm.because(dealt), &staff, soon).await?;
        if index > 0 {
            let later = Moment::at(came.now + TimeDelta::hours(2));
            self.cases.act_as_reporter(&submitted.receipt, ReporterAct::Withdraw, later, rng).await?;
        }
        Ok(())
    }

    /// Came in minutes ago: it lies on the desk of whoever is on call.
    async fn alarm(&self, county: &County, rng: &mut Rng) -> Result<(), Problem> {
        let (sub, text, _) = EMERGENCIES[0];
        let submission = Submission { sub_category: sub.to_owned(), ..self.submission(county, text, rng) };
        self.cases.submit(submission, Moment::at(self.scale.now() - TimeDelta::minutes(9)), rng).await?;
        Ok(())
    }

    /// Of one of the county's villages.
    fn submission(&self, county: &County, text: &str, rng: &mut Rng) -> Submission {
        let village = self.below(county, OrgKind::Village, rng);
        let township = village.and_then(|village| self.city.orgs[village].parent);
        let id = |org: Option<OrgNumber>| -> Option<Id> { org.map(|org| self.city.orgs[org].id) };
        Submission {
            region: county.region,
            township: id(township),
            village: id(village),
            category: "infrastructure".to_owned(),
            sub_category: String::new(),
            title: String::new(),
            text: text.to_owned(),
            contact: Some(Contact { name: String::new(), phone: format!("129{:08}", rng.below(100_000_000)) }),
            subject: None,
            channel: Channel::Web,
            photos: Vec::new(),
            nonce: nonce(rng),
        }
    }

    /// An organisation of this kind in the county.
    fn below(&self, county: &County, kind: OrgKind, rng: &mut Rng) -> Option<OrgNumber> {
        let all = 0..self.city.orgs.len();
        let fits = |at: &OrgNumber| self.city.orgs[*at].kind == kind && self.city.orgs[*at].region == county.region;
        let all: Vec<OrgNumber> = all.filter(fits).collect();
        rng.pick(&all).copied()
    }

    fn org(&self, number: OrgNumber) -> OrgRef {
        OrgRef { region: self.city.orgs[number].region, id: self.city.orgs[number].id }
    }

    async fn viewer(&self, org: OrgNumber, role: Role) -> Result<Viewer, Problem> {
        let mut holds = self
            .city
            .accounts
            .iter()
            .filter(|account| account.grants.iter().any(|held| held.role == role && held.org == org));
        let account = holds.next().ok_or_else(Problem::not_found)?;
        let account = AccountRef { region: account.region, id: account.id };
        viewer_find(&mut self.cases.db.read().await?, account, self.scale.today).await?.ok_or_else(Problem::not_found)
    }

    async fn act(&self, case: CaseRef, request: Request, viewer: &Viewer, days: i64) -> Result<(), Problem> {
        self.cases.act(case, request.because("按规定办理"), viewer, self.at(days)).await.map(|_| ())
    }

    /// So many days from today, negative before it.
    fn day(&self, days: i64) -> Day {
        self.scale.today.plus(days)
    }

    fn at(&self, days: i64) -> Moment {
        let instant: Instant = self.day(days).at(time(10, 20));
        Moment::at(instant)
    }
}

fn time(hour: u32, minute: u32) -> NaiveTime {
    NaiveTime::from_hms_opt(hour, minute, 0).unwrap_or(NaiveTime::MIN)
}

fn nonce(rng: &mut Rng) -> String {
    format!("demo-{:032x}", u128::from_be_bytes(rng.bytes()))
}
