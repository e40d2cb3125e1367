//! Which encoding text without a mark is in.
//!
//! Each encoding that clinics' programs have written is tried, and what comes out is looked at: letters that go together,
//! capitals where capitals stand, the letters that languages use often. The best reading wins, Windows-1252 when nothing
//! speaks for another. This guesses; a byte-order mark, valid UTF-8 or a declared charset is asked before it.

use encoding_rs::{
    BIG5, EUC_JP, EUC_KR, Encoding, GB18030, IBM866, ISO_2022_JP, ISO_8859_2, ISO_8859_5, ISO_8859_7, KOI8_R,
    MACINTOSH, SHIFT_JIS, UTF_16BE, UTF_16LE, WINDOWS_1250, WINDOWS_1251, WINDOWS_1252, WINDOWS_1253,
    WINDOWS_1254, WINDOWS_1255, WINDOWS_1256, WINDOWS_1257,
};

/// Bytes that are looked at.
const SAMPLE: usize = 64 << 10;

/// Asked in this order; of equally good ones the first is taken.
const CANDIDATES: [&Encoding; 20] = [
    WINDOWS_1252, WINDOWS_1250, ISO_8859_2, WINDOWS_1251, KOI8_R, IBM866, ISO_8859_5, WINDOWS_1253,
    ISO_8859_7, WINDOWS_1254, WINDOWS_1257, WINDOWS_1255, WINDOWS_1256, MACINTOSH, SHIFT_JIS, EUC_JP,
    GB18030, BIG5, EUC_KR, ISO_2022_JP,
];

/// UTF-16 without a mark: text of which every other byte is nearly always the same small one.
pub(crate) fn wide(bytes: &[u8]) -> Option<&'static Encoding> {
    let sample = &bytes[..bytes.len().min(SAMPLE) & !1];
    if sample.len() < 8 || !bytes.len().is_multiple_of(2) {
        return None;
    }
    let zeros = |from: usize| sample.iter().skip(from).step_by(2).filter(|byte| **byte == 0).count();
    let (even, odd, half) = (zeros(0), zeros(1), sample.len() / 2);
    let encoding = match (even * 10 >= half * 6, odd * 10 >= half * 6) {
        (false, true) if even * 50 <= half => UTF_16LE,
        (true, false) if odd * 50 <= half => UTF_16BE,
        _ => return None,
    };
    let (text, wrong) = encoding.decode_without_bom_handling(sample);
    let odd = text.chars().filter(|c| c.is_control() && !c.is_whitespace()).count();
    (!wrong && odd == 0).then_some(encoding)
}

/// The likeliest encoding of bytes that are no UTF-8.
pub(crate) fn guess(bytes: &[u8]) -> &'static Encoding {
    let mut sample = &bytes[..bytes.len().min(SAMPLE)];
    // A character of several bytes may be cut at the end of the sample.
    if sample.len() < bytes.len() {
        let end = sample.iter().rposition(|byte| *byte == b'\n').unwrap_or(sample.len());
        sample = &sample[..end];
    }
    if sample.is_ascii() {
        let shifts = sample.windows(3).any(|part| matches!(part, b"\x1b$B" | b"\x1b$@"));
        return if shifts { ISO_2022_JP } else { WINDOWS_1252 };
    }
    let mut best = (i64::MIN, WINDOWS_1252);
    for encoding in CANDIDATES {
        let (text, wrong) = encoding.decode_without_bom_handling(sample);
        if wrong && encoding != WINDOWS_1252 {
            continue;
        }
        let score = plausibility(&text) - handicap(encoding);
        if score > best.0 {
            best = (score, encoding);
        }
    }
    best.1
}

/// What must speak for an encoding before it is taken for the usual one, more for those that hardly anything writes.
fn handicap(encoding: &'static Encoding) -> i64 {
    const RARE: [&Encoding; 5] = [IBM866, ISO_8859_5, ISO_8859_7, MACINTOSH, WINDOWS_1257];
    match encoding {
        encoding if encoding == WINDOWS_1252 => 0,
        encoding if RARE.contains(&encoding) => 8,
        encoding if !encoding.is_single_byte() => 12,
        _ => 4,
    }
}

/// How much a text looks like one that somebody wrote.
fn plausibility(text: &str) -> i64 {
    let mut score = 0;
    let mut before = ' ';
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let after = chars.peek().copied().unwrap_or(' ');
        if !c.is_ascii() {
            score += weight(c) + neighbours(before, c, after);
        } else if c.is_ascii_alphabetic() && script(before) > 1 {
            score -= 4;
        }
        before = c;
    }
    score
}

