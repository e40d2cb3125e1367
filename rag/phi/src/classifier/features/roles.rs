//! What a word does in its sentence: the small words of nine languages by their task, others by their ending.
//!
//! A name in a sentence nobody has seen before still stands where names stand: behind a preposition, before a verb,
//! between two conjunctions. Small words of every language that is met are put to the same task, so that what is learnt of
//! "in … since" holds for "à … depuis". The list is of function words as every grammar has them.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::classifier::features::hash;
use crate::lexicon::Marks;
use crate::words::{Shape, Word};

/// Tasks and the words that do them, folded.
const TASKS: &[(u32, &str)] = &[
    (
        1,
        "the an this that these those my her his our their your its some any every each no der die das ein eine einen einem \
einer eines dem den des mein meine meinen meiner unser unsere unserer ihre ihren ihrer sein seine seiner le la les un une mon ma mes \
sa ses notre votre leur ce cette el los las una unos mi mis su sus nuestro nuestra este esta il lo gli uno mio mia suo sua nostro \
nostra het een mijn zijn haar onze um uma meu minha seu moj moja moje nasz nasza bu",
    ),
    (
        2,
        "in near from to at around outside towards toward via between into across off inside aus nach bei beim im zu zum zur von \
vom vor hinter am a depuis vers chez dans en desde hasta hacia cerca da dal di w z do we op naar uit bij em fra till fran uber",
    ),
    (
        3,
        "with without for by of about after before since until till against despite per behind beside under over except unlike mit \
fur ohne seit gegen wegen trotz avec pour sans par sur selon con para sin por sobre met voor zonder dla bez com sem ile icin",
    ),
    (
        4,
        "i he she they we you it him them me us someone somebody nobody anyone everyone ich er sie wir ihr es ihn ihm uns jemand je \
tu elle nous vous ils elles yo ella nosotros io lui lei noi ik hij zij wij ja ona ben sen biz ele eu",
    ),
    (
        5,
        "is was are were be been has had have do does did will would can could should may might must shall ist war sind hat haben \
hatte wird wurde kann konnte soll muss darf mag est etait ont sont sera peut doit avait era esta fue han puede debe ha puo deve jest \
byl byla moze ma heeft had wordt werd kan moet mag foi pode deve tem oldu var yok isn't wasn't hasn't didn't can't won't don't",
    ),
    (
        6,
        "and or but nor plus und oder aber sowie et ou mais y e o pero ed ma i oraz lub of maar ve veya mas och og",
    ),
    (
        7,
        "if because while so than as though although unless whether dass wenn weil als ob damit que si parce cuando porque che se \
perche ze jesli bo dat omdat zodat diye",
    ),
    (
        8,
        "what where when why how which whose who whom was wo wann warum wie welche welcher wer wem quel quelle quand comment \
pourquoi quien donde como cual cuando cosa dove come quale chi czy co gdzie kiedy kto wat waar hoe wie ne nerede kim mi onde",
    ),
    (
        9,
        "not never always again already still today yesterday tomorrow now here there also only just too very soon later tonight \
nicht nie immer schon wieder noch heute gestern morgen jetzt hier auch nur sehr bald pas plus jamais deja encore hier demain ici aussi \
ya todavia hoy ayer manana siempre nunca tambien non piu gia oggi ieri domani sempre ancora nie juz dzis wczoraj jutro niet al nog \
vandaag gisteren dun bugun hic yarin nao hoje ontem",
    ),
    (
        10,
        "says said asked wants needs called calls rang wrote told thinks knows likes sagt sagte will braucht fragt dit veut demande \
dice quiere pide vuole chiede mowi chce zegt wil diyor istiyor",
    ),
    (
        11,
        "please pls thanks thank hi hello hey dear sorry ok okay yes bitte danke hallo liebe lieber bonjour salut merci hola gracias \
ciao buongiorno grazie prosze dzien hoi dank merhaba lutfen ola obrigado",
    ),
];

/// Endings by which words of the open classes are told apart, longer ones first.
const ENDINGS: [&str; 20] = [
    "tion", "ung", "heit", "keit", "ment", "ing", "ed", "ly", "te", "en", "er", "es", "s", "t", "e", "a",
    "o", "i", "y", "n",
];

fn tasks() -> &'static HashMap<&'static str, u32> {
    static TABLE: LazyLock<HashMap<&'static str, u32>> = LazyLock::new(|| {
        let mut table = HashMap::new();
        for (task, words) in TASKS {
            for word in words.split_whitespace() {
                // The first task of a word that has several in several languages.
                table.entry(word).or_insert(*task);
            }
        }
        table
    });
    &TABLE
}

/// The role of a word, a number or a sign; never 0.
pub(super) fn of(word: &Word<'_>) -> u32 {
    match word.shape {
        Shape::Sign => hash(word.text.as_bytes()) | 1,
        Shape::Number => 200 + u32::try_from(word.text.len().min(6)).unwrap_or(6),
        _ => tasks().get(word.folded.as_ref()).copied().unwrap_or_else(|| open(word)),
    }
}

/// A word of an open class: whether it is an everyday or clinical one, and how it ends.
fn open(word: &Word<'_>) -> u32 {
    let everyday = word.any(Marks::COMMON.or(Marks::FOREIGN).or(Marks::TERM).or(Marks::TERM_ENDING));
    let ending = ENDINGS.iter().position(|ending| word.folded.ends_with(ending)).unwrap_or(ENDINGS.len());
    300 + 2 * u32::try_from(ending).unwrap_or(0) + u32::from(everyday)
}

#[cfg(test)]
mod tests {
    use super::of;
    use crate::words::cut;

    #[test]
    fn small_words_of_every_language_have_their_task() {
        let role = |text: &str| of(&cut(text)[0]);
        assert_eq!(role("near"), role("chez"));
        assert_eq!(role("near"), role("nach"));
        assert_ne!(role("near"), role("without"));
        assert_eq!(role("hat"), role("heeft"));
        assert_ne!(role("walked"), role("walking"));
        assert_ne!(role("4"), role("44"));
    }
}
