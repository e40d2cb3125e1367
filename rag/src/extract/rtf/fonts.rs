//! Which encoding the bytes of each font are in.

use std::collections::HashMap;

use encoding_rs::Encoding;

/// Fonts remembered of one file.
const MOST_FONTS: usize = 10_000;

/// The encodings of a file's fonts.
#[derive(Debug, Default)]
pub(super) struct Fonts {
    /// The code page of the whole file.
    page: Option<i32>,
    charsets: HashMap<u32, i32>,
}

impl Fonts {
    pub(super) fn set_page(&mut self, page: Option<i32>) {
        self.page = page.or(self.page);
    }

    pub(super) fn set_charset(&mut self, font: u32, charset: Option<i32>) {
        if self.charsets.len() < MOST_FONTS {
            self.charsets.insert(font, charset.unwrap_or(0));
        }
    }

    /// Bytes of a font as text.
    pub(super) fn decode(&self, font: u32, bytes: &[u8]) -> String {
        if bytes.is_ascii() {
            return String::from_utf8_lossy(bytes).into_owned();
        }
        let page = self.charsets.get(&font).and_then(|charset| page_of(*charset)).or(self.page);
        let encoding = page.and_then(encoding_of).unwrap_or(encoding_rs::WINDOWS_1252);
        encoding.decode_without_bom_handling(bytes).0.into_owned()
    }
}

/// The code page of a charset number (Rich Text Format 1.9.1, `\fcharset`); 0 and 1 follow the file.
fn page_of(charset: i32) -> Option<i32> {
    Some(match charset {
        77 => 10_000,
        128 => 932,
        129 => 949,
        134 => 936,
        136 => 950,
        161 => 1253,
        162 => 1254,
        163 => 1258,
        177 => 1255,
        178 => 1256,
        186 => 1257,
        204 => 1251,
        222 => 874,
        238 => 1250,
        _ => return None,
    })
}

/// The encoding of a Windows code page.
pub(crate) fn encoding_of(page: i32) -> Option<&'static Encoding> {
    let label = match page {
        932 => "shift_jis".to_owned(),
        936 | 54936 => "gb18030".to_owned(),
        949 => "euc-kr".to_owned(),
        950 => "big5".to_owned(),
        866 => "ibm866".to_owned(),
        10_000 => "macintosh".to_owned(),
        10_007 => "x-mac-cyrillic".to_owned(),
        20_866 => "koi8-r".to_owned(),
        21_866 => "koi8-u".to_owned(),
        65_001 => "utf-8".to_owned(),
        28_591..=28_606 => format!("iso-8859-{}", page - 28_590),
        page => format!("windows-{page}"),
    };
    Encoding::for_label(label.as_bytes())
}
