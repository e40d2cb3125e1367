# Everything that is done to this repository has a recipe here. `just check` is what continuous integration runs.

set shell := ["bash", "-euo", "pipefail", "-c"]

target := env("CARGO_TARGET_DIR", justfile_directory() / "target")
voiceassist := target / "debug" / "voiceassist"
# An already running test cluster (VOICEASSIST_TEST_DATABASE_URL) is used; otherwise a private one is started.
models := env("VOICEASSIST_MODELS_DIR", env("XDG_DATA_HOME", env("HOME", "/tmp") / ".local/share") / "voiceassist/models")
beside_postgres := if env("VOICEASSIST_TEST_DATABASE_URL", "") == "" { target / "debug" / "with-postgres --" } else { "" }

# Lists the recipes.
default:
    @just --list --unsorted

# All that must hold before a change is merged; the quick checks come first.
check: fmt-check deny lint build emit-check test app-check-here

# Formats the code.
fmt:
    cargo fmt --all

# Fails when the code is not formatted.
fmt-check:
    cargo fmt --all --check

# Clippy with every warning an error.
lint:
    cargo clippy --workspace --all-targets --locked -- -D warnings

# Builds programs and tests together, once, with one set of features.
build:
    cargo build --workspace --all-targets --locked

# Runs every test beside a private PostgreSQL.
test: build
    {{ beside_postgres }} cargo nextest run --workspace --locked
    cargo test --workspace --locked --doc --quiet

# Runs one crate's tests, for instance `just test-crate store` or `just test-crate dav etag`.
test-crate CRATE *FILTER: build
    {{ beside_postgres }} cargo nextest run --locked -p {{ if CRATE == "daemon" { "voiceassist" } else { "voiceassist-" + CRATE } }} {{ FILTER }}

# Runs every test with other generated inputs than usual, and more of them: `just explore 7`.
explore SEED CASES="2000": build
    PROPTEST_RNG_SEED='{{ SEED }}' PROPTEST_CASES='{{ CASES }}' {{ beside_postgres }} cargo nextest run --workspace --locked

# The rules about the tree itself: documentation, direction of crates, budgets, links.
tidy: build
    cargo nextest run --locked -p voiceassist -E 'test(/^tidy::/)'

# Fetches what the Nextcloud app is built with, exactly as its lock file says. No script of a package is run.
app-install:
    cd nextcloud-app && npm ci --no-audit --no-fund --ignore-scripts --loglevel=error

# Lints, types and tests of the Nextcloud app, that it builds, and that its PHP is sound as far as the tools are there.
app-check: app-install
    cd nextcloud-app && npm run --silent lint && npm test --silent && npm run --silent build
    cd nextcloud-app && for tool in phpunit phpcs; do \
        if command -v "$tool" > /dev/null; then "$tool"; else echo "$tool is not installed: left out"; fi; done

# The same where Node is new enough; nothing else here needs it.
app-check-here:
    if node --version 2> /dev/null | grep -Eq '^v([2-9][0-9])\.'; then just app-check; \
        else echo "Node 20 or newer is not installed: the checks of the Nextcloud app are left out"; fi

# Builds the Nextcloud app in place: js/ and css/ beside its PHP.
app: app-install
    cd nextcloud-app && npm run --silent build

# The archive a Nextcloud installs: nextcloud-app/dist/voiceassist.tar.gz, with what runs and nothing else.
app-archive: app
    script/app-archive

# Builds the page that `voiceassist demo` serves.
page: app-install
    cd nextcloud-app && npm run --silent build:page

# Drives the page of a running demo in Debian's Chromium.
page-test: page build
    cd nextcloud-app && VOICEASSIST='{{ voiceassist }}' npm run --silent test:browser

# Licences, sources and who may depend on what. The advisory database is a separate fetch: `just advisories`.
deny:
    cargo deny --locked check --hide-inclusion-graph licenses bans sources

# Known vulnerabilities; fetches the advisory database.
advisories:
    cargo deny --locked check advisories

# Writes the reference pages that are generated from the program.
emit: build
    {{ voiceassist }} emit all --into docs/reference

# Fails when a generated reference page is not what the program says today.
emit-check: build
    #!/usr/bin/env bash
    set -euo pipefail
    fresh=$(mktemp -d)
    trap 'rm -rf "$fresh"' EXIT
    {{ voiceassist }} emit all --into "$fresh"
    stale=0
    for page in "$fresh"/*; do
        diff -u "docs/reference/${page##*/}" "$page" || stale=1
    done
    if [ "$stale" = 1 ]; then
        echo 'docs/reference is not what the program says: run `just emit` and commit the result' >&2
        exit 1
    fi

# Renews the query data the statements are checked against; needed after a change of a statement or a migration.
sqlx-prepare:
    script/prepare-queries

# Fetches the local embedding model (about 100 MB), checks and prepares it.
models: build
    mkdir -p '{{ models }}'
    VOICEASSIST_MODELS_DIR='{{ models }}' {{ voiceassist }} models pull

# Prints the measurements of docs/reference/benchmarks.md; arguments name sections, for instance `just bench search`.
bench *SECTIONS:
    script/bench {{ SECTIONS }}

# Judges reading, search and answers on the project's own sets; fails when one is below its floor.
eval: build
    {{ voiceassist }} eval extract --gold daemon/benches/extract/gold.jsonl --at-least 0.99
    VOICEASSIST_MODELS_DIR='{{ models }}' {{ voiceassist }} eval retrieval \
        --corpus daemon/benches/retrieval/corpus.jsonl --queries daemon/benches/retrieval/queries.jsonl \
        --floor daemon/benches/retrieval/floor.json
    VOICEASSIST_MODELS_DIR='{{ models }}' {{ voiceassist }} eval answers --leave-out \
        --corpus daemon/benches/retrieval/corpus.jsonl --questions daemon/benches/retrieval/queries.jsonl \
        --floor daemon/benches/answers/floor.json
    {{ voiceassist }} eval answers --leave-out --words-only \
        --corpus daemon/benches/retrieval/corpus.jsonl --questions daemon/benches/retrieval/queries.jsonl \
        --floor daemon/benches/answers/floor-words.json
    script/bench questions

# Shows the whole path on synthetic documents.
demo *ARGS:
    script/demo {{ ARGS }}

# Renders the documentation, where mdbook is installed.
book:
    mdbook build docs
