use askama::Template;

use super::{Button, Component, Example, component};

/// A long job: how far it is, and its result to come back to.
#[derive(Clone, Debug, Template)]
#[template(path = "components/progress.html")]
pub struct ProgressJob {
    title: String,
    done: u64,
    total: Option<u64>,
    words: String,
    watch: Option<String>,
    result: Option<Button>,
}

component!(ProgressJob);

impl ProgressJob {
    /// What it does, and how far it is; `total` is none while nobody knows.
    pub fn new(title: impl Into<String>, done: u64, total: Option<u64>) -> Self {
        Self { title: title.into(), done, total, words: String::new(), watch: None, result: None }
    }

    /// A sentence about where it stands.
    pub fn words(mut self, words: impl Into<String>) -> Self {
        self.words = words.into();
        self
    }

    /// While it runs: the address of this page, asked for again every two seconds.
    pub fn watch(mut self, href: impl Into<String>) -> Self {
        self.watch = Some(href.into());
        self
    }

    /// When it is done: where the result is.
    pub fn result(mut self, button: Button) -> Self {
        self.result = Some(button);
        self
    }
}

impl Component for ProgressJob {
    const NAME: &'static str = "ProgressJob";
    const PURPOSE: &'static str = "耗时的事：进度条，可以离开，回来看结果。";

    fn examples() -> Vec<Example> {
        let result = Button::secondary("下载逐行结果").icon("download").to("#").download();
        vec![
            Example::new(
                "进行中",
                ProgressJob::new("导入党员名册", 32_400, Some(80_000)).words("已检查 32,400 行，共 80,000 行。"),
            ),
            Example::new("刚开始", ProgressJob::new("导出 Excel", 0, None).words("正在准备。")),
            Example::new(
                "完成",
                ProgressJob::new("导入组织", 2_090, Some(2_090)).words("2,090 行全部导入。").result(result),
            ),
        ]
    }
}
