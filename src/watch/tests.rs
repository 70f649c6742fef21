use std::path::PathBuf;
use std::time::Duration;

use super::watch_state::{Change, QUIET, WatchState, Work};

fn at(milliseconds: u64) -> Duration {
    Duration::from_millis(milliseconds)
}

fn path(number: u64) -> PathBuf {
    PathBuf::from(format!("/p/{number}"))
}

/// The moment at which the state gives its work, asked every millisecond, and the work.
fn taken(state: &mut WatchState, from: u64) -> (u64, Work) {
    (from..from + 60_000).find_map(|now| Some((now, state.take(at(now))?))).expect("it is due some time")
}

#[test]
fn nothing_is_due_when_nothing_changed() {
    let mut state = WatchState::default();
    assert_eq!((state.due(), state.take(at(1000))), (None, None));
}

#[test]
fn a_save_is_looked_at_almost_at_once() {
    let mut state = WatchState::default();
    // Written in place: opened, truncated, written, closed.
    state.note(at(100), path(1), Change::Begun);
    state.note(at(100), path(1), Change::Begun);
    state.note(at(101), path(1), Change::Complete);
    assert_eq!(taken(&mut state, 101).0, 103);
    // By rename: the temporary file and the file itself.
    state.note(at(200), path(2), Change::Begun);
    state.note(at(200), path(2), Change::Complete);
    state.note(at(200), path(1), Change::Complete);
    assert_eq!(taken(&mut state, 200).0, 202);
}

#[test]
fn what_has_begun_is_waited_for() {
    let mut state = WatchState::default();
    state.note(at(100), path(1), Change::Begun);
    assert_eq!(taken(&mut state, 100).0, 120);
    // Without an end, only for so long.
    let mut state = WatchState::default();
    let looked = (0..1000).find(|&now| {
        state.note(at(now), path(1), Change::Begun);
        state.take(at(now)).is_some()
    });
    assert_eq!(looked, Some(200));
}

#[test]
fn a_checkout_of_thousands_of_files_is_one_piece_of_work() {
    let mut state = WatchState::default();
    for now in 0..5000 {
        state.note(at(now), path(now), Change::Begun);
        state.note(at(now), path(now), Change::Complete);
        // The first few look like files that are saved; git's lock says otherwise, and the loop asks for it.
        if now < 8 {
            state.postpone(at(now));
        }
        assert_eq!(state.take(at(now)), None, "{now}");
    }
    let (now, work) = taken(&mut state, 5000);
    assert_eq!((now, work.paths.len()), (4999 + 20, 5000));
    assert_eq!(state, WatchState::default());
}

#[test]
fn lost_events_are_looked_for_everywhere() {
    let mut state = WatchState::default();
    state.note(at(5), path(1), Change::Complete);
    state.note_everything(at(6));
    assert_eq!(taken(&mut state, 6), (26, Work { paths: vec![path(1)], everything: true }));
}

#[test]
fn a_file_that_is_gone_is_waited_for_once() {
    let mut state = WatchState::default();
    state.note(at(0), path(1), Change::Begun);
    assert!(state.wait_once(at(20)));
    assert_eq!(state.due(), Some(at(20) + QUIET));
    assert!(!state.wait_once(at(40)));
    assert_eq!(taken(&mut state, 40).0, 40);
    state.note(at(100), path(1), Change::Begun);
    assert!(state.wait_once(at(120)), "and again with the next change");
}

#[test]
fn a_clock_that_stands_still_harms_nothing() {
    let mut state = WatchState::default();
    for _ in 0..100 {
        state.note(at(7), path(1), Change::Complete);
    }
    assert_eq!(state.since(at(3)), Duration::ZERO);
    assert_eq!(taken(&mut state, 7).0, 9);
}
