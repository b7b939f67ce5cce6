//! The tasks that the invented city hands down in its year.

/// A task of the city: title, text, measure, what is said when it is done, so many for each village, and how far down it goes.
pub(crate) struct Theme {
    pub(crate) title: &'static str,
    pub(crate) text: &'static str,
    pub(crate) measure: &'static str,
    pub(crate) answer: &'static str,
    pub(crate) each: (i64, i64),
    pub(crate) down: Down,
    /// How many of a hundred villages or departments are done.
    pub(crate) pace: u64,
}

/// How far a task is broken down.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Down {
    Villages,
    Townships,
    Departments,
}

/// The tasks of the year.
pub(crate) const THEMES: [Theme; 4] = [
    Theme {
        title: "冬季取暖和困难群众走访",
        text: "入冬前把辖区困难家庭走一遍，缺煤缺被的当场登记，十天内送到；住房漏风漏雨的列入维修。走访只记需要办的事，不拍照、不打卡。",
        measure: "户",
        answer: "名单上的家庭都走到了，缺的煤和被褥已经送到，需要维修的两户已报镇上。",
        each: (4, 26),
        down: Down::Villages,
        pace: 63,
    },
    Theme {
        title: "群众反映的用水问题清零",
        text: "墙上反映的和走访中发现的用水问题，逐件查清原因，能修的年内修好，修不了的说明原因和计划。",
        measure: "处",
        answer: "登记的几处都修好了，水压正常，农户签了字。",
        each: (3, 14),
        down: Down::Townships,
        pace: 55,
    },
    Theme {
        title: "便民服务事项进一个门",
        text: "把群众常办的事项收到一个窗口受理，材料一次说清，能当场办的当场办。",
        measure: "项",
        answer: "事项已经进驻窗口，办事指南贴在门口。",
        each: (2, 9),
        down: Down::Departments,
        pace: 48,
    },
    Theme {
        title: "农村道路安全隐患整治",
        text: "排查急弯、陡坡、临崖路段和破损桥涵，年内补齐护栏和标志。",
        measure: "处",
        answer: "护栏和标志都装好了，破损的一处涵洞已经修复。",
        each: (2, 11),
        down: Down::Townships,
        pace: 70,
    },
];
