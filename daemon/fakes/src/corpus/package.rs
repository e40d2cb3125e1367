//! Zip packages, byte for byte the same each time.
//!
//! Office documents are zip archives. This writer knows exactly what they need: deflated parts, fixed dates, no
//! streaming, no Zip64. It can also take a part that was deflated elsewhere, which is how a small archive comes to
//! promise a huge text (see the hostile files).

use std::io::Write as _;

use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

const LOCAL_HEADER: u32 = 0x0403_4B50;
const CENTRAL_HEADER: u32 = 0x0201_4B50;
const END_OF_DIRECTORY: u32 = 0x0605_4B50;
/// Needed to extract: version 2.0, deflate.
const VERSION: u16 = 20;
const DEFLATED: u16 = 8;
/// 1 January 1980, the first day of the format.
const FIRST_DAY: u16 = 0x21;

/// A part as it is stored.
#[derive(Debug)]
pub(super) struct Part {
    pub(super) deflated: Vec<u8>,
    pub(super) checksum: u32,
    pub(super) size: u32,
}

impl Part {
    pub(super) fn deflate(content: &[u8]) -> Self {
        let mut crc = Crc::new();
        crc.update(content);
        Self { deflated: deflate(content), checksum: crc.sum(), size: length(content.len()) }
    }
}

/// Raw deflate.
fn deflate(content: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::default());
    // Writing into memory does not fail; an archive cut short would show in every test.
    drop(encoder.write_all(content));
    encoder.finish().unwrap_or_default()
}

/// An archive of these parts, in this order.
pub(super) fn archive(parts: &[(&str, Part)]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut directory = Vec::new();
    for (name, part) in parts {
        let offset = length(out.len());
        let mut common = Vec::new();
        for field in [VERSION, 0, DEFLATED, 0, FIRST_DAY] {
            common.extend(field.to_le_bytes());
        }
        for field in [part.checksum, length(part.deflated.len()), part.size, length(name.len())] {
            common.extend(field.to_le_bytes());
        }
        out.extend(LOCAL_HEADER.to_le_bytes());
        out.extend(&common);
        out.extend(name.as_bytes());
        out.extend(&part.deflated);

        directory.extend(CENTRAL_HEADER.to_le_bytes());
        directory.extend(VERSION.to_le_bytes());
        directory.extend(&common);
        // Comment length, disk, and attributes: all zero.
        directory.extend([0; 10]);
        directory.extend(offset.to_le_bytes());
        directory.extend(name.as_bytes());
    }
    let start = length(out.len());
    let count = u16::try_from(parts.len()).unwrap_or(u16::MAX);
    out.extend(&directory);
    out.extend(END_OF_DIRECTORY.to_le_bytes());
    out.extend([0; 4]);
    out.extend(count.to_le_bytes());
    out.extend(count.to_le_bytes());
    out.extend(length(directory.len()).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0; 2]);
    out
}

/// Sizes in a zip archive have four bytes. The name's two and the extra field's two are written as one number, which
/// is right as long as names are short and there is no extra field.
fn length(bytes: usize) -> u32 {
    u32::try_from(bytes).unwrap_or(u32::MAX)
}
