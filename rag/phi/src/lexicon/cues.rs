//! Words that say what stands beside them, in the languages of the clinics we know.
//!
//! Folded (lower case, no accents), parted by blanks. English first, then German, Spanish, French, Italian, Portuguese,
//! Dutch, Polish and Turkish where a word is common on forms.

use crate::lexicon::Marks;

pub(super) const ALL: &[(&str, Marks)] = &[
    (TITLES, Marks::TITLE),
    (STAFF_TITLES, Marks::STAFF_TITLE),
    (DEGREES, Marks::DEGREE),
    (RELATIONS, Marks::RELATION),
    (MONTHS, Marks::MONTH),
    (WEEKDAYS, Marks::WEEKDAY),
    (EPONYM_NOUNS, Marks::EPONYM_NOUN),
    (PARTICLES, Marks::PARTICLE),
    (PERSON_VERBS, Marks::PERSON_VERB),
    (FACILITIES, Marks::FACILITY),
    (FACILITY_PARTS, Marks::FACILITY_PART),
    (STREETS, Marks::STREET),
    (SURE_STREETS, Marks::SURE_STREET.or(Marks::STREET)),
    (STREET_HEADS, Marks::STREET_HEAD),
    (COMPANIES, Marks::COMPANY),
    (UNITS, Marks::UNIT),
    (REGIONS, Marks::REGION),
    (PEOPLES, Marks::REGION),
    (STATE_CODES, Marks::STATE_CODE),
    (PLACE_HEADS, Marks::PLACE_HEAD),
    (STANDARD_NOUNS, Marks::STANDARD_NOUN),
    (DATE_CUES, Marks::DATE_CUE),
    (NAME_LABELS, Marks::NAME_LABEL),
    (NAME_CUES, Marks::NAME_CUE),
    (SMALL_WORDS, Marks::SMALL),
    (NUMERALS, Marks::NUMERAL),
    (CODE_CUES, Marks::CODE_CUE),
    (PLAIN_WORDS, Marks::COMMON),
    (BEFORE_PEOPLE, Marks::BEFORE_PEOPLE),
    (ONLY_BEFORE_PEOPLE, Marks::ONLY_BEFORE_PEOPLE),
    (OF_THINGS_TOO, Marks::OF_THINGS_TOO),
    (OF_PLACES, Marks::OF_PLACES),
    (ENGLISH, Marks::ENGLISH),
    (NOT_ENGLISH, Marks::NOT_ENGLISH),
    (GERMAN, Marks::GERMAN.or(Marks::NOT_ENGLISH)),
    (OCCUPATIONS, Marks::OCCUPATION),
    (FACILITY_HEADS, Marks::FACILITY_HEAD),
    (FACILITY_ORDERS, Marks::FACILITY_ORDER),
    (CLINICAL_WORDS, Marks::TERM.or(Marks::HEALTH)),
];

const TITLES: &str = "mr mrs ms miss mister mx madam sir dame herr herrn frau fraulein senor senora srta sra sr monsieur \
    madame mademoiselle mme mlle signor signora sig dhr mevr mevrouw meneer pan pani bay bayan hanim seniorita \
    don dona lady lord rabbi imam reverend rev pastor deacon sgt sergeant capt captain cpl lt";

const STAFF_TITLES: &str = "dr drs doctor prof professor nurse md pa np rn cna lpn crna cnm drx doc dott dottore \
    dottoressa dra doutor doutora medecin doktor oberarzt oberarztin chefarzt chefarztin assistenzarzt \
    assistenzarztin hausarzt hausarztin pcp attending resident intern cardiologist neurologist oncologist \
    surgeon psychiatrist psychologist therapist pharmacist physician hospitalist intensivist radiologist \
    pathologist pediatrician obstetrician gynecologist endocrinologist nephrologist gastroenterologist \
    pulmonologist rheumatologist dermatologist urologist ophthalmologist anesthesiologist dentist midwife \
    paramedic technician sonographer dietitian counselor pd dipl";

