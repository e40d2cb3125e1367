//! From bytes to a cited answer.
//!
//! Two pipelines meet in the index. On the way in, [`extract`] turns a file into pages of text, [`chunk`] cuts them
//! into pieces with stable ids, and [`embed`] and [`index`] make the pieces findable by words and by meaning. On the
//! way out, [`retrieve`] turns a question into ranked chunk ids, the caller fetches the passages that the asking person
//! may read, [`variety`] puts copies behind, and [`answer`] composes sentences from them, each with a citation exact to the
//! sentence.
//!
//! A model that writes is reached through [`chat`], which takes cleared prompts only; what it writes is held against the
//! passages it cites ([`answer::written`]) before anybody sees it.
//!
//! Models behind endpoints embed ([`embed::remote`]) and rank ([`rerank`]) what the gate let out to them.
//!
//! *Invariant:* this crate opens no database, serves no HTTP and knows no Nextcloud. It decides nothing about access:
//! it filters by the access sets it is given and answers only from the passages it is handed. Text of documents is
//! data; nothing in it is followed, fetched, rendered or obeyed.

pub mod answer;
pub mod chat;
pub mod chunk;
pub mod embed;
pub mod endpoint;
pub mod extract;
pub mod index;
pub mod named;
pub mod rerank;
pub mod retrieve;
pub mod variety;
