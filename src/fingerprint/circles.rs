//! The order in which names can be given.

use crate::graph::{ChunkId, Draft};

/// Drafts that get their names together.
pub struct Group {
    /// Sorted by logical name.
    pub members: Vec<ChunkId>,
    /// Whether they refer to each other, or the only one to itself.
    pub circle: bool,
}

/// The strongly connected components of the references, each after all that it refers to (Tarjan 1972, with a stack of
/// our own instead of recursion).
pub fn groups(drafts: &[Draft]) -> Vec<Group> {
    const UNSEEN: usize = usize::MAX;
    let mut index = vec![UNSEEN; drafts.len()];
    let mut lowest = vec![UNSEEN; drafts.len()];
    let mut waiting = vec![false; drafts.len()];
    let mut stack = Vec::new();
    let mut groups = Vec::new();
    let mut next_index = 0;
    for start in 0..drafts.len() {
        if index[start] != UNSEEN {
            continue;
        }
        let mut open = vec![(start, 0)];
        while let Some((at, edge)) = open.pop() {
            if edge == 0 {
                (index[at], lowest[at]) = (next_index, next_index);
                next_index += 1;
                stack.push(at);
                waiting[at] = true;
            }
            if let Some(&ChunkId(to)) = drafts[at].references.get(edge) {
                open.push((at, edge + 1));
                if index[to] == UNSEEN {
                    open.push((to, 0));
                } else if waiting[to] {
                    lowest[at] = lowest[at].min(index[to]);
                }
                continue;
            }
            if let Some(&(parent, _)) = open.last() {
                lowest[parent] = lowest[parent].min(lowest[at]);
            }
            if lowest[at] == index[at] {
                let mut members = stack.split_off(stack.iter().rposition(|&member| member == at).unwrap_or(0));
                members.iter().for_each(|&member| waiting[member] = false);
                members.sort_by_key(|&member| &drafts[member].logical);
                let circle = members.len() > 1 || drafts[at].references.contains(&ChunkId(at));
                groups.push(Group { members: members.into_iter().map(ChunkId).collect(), circle });
            }
        }
    }
    groups
}