const DEGREES: &str = "md do rn np pa pac phd pharmd mbbs mbchb frcp frcs facc facs faap lpn lvn crnp aprn fnp dnp msn bsn \
    dds dmd dpm dvm od psyd lcsw lmft lpc cnm cns crna rd rdn dpt pt ot otr slp msw mph mrcp mrcgp rpsgt rph \
    cma emt cpnp lcgc mls arnp ccrn cnp rrt lmhc lcpc rdms rvt frcpc frcsc facep facog";

const RELATIONS: &str = "wife husband son daughter mother father brother sister spouse partner caregiver carer aunt uncle \
    nephew niece grandson granddaughter grandmother grandfather grandma grandpa grandparent mom mum dad mommy \
    daddy stepson stepdaughter stepmother stepfather stepmom stepdad fiance fiancee boyfriend girlfriend cousin \
    twin guardian neighbor neighbour roommate friend parent child sibling widow widower ex hcp proxy poa \
    interpreter caller brother-in-law ehefrau ehemann gattin gatte sohn tochter mutter vater bruder schwester \
    esposa esposo marido mujer hijo hija madre padre hermano hermana epouse epoux mari femme fils fille mere \
    pere frere soeur moglie marito figlio figlia fratello sorella filho filha mae pai irmao irma zoon dochter \
    moeder broer zus abuela abuelo tia tio";

const MONTHS: &str = "january february march april may june july august september october november december jan feb mar \
    apr jun jul aug sep sept oct nov dec januar februar marz maerz mai juni juli oktober dezember okt dez mrz janner \
    enero febrero marzo abril mayo junio julio agosto septiembre setiembre octubre noviembre diciembre janvier \
    fevrier mars avril juin juillet aout septembre octobre novembre decembre gennaio febbraio aprile maggio giugno \
    luglio settembre ottobre dicembre janeiro fevereiro marco maio junho julho setembro outubro novembro \
    dezembro januari februari maart mei augustus stycznia lutego marca kwietnia maja czerwca lipca sierpnia \
    wrzesnia pazdziernika listopada grudnia ocak subat mart nisan mayis haziran temmuz agustos eylul ekim kasim \
    aralik";

const WEEKDAYS: &str = "monday tuesday wednesday thursday friday saturday sunday mon tue tues wed weds thu thur thurs fri \
    sat sun montag dienstag mittwoch donnerstag freitag samstag sonntag lunes martes miercoles jueves viernes \
    sabado domingo lundi mardi mercredi jeudi vendredi samedi dimanche";

const EPONYM_NOUNS: &str = "disease diseases syndrome syndromes sign signs test tests score scores scale scales index criteria \
    criterion classification phenomenon reflex palsy paralysis procedure operation repair maneuver manoeuvre \
    position catheter tube drain line lymphoma sarcoma tumor tumour nodule nodules node nodes cyst foot joint \
    fracture fractures dystrophy anemia anaemia thyroiditis esophagus oesophagus ulcer ulcers hernia law \
    equation formula rule rules ratio method stain bodies body cell cells cells tetralogy triad atrophy ataxia \
    chorea dementia encephalopathy aphasia psychosis contracture contractures encephalitis pneumonia lung \
    nephropathy nephritis arthropathy arthritis purpura vasculitis granulomatosis aneurysm anomaly malformation \
    murmur murmurs breathing respiration respirations rhythm block point phase lines ring diverticulum \
    diverticulitis duct gland glands fibers canal ligament stage staging grade grading gangrene macroglobulinemia \
    thyrotoxicosis ophthalmopathy orbitopathy nystagmus pupil pupils cephalic contractions inventory questionnaire survey \
    study studies trial trials cohort virus fever serology titer antigen antibody antibodies factor agar medium \
    plot curve curves estimator model models regression correction analysis distribution guidelines guideline risk \
    estimate calculator nomogram staging flora solution ringer ringers dressing splint brace traction frame \
    incision approach technique graft flap ladder needle scissors forceps clamp retractor pouch loop conduit \
    diet regimen protocol lesion lesions defect deformity osteodystrophy osteomyelitis osteotomy bypass shunt \
    fistula stenosis spots spot plaques sheath membrane chart cards plates system laws prosthesis filter \
    neuralgia neuropathy myopathy keratosis melanoma carcinoma leukemia tic sweat thrombosis thrombophlebitis \
    phenotype mutation gene spirochete bacillus parasite tick ticks rhinitis jaundice hyperbilirubinemia \
    diseased krankheit syndrom zeichen reflexe reaction response crisis goiter exophthalmos pneumatocele \
    variant band pouchitis stria striae gait tremor nodosum node's";

