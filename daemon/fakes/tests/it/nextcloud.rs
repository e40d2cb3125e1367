//! The loopback Nextcloud against what the real one was recorded to do.

mod files;
mod listing;
mod login;
mod server;
mod shares;
mod webhooks;

use std::net::SocketAddr;

use voiceassist_fakes::nextcloud::{Nextcloud, NextcloudScript};

use crate::client::{Answer, Ask, ask};

pub(crate) const SIX: &str = "<?xml version=\"1.0\"?><d:propfind xmlns:d=\"DAV:\" \
     xmlns:oc=\"http://owncloud.org/ns\"><d:prop><d:getetag/><oc:fileid/><oc:permissions/><oc:size/>\
     <d:getlastmodified/><d:resourcetype/></d:prop></d:propfind>";

/// A clinic with an app password for Alice and one for Bob.
pub(crate) struct Clinic {
    pub(crate) cloud: Nextcloud,
    alice: String,
    bob: String,
}

pub(crate) async fn clinic() -> Clinic {
    clinic_with(NextcloudScript::clinic()).await
}

pub(crate) async fn clinic_with(script: NextcloudScript) -> Clinic {
    let cloud = Nextcloud::start(script).await.unwrap();
    let (alice, bob) = (cloud.app_password("alice").unwrap(), cloud.app_password("bob").unwrap());
    Clinic { cloud, alice, bob }
}

impl Clinic {
    pub(crate) fn addr(&self) -> SocketAddr {
        self.cloud.addr()
    }

    /// A request in Alice's files space.
    pub(crate) fn alice(&self, method: &str, path: &str) -> Ask {
        self.raw(method, &format!("/remote.php/dav/files/alice{path}")).basic("alice", &self.alice)
    }

    /// A request in Bob's files space.
    pub(crate) fn bob(&self, method: &str, path: &str) -> Ask {
        self.raw(method, &format!("/remote.php/dav/files/bob{path}")).basic("bob", &self.bob)
    }

    /// An OCS request of Alice.
    pub(crate) fn ocs(&self, method: &str, path: &str) -> Ask {
        self.ocs_of("alice", &self.alice, method, path)
    }

    pub(crate) fn ocs_of(&self, user: &str, password: &str, method: &str, path: &str) -> Ask {
        self.raw(method, path)
            .basic(user, password)
            .header("ocs-apirequest", "true")
            .header("accept", "application/json")
    }

    pub(crate) fn raw(&self, method: &str, path: &str) -> Ask {
        ask(self.addr(), method, path)
    }

    pub(crate) fn alice_password(&self) -> &str {
        &self.alice
    }

    pub(crate) fn bob_password(&self) -> &str {
        &self.bob
    }

    pub(crate) fn etag(&self, user: &str, path: &str) -> String {
        self.cloud.stat(user, path).unwrap().etag
    }
}

/// Text between two marks, or nothing.
pub(crate) fn between<'a>(text: &'a str, before: &str, after: &str) -> Option<&'a str> {
    let start = text.find(before)? + before.len();
    let end = text[start..].find(after)? + start;
    Some(&text[start..end])
}

/// The response element of one href.
pub(crate) fn response_of<'a>(text: &'a str, href: &str) -> &'a str {
    let mark = format!("<d:response><d:href>{href}</d:href>");
    between(text, &mark, "</d:response>").unwrap_or_else(|| panic!("no {href} in {text}"))
}

/// All hrefs of a multistatus, in order.
pub(crate) fn hrefs(answer: &Answer) -> Vec<String> {
    let text = answer.text();
    text.split("<d:href>").skip(1).map(|rest| rest.split("</d:href>").next().unwrap().to_owned()).collect()
}
