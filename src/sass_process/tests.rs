use std::io::Cursor;

use super::wire::{self, FromWorker, ToWorker};
use crate::kinds::sass::{Found, Request, Syntax};

#[test]
fn messages_come_through() {
    let mut bytes = Vec::new();
    let request = Request {
        path: "/a.scss".to_owned(),
        text: "a{b:é}".to_owned(),
        syntax: Syntax::Scss,
        folder: "/".to_owned(),
        silenced: vec!["import".to_owned()],
    };
    wire::write(&mut bytes, &ToWorker::Compile(request)).unwrap();
    let found = Found { path: "/b.scss".to_owned(), dependency: true };
    wire::write(&mut bytes, &ToWorker::Found(Ok(Some(found.clone())))).unwrap();
    let mut stream = Cursor::new(bytes);
    let Ok(ToWorker::Compile(request)) = wire::read(&mut stream) else { panic!() };
    assert_eq!(request.text, "a{b:é}");
    let Ok(ToWorker::Found(answer)) = wire::read(&mut stream) else { panic!() };
    assert_eq!(answer, Ok(Some(found)));
    assert!(wire::read::<ToWorker>(&mut stream).is_err(), "the stream ends");
}

#[test]
fn broken_messages_are_errors() {
    for bytes in [&b""[..], b"\x01", b"\xff\xff\xff\xff", b"\x04\0\0\0\xff\xff\xff\xff", b"\x02\0\0\0\x00"] {
        assert!(wire::read::<FromWorker>(&mut Cursor::new(bytes)).is_err(), "{bytes:?}");
    }
}
