//! Of a panic only the place is told.
//!
//! Its message can hold anything: a slice of the text that was being cut, the value that was not there. So the hook writes
//! file and line, to the log where there is one and to standard error, and drops the rest. One panic is none: when
//! whoever reads what a command prints has seen enough (`voiceassist … | head`), the standard library panics, and the command
//! ends in silence.

use std::panic::{Location, PanicHookInfo};

/// Replaces the standard hook, which prints the message.
pub fn tell_without_content() {
    std::panic::set_hook(Box::new(tell));
}

fn tell(panic: &PanicHookInfo<'_>) {
    if panic.payload_as_str().is_some_and(is_unread) {
        std::process::exit(0);
    }
    let place = panic.location().map_or_else(|| "an unknown place".to_owned(), place);
    if tracing::event_enabled!(tracing::Level::ERROR) {
        tracing::error!(place, "a part of the program stopped where it should not");
    } else {
        eprintln!("voiceassist: the program stopped where it should not: {place}");
    }
}

/// Whether this is what `println!` says when nobody reads standard output any more.
fn is_unread(message: &str) -> bool {
    message.starts_with("failed printing to stdout") && message.contains("Broken pipe")
}

/// File, line and column, without the folders of the machine it was built on.
fn place(location: &Location<'_>) -> String {
    let file = location.file();
    let shown = file.rsplit_once("/registry/src/").map_or(file, |(_, rest)| rest);
    format!("{}:{}:{}", shown.trim_start_matches('/'), location.line(), location.column())
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    #[derive(Clone, Default)]
    struct Log(Arc<Mutex<Vec<u8>>>);

    impl Write for Log {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0.lock().expect("nobody panicked").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn a_panic_tells_its_place_and_not_its_message() {
        let log = Log::default();
        let writer = log.clone();
        let lines = tracing_subscriber::fmt().with_writer(move || writer.clone()).finish();
        super::tell_without_content();
        let ended = tracing::subscriber::with_default(lines, || {
            std::panic::catch_unwind(|| std::panic::panic_any(String::from("Erika Mustermann")))
        });
        // The hook belongs to the whole process.
        drop(std::panic::take_hook());
        assert!(ended.is_err());
        let told = String::from_utf8(log.0.lock().expect("nobody panicked").clone()).expect("text");
        assert!(told.contains("daemon/src/telemetry/panics.rs:") && !told.contains("Mustermann"), "{told}");
    }

    #[test]
    fn a_place_is_told_without_the_folders_of_the_machine() {
        let told = super::place(std::panic::Location::caller());
        assert!(told.starts_with("daemon/src/telemetry/panics.rs:"), "{told}");
    }
}
