use askama::Template;

use super::{Component, Example, Icon, Tone, component};

/// A deadline as a bar that fills.
#[derive(Clone, Debug, Template)]
#[template(path = "components/deadline.html")]
pub struct DeadlineBar {
    elapsed: u32,
    total: u32,
    due: String,
    unit: &'static str,
    goal: &'static str,
    brief: bool,
    state: State,
}

component!(DeadlineBar);

#[derive(Clone, Debug)]
enum State {
    Running,
    Paused(String),
    Done(String),
}

impl DeadlineBar {
    /// `elapsed` of `total` working days have passed; `due` is the last day as printed.
    pub fn new(elapsed: u32, total: u32, due: impl Into<String>) -> Self {
        Self {
            elapsed, total, due: due.into(), unit: "个工作日", goal: "办结", brief: false, state: State::Running
        }
    }

    /// Counts calendar days instead: easier for residents.
    pub fn calendar_days(mut self) -> Self {
        self.unit = "天";
        self
    }

    /// What is to be done by then, where that is not the end of it all: 签收.
    pub fn goal(mut self, goal: &'static str) -> Self {
        self.goal = goal;
        self
    }

    /// In a table's cell: as few words as will do.
    pub fn brief(mut self) -> Self {
        self.brief = true;
        self
    }

    /// The clock stands still, and why.
    pub fn paused(mut self, reason: impl Into<String>) -> Self {
        self.state = State::Paused(reason.into());
        self
    }

    /// It is over: what came of it.
    pub fn done(mut self, words: impl Into<String>) -> Self {
        self.state = State::Done(words.into());
        self
    }

    fn late(&self) -> bool {
        self.elapsed > self.total
    }

    fn tone(&self) -> Tone {
        match self.state {
            State::Paused(_) => Tone::Plain,
            State::Done(_) if !self.late() => Tone::Good,
            _ if self.late() => Tone::Bad,
            _ if self.elapsed * 4 >= self.total * 3 => Tone::Attention,
            _ => Tone::Info,
        }
    }

    fn words(&self) -> String {
        match &self.state {
            State::Paused(reason) => format!("暂停计时：{reason}"),
            State::Done(words) => words.clone(),
            State::Running if self.brief && self.late() => {
                format!("逾期 {} {} · {}", self.elapsed - self.total, self.unit, self.due)
            }
            State::Running if self.brief && self.elapsed == self.total => "今天到期".to_owned(),
            State::Running if self.brief => format!("还剩 {} {} · {}", self.total - self.elapsed, self.unit, self.due),
            State::Running if self.late() => {
                format!("已逾期 {} {}（应在{}前{}）", self.elapsed - self.total, self.unit, self.due, self.goal)
            }
            State::Running if self.elapsed == self.total => format!("今天到期（{}）", self.due),
            State::Running => {
                format!("还剩 {} {}（{}前{}）", self.total - self.elapsed, self.unit, self.due, self.goal)
            }
        }
    }

    /// The filled part of a bar 200 wide.
    fn width(&self) -> u32 {
        (self.elapsed.min(self.total) * 200).checked_div(self.total).unwrap_or(200)
    }

    fn icon(&self) -> Icon {
        let name = match self.state {
            State::Paused(_) => "circle-pause",
            State::Done(_) => "circle-check",
            State::Running if self.late() => "circle-alert",
            State::Running => "clock",
        };
        Icon::new(name).size(16)
    }
}

impl Component for DeadlineBar {
    const NAME: &'static str = "DeadlineBar";
    const PURPOSE: &'static str = "期限是一根慢慢填满的条，旁边有字。";

    fn examples() -> Vec<Example> {
        let due = "12月20日";
        vec![
            Example::new("时间还多", DeadlineBar::new(2, 10, due)),
            Example::new("快到期", DeadlineBar::new(8, 10, due)),
            Example::new("今天到期", DeadlineBar::new(10, 10, "12月16日")),
            Example::new("逾期", DeadlineBar::new(14, 10, "12月12日")),
            Example::new("表格里", DeadlineBar::new(8, 10, due).brief()),
            Example::new("暂停", DeadlineBar::new(5, 10, due).paused("等反映人补充情况")),
            Example::new("办结", DeadlineBar::new(7, 10, due).done("12月14日按时办结")),
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_what_the_bar_shows() {
        assert_eq!(DeadlineBar::new(8, 10, "12月20日").words(), "还剩 2 个工作日（12月20日前办结）");
        assert_eq!(DeadlineBar::new(8, 10, "12月20日").goal("签收").words(), "还剩 2 个工作日（12月20日前签收）");
        assert_eq!(DeadlineBar::new(8, 10, "12月20日").calendar_days().words(), "还剩 2 天（12月20日前办结）");
        assert_eq!(DeadlineBar::new(13, 10, "12月20日").words(), "已逾期 3 个工作日（应在12月20日前办结）");
        assert_eq!(DeadlineBar::new(13, 10, "12月20日").brief().words(), "逾期 3 个工作日 · 12月20日");
        assert_eq!(DeadlineBar::new(8, 10, "12月20日").brief().words(), "还剩 2 个工作日 · 12月20日");
        assert_eq!(DeadlineBar::new(13, 10, "x").width(), 200);
        assert_eq!(DeadlineBar::new(0, 0, "x").width(), 200);
        assert_eq!(DeadlineBar::new(8, 10, "x").tone(), Tone::Attention);
        assert_eq!(DeadlineBar::new(12, 10, "x").done("逾期办结").tone(), Tone::Bad);
    }
}
