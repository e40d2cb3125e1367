//! A command that reads from standard input, run to its end.

#![expect(clippy::expect_used, reason = "a test that cannot go on stops and says where")]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::process::{Child, Command, Output, Stdio};

/// Runs the program with this on standard input.
pub(crate) fn run(arguments: &[&str], input: &str) -> Output {
    let mut child = start(arguments);
    child.stdin.take().expect("an input").write_all(input.as_bytes()).expect("written");
    child.wait_with_output().expect("the program ends")
}

fn start(arguments: &[&str]) -> Child {
    Command::new(env!("CARGO_BIN_EXE_voiceassist"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts")
}

#[test]
fn whoever_has_read_enough_ends_a_command_in_silence() {
    let mut child = start(&["calculate", "--list"]);
    let mut first = String::new();
    let mut lines = BufReader::with_capacity(16, child.stdout.take().expect("an output"));
    lines.read_line(&mut first).expect("a line");
    drop(lines);
    let mut said = String::new();
    child.stderr.take().expect("errors").read_to_string(&mut said).expect("text");
    assert!(child.wait().expect("it ends").success());
    assert_eq!((first.is_empty(), said.as_str()), (false, ""));
}