const PARTICLES: &str = "von van der den de del della di da dos das do du la le el al bin ibn ben ter ten zu zum vom af av \
    und y e bint abu abd st san santa mc mac o ap los las";

const PERSON_VERBS: &str = "owes owed rang rings booked texts shouted reports reported denies denied complains complained states stated presents presented says said asks \
    asked calls called phoned wants wanted feels felt takes took lives lived works worked moved returned came \
    went ate slept walked ambulated tolerated refused agreed underwent received remains remained resting appears \
    appeared describes described endorses endorsed requests requested needs needed has had is was will would \
    could should does did can may might must started stopped developed continues continued told gave drove \
    weighs weighed smokes drinks uses used admits admitted discharged transferred arrived visited fell broke \
    speaks spoke verbalized verbalised attended missed cancelled canceled rescheduled confirmed emailed messaged \
    texted wrote writes sent signed seen evaluated examined brought accompanied diagnosed hospitalized prefers \
    improved improves smokes smoked picks picked lost loses brought brings paid pays turns turned scored meets met likes loves plays ran runs \
    exercises stays stayed leaves left arrives hopes tries tried cries voided drank lies fainted collapsed vomited coughs coughed \
    recovered recovers responded responds declined declines consented consents returns moves visits prefers takes sees goes gets got \
    made makes reacts reacted complaining wonders wondered insists insisted threatens threatened passed died dies misses skipped skips \
    feels falls keeps kept forgot forgets thinks believes believed knows knew noticed noted sleeps eats walks cried smiled laughed appeared sat stood \
    klagt berichtet kommt stellt wurde wird leidet nimmt refiere niega presenta acude vive toma se rapporte";

const FACILITIES: &str = "hospital hospitals clinic clinics center centre practice infirmary hospice pharmacy sanatorium sanitarium \
    polyclinic medical medicine va vamc healthcare health rehab rehabilitation care oncology dialysis institute \
    school academy college university church temple mosque synagogue shelter prison jail laboratory labs lab \
    imaging radiology dental orthopedics orthopaedics cardiology pediatrics dermatology gastroenterology \
    surgery physicians associates partners group manor lodge house village villa terrace nursing home homes \
    living elementary preschool kindergarten daycare krankenhaus klinikum klinik spital praxis apotheke universitatsklinikum pflegeheim seniorenheim \
    hopital clinique ehpad ospedale policlinico clinica hospitais centro ziekenhuis szpital hastanesi medizin \
    regional memorial general infirmaries campus";

const FACILITY_PARTS: &str = "family community county city state general memorial regional university medical health urgent care \
    center centre children childrens women womens surgical specialty primary heart cancer eye mental behavioral \
    veterans affairs valley mercy baptist methodist presbyterian lutheran adventist jewish catholic sacred holy \
    trinity good samaritan providence teaching district royal national central north south east west northern \
    southern eastern western st saint mount mt our lady of hope grace internal walk nhs trust foundation \
    foundations system systems services outpatient inpatient emergency rehabilitation rehab nursing home skilled \
    facility assisted living senior oncology dialysis cardiology orthopedic orthopaedic pediatric dental imaging \
    diagnostic laboratory pharmacy clinic hospital hospice medicine physicians surgery and & in at the";

const SURE_STREETS: &str = "street avenue boulevard blvd ave rd lane ln hwy highway parkway pkwy turnpike expressway freeway \
    crescent cres terrace cul-de-sac alley roadway strasse str stra\u{df}e gasse laan straat road rte";

