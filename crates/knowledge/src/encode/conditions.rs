//! Conditions as a flat list in a pack's bytes.
//!
//! A rule's condition nests, and bytes could claim that it nests a million deep, which would exhaust
//! the stack of whoever reads them. So bytes hold the nodes in the order of a walk from the top, and
//! reading refuses to go deeper than [`DEPTH`]. In TOML, whose reader has a bound of its own, a
//! condition stays as it is.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::kinds::{Condition, Is, Observed, Talks, Visits};

/// How deep conditions may nest; our choice, far above what rules need.
pub(crate) const DEPTH: usize = 16;

/// One node; `All` and `Any` say how many of the following trees are theirs.
#[derive(Serialize, Deserialize)]
enum Node {
    All(u32),
    Any(u32),
    Not,
    Observed(Observed),
    Talks(Talks),
    Visits(Visits),
    Is(Is),
}

pub(crate) fn serialize<S: Serializer>(
    condition: &Condition,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    if serializer.is_human_readable() {
        return condition.serialize(serializer);
    }
    let mut nodes = Vec::new();
    flatten(condition, &mut nodes);
    nodes.serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Condition, D::Error> {
    if deserializer.is_human_readable() {
        return Condition::deserialize(deserializer);
    }
    let mut nodes = Vec::deserialize(deserializer)?.into_iter();
    let condition = build(&mut nodes, 0).ok_or_else(|| D::Error::custom("a condition is cut"))?;
    if nodes.next().is_some() {
        Err(D::Error::custom("a condition goes on"))
    } else {
        Ok(condition)
    }
}

fn flatten(condition: &Condition, nodes: &mut Vec<Node>) {
    let count = |parts: &[Condition]| u32::try_from(parts.len()).unwrap_or(u32::MAX);
    let parts = match condition {
        Condition::All(parts) => {
            nodes.push(Node::All(count(parts)));
            parts.as_slice()
        }
        Condition::Any(parts) => {
            nodes.push(Node::Any(count(parts)));
            parts.as_slice()
        }
        Condition::Not(part) => {
            nodes.push(Node::Not);
            std::slice::from_ref(&**part)
        }
        Condition::Observed(seen) => return nodes.push(Node::Observed(seen.clone())),
        Condition::Talks(talks) => return nodes.push(Node::Talks(talks.clone())),
        Condition::Visits(visits) => return nodes.push(Node::Visits(visits.clone())),
        Condition::Is(is) => return nodes.push(Node::Is(is.clone())),
    };
    for part in parts {
        flatten(part, nodes);
    }
}

/// The next whole tree; `None` if the nodes end before it does, or it is too deep.
fn build(nodes: &mut impl Iterator<Item = Node>, depth: usize) -> Option<Condition> {
    if depth > DEPTH {
        return None;
    }
    Some(match nodes.next()? {
        Node::All(count) => Condition::All(several(nodes, count, depth + 1)?),
        Node::Any(count) => Condition::Any(several(nodes, count, depth + 1)?),
        Node::Not => Condition::Not(Box::new(build(nodes, depth + 1)?)),
        Node::Observed(seen) => Condition::Observed(seen),
        Node::Talks(talks) => Condition::Talks(talks),
        Node::Visits(visits) => Condition::Visits(visits),
        Node::Is(is) => Condition::Is(is),
    })
}

fn several(
    nodes: &mut impl Iterator<Item = Node>,
    count: u32,
    depth: usize,
) -> Option<Vec<Condition>> {
    (0..count).map(|_| build(nodes, depth)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen() -> Condition {
        Condition::Observed(Observed { field: "telnet.banner".into(), ..Observed::default() })
    }

    fn flat(condition: &Condition) -> Vec<Node> {
        let mut nodes = Vec::new();
        flatten(condition, &mut nodes);
        nodes
    }

    #[test]
    fn a_tree_survives_being_flattened() {
        let not = Condition::Not(Box::new(Condition::Talks(Talks::default())));
        let tree = Condition::All(vec![seen(), Condition::Any(vec![not, seen()]), seen()]);
        assert_eq!(build(&mut flat(&tree).into_iter(), 0), Some(tree));
    }

    #[test]
    fn a_tree_cut_short_or_too_deep_is_refused() {
        let tree = Condition::All(vec![seen(), seen()]);
        assert_eq!(build(&mut flat(&tree).into_iter().take(2), 0), None);
        let deep = std::iter::repeat_with(|| Node::Not).take(1_000_000);
        assert_eq!(build(&mut deep.into_iter(), 0), None);
    }
}