/// How often a letter stands in the languages that have it.
#[expect(clippy::match_same_arms, reason = "one arm for each group of languages")]
fn weight(c: char) -> i64 {
    match c {
        'ä' | 'ö' | 'ü' | 'ß' | 'é' | 'è' | 'à' | 'ç' | 'ñ' | 'ó' | 'í' | 'á' | 'ú' | 'ê' | 'ã' | 'å'
        | 'ø' | 'æ' => 6,
        'Ä' | 'Ö' | 'Ü' | 'É' | 'ô' | 'î' | 'û' | 'â' | 'õ' | 'ë' | 'ï' | 'ù' | 'ò' | 'ì' | 'À' | 'Å'
        | 'Ø' => 4,
        'ą' | 'ę' | 'ł' | 'ś' | 'ż' | 'ć' | 'ń' | 'ě' | 'š' | 'č' | 'ř' | 'ž' | 'ý' | 'ů' | 'ő' | 'ű' => {
            5
        }
        'ź' | 'ť' | 'ď' | 'ň' | 'ă' | 'ş' | 'ţ' | 'đ' | 'Ś' | 'Ł' | 'Č' | 'Š' | 'Ž' | 'Ř' | 'Ż' => {
            4
        }
        'ı' | 'ğ' | 'İ' | 'Ş' | 'Ğ' => 5,
        'ė' | 'į' | 'ų' | 'ū' | 'ā' | 'ē' | 'ī' | 'ļ' | 'ķ' | 'ņ' | 'ģ' => 4,
        'о' | 'е' | 'а' | 'и' | 'н' | 'т' | 'с' | 'р' | 'в' | 'л' | 'к' | 'м' | 'д' | 'п' | 'у' => {
            6
        }
        'я' | 'ы' | 'ь' | 'г' | 'з' | 'б' | 'ч' | 'й' | 'х' | 'ж' | 'ш' | 'ю' | 'ц' | 'щ' | 'э' | 'ф' => {
            4
        }
        'А'..='Я' | 'ё' | 'і' | 'ї' | 'є' => 2,
        'α' | 'ο' | 'ι' | 'ε' | 'τ' | 'σ' | 'ν' | 'η' | 'υ' | 'ρ' | 'ς' | 'κ' | 'π' | 'μ' | 'λ' | 'ω' => {
            6
        }
        'ά' | 'έ' | 'ή' | 'ί' | 'ό' | 'ύ' | 'ώ' | 'θ' | 'δ' | 'γ' | 'χ' | 'φ' | 'β' | 'ξ' | 'ζ' | 'ψ' => {
            5
        }
        'י' | 'ו' | 'ה' | 'ל' | 'א' | 'ר' | 'ת' | 'ב' | 'מ' | 'ש' | 'נ' => 8,
        'א'..='ת' => 6,
        'ا' | 'ل' | 'م' | 'ي' | 'ن' | 'و' | 'ر' | 'ت' | 'ب' => 8,
        'ا'..='ي' => 6,
        'ぁ'..='ゖ' | '、' | '。' => 12,
        'ァ'..='ヺ' | 'ー' => 9,
        '가'..='힣' => 9,
        '的' | '一' | '是' | '了' | '在' | '人' | '有' | '他' | '不' | '中' | '大' | '和' | '者' | '病'
        | '患' | '日' | '年' | '月' | '用' | '医' | '醫' | '為' | '为' | '每' | '次' | '上' | '後' | '后'
        | '前' | '量' => 14,
        '一'..='鿿' => 6,
        '“' | '”' | '„' | '‘' | '’' | '–' | '—' | '…' | '€' | '•' => 2,
        '°' | 'µ' | '±' | '§' | '«' | '»' | '·' | '®' | '©' | '²' | '³' | '½' | '£' | '¥' | '¢' | '×'
        | '÷' | '¿' | '¡' => 1,
        '\u{80}'..='\u{9f}' | '\u{fffd}' | '\u{e000}'..='\u{f8ff}' => -20,
        c if c.is_alphabetic() => 0,
        _ => -2,
    }
}

