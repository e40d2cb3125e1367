//! Claims about reading, cutting, finding and answering.

mod answer;
mod chat;
mod chunk;
mod compound;
mod embed;
mod extract;
mod formats;
mod index;
mod mail;
mod mutated;
mod printed;
mod retrieve;
mod served;
mod word;
