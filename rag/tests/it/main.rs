//! Claims about reading, cutting, finding and answering.

mod answer;
mod chunk;
mod extract;
