//! The private cluster: starts, is used again, survives a crash, and never outlives its owner.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;
use voiceassist_fakes::postgres::{ClusterError, Durability, PrivateCluster, TestDatabase};

fn psql(url: &str, sql: &str) -> String {
    let output =
        Command::new("psql").args(["-X", "-w", "-q", "-A", "-t", "-c", sql, "-d", url]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

fn process_exists(pid: &str) -> bool {
    Path::new("/proc").join(pid).join("cmdline").exists()
        && fs::read(Path::new("/proc").join(pid).join("cmdline")).is_ok_and(|line| !line.is_empty())
}

fn postmaster_pid(dir: &Path) -> String {
    fs::read_to_string(dir.join("data/postmaster.pid")).unwrap().lines().next().unwrap().to_owned()
}

fn eventually(what: &str, condition: impl Fn() -> bool) {
    let started = Instant::now();
    while !condition() {
        assert!(started.elapsed() < Duration::from_secs(20), "never happened: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn a_safe_cluster_keeps_its_rows_over_a_stop_and_over_a_crash() {
    let dir = TempDir::new().unwrap();
    let cluster = PrivateCluster::start(dir.path(), Durability::Safe).unwrap();
    cluster.ensure_database("kept").unwrap();
    cluster.ensure_database("kept").unwrap();
    psql(&cluster.url("kept"), "create table t(x int); insert into t values (7)");
    assert_eq!(psql(&cluster.url("kept"), "show fsync"), "on");
    cluster.stop().unwrap();

    let cluster = PrivateCluster::start(dir.path(), Durability::Safe).unwrap();
    assert_eq!(psql(&cluster.url("kept"), "select x from t"), "7");
    psql(&cluster.url("kept"), "insert into t values (8)");
    cluster.kill().unwrap();

    let cluster = PrivateCluster::start(dir.path(), Durability::Safe).unwrap();
    assert_eq!(psql(&cluster.url("kept"), "select sum(x) from t"), "15");
}

#[test]
fn dropping_a_fast_cluster_ends_its_processes() {
    let dir = TempDir::new().unwrap();
    let cluster = PrivateCluster::start(dir.path(), Durability::Fast).unwrap();
    assert_eq!(psql(&cluster.url("postgres"), "show fsync"), "off");
    assert_eq!(psql(&cluster.url("postgres"), "show server_encoding"), "UTF8");
    assert_eq!(psql(&cluster.url("postgres"), "show listen_addresses"), "");
    let pid = postmaster_pid(dir.path());
    assert!(process_exists(&pid));
    drop(cluster);
    assert!(!process_exists(&pid));
}

#[test]
fn a_loopback_cluster_answers_on_its_port() {
    let dir = TempDir::new().unwrap();
    let cluster = PrivateCluster::start_on_loopback(dir.path(), Durability::Fast).unwrap();
    let address = cluster.address().unwrap();
    assert!(address.ip().is_loopback());
    assert_eq!(psql(&cluster.url("postgres"), "select inet_server_port()"), address.port().to_string());
}

#[test]
fn a_path_too_long_for_a_socket_gets_a_short_one() {
    let dir = TempDir::new().unwrap();
    let long = dir.path().join("a".repeat(120));
    fs::set_permissions(dir.path(), PermissionsExt::from_mode(0o755)).unwrap();
    let cluster = PrivateCluster::start(&long, Durability::Fast).unwrap();
    assert_eq!(psql(&cluster.url("postgres"), "select 1"), "1");
}

#[test]
fn a_start_that_was_cut_short_leaves_no_half_made_cluster() {
    let dir = TempDir::new().unwrap();
    fs::create_dir(dir.path().join("data.unfinished")).unwrap();
    fs::write(dir.path().join("data.unfinished/PG_VERSION"), "15").unwrap();
    let cluster = PrivateCluster::start(dir.path(), Durability::Fast).unwrap();
    assert_eq!(psql(&cluster.url("postgres"), "select 1"), "1");
}

#[test]
fn data_of_a_version_that_is_not_installed_is_named_in_the_error() {
    let dir = TempDir::new().unwrap();
    fs::create_dir(dir.path().join("data")).unwrap();
    fs::write(dir.path().join("data/PG_VERSION"), "9").unwrap();
    let error = PrivateCluster::start(dir.path(), Durability::Fast).unwrap_err();
    assert!(matches!(error, ClusterError::OtherMajor { major: 9, .. }), "{error}");
}

#[test]
fn root_is_told_which_parent_bars_the_way() {
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let closed = TempDir::new().unwrap();
    fs::set_permissions(closed.path(), PermissionsExt::from_mode(0o700)).unwrap();
    let error = PrivateCluster::start(&closed.path().join("inner"), Durability::Fast).unwrap_err();
    assert!(error.to_string().contains(closed.path().to_str().unwrap()), "{error}");
    assert!(error.to_string().contains("/var/tmp"), "{error}");
}

#[test]
fn a_second_server_on_the_same_directory_is_refused_with_the_reason() {
    let dir = TempDir::new().unwrap();
    let first = PrivateCluster::start(dir.path(), Durability::Fast).unwrap();
    let error = PrivateCluster::start(dir.path(), Durability::Fast).unwrap_err();
    assert!(error.to_string().contains("postmaster.pid"), "{error}");
    assert_eq!(psql(&first.url("postgres"), "select 1"), "1");
}

#[test]
fn a_test_database_is_new_and_vanishes() {
    let database = TestDatabase::create();
    let admin = std::env::var_os("VOICEASSIST_TEST_DATABASE_URL").unwrap().into_string().unwrap();
    let count = format!("select count(*) from pg_database where datname = '{}'", database.name());
    assert_eq!(database.psql("select count(*) from pg_tables where schemaname = 'public'").trim(), "0");
    assert_eq!(psql(&admin, &count), "1");
    drop(database);
    assert_eq!(psql(&admin, &count), "0");
}

#[tokio::test]
async fn what_was_filled_once_is_copied_and_never_filled_again() {
    let pattern = format!("va_pattern_{}", std::process::id());
    let fill = |url: String| async move { drop(psql(&url, "create table filled (by_whom text)")) };
    let (one, other) = tokio::join!(TestDatabase::like(&pattern, fill), TestDatabase::like(&pattern, fill));
    for database in [&one, &other] {
        assert_eq!(
            database.psql("insert into filled values ('me'); select count(*) from filled").trim(),
            "1"
        );
    }
    let again = TestDatabase::like(&pattern, |_| async { panic!("it is there already") }).await;
    assert_eq!(again.psql("select count(*) from filled").trim(), "0", "what is done to a copy stays there");
    let admin = std::env::var_os("VOICEASSIST_TEST_DATABASE_URL").unwrap().into_string().unwrap();
    psql(&admin, &format!("drop database \"{pattern}\""));
}

fn with_postgres() -> Command {
    Command::new(env!("CARGO_BIN_EXE_with-postgres"))
}

#[test]
fn with_postgres_hands_on_the_exit_code_and_the_variable() {
    let script = r#"psql -X -q -A -t -c "select 'answer'" -d "$VOICEASSIST_TEST_DATABASE_URL"; exit 7"#;
    let output = with_postgres().args(["--", "sh", "-c", script]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), "answer\n");
    assert_eq!(output.status.code(), Some(7));
    let output = with_postgres().args(["--safe", "--", "sh", "-c", "kill -9 $$"]).output().unwrap();
    assert_eq!(output.status.code(), Some(137));
    let output = with_postgres().output().unwrap();
    assert_eq!(output.status.code(), Some(64));
}

#[test]
fn the_server_dies_with_a_program_that_is_killed() {
    let dir = TempDir::new().unwrap();
    let note = dir.path().join("pid");
    let script = format!(
        "psql -X -q -A -t -c \"show data_directory\" -d \"$VOICEASSIST_TEST_DATABASE_URL\" >{0}.new; \
         head -1 $(cat {0}.new)/postmaster.pid >{0}.pid; mv {0}.pid {0}; sleep 10",
        note.display()
    );
    let mut owner = with_postgres()
        .args(["--", "sh", "-c", &script])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    eventually("the command ran", || note.exists());
    let pid = fs::read_to_string(&note).unwrap().trim().to_owned();
    assert!(process_exists(&pid));
    owner.kill().unwrap();
    owner.wait().unwrap();
    eventually("the server ended", || !process_exists(&pid));
    let data = fs::read_to_string(dir.path().join("pid.new")).unwrap();
    fs::remove_dir_all(Path::new(data.trim()).parent().unwrap()).unwrap();
}
