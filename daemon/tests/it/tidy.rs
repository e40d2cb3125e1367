//! Rules about the source tree that neither the compiler nor clippy can hold.
//!
//! Each rule is a function from text to complaints, in a file of its own, with a test that shows it can fail; the
//! tests below apply the rules to this repository and print every complaint at once. A rule that must be broken gets
//! an exception with a reason next to the rule, never a weaker rule. Nothing is read from outside the checkout.

#![expect(clippy::expect_used, reason = "a rule that cannot read the tree fails and says so")]

mod clients;
mod columns;
mod direction;
mod labels;
mod logged;
mod manifest;
mod model;
mod pages;
mod shown;
mod source;
mod tree;
mod words;

use tree::Tree;

/// Fails with every complaint on a line of its own.
#[track_caller]
fn expect_none(rule: &str, complaints: &[String]) {
    assert!(complaints.is_empty(), "{rule}\n  {}\n", complaints.join("\n  "));
}

#[test]
fn every_source_file_opens_with_why_it_exists() {
    let tree = Tree::read();
    let product = tree.product().map(|file| (file, source::SHORTEST_DOC));
    let tests = tree.tests().map(|file| (file, source::SHORTEST_TEST_DOC));
    let judged =
        product.chain(tests).filter_map(|(file, least)| source::module_doc(&file.path, &file.text, least));
    let complaints: Vec<_> = judged.collect();
    expect_none("A source file starts with `//!` and a sentence or more on why it exists:", &complaints);
}

#[test]
fn no_source_file_outgrows_its_budget() {
    let tree = Tree::read();
    for file in tree.product() {
        let lines = source::product_lines(&file.text);
        if lines > source::WORTH_AN_ARGUMENT {
            println!("{} has {lines} product lines; is it one thing?", file.path);
        }
    }
    let complaints: Vec<_> =
        tree.product().filter_map(|file| source::length(&file.path, &file.text)).collect();
    expect_none("A file is one thing; cut it along its concepts:", &complaints);
}

#[test]
fn no_module_is_a_drawer() {
    let tree = Tree::read();
    let complaints: Vec<_> = tree.rust().filter_map(|file| source::module_name(&file.path)).collect();
    expect_none("A function without a home gets a noun, not a drawer:", &complaints);
}

#[test]
fn nothing_is_shown_that_was_not_verified() {
    let tree = Tree::read();
    let complaints: Vec<_> = tree
        .product()
        .filter(|file| !file.path.starts_with("daemon/benches/"))
        .flat_map(|file| shown::misplaced(&file.path, &file.text, shown::ONLY))
        .collect();
    expect_none("What a person sees of a document is verified first:", &complaints);
}

#[test]
fn one_place_makes_http_clients_and_one_keeps_what_was_decided_about_them() {
    let tree = Tree::read();
    let complaints: Vec<_> = tree
        .product()
        .filter(|file| !file.path.starts_with("daemon/benches/"))
        .flat_map(|file| shown::misplaced(&file.path, &file.text, clients::ONLY))
        .collect();
    expect_none("Content leaves by one door, and by one kind of client:", &complaints);
}

#[test]
fn crates_know_only_whom_they_may_know() {
    let edges = direction::edges(&direction::metadata());
    expect_none("The direction of crates is a decision:", &direction::wrong_edges(&edges, direction::TABLE));
}

#[test]
fn the_direction_table_lists_every_crate_and_no_other() {
    let members = direction::members(&direction::metadata());
    expect_none("The table and the workspace must agree:", &direction::unlisted(&members, direction::TABLE));
}

#[test]
fn architecture_names_every_crate_and_no_other() {
    let members = direction::members(&direction::metadata());
    let text = Tree::read().text_of("ARCHITECTURE.md");
    expect_none("ARCHITECTURE.md is the map:", &direction::misnamed(&text, &members));
}

#[test]
fn architecture_shows_the_direction_table_that_is_held() {
    let text = Tree::read().text_of("ARCHITECTURE.md");
    expect_none(
        "ARCHITECTURE.md and the test hold the same table:",
        &direction::shown_wrongly(&text, direction::TABLE),
    );
}

#[test]
fn every_test_named_as_a_guard_exists() {
    let tree = Tree::read();
    let complaints = pages::missing_guards(&tree.text_of("ARCHITECTURE.md"), &tree);
    expect_none("An invariant without its guard is a wish:", &complaints);
}

#[test]
fn each_shared_noun_is_used_by_two_crates() {
    let complaints = model::used_too_little(&Tree::read(), model::EXCEPTIONS);
    expect_none("A noun that one crate uses lives in that crate:", &complaints);
}

#[test]
fn every_dependency_has_a_reason() {
    let text = Tree::read().text_of("Cargo.toml");
    expect_none(
        "A dependency says why it is here, at the end of its line:",
        &manifest::without_reason(&text),
    );
}

#[test]
fn every_dependency_is_used() {
    let text = Tree::read().text_of("Cargo.toml");
    expect_none("A dependency nobody needs goes:", &manifest::unused(&text, &direction::metadata()));
}

#[test]
fn no_file_speaks_of_where_it_was_made() {
    let tree = Tree::read();
    let needles = words::needles();
    let complaints: Vec<_> =
        tree.files.iter().flat_map(|f| words::found(&f.path, &f.text, &needles)).collect();
    expect_none("The tree speaks of the product alone:", &complaints);
}

#[test]
fn every_page_is_in_the_table_of_contents() {
    let complaints = pages::unlisted(&Tree::read());
    expect_none("A page nobody can reach does not exist:", &complaints);
}

#[test]
fn every_relative_link_leads_somewhere() {
    let complaints = pages::broken_links(&Tree::read());
    expect_none("A link names a file, and a heading in it:", &complaints);
}

#[test]
fn every_column_of_words_is_sealed_or_has_a_reason_not_to_be() {
    let tree = Tree::read();
    let complaints = columns::undecided(
        &tree.text_of("migrations/schema.sql"),
        &tree.text_of("docs/explanation/sealing.md"),
    );
    expect_none("docs/explanation/sealing.md decides about every column that can hold words:", &complaints);
}

#[test]
fn every_label_of_a_metric_comes_from_a_closed_list() {
    expect_none("A label's values are known before the program runs:", &labels::open_ended(&Tree::read()));
}

#[test]
fn nothing_is_logged_but_ids_codes_counts_and_errors() {
    expect_none("A log line prints only what is in the list:", &logged::open_ended(&Tree::read()));
}
