use huiyin_base::{Day, Instant, Problem as Refused, Rng};
use huiyin_cases::store::search_words;
use huiyin_cases::{
    Act, Action, Actor, Assignment, CaseFollow, CaseItem, CaseMessage, CaseRating, CaseRef, ClockChange, Decision,
    Facts, MessageKind, Moment, Outcome, Posting, RatingChannel, Referral, Request, Sender, State, decide, post_of,
};
use huiyin_directory::{OrgKind, Viewer};

use super::mark::mark;
use super::words::{sealed_body, sealed_comment, sealed_contact, sealed_original};
use super::{Historian, History};
use crate::plan::{Deed, Fate, Problem, Step};
use crate::texts::{Handled, Teller};

/// The telling of one problem.
pub(crate) struct Telling<'h> {
    historian: &'h Historian,
    problem: &'h Problem,
    teller: Teller,
    rng: Rng,
    history: History,
    /// When the owner began, so that an answer can say when somebody came.
    begun: Instant,
}

impl<'h> Telling<'h> {
    pub(crate) fn new(historian: &'h Historian, problem: &'h Problem) -> Self {
        let seed = historian.scale.seed;
        let village = &historian.city.orgs[problem.village];
        let community = village.kind == OrgKind::Community;
        let explained = problem.fate == Fate::Explained;
        let teller = Teller::new(problem.topic, &village.name, community, explained, problem.rng(seed, "words"));
        let item = historian.blank(problem);
        let history = History {
            item,
            events: Vec::new(),
            owners: Vec::new(),
            answers: Vec::new(),
            messages: Vec::new(),
            ratings: Vec::new(),
            follows: Vec::new(),
            photos: Vec::new(),
            erasures: Vec::new(),
            receipt: historian.receipt(problem),
            words: Vec::new(),
            photos_wanted: problem.photos,
        };
        let rng = problem.rng(seed, "history");
        Self { historian, problem, teller, rng, history, begun: problem.submitted }
    }

    pub(crate) fn tell(mut self) -> Result<History, Refused> {
        let written = self.teller.problem();
        self.submit(&written.title, &written.text);
        for step in &self.problem.steps {
            self.clocks(step.at)?;
            self.step(step, (&written.title, &written.text))?;
        }
        // Nothing happens after the city's now.
        self.clocks(self.historian.scale.now())?;
        self.joined();
        self.cut();
        self.history.erase(self.historian.book.rules.sealed_days, self.historian.scale.today);
        Ok(self.history)
    }

    fn submit(&mut self, title: &str, text: &str) {
        let moment = Moment::at(self.problem.submitted);
        let (vault, item) = (&self.historian.vault, &mut self.history.item);
        item.original = Some(sealed_original(vault, item.id, title, text, &mut self.rng));
        item.contact = self.problem.contact.then(|| sealed_contact(vault, item.id, &mut self.rng));
        self.historian.book.change_clock(item, ClockChange::Moderate, 0, moment);
        item.events = 1;
        let first = mark(item, Action::Submit, None, "反映人".into(), moment);
        let follow = CaseFollow {
            region: item.region,
            case_id: item.id,
            follower: item.receipt.unwrap_or_default(),
            raised: true,
            via: item.id,
            since_day: moment.today,
        };
        self.history.events.push(first);
        self.history.follows.push(follow);
    }

    /// What the clocks do up to a moment: reminders and escalations, the end of a pause, the end of the time to object.
    fn clocks(&mut self, until: Instant) -> Result<(), Refused> {
        while let Some(at) = self.history.item.next_clock.filter(|at| *at <= until) {
            let act = match self.history.item.state {
                State::Paused => Request::Resume.into(),
                State::Answered => Request::Close.because("异议期已满，没有异议。"),
                _ => Request::Escalate.into(),
            };
            // A step that was due before the clock began anew fires at once.
            let at = self.history.events.last().map_or(at, |event| event.at.max(at));
            self.decide(at, act, &Actor::System, Named::default())?;
        }
        Ok(())
    }

    fn step(&mut self, step: &Step, written: (&str, &str)) -> Result<(), Refused> {
        let historian = self.historian;
        let viewer = step.actor.map(|account| &historian.viewers[account]);
        match &step.deed {
            Deed::Ask | Deed::Reply => {
                self.letter(step.at, viewer);
                return Ok(());
            }
            Deed::Rate(score) => {
                self.rate(step.at, *score);
                return Ok(());
            }
            Deed::Begin => self.begun = step.at,
            _ => {}
        }
        let act = self.act(step, viewer, written);
        let named = match step.deed {
            Deed::Merge(Some(target)) => Named { merge_into: self.shadow(target), number: None },
            Deed::Post => Named { merge_into: None, number: self.problem.number.map(|n| (self.year(), n)) },
            _ => Named::default(),
        };
        let actor = viewer.map_or(Actor::Reporter, Actor::Staff);
        self.decide(step.at, act, &actor, named)
    }

