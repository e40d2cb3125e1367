//! Places, addresses, houses and companies that do not exist, and cities that do.
//!
//! Cities come from the word list or are put together as the languages of the world build them. Addresses follow the orders
//! in which some twenty countries write them; streets, houses and companies are made of surnames and common parts.

use crate::people::{People, capital, invented, unfolded};
use crate::write::Dice;

const CITY_ROOTS: &str = "Ar Bal Bar Bel Bir Bor Bran Bur Cal Cam Car Cas Chel Col Cor Dar Den Dor Dun Ed Elm Fal Far Fen Gar Gil Gor Gran Hal Ham Har Hel Hol Horn Kal \
Kar Kir Kol Kor Kra Lan Lin Lo Lud Mal Mar Mel Mil Mon Mor Nar Neu Nor Ober Ol Or Pal Par Per Pol Por Ra Ram Rin Ros Ruth Sal San Sel Sil Sol Stan Sto Tal Tar \
Thor Tim Tor Ul Unter Val Ven Ver Vil Wal Wes Wil Win Wol Yar Zel";
const CITY_ENDS: &str = "ton ham by wick ford ville burg berg heim hausen dorf ingen stadt bach brück furt kirchen au ow itz stedt rode hagen mouth shire bury chester \
dale field pool port minster worth ano ello ara eto iglia ona anza asco igny ac ay y ières court mont elles os ada illa ejo uela osa aga inho ães ães eira ów owo ice \
iec no sk grad gorod pol pur abad nagar patnam garh kot wara yama kawa saki moto hama shima dong ju shan zhou lu köy hisar şehir pinar lar vik sund borg stad ö nes vaara \
järvi mäki lahti kylä drecht dijk veen hoven daal beek zele gem";
const SYLLABLES: &str = "a ba be bi bo bra bu ca ce cha chi co cra cu da de di do dra du e fa fe fla fo ga ge gi go gra gu ha he ho hu i ja je jo ka ke kha ki ko kra ku la le li lo lu ma me mi mo mu na ne ni no nu o oro pa pe pi po pra pu qua ra re ri ro ru sa sca se sha si sla so sta su ta te ti to tra tu u va ve vi vo wa we wi xi ya ye yu za ze zi zo zhu al an ar as bel cam car cor dun el en er gal gar gor hal ham is kal kar lan lon mal man mar mon mor nor or pal par per pon por ran ros sal san sar sol tal tan tar tor ul val van var ver vil win";
const VILLAGE_ENDS: &str = "a a e i o u n na ne ni no ra re ri ro la le li lo lla llo ta te ti to tte da de di do ca co que sa se si so ssa za zi zo cha che cho gua go ga gi nza nte nto nti rra rre rro sta sto ești eni ani ova ovo evo ino ina ino ets ets sk sky noye nka tsi ky ka ki ko ba bo mba mbe ndi ndu nga ngu nya fjord dal eid nes strand holm by lev rup sted um ens ingen lar li lu köy ören tepe kent abad an ān āt ī pur wal kot wala ganj giri palle ur am ad oor gram tou zhai cun xian gou an oc é ée ère ieu euil oux urt ville mont val eaux et in on y hem wold kerk beke sel gem loo rade ow in itz witz enz";
const CITY_HEADS: &str = "North South East West New Old Port Lake Fort Mount San Santa Saint St. Bad Villa Los Las El La Le Nieder Alt Novi Nowy Stara Grand Upper Lower Little Great Ciudad Puerto \
Monte Castel Châteauneuf Sankt Kota Tel Beit Ash Al- Ban Ho Nova Vila São Santo";
const CITY_TAILS: &str = "Springs|Heights|Falls|Beach|City|Park|Hills|Valley|Grove|upon Avon|sur Mer|sur Loire|en Provence|am Main|an der Ruhr|im Tal|del Mar|de la Sierra|di Sopra|Terme|Bay|Creek|Ridge|Junction|Corners|Landing";
const STREET_TYPES: &str = "Street St Avenue Ave Road Rd Drive Dr Lane Ln Court Ct Place Pl Way Boulevard Blvd Terrace Circle Crescent Close Gardens Grove Row Mews Hill Parade Trail Loop Square Parkway \
Walk View Rise Crossing Plaza Ridge Bend Path Highway Vista Pass Point";
const STATES: &str = "AL AZ CA CO CT FL GA IA ID IL IN KS KY LA MA MD ME MI MN MO MS NC NE NH NJ NM NV NY OH OK OR PA RI SC TN TX UT VA VT WA WI WV WY";
const COUNTRIES: &str = "Germany|France|Spain|Italy|Poland|Turkey|Netherlands|Belgium|Austria|Switzerland|Sweden|Norway|Denmark|Finland|Ireland|UK|United Kingdom|Portugal|Greece|Hungary|Brazil|Mexico|Australia|New Zealand|Canada|USA|India|Japan|South Africa|Czech Republic|Iceland|Estonia|Uruguay|Tunisia|Cyprus|Slovenia";
const FACILITY_ENDS: &str = "Hospital|Clinic|Medical Center|Medical Centre|Health Center|Surgery|Practice|Pharmacy|Nursing Home|Care Home|Hospice|Infirmary|General Hospital|Family Medicine|Dental|Urgent Care|Rehab|Rehabilitation|Dialysis|Imaging|Health|Eye Center|Cancer Institute|Children's Hospital|Elementary School|High School|Primary School|University|College|Nursery|Academy|Community Hospital|Memorial Hospital|Regional|Orthopedics|Pediatrics|Cardiology|Psychiatric Hospital|Assisted Living|Senior Living|Lodge|Manor|House|Medical Group|Health System|Women's Health|Spine Center|Detention Center|Shelter|Birth Center|Blood Bank";
const FACILITY_HEADS: &str = "Klinikum|Krankenhaus|Hospital|Hospital de|Clínica|Clinica|Ospedale|Clinique|Hôpital|CHU de|Centre hospitalier de|Szpital|Praxis|Praxis Dr.|Apotheke|Pflegeheim|Seniorenheim|Universitätsklinikum|Policlinico|Centro de Salud|Consultorio|Ziekenhuis|UMC|Sykehus|Hastanesi|Istituto|Residencia|EHPAD|Gymnasium|Grundschule|Colegio|Lycée|Liceo|University of|Institut";
const SAINTS: &str = "Agatha Blaise Brigid Casimir Cecilia Damian Dymphna Felix Gerard Hedwig Ignatius Jerome Kilian Leonard Monica Norbert Odilia Philomena Quirin Roch Sebastian Ursula Valentin Walburga";
const HOUSE_WORDS: &str = "Maple Oak Willow Cedar Birch Aspen Harbor Lakeside Riverside Sunrise Sunset Meadow Hillcrest Evergreen Golden Silver Blue Green White Grand Golden Bright New Horizon Summit Valley Coastal Prairie Desert Crescent Liberty Unity Hope Grace Mercy Trinity Providence Pacific Atlantic Northern Southern Central Metro Heritage Pioneer Cornerstone Lighthouse Phoenix Falcon Eagle Atlas Apex Nova Vertex Orbit Pixel Quantum Stellar Zenith";
const COMPANY_ENDS: &str = "Inc|Inc.|LLC|Ltd|Ltd.|Corp|Corporation|Co.|Company|& Sons|and Sons|Brothers|Group|Holdings|Partners|Associates|GmbH|AG|KG|S.A.|SA|SARL|S.L.|SpA|S.r.l.|B.V.|N.V.|AB|Oy|A/S|Sp. z o.o.|A.Ş.|PLC|LLP|Pty Ltd|Industries|Logistics|Trucking|Foods|Bakery|Farms|Motors|Steel|Textiles|Electronics|Software|Systems|Technologies|Consulting|Media|Records|Press|Studios|Airlines|Bank|Insurance|Financial|Energy|Oil|Mining|Construction|Builders|Roofing|Plumbing|Painting|Landscaping|Cleaning|Security|Staffing|Marketing|Design|Hotels|Restaurant|Diner|Cafe|Pizza|Brewery|Market|Supermarket|Stores|Hardware|Furniture|Auto Repair|Garage|Transport|Freight|Shipping|Taxi|Warehouse|Packaging|Plastics|Chemicals|Pharma|Biotech|Labs|Telecom|Fitness|Salon|Orchestra|Theatre|Museum|Times|Weekly|Daily|Post|Magazine|Radio|Club|Foundation|Union|Council|Works|Outfitters|Analytics|Robotics|Dairy|Upholstery|Cannery|Orchards|Quarries|Glassworks|Catering|Bus Lines|Coaches|Savings Bank|Valley|Haulage|Joinery|Timber|Poultry|Fisheries|Abattoir|Brickworks|Foundry|Tannery|Mills|Vineyards|Winery|Distillery|Nurseries|Florist|Bookshop|Opticians|Laundry|Pest Control|Scaffolding|Demolition|Removals|Couriers|Parcels|Recycling|Waste|Water|Solar|Wind|Rail|Ferries|Cruises|Travel|Events|Casino|Cinemas|Games|Toys|Shoes|Fashion|Jewellers|Cosmetics|Optics|Instruments|Precision|Castings|Ceramics|Paper|Printing|Signs|Tiles|Flooring|Kitchens|Interiors|Lettings|Realty|Estates|Surveyors|Architects|Solicitors|Legal|Advisory|Capital|Ventures|Trust|Mutual|Aerospace|Avionics|Semiconductors|Networks|Cloud|Data|Learning|Tutors|Childcare|Stables|Kennels|Zoo|Gardens|Golf Club|Rugby Club|Boatyard|Shipyard|Docks|Port Authority|Airport|Council Depot|Spedition|Bau|Maschinenbau|Metallbau|Bäckerei|Metzgerei|Gartenbau|Logistik|Stadtwerke|Verlag|& Söhne|et Fils|Frères|Transports|Boulangerie|& Figli|Hermanos|e Hijos|School District|Fire Department|Police Department|Post Office|Public Library";
const JOINED_STREETS: &str = "straße strasse str. weg gasse allee platz ring damm ufer straat laan weg plein kade gracht gatan vägen gade vej katu tie veien utca sokak";
const HEADED_STREETS: &str = "rue|avenue|place|chemin|allée|impasse|boulevard|quai|Calle|C/|Avda.|Avenida|Plaza|Paseo|Camino|Via|Viale|Corso|Piazza|Vicolo|Rua|Travessa|Largo|ul.|al.|os.|Strada|Ulica|Jalan|Carrer|Rruga|ulica";
const HEADED_NAMES: &str = "de la Gare|des Écoles|du Moulin|de l'Église|des Roses|du Stade|Mayor|del Sol|de la Cruz|San Miguel|Real|de los Olivos|Nueva|Roma|Garibaldi|Mazzini|dei Fiori|San Marco|della Repubblica|das Flores|da Liberdade|do Sol|Polna|Leśna|Kwiatowa|Mickiewicza|Słoneczna|Ogrodowa|Victor Hugo|Pasteur|Jean Jaurès|de Gaulle";
const MAHALLE: &str = "Cumhuriyet|Yeni|Bahçelievler|Fatih|Merkez|Kültür|İstiklal|Hürriyet";

