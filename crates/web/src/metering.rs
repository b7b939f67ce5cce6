use std::time::Duration;

use metrics_exporter_prometheus::{Matcher, PrometheusBuilder, PrometheusHandle};

/// Counts requests for Prometheus. Labels are the route, the method and the status class: never a path, never a person.
pub struct Meter {
    recorder: metrics_exporter_prometheus::PrometheusRecorder,
    handle: PrometheusHandle,
}

impl Default for Meter {
    fn default() -> Self {
        const BUCKETS: [f64; 9] = [0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0];
        let builder = PrometheusBuilder::new();
        let recorder = match builder.set_buckets_for_metric(Matcher::Full(DURATION.into()), &BUCKETS) {
            Ok(builder) => builder.build_recorder(),
            // Only an empty list of buckets is refused.
            Err(_) => PrometheusBuilder::new().build_recorder(),
        };
        let handle = recorder.handle();
        Self { recorder, handle }
    }
}

const DURATION: &str = "huiyin_request_seconds";

impl Meter {
    /// One answered request.
    pub(crate) fn answered(&self, method: &str, route: &str, status: u16, took: Duration) {
        let class = format!("{}xx", status / 100);
        metrics::with_local_recorder(&self.recorder, || {
            let labels = [("method", method.to_owned()), ("route", route.to_owned()), ("status", class)];
            metrics::counter!("huiyin_requests_total", &labels).increment(1);
            metrics::histogram!(DURATION, "route" => route.to_owned()).record(took.as_secs_f64());
        });
    }

    /// A measured state, such as the memory in use.
    pub fn gauge(&self, name: &'static str, value: f64) {
        metrics::with_local_recorder(&self.recorder, || metrics::gauge!(name).set(value));
    }

    /// Everything counted, in Prometheus' text form.
    pub fn text(&self) -> String {
        self.handle.run_upkeep();
        self.handle.render()
    }
}