const STREETS: &str = "rise grange brae wynd gate parade esplanade promenade quay wharf tunnel villages extension extensions crossings points ports prairies circles plazas ridges rivers roads fords forges forks \
    greens groves harbors lodges causeways cliffs commons corners coves creeks crescents expressways hollows islands mountains \
    roadways skyways stravenue underpass wells bluffs bottoms branches bridges brooks burgs camps canyons st dr drive ct court way ter pl place square sq circle cir trail trl close row mews plaza loop run \
    path pass pike point ridge run row station stream summit track trafficway trace unions valley via viaduct \
    view views village ville vista walk wall ways well wells alley annex arcade bayou beach bend bluff bottom \
    branch bridge brook burg bypass camp canyon cape causeway center cliff club common corner cove creek crest \
    crossing crossroad curve dale dam divide estate estates extension fall falls ferry field fields flat ford \
    forest forge fork fort garden gardens gateway glen green grove harbor haven heights hill hills hollow inlet \
    island isle junction key keys knoll knolls lake lakes land landing light loaf lock locks lodge mall manor \
    meadow meadows mill mills mission motorway mount mountain neck orchard oval overpass park parks passage pine \
    pines plain plains port prairie radial ramp ranch rapid rapids rest river route rue shoal shoals shore shores \
    skyway spring springs spur squares throughway streets courts drives lanes";

/// Words that people follow.
const BEFORE_PEOPLE: &str = "admitted discharged transferred evaluated intubated examined transfer match under for by about regarding with told asked saw call called calling email emailed message messaged \
    text texted contact contacted tell ask remind let help notify inform informed met see seen heard \
    visit visited is was does did has can should will would could patient pt and give gave schedule \
    page paging thanks attention named record chart vs versus related open reach copy forward meds allergies \
    summarize summarise review show print officer prescriber bystander witness passenger driver book discharge admit refer referred start started put thank thanks per to from on if when that \
    because since whether of than sent send check find pull signed attn";

/// Words that only people follow.
const ONLY_BEFORE_PEOPLE: &str = "ask asked tell told call called page paging email emailed text texted contact contacted \
    remind notify inform thank thanks patient pt whether criticals message messaged dear hi hello hey";

/// Verbs whose subjects are things as often as people.
const OF_THINGS_TOO: &str = "is was has had will would could should does did can may might must needs needed remains \
    remained appears appeared started stopped developed continues continued used uses presents \
    presented evaluated seen noted noticed received takes took reported reports signed sent \
    came went gave states described describes suggested";

/// Words before "in", "from" and "to" that make what follows a place.
const OF_PLACES: &str = "parents relatives nato nata naci nacio nacido nacida nee calling calls writing phoning wohne lebe lebt vivo habite lives live living lived resides residing reside resided moved moving relocated born raised \
    traveled travelled travels travel returned flew drove drives commutes grew resident native city \
    town village county hometown based stays staying home trip visiting originally coming came \
    comes house apartment farm family vacation works shelter transferred transported wohnhaft wohnt \
    vive patient pt woman man female male is out up back old yo year neighbor friend";

const ENGLISH: &str = "the and of is are for to with on at by from this that not it he she her his what how can does did has have my we \
    you please which when who should would could or if any i be about";

const NOT_ENGLISH: &str = "los las una con para que por les une et dans avec pour est che della em uma nao sur su sus aux pas qui \
    ist het een voor zijn jest nie sie ve bir del esta este tiene cual cuales cuando como quelle quel ses nei nel nella dei alla qual quale le combien";

const GERMAN: &str = "der das dem den des ein eine einen einem einer und oder ist sind mit nach von vor bei zum zur im auf aus nicht kein \
    keine sich sind fur wir wurde wird werden hat haben welche wie wann";

