//! The misbehaving proxy, in front of a loopback Nextcloud.

use std::time::{Duration, Instant};

use http::StatusCode;
use voiceassist_fakes::nextcloud::{Nextcloud, NextcloudScript};
use voiceassist_fakes::proxy::{Behaviour, Cut, FaultProxy};

use crate::client::{Ask, ask};

const FILE: &str = "/remote.php/dav/files/alice/f.bin";

struct Setting {
    cloud: Nextcloud,
    proxy: FaultProxy,
    password: String,
}

async fn setting() -> Setting {
    let cloud = Nextcloud::start(NextcloudScript::clinic()).await.unwrap();
    let proxy = FaultProxy::start(cloud.addr()).await.unwrap();
    let password = cloud.app_password("alice").unwrap();
    cloud.put("alice", "/f.bin", vec![b'x'; 20_000]).unwrap();
    Setting { cloud, proxy, password }
}

impl Setting {
    fn read(&self) -> Ask {
        ask(self.proxy.addr(), "GET", FILE).basic("alice", &self.password)
    }

    async fn under(&self, behaviour: Behaviour) -> Result<usize, String> {
        self.proxy.set(behaviour).await.unwrap();
        let answer = self.read().try_send().await;
        answer.map(|answer| answer.body.len()).map_err(|error| error.to_string())
    }
}

#[tokio::test]
async fn it_passes_everything_until_told_otherwise() {
    let setting = setting().await;
    assert_eq!(setting.under(Behaviour::Pass).await, Ok(20_000));
    assert_eq!(setting.proxy.connections(), 1);
    assert_eq!(setting.cloud.request_log().len(), 1);
    assert!(setting.proxy.base_url().starts_with("http://127.0.0.1:"));
}

#[tokio::test]
async fn it_cuts_and_truncates() {
    let setting = setting().await;
    for behaviour in [
        Behaviour::CutAfter { bytes: 10, how: Cut::Reset },
        Behaviour::CutAfter { bytes: 5_000, how: Cut::Reset },
        Behaviour::CutAfter { bytes: 5_000, how: Cut::Finish },
        Behaviour::TruncateBody { bytes: 19_999 },
        Behaviour::TruncateBody { bytes: 0 },
    ] {
        assert!(setting.under(behaviour).await.is_err(), "{behaviour:?}");
    }
    assert_eq!(setting.under(Behaviour::Pass).await, Ok(20_000));
}

#[tokio::test]
async fn it_refuses_and_comes_back_on_the_same_port() {
    let setting = setting().await;
    let refused = setting.under(Behaviour::Refuse).await.unwrap_err();
    assert!(refused.contains("refused"), "{refused}");
    assert_eq!(setting.under(Behaviour::Pass).await, Ok(20_000));
}

#[tokio::test]
async fn it_swallows_everything() {
    let setting = setting().await;
    let silent = tokio::time::timeout(Duration::from_millis(50), setting.under(Behaviour::Blackhole)).await;
    assert!(silent.is_err());
    assert_eq!(setting.cloud.request_log().len(), 0);
}

#[tokio::test]
async fn it_slows_down() {
    let setting = setting().await;
    for behaviour in
        [Behaviour::Delay(Duration::from_millis(60)), Behaviour::Throttle { bytes_per_second: 200_000 }]
    {
        let started = Instant::now();
        assert_eq!(setting.under(behaviour).await, Ok(20_000));
        assert!(started.elapsed() >= Duration::from_millis(60), "{behaviour:?}");
    }
    let lazy = Behaviour::SlowLoris { gap: Duration::from_millis(1) };
    let slow = tokio::time::timeout(Duration::from_millis(200), setting.under(lazy)).await;
    assert!(slow.is_err());
}

#[tokio::test]
async fn it_answers_for_a_gateway_with_a_bad_day() {
    let setting = setting().await;
    setting.proxy.answer_next(2, 503);
    for _ in 0..2 {
        assert_eq!(setting.read().send().await.status, StatusCode::SERVICE_UNAVAILABLE);
    }
    let put = ask(setting.proxy.addr(), "PUT", FILE).basic("alice", &setting.password);
    setting.proxy.answer_next(1, 502);
    assert_eq!(put.body(vec![b'y'; 100_000]).send().await.status, StatusCode::BAD_GATEWAY);
    assert_eq!(setting.read().send().await.status, StatusCode::OK);
    assert_eq!(setting.cloud.request_log().len(), 1);
}
