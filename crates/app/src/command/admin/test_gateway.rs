use anyhow::Result;
use data_encoding::HEXLOWER;
use huiyin_base::{Clock, RngSource};
use huiyin_gateways::{Address, Fault};

use crate::config::Config;
use crate::failure::stop;
use crate::say::say;

/// Sends one message past the queue, so that the operator sees at once whether the settings are right.
pub(super) async fn run(config: &Config, to: &str) -> Result<()> {
    let to = Address::parse(to)
        .ok_or_else(|| stop(format!("“{to}”不是手机号，也不是邮箱地址。手机号写 11 位数字，座机收不到短信。")))?;
    let city = &config.site.city;
    let text = format!("这是{city}回音平台的测试消息，收到说明网关可以使用。");
    let reference = HEXLOWER.encode(&RngSource::system().rng().bytes::<16>());
    let seconds = Clock::system().real().timestamp();
    let sent = config.gateway.open(city)?.deliver(&to, "测试", &text, &reference, seconds).await;
    sent.map_err(|fault| stop(format!("测试消息没有送出：{}。{}", fault.label(), advice(fault))))?;
    say(format!("网关已受理测试{}，编号 {reference}。请在收件的手机或邮箱上核对。", to.channel().label()));
    Ok(())
}

const fn advice(fault: Fault) -> &'static str {
    match fault {
        Fault::Off => "请先填写配置项 gateway.sms_url 或 gateway.mail_host。",
        Fault::Unreachable => "请检查网址、端口、防火墙；用内网证书的，请填写 gateway.certificates。",
        Fault::Unauthorised => "请核对请求头、签名密钥，或邮箱的用户名和口令。",
        Fault::Busy => "请看网关自己的日志；gateway.sms_accepted 写错时也会这样。",
        Fault::Refused | Fault::Unreadable | Fault::Expired => "请核对号码和正文模板 gateway.sms_body。",
    }
}