    fn act(&mut self, step: &Step, viewer: Option<&Viewer>, (title, text): (&str, &str)) -> Act {
        match &step.deed {
            Deed::Post => self.posting(title, text).into(),
            Deed::Decline => Request::Decline.because(self.teller.say("reason.decline")),
            Deed::Withdraw => Request::Withdraw.because(self.teller.say("reason.withdraw")),
            Deed::Appeal => Request::Appeal(self.sealed("reason.appeal")).into(),
            Deed::Assign(to) => self.assignment(step.at, *to).into(),
            Deed::Return(right) => {
                self.teller.know("other", &self.historian.city.orgs[*right].name);
                Request::Return.because(self.teller.say("reason.return"))
            }
            Deed::Sign => Request::Sign.into(),
            Deed::Begin => Request::Begin.into(),
            Deed::Pause(reason) => {
                let why = self.teller.say(&format!("reason.pause_{reason}"));
                Request::Pause { reason: (*reason).to_owned(), until: None }.because(why)
            }
            Deed::Resume => Request::Resume.because(self.teller.say("reason.resume")),
            Deed::RequestClose(outcome) => self.answer(step.at, *outcome, viewer).into(),
            Deed::Accept => Request::Accept.because(self.teller.say("reason.accept")),
            Deed::Refuse => Request::Refuse.because(self.teller.say("reason.refuse_close")),
            Deed::Object => Request::Object(self.sealed("reason.objection")).into(),
            Deed::Reopen => Request::Reopen.because("回访发现问题没有彻底解决，重新办理。"),
            Deed::Merge(target) => {
                let into = target.and_then(|serial| self.shadow(serial)).map(|item| item.at());
                let into = into.unwrap_or(CaseRef { region: self.history.item.region, id: self.history.item.id });
                Request::Merge(into).because(self.teller.say("reason.merge"))
            }
            Deed::Refer => self.referral(step.at),
            Deed::Ask | Deed::Reply | Deed::Rate(_) => Request::Escalate.into(),
        }
    }

    fn posting(&mut self, title: &str, text: &str) -> Request {
        // The desk takes out what would show who wrote it.
        let text =
            if self.problem.edited { format!("{text}（公开时略去了个人信息）") } else { text.to_owned() };
        Request::Post(Posting {
            title: title.to_owned(),
            text,
            edited: self.problem.edited,
            category: self.problem.category.clone(),
            sub_category: self.problem.topic.sub.clone(),
            photos: Vec::new(),
        })
    }

    fn assignment(&mut self, at: Instant, to: crate::invent::OrgNumber) -> Request {
        let historian = self.historian;
        let days = historian.book.rules.level(historian.city.orgs[to].kind);
        let due = historian.book.calendar.add_working_days(Day::of(at), days.sign + days.answer);
        self.teller.know("due", &spoken(due));
        let goal = self.teller.say("reason.goal");
        Request::Assign(Assignment { to: historian.org(to), account: None, goal, deadline: None })
    }

    fn answer(&mut self, at: Instant, outcome: Outcome, viewer: Option<&Viewer>) -> Request {
        let visit = Day::of(self.begun);
        let last = Day::of(at);
        let finish = visit.plus(self.rng.between(last.since(visit) * 2 / 3, last.since(visit)));
        let owner = self.problem.steps.iter().rev().find_map(|step| match step.deed {
            Deed::Assign(org) if step.at < at => Some(org),
            _ => None,
        });
        let owner = &self.historian.city.orgs[owner.unwrap_or(self.problem.township)];
        let handled = Handled {
            unit: owner.name.clone(),
            phone: owner.phone.clone().unwrap_or_default(),
            post: viewer.and_then(|viewer| viewer.grants.first()).map(|grant| grant.post.clone()).unwrap_or_default(),
            visit: spoken(visit),
            finish: spoken(finish),
        };
        let text = match outcome {
            Outcome::Explained => self.teller.explained(&handled),
            _ => self.teller.solved(&handled, self.history.item.reopened_times > 0),
        };
        Request::RequestClose { outcome, text, photos: Vec::new() }
    }

    fn referral(&mut self, at: Instant) -> Act {
        let (key, office) = if self.rng.chance(700) {
            ("reason.refer_12345", "12345热线")
        } else {
            ("reason.refer_petition", "信访")
        };
        let number = format!("{office} {}{:05}", Day::of(at).number(), self.rng.between(1, 400));
        Request::Refer(Referral::Number(number)).because(self.teller.say(key))
    }

