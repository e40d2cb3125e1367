//! Sets of message numbers as they stand in commands, read and written.

/// The numbers of a set; `*` is the largest there is.
pub(crate) fn ranges(set: &str, largest: u32) -> Option<Vec<(u32, u32)>> {
    let number = |text: &str| if text == "*" { Some(largest) } else { text.parse().ok() };
    set.split(',')
        .map(|part| {
            let (first, last) = part.split_once(':').unwrap_or((part, part));
            let (first, last) = (number(first)?, number(last)?);
            Some((first.min(last), first.max(last)))
        })
        .collect()
}

pub(crate) fn contains(ranges: &[(u32, u32)], number: u32) -> bool {
    ranges.iter().any(|(first, last)| (*first..=*last).contains(&number))
}

/// Numbers as a set, ascending.
pub(crate) fn write(numbers: &[u32]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut numbers = numbers.iter().copied().peekable();
    while let Some(first) = numbers.next() {
        let mut last = first;
        while numbers.peek() == Some(&(last + 1)) {
            last += 1;
            numbers.next();
        }
        parts.push(if first == last { first.to_string() } else { format!("{first}:{last}") });
    }
    parts.join(",")
}
