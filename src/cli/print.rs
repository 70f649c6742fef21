use std::io::{self, Write};

use super::FAILED;

/// Writes data to standard output and hands on the exit code.
pub(super) fn print(text: &str, code: u8) -> Result<u8, clap::Error> {
    let mut stream = anstream::stdout().lock();
    Ok(after(stream.write_all(text.as_bytes()).and_then(|()| stream.flush()), code))
}

/// Writes messages to standard error and hands on the exit code.
pub(super) fn print_error(text: &str, code: u8) -> Result<u8, clap::Error> {
    Ok(after(anstream::stderr().lock().write_all(text.as_bytes()), code))
}

fn after(written: io::Result<()>, code: u8) -> u8 {
    match written {
        Ok(()) => code,
        // Whoever read has heard enough, as `head` has.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => code,
        Err(error) => {
            let _ = writeln!(io::stderr(), "error: could not print: {error}");
            code.max(FAILED)
        }
    }
}
