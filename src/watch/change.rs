use notify::event::{AccessKind, AccessMode, ModifyKind};
use notify::{Event, EventKind};

use super::watch_state::Change;

/// What an event says of its paths; `None` for those that are no change: whoever reads wakes nobody.
pub fn change_of(event: &Event) -> Option<Change> {
    match event.kind {
        EventKind::Access(AccessKind::Close(AccessMode::Write)) => Some(Change::Complete),
        EventKind::Access(_) => None,
        EventKind::Modify(ModifyKind::Name(_) | ModifyKind::Metadata(_)) => Some(Change::Complete),
        EventKind::Create(_) | EventKind::Remove(_) | EventKind::Modify(_) | EventKind::Any | EventKind::Other => {
            Some(Change::Begun)
        }
    }
}
