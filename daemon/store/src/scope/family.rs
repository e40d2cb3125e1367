//! Families of file types, as people speak of them.
//!
//! The server's media type decides where it says something; otherwise the name's ending does. What belongs to no family
//! is `other`, which counts show and no rule can name.

/// Types that belong together in people's minds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Family {
    /// Pictures, scans among them.
    Images,
    /// Sound.
    Audio,
    /// Moving pictures.
    Video,
    /// PDF.
    Pdf,
    /// Word processing, tables, presentations.
    Office,
    /// Plain, Markdown, HTML and other readable text.
    Text,
    /// Packed files.
    Archives,
    /// Saved messages.
    Email,
    /// Whatever is left; has no rule of its own, but a line in counts.
    Other,
}

/// The names that rules may use.
pub(super) const NAMES: &str = "images, audio, video, pdf, office, text, archives, email";

impl Family {
    const NAMED: [Self; 8] = [
        Self::Images,
        Self::Audio,
        Self::Video,
        Self::Pdf,
        Self::Office,
        Self::Text,
        Self::Archives,
        Self::Email,
    ];

    /// The stable name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Images => "images",
            Self::Audio => "audio",
            Self::Video => "video",
            Self::Pdf => "pdf",
            Self::Office => "office",
            Self::Text => "text",
            Self::Archives => "archives",
            Self::Email => "email",
            Self::Other => "other",
        }
    }

    /// Reads a stable name that rules may use.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::NAMED.into_iter().find(|family| family.as_str() == name)
    }

    /// The family of a media type, or of an ending where the server says nothing useful.
    pub fn of(mime: Option<&str>, name: &str) -> Self {
        let mime = mime.unwrap_or_default();
        let told = match mime.split_once('/') {
            Some(("image", _)) => Some(Self::Images),
            Some(("audio", _)) => Some(Self::Audio),
            Some(("video", _)) => Some(Self::Video),
            Some(("text", _)) => Some(Self::Text),
            Some(("message", "rfc822")) => Some(Self::Email),
            Some(("application", sub)) => Self::of_application(sub),
            _ => None,
        };
        told.unwrap_or_else(|| Self::of_ending(&ending(name)))
    }

    fn of_application(sub: &str) -> Option<Self> {
        let office =
            ["vnd.openxmlformats-officedocument", "vnd.oasis.opendocument", "vnd.ms-", "msword", "rtf"];
        let packed = ["zip", "gzip", "x-gzip", "x-7z-compressed", "x-rar-compressed", "x-tar", "x-bzip2"];
        match sub {
            "pdf" => Some(Self::Pdf),
            "dicom" => Some(Self::Images),
            "json" | "xml" | "xhtml+xml" => Some(Self::Text),
            "vnd.ms-outlook" => Some(Self::Email),
            sub if office.iter().any(|start| sub.starts_with(start)) => Some(Self::Office),
            sub if packed.contains(&sub) => Some(Self::Archives),
            _ => None,
        }
    }

    fn of_ending(ending: &str) -> Self {
        match ending {
            "png" | "jpg" | "jpeg" | "gif" | "tif" | "tiff" | "bmp" | "webp" | "heic" | "svg" | "dcm" => {
                Self::Images
            }
            "mp3" | "wav" | "ogg" | "flac" | "m4a" | "opus" => Self::Audio,
            "mp4" | "mov" | "avi" | "mkv" | "webm" => Self::Video,
            "pdf" => Self::Pdf,
            "doc" | "docx" | "odt" | "rtf" | "xls" | "xlsx" | "ods" | "ppt" | "pptx" | "odp" => Self::Office,
            "txt" | "md" | "html" | "htm" | "csv" | "log" | "json" | "xml" => Self::Text,
            "zip" | "gz" | "tgz" | "7z" | "rar" | "tar" | "bz2" => Self::Archives,
            "eml" | "msg" => Self::Email,
            _ => Self::Other,
        }
    }
}

/// What stands behind the last dot, in lower case; empty for a name that only begins with one.
pub(crate) fn ending(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, ending)) if !stem.is_empty() => ending.to_lowercase(),
        _ => String::new(),
    }
}
