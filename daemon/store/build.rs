//! Migrations are embedded in the crate, so a new one must rebuild it. Does nothing else.

fn main() {
    println!("cargo::rerun-if-changed=../../migrations");
    println!("cargo::rerun-if-changed=.sqlx");
}
