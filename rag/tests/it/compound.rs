//! Writes compound files, as Outlook does: storages and streams in sectors of 512 bytes (MS-CFB, version 3).
//!
//! Only what a reader needs: one table of sectors, no small-stream area (every stream is padded into ordinary sectors), a
//! directory whose siblings are a chain to the right.

#![expect(clippy::unwrap_used, reason = "what a test writes is small")]

const SECTOR: usize = 512;
const END: u32 = 0xffff_fffe;
const NONE: u32 = 0xffff_ffff;
const FAT: u32 = 0xffff_fffd;

enum Node {
    Storage(String, Vec<Node>),
    Stream(String, Vec<u8>),
}

#[derive(Clone)]
struct Entry {
    name: String,
    kind: u8,
    right: u32,
    child: u32,
    start: u32,
    length: u64,
}

/// Adds entries for the nodes, chained by their right siblings, and gives the first one's number.
fn add(nodes: &[Node], entries: &mut Vec<Entry>, sectors: &mut Vec<Vec<u8>>) -> u32 {
    let mut first = NONE;
    let mut last: Option<usize> = None;
    for node in nodes {
        let number = entries.len();
        let blank = Entry { name: String::new(), kind: 1, right: NONE, child: NONE, start: END, length: 0 };
        entries.push(blank.clone());
        let entry = match node {
            Node::Storage(name, nodes) => {
                let child = add(nodes, entries, sectors);
                Entry { name: name.clone(), child, ..blank }
            }
            Node::Stream(name, bytes) => {
                // Streams below 4,096 bytes would belong into the small-stream area; longer ones do not.
                let mut bytes = bytes.clone();
                let length = bytes.len() as u64;
                bytes.resize(bytes.len().div_ceil(SECTOR) * SECTOR, 0);
                let start = u32::try_from(sectors.len()).unwrap();
                sectors.push(bytes);
                Entry { name: name.clone(), kind: 2, start, length, ..blank }
            }
        };
        entries[number] = entry;
        let own = u32::try_from(number).unwrap();
        match last {
            Some(last) => entries[last].right = own,
            None => first = own,
        }
        last = Some(number);
    }
    first
}

fn write(nodes: &[Node]) -> Vec<u8> {
    let root =
        Entry { name: "Root Entry".to_owned(), kind: 5, right: NONE, child: NONE, start: END, length: 0 };
    let (mut entries, mut streams) = (vec![root], Vec::new());
    let child = add(nodes, &mut entries, &mut streams);
    entries[0].child = child;
    // Sector 0 is the table; then the streams, then the directory.
    let (mut table, mut body, mut starts) = (vec![FAT], Vec::new(), Vec::new());
    let mut chain = |bytes: &[u8], table: &mut Vec<u32>| {
        let start = u32::try_from(table.len()).unwrap();
        let count = bytes.len() / SECTOR;
        for index in 0..count {
            let next = start + u32::try_from(index).unwrap() + 1;
            table.push(if index + 1 == count { END } else { next });
        }
        body.extend_from_slice(bytes);
        start
    };
    for stream in &streams {
        starts.push(if stream.is_empty() { END } else { chain(stream, &mut table) });
    }
    let mut directory = Vec::new();
    for entry in &entries {
        let mut bytes = [0_u8; 128];
        let units: Vec<u16> = entry.name.encode_utf16().collect();
        for (index, unit) in units.iter().enumerate() {
            bytes[index * 2..index * 2 + 2].copy_from_slice(&unit.to_le_bytes());
        }
        bytes[64..66].copy_from_slice(&u16::try_from((units.len() + 1) * 2).unwrap().to_le_bytes());
        bytes[66] = entry.kind;
        bytes[67] = 1;
        let start = if entry.kind == 2 { starts[entry.start as usize] } else { END };
        for (at, value) in [(68, NONE), (72, entry.right), (76, entry.child), (116, start)] {
            bytes[at..at + 4].copy_from_slice(&value.to_le_bytes());
        }
        bytes[120..128].copy_from_slice(&entry.length.to_le_bytes());
        directory.extend_from_slice(&bytes);
    }
    directory.resize(directory.len().div_ceil(SECTOR) * SECTOR, 0);
    let first_of_directory = chain(&directory, &mut table);
    assert!(table.len() <= SECTOR / 4, "one sector of table");
    table.resize(SECTOR / 4, NONE);
    let mut file = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    file.extend([0; 16]);
    for short in [0x3e_u16, 3, 0xfffe, 9, 6] {
        file.extend(short.to_le_bytes());
    }
    file.extend([0; 6]);
    // No directory sectors (version 3), one table sector, the directory, no transaction, no small streams at all.
    for word in [0, 1, first_of_directory, 0, 0, END, 0, END, 0, 0] {
        file.extend(word.to_le_bytes());
    }
    file.resize(SECTOR, 0xff);
    file.extend(table.iter().flat_map(|word| word.to_le_bytes()));
    file.extend(body);
    file
}

fn wide(tag: &str, text: &str) -> Node {
    Node::Stream(format!("__substg1.0_{tag}001F"), text.encode_utf16().flat_map(u16::to_le_bytes).collect())
}

fn properties(header: usize, entries: &[(u32, u64)]) -> Node {
    let mut bytes = vec![0; header];
    for (tag, value) in entries {
        bytes.extend(tag.to_le_bytes());
        bytes.extend([6, 0, 0, 0]);
        bytes.extend(value.to_le_bytes());
    }
    Node::Stream("__properties_version1.0".to_owned(), bytes)
}

/// A message with a table attached, sent on the first of January 2020.
pub(crate) fn message() -> Vec<u8> {
    let recipient =
        vec![properties(8, &[(0x0c15_0003, 1)]), wide("3001", "Ben Li"), wide("39FE", "ben@EXAMPLE.org")];
    let attachment = vec![
        properties(8, &[]),
        wide("3707", "values.csv"),
        Node::Stream("__substg1.0_37010102".to_owned(), b"Analyte;Value\r\nKalium;\"4,1\"\r\n".to_vec()),
    ];
    write(&[
        properties(32, &[(0x0039_0040, 132_223_104_000_000_000)]),
        wide("0037", "Report of Größe"),
        wide("0C1A", "Ada Okafor"),
        wide("5D01", "ada@example.org"),
        wide("1000", "Please see the table.\r\n"),
        Node::Storage("__recip_version1.0_#00000000".to_owned(), recipient),
        Node::Storage("__attach_version1.0_#00000000".to_owned(), attachment),
    ])
}
