//! Numbers that were given to nobody: telephones, records, plates, days.

use crate::write::Dice;

const PHONES: &[&str] = &[
    "(###) ###-####", "###-###-####", "###.###.####", "### ### ####", "+1 ### ### ####", "1-###-###-####",
    "##########", "###-###-#### x###", "(###)###-#### ext. ###", "+44 ## #### ####", "0#### ######",
    "07### ######", "020 7### ####", "+49 ### #######", "0### / #######", "0##-#######", "0#### ####",
    "+33 # ## ## ## ##", "0# ## ## ## ##", "+34 ### ### ###", "### ## ## ##", "+39 ### #######",
    "+48 ### ### ###", "+90 5## ### ## ##", "0 5## ### ## ##", "+31 # ########", "06-########",
    "+91 ##### #####", "##### #####", "+61 4## ### ###", "04## ### ###", "+55 ## #####-####",
    "(##) ####-####", "+46 ## ### ## ##", "00## ## #######", "001-###-###-####", "+## ### ####", "###-####",
    "(0##) #######", "#### ####", "### ### ###", "+1-###-###-####x####", "+##(0)### ######", "0## ### ## ##",
    "+### ## ### ###",
];
const RECORDS: &[&str] = &[
    "#######", "########", "######", "@######", "@@#######", "##-##-##", "###-##-##", "######-#",
    "#########", "@-######", "MRN######", "### ### ####", "@##-####", "####-####", "@@-###-###", "0#######",
];
const PLANS: &[&str] = &[
    "@@@#########", "@@@ ### ### ###", "#########-##", "@#########", "@##########", "#@@#-@@#-@@##",
    "@@#######", "###-##-####@", "##########@", "@@@########@",
];
const ACCOUNTS: &[&str] = &[
    "#### #### #### ####",
    "################",
    "####-####-####-####",
    "@@## #### #### #### #### ##",
    "@@####################",
    "##########",
    "########",
    "###-######-##",
    "**** ####",
    "############",
    "#### ###### #####",
    "##-##-## ########",
];
const LICENCES: &[&str] = &[
    "@#######", "@###-####-####", "@@#######", "#########", "@############", "##########", "@@@##@#####",
    "##-###-####", "@##-##-####", "#######", "@-####-#####",
];
const PLATES: &[&str] = &[
    "@@@ ####", "@@@-####", "@@@####", "#@@@###", "### @@@", "@@ #####", "@@## @@@", "@-@@ ####",
    "@@-@@ ###", "@@@-@ ##", "@@-###-@@", "##-@@-##", "@@ ## @@ ####", "## @@ ###", "@@@ ###", "@@@ ##@",
    "####-@@@", "@## @@@", "@@ ### @@", "@@@ #@##", "@@@-## ##", "@# ####",
];
const DEVICES: &[&str] = &[
    "@@@######@", "@@#######", "@@@-#####", "####-######", "@@@@#####", "##########", "SN-######",
    "@##@####@", "@@@@-##@@##", "@@-##-####-@",
];
const OTHERS: &[&str] = &[
    "@##-####", "##-@@-#####", "@@########", "########", "@@@######", "####-####", "@@-#######", "#######-@",
    "@@@-##-###", "####/##", "@##/####", "##/####/@", "@@@@-####-##", "A##@####",
];

