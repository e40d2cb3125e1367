//! Claims about reading, cutting, finding and answering.

mod answer;
mod chat;
mod chunk;
mod embed;
mod extract;
mod index;
mod mail;
mod retrieve;
mod word;