fn one_of(dice: &mut Dice, list: &'static str) -> &'static str {
    let count = list.split('|').count();
    list.split('|').nth(dice.below(count)).unwrap_or("")
}

/// Where places come from.
pub(crate) struct Places {
    cities: Vec<String>,
}

impl Places {
    /// Reads the list.
    pub(crate) fn new() -> Self {
        Self { cities: unfolded(include_str!("../vocabulary/cities.txt")) }
    }

    /// A city.
    pub(crate) fn city(&self, dice: &mut Dice, people: &People) -> String {
        match dice.below(100) {
            0..=39 => self.cities[dice.below(self.cities.len())]
                .split(' ')
                .map(capital)
                .collect::<Vec<_>>()
                .join(" "),
            40..=62 => built(dice),
            63..=76 => settlement(dice),
            77..=79 => people.surname(dice),
            80..=90 => {
                let head = dice.word(CITY_HEADS);
                let blank = if head.ends_with('-') { "" } else { " " };
                format!("{head}{blank}{}", built(dice))
            }
            91..=94 => format!("{} {}", built(dice), one_of(dice, CITY_TAILS)),
            95..=96 => format!("{}-{}", built(dice), built(dice)),
            97 => format!("{} {}", dice.word(HOUSE_WORDS), one_of(dice, CITY_TAILS)),
            _ => {
                let joint = dice.of(&[
                    "-sur-", "-sous-", "-en-", "-de-", "-les-", "-lès-", " aan de ", " upon ", " in ",
                    " di ", " del ", " de la ", " ob der ", " an der ", " am ", " nad ", " under ", "-le-",
                    " bei ", " al ",
                ]);
                let head = dice.of(&["", "", "Saint-", "San ", "Sankt ", "Sainte-", "Santa "]);
                format!("{head}{}{joint}{}", settlement(dice), settlement(dice))
            }
        }
    }

    /// A whole address, on one line or several.
    pub(crate) fn address(&self, dice: &mut Dice, people: &People, lines: bool) -> String {
        let (city, name) = (self.city(dice, people), people.surname(dice));
        let number = 1 + dice.below(240);
        let headed = format!("{} {}", one_of(dice, HEADED_STREETS), one_of(dice, HEADED_NAMES));
        let joined = format!("{name}{} {number}{}", dice.word(JOINED_STREETS), dice.of(&["", "", "a", " B"]));
        let five = dice.pattern("#####");
        let state = dice.word(STATES);
        let mut address = match dice.below(18) {
            0..=4 => format!("{}\n{city}, {state} {five}", street(dice, people)),
            5 => format!("{}\n{city} {state} {five}-{}", street(dice, people), dice.pattern("####")),
            6 => format!("{}\n {city}\n, {state}\n {} {five}", street(dice, people), one_of(dice, COUNTRIES)),
            7 => format!(
                "{number} {name} {}\n{city}\n{}",
                dice.word(STREET_TYPES),
                dice.any(&["@@# #@@", "@## #@@", "@@## #@@"])
            ),
            8 => format!("{joined}\n{five} {city}"),
            9 => format!("{joined}\n{}-{five} {city}", dice.of(&["D", "A", "CH", "F", "L", "NL", "S"])),
            10 => format!("{headed}, {number}\n{five} {city}"),
            11 => format!("{number}{} {headed}\n{five} {city}", dice.of(&["", ",", " bis", " ter,"])),
            12 => format!(
                "{headed} {number}/{}\n{} {city}",
                dice.below(30),
                dice.any(&["##-###", "####-###", "### ##", "####"])
            ),
            13 => format!(
                "{name}{} {number}\n{} {city}",
                dice.word(JOINED_STREETS),
                dice.any(&["#### @@", "####", "### ##"])
            ),
            14 => format!(
                "{} {}, {name} {}\n{city} {}",
                dice.of(&["Flat", "House No.", "Plot", "Door No.", "H.No."]),
                dice.pattern("##"),
                dice.of(&["Nagar", "Colony", "Road", "Marg", "Enclave", "Layout", "Cross"]),
                dice.any(&["######", "- ######", "### ###"])
            ),
            15 => format!(
                "{} Mah. {name} {} No: {number} D: {}\n{five} {city}",
                one_of(dice, MAHALLE),
                dice.of(&["Cad.", "Sok.", "Sokak", "Caddesi"]),
                dice.below(20)
            ),
            16 => format!(
                "{number} {name} {}\n{city} {} {}",
                dice.word(STREET_TYPES),
                dice.of(&["NSW", "VIC", "QLD", "ON", "BC", "QC", "TAS"]),
                dice.any(&["####", "@#@ #@#"])
            ),
            _ => format!(
                "{}-{}-{} {}\n{city} {}",
                dice.below(9),
                dice.below(30),
                dice.below(20),
                people.surname(dice),
                dice.pattern("###-####")
            ),
        };
        if dice.chance(18) {
            address = format!("{address}\n{}", one_of(dice, COUNTRIES));
        }
        if lines {
            address
        } else {
            address.replace("\n,", ",").replace('\n', dice.of(&[", ", ", ", " ", " - "]))
        }
    }

    /// A hospital, practice, pharmacy or school.
    pub(crate) fn facility(&self, dice: &mut Dice, people: &People) -> String {
        match dice.below(12) {
            0..=3 => format!("{} {}", people.surname(dice), one_of(dice, FACILITY_ENDS)),
            4..=5 => format!("{} {}", self.city(dice, people), one_of(dice, FACILITY_ENDS)),
            6 => format!(
                "{} {} {}",
                dice.word(HOUSE_WORDS),
                dice.word(HOUSE_WORDS),
                one_of(dice, FACILITY_ENDS)
            ),
            7 => format!("{} {}", dice.word(HOUSE_WORDS), one_of(dice, FACILITY_ENDS)),
            8 => format!(
                "{} {}{}",
                dice.of(&["St.", "St", "Saint", "Sankt", "San", "Santa"]),
                dice.word(SAINTS),
                dice.of(&["", "'s", " Hospital", " Medical Center", "-Klinik", "-Hospital", " Clinic"])
            ),
            9 => format!("{} {}", one_of(dice, FACILITY_HEADS), self.city(dice, people)),
            10 => format!("{} {}", one_of(dice, FACILITY_HEADS), people.surname(dice)),
            _ => format!(
                "{}{}",
                people.surname(dice),
                dice.of(&[
                    "-Klinik", "-Apotheke", "-Schule", "klinik", "-Stift", " Krankenhaus", " Hastanesi",
                    "-ziekenhuis"
                ])
            ),
        }
    }

    /// A company or another employer.
    pub(crate) fn employer(&self, dice: &mut Dice, people: &People) -> String {
        match dice.below(14) {
            0..=4 => format!("{} {}", people.surname(dice), one_of(dice, COMPANY_ENDS)),
            5 => format!(
                "{} {} {}",
                dice.word(HOUSE_WORDS),
                dice.word(HOUSE_WORDS),
                one_of(dice, COMPANY_ENDS)
            ),
            6 => format!("{} {}", dice.word(HOUSE_WORDS), one_of(dice, COMPANY_ENDS)),
            7 => format!("{}-{}", people.surname(dice), people.surname(dice)),
            8 => format!("{}, {} and {}", people.surname(dice), people.surname(dice), people.surname(dice)),
            9 => format!("{} & {}", people.surname(dice), people.surname(dice)),
            10 => format!(
                "{}{}",
                invented(dice),
                dice.of(&["tech", "soft", "co", "corp", "net", "", "", "ia", "on"])
            ),
            11 => format!("{} {}", self.city(dice, people), one_of(dice, COMPANY_ENDS)),
            12 => {
                format!("{}{} {}", invented(dice), dice.of(&["", "tech", "plan"]), one_of(dice, COMPANY_ENDS))
            }
            _ => format!("The {} {}", people.surname(dice), one_of(dice, COMPANY_ENDS)),
        }
    }
}

/// A village of any language, from syllables and the endings of small places.
fn settlement(dice: &mut Dice) -> String {
    let mut name = String::new();
    for _ in 0..=dice.below(2) {
        name.push_str(dice.word(SYLLABLES));
    }
    name.push_str(dice.word(VILLAGE_ENDS));
    capital(&name)
}

fn built(dice: &mut Dice) -> String {
    let mut name = dice.word(CITY_ROOTS).to_owned();
    if dice.chance(35) {
        name.push_str(&dice.word(CITY_ROOTS).to_lowercase());
    }
    name.push_str(dice.word(CITY_ENDS));
    name
}

/// A street with its number.
pub(crate) fn street(dice: &mut Dice, people: &People) -> String {
    let greatest = if dice.chance(50) { 250 } else { 19_999 };
    let number = (1 + dice.below(greatest)).to_string();
    let name = match dice.below(10) {
        0..=4 => people.surname(dice),
        5..=6 => dice.word(HOUSE_WORDS).to_owned(),
        7 => format!("{} {}", dice.of(&["N", "S", "E", "W.", "North", "Old", "SW"]), people.surname(dice)),
        8 => format!("{}th", 4 + dice.below(90)),
        _ => format!("{} {}", people.first(dice), people.surname(dice)),
    };
    let base = match dice.below(12) {
        0..=6 => format!("{number} {name} {}", dice.word(STREET_TYPES)),
        7..=8 => format!("{}{} {}", people.surname(dice), dice.word(JOINED_STREETS), 1 + dice.below(200)),
        9 => {
            format!("{} {} {}", one_of(dice, HEADED_STREETS), one_of(dice, HEADED_NAMES), 1 + dice.below(200))
        }
        10 => {
            format!("{} {} {}", 1 + dice.below(200), one_of(dice, HEADED_STREETS), one_of(dice, HEADED_NAMES))
        }
        _ => dice.any(&["P.O. Box ####", "PO Box ###", "RR # Box ##", "Postfach ## ##", "Apartado ###"]),
    };
    base + &dice
        .any(&["", "", "", "", ", Apt ##", " Apt. ###", ", Unit #@", " #*##", ", Suite ###", ", Flat #"])
}

/// A postal code.
pub(crate) fn zip(dice: &mut Dice) -> String {
    dice.any(&[
        "#####", "#####", "#####-####", "@@# #@@", "@## #@@", "@#@ #@#", "#### @@", "##-###", "### ##",
        "####",
    ])
}