const OCCUPATIONS: &str = "mechanic farmer teacher welder driver engineer accountant cashier supervisor foreman cook machinist secretary \
    janitor electrician analyst clerk manager technician carpenter plumber roofer painter lawyer attorney student \
    retiree veteran firefighter officer policeman soldier nurse physician surgeon pharmacist dentist waiter waitress \
    bartender barista chef baker butcher fisherman miner logger rancher pilot steward stewardess programmer \
    developer scientist researcher professor librarian salesman realtor contractor laborer housekeeper cleaner nanny \
    hairdresser musician artist actor writer journalist pastor clergyman homemaker receptionist paralegal banker \
    trucker mailman courier dispatcher paramedic employee worker colleague coworker technologist";

const FACILITY_HEADS: &str = "klinikum universitatsklinikum krankenhaus klinik clinica clinique hopital ospedale policlinico centro szpital \
    ziekenhuis hastanesi chu chru chuv ehpad residencia seniorenheim pflegeheim reha rehaklinik spital kantonsspital \
    inselspital charite hospital hospice sanatorium ambulatorio consultorio praxis apotheke farmacia pharmacie";

const FACILITY_ORDERS: &str = "mercy providence sacred holy methodist baptist presbyterian lutheran adventist samaritan trinity ascension \
    kaiser intermountain geisinger veterans mayo wesley bethesda";

const STREET_HEADS: &str = "rue calle avenida av via viale corso piazza largo rua travessa ulica ul aleja plac chemin allee \
    boulevard impasse quai carrera camino paseo plaza strada vicolo cesta";

const COMPANIES: &str = "inc llc ltd plc corp corporation co company group gmbh ag kg sarl sas spa srl bv nv sons brothers bros \
    holdings industries enterprises partners partnership associates logistics manufacturing consulting \
    solutions technologies systems services foods motors airlines bank insurance construction plumbing electric \
    electronics energy trucking bakery restaurant diner supermarket foundry brewery oy ab asa kft sl sa lda \
    llp lp pty";

const UNITS: &str = "mg mcg g kg ml l dl meq mmol mol iu units unit u cm mm m km mmhg hg kcal cal bpm percent hz khz mhz tablet \
    tablets tab tabs capsule capsules cap caps puff puffs drop drops dose doses ug ng pg ppm cc oz lb lbs ft inch \
    inches in minutes minute min mins hours hour hr hrs h seconds second sec days day weeks week wk wks months \
    month mo mos years year yr yrs yo patients participants women men adults children people subjects cases \
    samples cells copies cfu steps calories pounds feet times x mgdl umol nmol pmol mosm gy msv mv ma kpa pack \
    packs points beats breaths liters litres joules watts mets fold volts euros dollars usd k births deaths \
    residents persons individuals";

const REGIONS: &str = "alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho \
    illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi \
    missouri montana nebraska nevada ohio oklahoma oregon pennsylvania tennessee texas utah vermont virginia \
    washington wisconsin wyoming hampshire jersey mexico york carolina dakota zealand korea africa america asia \
    europe australia canada england scotland wales ireland britain france germany italy spain portugal poland \
    turkey hungary sweden norway denmark finland iceland netherlands holland belgium switzerland austria greece \
    russia ukraine romania bulgaria serbia croatia bosnia slovenia slovakia czechia albania israel palestine \
    lebanon syria jordan iraq iran kuwait qatar oman yemen egypt libya tunisia algeria morocco sudan ethiopia \
    eritrea somalia kenya uganda tanzania rwanda burundi congo cameroon nigeria ghana senegal gambia mali niger \
    togo benin liberia guinea angola zambia zimbabwe mozambique malawi botswana namibia madagascar india \
    pakistan bangladesh nepal bhutan lanka myanmar thailand laos cambodia vietnam malaysia singapore indonesia \
    philippines china taiwan japan mongolia kazakhstan uzbekistan afghanistan brazil argentina chile peru \
    bolivia ecuador colombia venezuela guyana suriname uruguay paraguay cuba jamaica haiti dominican puerto \
    guatemala honduras nicaragua panama salvador belize bahamas barbados trinidad fiji samoa tonga guam usa us \
    uk eu american european asian african canadian mexican english british french german italian spanish polish \
    portuguese russian chinese japanese korean vietnamese indian arabic hispanic latino latina caucasian \
    australian scottish irish welsh dutch swedish danish norwegian finnish turkish greek hebrew jewish muslim \
    christian catholic filipino hindi urdu bengali punjabi tagalog swahili somali persian farsi mandarin \
    cantonese antarctica arctic atlantic pacific mediterranean caribbean scandinavia saharan appalachia midwest \
    estonia latvia lithuania cyprus luxembourg greenland moldova belarus montenegro kosovo macedonia malta \
    andorra liechtenstein monaco armenia georgia azerbaijan turkmenistan tajikistan kyrgyzstan maldives mauritius \
    seychelles djibouti gabon chad lesotho eswatini comoros brunei nauru vanuatu tuvalu kiribati micronesia palau \
    grenada dominica nederland belgique suisse espana italia brasil polska danmark norge sverige suomi ireland \
    greenlander deutschland osterreich schweiz amerindian ashkenazi sephardic nordic baltic iberian balkan";