/// A number of a sort.
pub(crate) fn of(sort: &str, dice: &mut Dice) -> String {
    match sort {
        "tel" | "fax" if dice.chance(40) => telephone(dice),
        "tel" | "fax" => dice.any(PHONES),
        "plate" if dice.chance(50) => plate(dice),
        "mrn" | "lic" | "dev" | "oid" | "plan" if dice.chance(25) => composed(dice),
        "mrn" => dice.any(RECORDS),
        "plan" => dice.any(PLANS),
        "acct" => dice.any(ACCOUNTS),
        "lic" => dice.any(LICENCES),
        "plate" => dice.any(PLATES),
        "vin" => dice.any(&["*****************"]),
        "dev" => dice.any(DEVICES),
        "oid" => dice.any(OTHERS),
        "bio" => dice.any(&["FP-######", "@@-RET-####", "VP######", "IR-####-@@", "BIO#####"]),
        "ssn" => dice.any(&[
            "###-##-####", "### ## ####", "#########", "XXX-XX-####", "# ## ## ## ### ### ##",
            "###.###.###-##", "@@ ## ## ## @", "########@", "@@@@@@##@##@###@",
        ]),
        "url" => dice.any(&[
            "https://example.org/u/#####",
            "www.example.com/in/@@##",
            "http://portal.example.net/p?id=####",
        ]),
        "ip" => dice.any(&["10.#.##.1##", "192.168.#.##", "172.16.##.#"]),
        "great" => (90 + dice.below(16)).to_string(),
        _ => day(dice),
    }
}

/// A telephone number in groups as nobody groups them yet: every country and every hand has its own.
fn telephone(dice: &mut Dice) -> String {
    let digits = 7 + dice.below(6);
    let opening = match dice.below(10) {
        0..=3 => "0".to_owned(),
        4..=5 => format!("+{} ", 20 + dice.below(79)),
        6 => format!("00{}", 20 + dice.below(79)),
        7 => format!("({}) ", dice.pattern("0##")),
        _ => String::new(),
    };
    let between = dice.of(&[" ", " ", " ", "-", ".", "/", ""]);
    let mut pattern = String::new();
    let mut left = digits;
    while left > 0 {
        let group = (1 + dice.below(4)).max(2).min(left);
        let group = if left - group == 1 && dice.chance(50) { left } else { group };
        if !pattern.is_empty() {
            pattern.push_str(between);
        }
        pattern.push_str(&"#".repeat(group));
        left -= group;
    }
    format!("{opening}{}", dice.pattern(&pattern))
}

/// A plate: letters and digits by turns, in two or three groups.
fn plate(dice: &mut Dice) -> String {
    let forms = [
        "@@## @@@", "@@##@@@", "@ ### @@", "@@@ ###@", "###-@@@", "### @@@", "@@-###-@@", "@@ ### @@",
        "@-@@ ###", "@@-@ ####", "@@@-@@ ##", "#### @@@", "@@@ ## ##", "@@@####", "@#### @@", "## @@@ ##",
        "@@@-###", "@## ###", "#@@####", "@@ ## @@", "@@@@ ###", "@-###-@@", "##-@@@-#", "@@@#@##",
        "@@ #####", "@@-####",
    ];
    dice.any(&forms)
}

/// A number as some office makes them up: letters and digits in groups.
fn composed(dice: &mut Dice) -> String {
    let between = dice.of(&["-", "", "/", ".", " ", "", "-"]);
    let mut pattern = String::new();
    for group in 0..=dice.below(3) {
        if group > 0 {
            pattern.push_str(between);
        }
        if dice.chance(35) {
            pattern.push_str(&"@".repeat(1 + dice.below(3)));
        }
        pattern.push_str(&"#".repeat(3 + dice.below(4)));
    }
    if pattern.len() < 6 {
        pattern.push_str("###");
    }
    dice.pattern(&pattern)
}

const MONTHS: &str = "January February March April May June July August September October November December";
const GERMAN_MONTHS: &str =
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember";

fn day(dice: &mut Dice) -> String {
    let (day, month, year) = (1 + dice.below(28), 1 + dice.below(12), 1935 + dice.below(92));
    let name = dice.word(MONTHS);
    match dice.below(12) {
        0..=2 => format!("{month}/{day}/{year}"),
        3 => format!("{year}-{month:02}-{day:02}"),
        4 => format!("{name} {day}, {year}"),
        5 => format!("{day} {name} {year}"),
        6..=7 => format!("{day:02}.{month:02}.{year}"),
        8 => format!("{day}. {} {year}", dice.word(GERMAN_MONTHS)),
        9 => format!("{} {day}", &name[..3]),
        10 => format!("{day:02}-{}-{:02}", &name[..3], year % 100),
        _ => format!("{month:02}/{day:02}/{:02}", year % 100),
    }
}
