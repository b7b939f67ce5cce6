use askama::Template;

use super::{Component, DeadlineBar, Example, Html, Icon, Photo, PhotoStrip, Stars, Tag, component};

/// A problem and its echo, facing each other like two sides of a wall.
#[derive(Clone, Debug, Template)]
#[template(path = "components/echo.html")]
pub struct EchoPair {
    problem: Told,
    place: String,
    state: Option<Html>,
    echo: Option<Echo>,
    deadline: Option<DeadlineBar>,
    unit: Option<String>,
    /// What was answered before it was taken up again.
    earlier: Option<Echo>,
    /// Why none comes, or what comes before one: a heading and a sentence.
    silent: Option<(String, String)>,
    heading: &'static str,
    /// What the first side is: raised by residents, unless something else is said.
    kind: &'static str,
}

component!(EchoPair);

/// What was said about something: by a resident about a problem, or in the answer.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// One line; empty where the page's own heading says it.
    pub title: String,
    /// The public text; empty in lists.
    pub text: String,
    /// The day, as printed.
    pub day: String,
    /// Its pictures.
    pub photos: PhotoStrip,
    /// Where it is shown whole; none on its own page.
    pub href: Option<String>,
    /// The short number.
    pub number: String,
    /// Category · sub-category.
    pub category: String,
}

/// The public answer.
#[derive(Clone, Debug)]
pub struct Echo {
    /// Which unit and post answers.
    pub unit: String,
    /// The answer.
    pub text: String,
    /// The day, as printed.
    pub day: String,
    /// What came of it.
    pub outcome: Tag,
    /// Its pictures.
    pub photos: PhotoStrip,
    /// The mark that was given, 1 to 5.
    pub mark: Option<u8>,
}

impl Echo {
    fn stars(&self) -> Option<Stars> {
        self.mark.map(Stars::new)
    }
}

impl EchoPair {
    /// A problem without an echo yet.
    pub fn new(problem: Told, place: impl Into<String>) -> Self {
        Self {
            problem,
            place: place.into(),
            state: None,
            echo: None,
            deadline: None,
            unit: None,
            earlier: None,
            silent: None,
            heading: "h3",
            kind: "群众反映",
        }
    }

    /// Its state, in a list.
    pub fn state(mut self, state: impl Into<Html>) -> Self {
        self.state = Some(state.into());
        self
    }

    /// Its echo.
    pub fn echo(mut self, echo: Echo) -> Self {
        self.echo = Some(echo);
        self
    }

    /// While it waits: how long it may take.
    pub fn deadline(mut self, deadline: DeadlineBar) -> Self {
        self.deadline = Some(deadline);
        self
    }

    /// While it waits: which unit answers for it.
    pub fn unit(mut self, unit: impl Into<String>) -> Self {
        self.unit = Some(unit.into());
        self
    }

    /// The answer before, which was not accepted by whoever asked: it stays public, while it waits anew and beside the next one.
    pub fn earlier(mut self, answer: Echo) -> Self {
        self.earlier = Some(answer);
        self
    }

    /// While there is none: what stands in its place, a heading and a sentence.
    pub fn silent(mut self, heading: impl Into<String>, words: impl Into<String>) -> Self {
        self.silent = Some((heading.into(), words.into()));
        self
    }

    /// What the first side is, where no resident raised it.
    pub fn kind(mut self, kind: &'static str) -> Self {
        self.kind = kind;
        self
    }

    /// The level of its headings where h3 does not fit: 1 to 4.
    pub fn level(mut self, level: u8) -> Self {
        self.heading = match level {
            1 => "h1",
            2 => "h2",
            4 => "h4",
            _ => "h3",
        };
        self
    }
}

impl Component for EchoPair {
    const NAME: &'static str = "EchoPair";
    const PURPOSE: &'static str = "问题与回音面对面，像一堵墙的两面。";

    fn examples() -> Vec<Example> {
        let problem = Told {
            title: "三组自来水三天没来".into(),
            text: "从周一开始三组二十多户都没有水，老人要到二组去挑。\n上个月也停过一次。".into(),
            day: "12月4日".into(),
            number: "宝塔-2016-00421".into(),
            category: "基础设施 · 饮水".into(),
            href: Some("#".into()),
            ..Told::default()
        };
        let photo = Photo { src: crate::assets::asset("favicon.svg"), alt: "换好的水管".into() };
        let echo = Echo {
            unit: "甘谷驿镇水管站".into(),
            text: "主管在沟口被车压裂，已换新管，12月6日下午恢复供水。\n管沟已加盖板，今后每月巡查一次。".into(),
            day: "12月8日".into(),
            outcome: Tag::good("已解决"),
            photos: PhotoStrip::new([photo]),
            mark: Some(5),
        };
        let place = "宝塔区 甘谷驿镇 柳沟村";
        let (silent, before) = (problem.clone(), echo.clone());
        let again = EchoPair::new(problem.clone(), place).state(Tag::attention("重新办理").icon("rotate-ccw"));
        let waiting = EchoPair::new(problem.clone(), place).state(Tag::info("办理中").icon("wrench"));
        vec![
            Example::new("有回音", EchoPair::new(problem, place).echo(echo)),
            Example::new(
                "没有回音",
                EchoPair::new(silent, place).silent("没有受理", "同一问题已经上墙，请用原来的回执码关注进展。"),
            ),
            Example::new("重新办理", again.earlier(before)),
            Example::new("等回音", waiting.unit("甘谷驿镇水管站").deadline(DeadlineBar::new(8, 10, "12月20日"))),
        ]
    }
}

impl EchoPair {
    fn title(&self) -> Html {
        let title = Html::from(&self.problem.title);
        match &self.problem.href {
            Some(href) => Html::drawn(format!(r#"<a href="{}">{title}</a>"#, Html::from(href))),
            None => title,
        }
    }
}