const PEOPLES: &str = "lebanese syrian iraqi iranian egyptian libyan tunisian algerian moroccan sudanese ethiopian eritrean kenyan ugandan \
    tanzanian nigerian ghanaian senegalese congolese angolan zimbabwean nepalese bhutanese burmese thai laotian cambodian malaysian \
    singaporean indonesian taiwanese mongolian kazakh uzbek afghan brazilian argentine argentinian chilean peruvian bolivian ecuadorian \
    colombian venezuelan cuban jamaican haitian guatemalan honduran nicaraguan panamanian salvadoran israeli palestinian jordanian kuwaiti \
    saudi yemeni pakistani bangladeshi austrian belgian swiss czech slovak slovenian croatian serbian bosnian albanian bulgarian romanian \
    ukrainian lithuanian latvian estonian icelandic armenian georgian azerbaijani native aboriginal maori inuit hmong kurdish tibetan bantu \
    slavic germanic celtic gaelic basque catalan flemish maltese cypriot sami roma amish hutterite mennonite sicilian sardinian tuscan \
    bavarian saxon californian texan midwestern";

const STATE_CODES: &str = "al ak az ar ca co ct de fl ga hi id il in ia ks ky la me md ma mi mn ms mo mt ne nv nh nj nm ny nc nd \
    oh ok or pa ri sc sd tn tx ut vt va wa wv wi wy dc pr gu vi as mp fm mh pw aa ae ap";

const PLACE_HEADS: &str = "north south east west new lake port fort mount mt upper lower great san santa saint st los las el la bad \
    northern southern glen point cape";

const STANDARD_NOUNS: &str = "criteria criterion classification guideline guidelines staging stage rule rules system score scores scale \
    consensus definition definitions declaration protocol grade grading method methods study trial trials \
    statement convention agreement nomenclature recommendations heart marathon virus fever conference \
    approach model formula test cohort register registry algorithm equation iii ii iv triage angina sleepiness \
    questionnaire index prognostic collaborative variant process manual procedure";

const DATE_CUES: &str = "on since dated date from until till by before after between through thru during admitted discharged \
    collected seen visit appointment appt due started stopped began born dob call check recheck injured notified hurt faxed scanned diagnosed encounter expires exp effective filled refill \
    surgery discharge admission admit hospitalized last next around circa ca early late mid visited scheduled \
    performed done drawn obtained received reported signed implanted placed injury onset lmp edd edc dos d.o.b positive negative resulted taken note notes rounds \
    birthdate birthday called presented arrived returned resulted updated tested vaccinated follow-up followup fu \
    f/u vom am bis seit zum geb geboren geburtsdatum datum le du depuis el desde hasta nacido nacida \
    fecha nato nata nascido nascida ne nee dal del ur wrzesnia dod died deceased expired for to and";