/// Whether a character fits those beside it.
fn neighbours(before: char, c: char, after: char) -> i64 {
    let mut score = 0;
    if c.is_alphabetic() {
        if before.is_alphabetic() && script(before) != script(c) {
            score -= 6;
        }
        // Accents on neighbouring letters, as every word of another script has when it is read as ours.
        if script(c) == 1 && script(before) == 1 && !before.is_ascii() {
            score -= 3;
        }
        // A capital after a small letter, as a text in the wrong Cyrillic encoding has everywhere.
        if c.is_uppercase() && before.is_lowercase() {
            score -= 8;
        }
        // A form that only ends words, in the middle of one.
        if matches!(c, 'ך' | 'ם' | 'ן' | 'ף' | 'ץ' | 'ς') && after.is_alphabetic() {
            score -= 12;
        }
        if c.is_uppercase() && after.is_lowercase() && !before.is_alphabetic() {
            score += 2;
        }
    } else if before.is_alphabetic() && after.is_alphabetic() && !matches!(c, '’' | '–' | '·' | '-') {
        // A sign in the middle of a word.
        score -= 8;
    }
    score
}

/// Letters of different scripts do not make a word.
fn script(c: char) -> u8 {
    match c {
        c if !c.is_alphabetic() => 0,
        '\u{0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => 1,
        '\u{370}'..='\u{3ff}' => 2,
        '\u{400}'..='\u{52f}' => 3,
        '\u{590}'..='\u{5ff}' => 4,
        '\u{600}'..='\u{6ff}' => 5,
        // The scripts of East Asia stand beside each other and beside ours.
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use encoding_rs::{
        BIG5, EUC_JP, EUC_KR, Encoding, GB18030, IBM866, ISO_8859_2, KOI8_R, SHIFT_JIS, WINDOWS_1250,
        WINDOWS_1251, WINDOWS_1252, WINDOWS_1253, WINDOWS_1254, WINDOWS_1255,
    };

    use super::{guess, wide};

    /// Sentences of everyday notes, made up for these tests.
    const TEXTS: [(&Encoding, &str); 17] = [
        (WINDOWS_1252, "Größe und Gewicht müssen täglich gemessen werden, außer bei Übelkeit."),
        (WINDOWS_1252, "Le patient a été traité après l'opération, très bien toléré à l'hôpital, ça va."),
        (WINDOWS_1252, "La paciente señaló dolor en la región lumbar después de la operación."),
        (WINDOWS_1252, "Dose 5 mg – “twice daily” at 37 °C, £20"),
        (WINDOWS_1250, "Pacjent został przyjęty na oddział, źle śpi i skarży się na ból głowy."),
        (ISO_8859_2, "Pacjent został przyjęty na oddział, źle śpi i skarży się na ból głowy."),
        (WINDOWS_1250, "Příliš žluťoučký kůň úpěl ďábelské ódy, děti měly horečku."),
        (WINDOWS_1251, "Пациент принимает лекарство два раза в день после еды."),
        (KOI8_R, "Пациент принимает лекарство два раза в день после еды."),
        (IBM866, "Пациент принимает лекарство два раза в день после еды."),
        (WINDOWS_1253, "Ο ασθενής λαμβάνει το φάρμακο δύο φορές την ημέρα."),
        (WINDOWS_1254, "Hasta ilacı günde iki kez alıyor, ağrısı azaldı, şikâyeti yok."),
        (WINDOWS_1255, "החולה מקבל את התרופה פעמיים ביום"),
        (SHIFT_JIS, "患者は一日に二回、食後にこの薬を飲みます。"),
        (EUC_JP, "患者は一日に二回、食後にこの薬を飲みます。"),
        (GB18030, "患者每天服用两次药物，饭后服用，不得超过规定的剂量。"),
        (EUC_KR, "환자는 하루에 두 번 식후에 약을 복용합니다."),
    ];

    #[test]
    fn the_encodings_of_clinics_are_told_apart() {
        for (encoding, text) in TEXTS {
            let (bytes, _, lost) = encoding.encode(text);
            assert!(!lost, "{text}");
            let guessed = guess(&bytes);
            let read = guessed.decode_without_bom_handling(&bytes).0;
            assert_eq!(read, text, "{} taken for {}", encoding.name(), guessed.name());
        }
        let (bytes, _, _) = BIG5.encode("患者每天服用兩次藥物，飯後服用，不得超過規定的劑量。");
        assert_eq!(guess(&bytes).name(), "Big5");
    }

    #[test]
    fn wide_text_needs_no_mark() {
        let little: Vec<u8> = "Dose 5 mg, Größe".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = "Dose 5 mg, Größe".encode_utf16().flat_map(u16::to_be_bytes).collect();
        assert_eq!(wide(&little).map(Encoding::name), Some("UTF-16LE"));
        assert_eq!(wide(&big).map(Encoding::name), Some("UTF-16BE"));
        assert_eq!(wide(b"plain text, nothing wide in it"), None);
        assert_eq!(wide(&[0; 64]), None);
    }
}
