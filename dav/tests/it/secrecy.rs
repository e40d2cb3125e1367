//! What may hold a name or a secret does not print it.

use secrecy::SecretString;
use voiceassist_dav::href::Href;
use voiceassist_dav::login_flow::{PollLogin, PollToken};
use voiceassist_dav::{AppPassword, Credentials, Depth, FilePath, ListFolder, Operation as _};

use crate::fixture::{mara, response};

#[test]
fn debug_output_holds_neither_names_of_files_nor_secrets() {
    let path = FilePath::parse("Keller Anna 1961.pdf").expect("a path");
    let app_password = AppPassword::restored("keller".to_owned(), SecretString::from("hunter2-keller"));
    let folder = ListFolder { user: mara(), path: path.clone(), depth: Depth::One };
    let poll = PollLogin { token: PollToken::restored(SecretString::from("keller")) };
    let printed = format!(
        "{path:?} {:?} {:?} {app_password:?} {folder:?} {:?} {poll:?} {:?} {:?}",
        Href::parse("/Keller").expect("an href"),
        Credentials::AppPassword(app_password.clone()),
        folder.request().expect("a request"),
        poll.request().expect("a request"),
        response("login_granted"),
    );
    for secret in ["eller", "hunter2", "1961", "W9dsU6c6IV5O4h19"] {
        assert!(!printed.contains(secret), "{secret} in {printed}");
    }
}
