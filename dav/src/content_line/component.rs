//! Which lines lie between which `BEGIN` and `END`.
//!
//! A frame that does not close, or closes another, is refused as a whole: whoever guesses where it ends would write into
//! the wrong component.

use super::{Component, Line, MAX_DEPTH, Quarantine};

/// The outermost components of these lines.
pub(super) fn frames(lines: &[Line]) -> Result<Vec<Component>, Quarantine> {
    let mut roots = Vec::new();
    let mut open: Vec<Component> = Vec::new();
    for (index, line) in lines.iter().enumerate() {
        match line.name.as_str() {
            "BEGIN" => {
                if open.len() >= MAX_DEPTH {
                    return Err(Quarantine::TooDeep);
                }
                open.push(Component {
                    name: line.value.trim().to_ascii_uppercase(),
                    begin: index,
                    end: index,
                    properties: Vec::new(),
                    children: Vec::new(),
                });
            }
            "END" => {
                let mut ended = open.pop().ok_or(Quarantine::Unbalanced)?;
                if !ended.name.eq_ignore_ascii_case(line.value.trim()) {
                    return Err(Quarantine::Unbalanced);
                }
                ended.end = index;
                match open.last_mut() {
                    Some(parent) => parent.children.push(ended),
                    None => roots.push(ended),
                }
            }
            "" => {}
            _ => {
                if let Some(component) = open.last_mut() {
                    component.properties.push(index);
                }
            }
        }
    }
    if open.is_empty() { Ok(roots) } else { Err(Quarantine::Unbalanced) }
}