    fn decide(&mut self, at: Instant, act: Act, actor: &Actor<'_>, named: Named) -> Result<(), Refused> {
        let facts = Facts {
            moment: Moment::at(at),
            lines: &self.historian.lines,
            owners: &self.history.owners,
            answer: self.history.answers.last(),
            assignee: None,
            merge_into: named.merge_into.as_ref(),
            number: named.number,
            values: &[],
            close_number: self.historian.close_numbers.get(&self.problem.serial).copied(),
            // Nobody in a made history takes anything back.
            assign_due: None,
        };
        let change = decide(&self.historian.book, &self.history.item, &act, actor, &facts)?;
        self.history.item = change.after;
        self.history.events.push(change.event);
        self.history.owners.extend(change.owner);
        self.history.messages.extend(change.message);
        if let Some(answer) = change.answer {
            self.history.answers.retain(|known| known.n != answer.n);
            self.history.answers.push(answer);
        }
        Ok(())
    }

    fn letter(&mut self, at: Instant, viewer: Option<&Viewer>) {
        let key = if viewer.is_some() { "talk.ask" } else { "talk.reply" };
        let visit = spoken(Day::of(at));
        self.teller.know("visit", &visit);
        let said = self.teller.say(key);
        let moment = Moment::at(at);
        let item = &mut self.history.item;
        (item.messages, item.events) = (item.messages + 1, item.events + 1);
        let account = viewer.map(|viewer| viewer.account);
        let post = viewer.and_then(|viewer| viewer.grants.first()).map_or_else(|| "反映人".to_owned(), post_of);
        self.history.messages.push(CaseMessage {
            region: item.region,
            case_id: item.id,
            n: item.messages,
            sender: if viewer.is_some() { Sender::Officer } else { Sender::Reporter },
            kind: MessageKind::Message,
            body: sealed_body(&self.historian.vault, item.id, &said, &mut self.rng),
            account_region: account.map(|account| account.region),
            account: account.map(|account| account.id),
            post: post.clone(),
            at: moment.now,
            day: moment.today,
        });
        let event = mark(item, Action::Message, account, post, moment);
        self.history.events.push(event);
    }

    fn rate(&mut self, at: Instant, score: i64) {
        let key = ["rating.one", "rating.two", "rating.three", "rating.four", "rating.five"];
        let said = self.teller.say(key[usize::try_from(score - 1).unwrap_or(0).min(4)]);
        let moment = Moment::at(at);
        let reasons = ["unsolved", "slow", "explained", "done", "done quick"];
        let reasons = reasons[usize::try_from(score - 1).unwrap_or(0).min(4)].to_owned();
        let item = &mut self.history.item;
        (item.rating, item.rated_day) = (Some(score), Some(moment.today));
        let comment = (!said.is_empty()).then(|| sealed_comment(&self.historian.vault, item.id, &said, &mut self.rng));
        self.history.ratings.push(CaseRating {
            region: item.region,
            case_id: item.id,
            answer: item.answers,
            follower: item.receipt.unwrap_or_default(),
            score,
            comment,
            channel: RatingChannel::Receipt,
            account_region: None,
            account: None,
            day: moment.today,
            own_network: false,
            reasons,
        });
    }

    /// Words are cut here, where another core does it than the one that writes.
    fn cut(&mut self) {
        let History { item, answers, .. } = &self.history;
        let accepted = answers.iter().rev().find(|answer| answer.decision == Decision::Accepted);
        let answer = accepted.filter(|_| item.state.has_outcome()).map(|answer| answer.text.as_str());
        self.history.words = if item.posted_day.is_some() { search_words(item, answer) } else { Vec::new() };
    }

    /// Those whose own case was merged into this one follow it from that day.
    fn joined(&mut self) {
        for index in self.historian.merged.get(&self.problem.serial).into_iter().flatten() {
            let other = &self.historian.plan.problems[*index];
            let merged = other.steps.iter().find(|step| matches!(step.deed, Deed::Merge(_)));
            self.history.item.followers += 1;
            self.history.follows.push(CaseFollow {
                region: self.history.item.region,
                case_id: self.history.item.id,
                follower: self.historian.receipt_hash(other),
                raised: true,
                via: self.historian.blank(other).id,
                since_day: Day::of(merged.map_or(other.submitted, |step| step.at)),
            });
        }
    }

    /// As much of the case to merge into as the engine looks at.
    fn shadow(&self, serial: u64) -> Option<CaseItem> {
        let index = self.historian.by_serial.get(&serial)?;
        let mut item = self.historian.blank(&self.historian.plan.problems[*index]);
        item.state = State::Posted;
        Some(item)
    }

    fn sealed(&mut self, key: &str) -> Vec<u8> {
        let said = self.teller.say(key);
        sealed_body(&self.historian.vault, self.history.item.id, &said, &mut self.rng)
    }

    fn year(&self) -> i64 {
        i64::from(self.historian.scale.today.year())
    }
}

/// What a decision reads beside the case.
#[derive(Default)]
struct Named {
    merge_into: Option<CaseItem>,
    number: Option<(i64, i64)>,
}

/// 3月9日
fn spoken(day: Day) -> String {
    format!("{}月{}日", day.month(), day.number() % 100)
}
