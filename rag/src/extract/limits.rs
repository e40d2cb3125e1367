//! What is taken from one document at most.
//!
//! The defaults let through every document a clinic writes (a 3,000-page reference work included) and stop those
//! made to hurt. Input and expansion limits refuse the document; page and character limits cut it and disclose that.

/// What is taken from one document at most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ExtractLimits {
    /// Bytes of the file. The PDF reader holds the file in memory twice.
    pub input_bytes: u64,
    /// Pages; later ones are left out and the document is marked as truncated.
    pub pages: u32,
    /// Characters of all pages together; the rest is left out and the document is marked as truncated.
    pub characters: usize,
    /// Bytes that a package (DOCX) may unpack to, counted while unpacking and not as the package claims.
    pub expanded_bytes: u64,
    /// How many times its packed size a package may unpack to.
    pub expansion_ratio: u64,
    /// Members of a package.
    pub entries: usize,
    /// Depth of nested elements (HTML) or tables (DOCX) that is still followed.
    pub depth: usize,
}

impl ExtractLimits {
    /// Packages smaller than this unpacked are never refused for their ratio: a short letter repeats itself enough
    /// to compress well.
    pub const RATIO_FLOOR_BYTES: u64 = 4 << 20;
}

impl Default for ExtractLimits {
    fn default() -> Self {
        Self {
            input_bytes: 100 << 20,
            pages: 5_000,
            characters: 4_000_000,
            expanded_bytes: 256 << 20,
            expansion_ratio: 200,
            entries: 10_000,
            depth: 256,
        }
    }
}