const NAME_LABELS: &str = "firmado firmato signe escort carer patient pt name surname client resident caller guarantor subscriber insured re attn attention signed \
    signature provider physician attending author dictated transcribed reviewed contact kin nok spouse mother \
    father guardian parent referring pcp surgeon nurse rn md cc from to by employee member participant subject \
    patientin nachname vorname familienname betreff betrifft unterschrift arzt arztin hausarzt paciente nombre \
    apellido apellidos medico nom prenom cognome nome assinado naam alias aka dependent beneficiary requester \
    requestor recipient sender witness interpreter decedent donor cosigned cosigner technologist tech \
    radiologist pathologist cardiologist therapist counselor anesthesiologist assistant scribe holder \
    policyholder responsible emergency informant historian username user who lastname firstname fname lname \
    proxy poa billed ordering prescriber consultant examiner evaluator clinician staff \
    son daughter wife husband sister brother partner reporter assistenz operateur proband applicant claimant passenger driver";

const NAME_CUES: &str = "patient pt named called regarding re dear sincerely regards signed hi hello client resident cc attn attention \
    by for about from with patientin namens paciente";

const SMALL_WORDS: &str = "a an the and or but nor so yet if of in on at to for from by with without about into onto over under up \
    down out off as than then that this these those it its is are was were be been being am do does did done \
    doing have has had having can could will would shall should may might must not i'm i've i'd i'll we're you're don't doesn't can't it's that's no yes he she they them his \
    her hers him their theirs i me my mine we us our ours you your yours who whom whose which what when where why \
    how all any both each few more most other some such only own same too very just also there here again once \
    because while until during before after above below between through per via vs versus not never always \
    often please thanks thank however therefore although though since whether either neither every everyone \
    anyone someone nobody nothing something anything der die das den dem des ein eine einen einem einer und oder \
    ist sind war mit nach von vor bei zu zum zur im am auf aus nicht kein keine sich sie er es wir ihr wurde \
    wird werden hat haben el los las un una unos unas y o en con sin por para que se su sus al del le les une et \
    ou dans avec sans pour par sur ne pas qui il elle est sont il lo gli un uno ma con per non che di da";

const NUMERALS: &str = "ninety hundred centenarian nonagenarian ninety-one";

const CODE_CUES: &str = "icd icd9 icd10 cpt hcpcs snomed loinc rxnorm rxcui ndc atc pmid pmcid pmc doi nct isbn issn cas mesh omim \
    drg ean iso din fips umls cui hgnc ensembl genbank chebi isrctn eudract umin chictr prospero trial";

/// Words of notes and forms that open with a capital and are nobody's name.
const PLAIN_WORDS: &str = "inpatient outpatient hpi pmh psh fhx shx ros pe impression assessment plan subjective objective addendum \
    followup telehealth telemedicine covid hiv aids unremarkable noncontributory preop postop checkup email \
    fax website internet online app login username portal smartphone wifi voicemail google facebook instagram \
    twitter linkedin whatsapp tiktok snapchat youtube zoom skype medicare medicaid tricare aetna cigna humana \
    bcbs uhc kaiser unitedhealthcare anthem centene molina fedex ups usps christmas thanksgiving easter halloween \
    ramadan hanukkah diwali passover guten tag liebe lieber sehr geehrte geehrter kollege kollegin befund \
    diagnose therapie anamnese epikrise aufnahme entlassung versicherung estimado estimada doctora informe \
    motivo antecedentes tratamiento alta ingreso madame monsieur cher chere docteur compte rendu autism \
    nextcloud api finding findings kollegin kollegen grussen grusse freundlichen hypertonie vorhofflimmern diagnosen beschwerden verlauf medikation kontrolle";

const CLINICAL_WORDS: &str = "bp hr rr spo2 wbc hgb plt na ph bun egfr inr phq gad nyha bmi ekg ecg mri ct cbc cmp bmp tsh ldl hdl \
    a1c hba1c copd chf ckd cad gerd uti dvt pe mi cva tia afib htn dm t2dm t1dm bph ivf iud ptsd ocd adhd icu \
    nicu picu ccu ed er or pacu npo prn bid tid qid qd qhs po iv im sq sc gtt dnr dni";
