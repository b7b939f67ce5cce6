use super::{Choice, Component, Example, Field};

impl Component for Field {
    const NAME: &'static str = "Field";
    const PURPOSE: &'static str = "表单的一项：名称、提示、内容、错误在一处。";

    fn examples() -> Vec<Example> {
        [texts(), choices(), files()].concat()
    }
}

fn texts() -> Vec<Example> {
    let title = Field::text("title", "一句话说清问题").hint("例如：三组的自来水三天没来").longest(40).required();
    let wrong =
        Field::area("text", "详细情况", 4).value("路坏了").error("请写得再具体一些：什么地方、多久了、影响谁。");
    vec![
        Example::new("一行文字", title),
        Example::new("多行文字，有错误", wrong.required().longest(2000)),
        Example::new("电话", Field::phone("phone", "联系电话（可不填）").hint("只用于核实，不会公开。")),
        Example::new("日期", Field::date("due", "办结期限").value("2016-12-30")),
        Example::new("密码", Field::password("password", "密码").with("autocomplete", "current-password").required()),
    ]
}

fn choices() -> Vec<Example> {
    let villages = vec![
        Choice::new("", "请选择"),
        Choice::new("1", "柳沟村").group("甘谷驿镇"),
        Choice::new("2", "前川村").group("甘谷驿镇"),
        Choice::new("3", "上河村").group("青化砭镇"),
    ];
    let outcomes = vec![
        Choice::new("solved", "已解决"),
        Choice::new("explained", "暂时解决不了").hint("要向群众说明原因和下一步打算。"),
    ];
    let kinds = vec![Choice::new("water", "饮水"), Choice::new("road", "道路"), Choice::new("power", "用电")];
    vec![
        Example::new("下拉，分组", Field::select("village", "所在村（社区）", villages).value("2").required()),
        Example::new("单选", Field::radio("outcome", "办理结果", outcomes).value("solved").required()),
        Example::new("单选，有错误", Field::radio("again", "是否再次办理", yes_no()).error("请选择一项。")),
        Example::new("多选", Field::boxes("kinds", "类别", kinds).values(["water"])),
        Example::new("勾选", Field::tick("callback", "办结后请给我打电话").value("1")),
    ]
}

fn yes_no() -> Vec<Choice> {
    vec![Choice::new("1", "是"), Choice::new("0", "否")]
}

fn files() -> Vec<Example> {
    let photos = Field::file("photos", "照片（最多三张）", "image/*", true);
    vec![Example::new("文件", photos.hint("照片里的位置信息会被自动去除。"))]
}
