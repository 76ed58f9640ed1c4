"""What is known of words in Indonesian names: titles, marks of kinship, abbreviations, spellings, endings.

The tables are versioned: whoever stores what was read with them stores `TABLES_VERSION`
too, and reads anew when it changes. They hold usage, from general knowledge of how names
are written in village registers of many peoples; no name is right or wrong by them.
"""

TABLES_VERSION = "2026.1"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _pairs(text: str) -> dict[str, str]:
    pairs = (line.split("=") for line in text.strip().splitlines())
    return {short.strip(): full.strip() for shorts, full in pairs for short in shorts.split()}


# Said before a name and no part of it: age, respect, pilgrimage, learning, office, mourning. Also without their dots.
TITLES = _words("""
    nn nona sdr sdri saudara saudari ananda bp mas mbak mbah kakek nenek yth
    h hj haji hajjah hajah hajja hjh ir drs dra dr drg drh prof profesor dokter bidan
    kh kyai kiai ust ustad ustadz ustaz ustadzah ustazah tgh buya pdt pendeta pastor romo suster
    alm almh almarhum almarhumah marhum marhumah mr mrs
""")
# These can't be names, wherever they stand.
NEVER_NAMES = _words("hj hjh alm almh almarhum almarhumah marhum marhumah drs dra")
# A married woman, perhaps under her husband's name; after "bayi" or "anak" the mother.
WIFE = _words("ny nyonya nyonyah ibu bu istri isteri bunda")
# A man; after "bayi" or "anak" the father.
HUSBAND = _words("tn tuan bpk bapak pak")
BABY = _words("by byi bayi baby bbl neonatus")
CHILD = _words("an anak ank")
# Stand between "bayi" and the parent, or number twins after the parent.
BABY_FILLERS = _words("dari dr perempuan laki lk pr kembar ke baru lahir")
TWIN_NUMBERS = _words("i ii iii iv a b c kembar ke pertama kedua ketiga satu dua tiga")
# The father's name follows. A bare "b" counts only between two words.
BIN = _words("bin binti binte bint bt bte bnt")
ALIAS = _words("als alias aka pgl panggilan dipanggil")
NO_NAME = frozenset({
    *("tanpa nama", "tidak ada", "tidak ada nama", "belum ada", "belum ada nama", "belum diberi nama"),
    *("belum dinamai", "belum bernama", "belum punya nama", "tidak tahu", "tidak diketahui", "tidak dikenal"),
    *("anonim", "noname", "no name", "x", "xx", "mr x", "nama", "kosong", "tidak", "belum"),
})  # fmt: skip

# Degrees follow a name. Those of two letters count only with dots, after a comma, or last of three words and more.
DEGREES = _words("""
    spd spdi spdsd spdaud sag ssos sosi skm skep skepners ners ners amd amdkeb amdkep amdkes amkeb amkep amk amak
    msi mpd mpdi mag mkes mkm mkeb mkep mhum mkom meng msc mba mpsi phd skom sipem shi shut stp stpi spt
    ssi ssit sst sstkeb strkeb strkep strkes sked skg skh spsi spsikolog spog spdb sfarm apt dea str
    bsc drph lcma sei sesy ssn ssy sthi sthum shum
""")
SHORT_DEGREES = _words("se sh st sp ss sk mm mh mt ma me ba lc ak sip sab sap spa")

# Written short, meant long. Keys are what is written, dots taken off.
ABBREVIATIONS = _pairs("""
    muh moh mhd muhd mohd muhmd mohm mhmd muchd mochd moch much muhm = muhammad
    st sitti stt = siti
    abd abdl = abdul
    ach akh achm ahm = ahmad
    nr = nur
    nrl = nurul
    bq = baiq
    wy wyn wayn = wayan
    nym nymn = nyoman
    kt ktt = ketut
    gst gusty = gusti
    gd gde = gede
    kd kdk = kadek
    kmg = komang
    ngh = nengah
    dw = dewa
    tgk teungku = tengku
    tku = teuku
    dg = daeng
    rr rd rdn = raden
    kgs = kiagus
    mgs = masagus
    msy = masayu
    kms = kemas
    nys nyms = nyimas
    yoh = yohanes
    br = boru
""")
# These open only in front of another word: alone, or later in a name, they are initials.
OPENS_FIRST = _pairs("""
    m = muhammad
    r = raden
    ib = ida bagus
    ia = ida ayu
    aa = anak agung
    md = made
    pt = putu
    fr = fransiskus
    tk = teuku
    mar = maria
""")

# Written in many ways that no rule of sounds brings together: the first of a line stands for all.
SPELLINGS = {
    other: first
    for first, *others in map(
        str.split,
        """
    muhammad mohammad muhamad mohamad mochammad mochamad muchammad muchamad mokhamad mukhamad mukhammad
    muhammad muhammed mohamed muhamed muhamat mohamat moehammad moehamad mukamad mokamad mokhammad moehamat
    candra chandra tjandra
    cintia chintya chintia cynthia cintya sintia
    citra chitra
    cindi chindy cindy
    markus marcus
    lukas lucas
    oskar oscar
    karolina carolina
    yakobus jacobus yacobus
    yakub yacob jacob yakob
    nikolas nicolas nicholas nikolaus nicolaus
    agustinus augustinus
    stefanus stephanus stevanus stepanus
    yohanes johannes yohannes johanes yohanis johanis
    elisabet elizabeth elisabeth elizabet
    katarina catharina katharina catarina
    petrus pieter
    andreas andrias
    antonius anthonius
    khadijah khodijah kadijah kodijah hadijah hodijah khotijah katijah
    """.strip().splitlines(),
    )
    for other in others
}

# Rank, caste, birth order, particles of sex: in front of a name, and as often left out.
RANKS = _words("""
    i ni ida bagus ayu gusti anak agung wayan made nyoman ketut putu gede kadek komang nengah dewa desak raden roro
    daeng baiq lalu teuku cut tengku kiagus masagus masayu kemas nyimas boru andi
""")
# Almost everybody has one of these or a rank: alone they say nothing about who it is.
LIGHT = RANKS | _words("muhammad ahmad siti abdul nur sri dewi maria")

# Endings that make another name of the same beginning, above all a woman's of a man's. Folded spelling. Two names
# that differ only in which of these they end on are two names, however few letters that is.
ENDINGS = _words("""
    a i o an in un am is ang ing ung
    na ni no nu ina ini ino ana ani ano ona oni ono iani iano iana
    ta ti to tin tun tina tini tono ata ati ato anta anti anto inta inti into ianti ianto iati iato
    ma mi man min mun ama ami ima imi wan wati awan awati iawan iawati wanto wanti
    da di do din dun ida idi ada adi ado udi udin iadi
    ra ri ro rin run ara ari aro ira iri iro la li lo lin lina ila ili ala ali
    sa iansa diana ia io iono iona iarti iarto arti arto asih sih ningsih ningrum ja jo ji ka ki ko
""")
# Those that one of two names may simply lack. A lost "o" or consonant is a slip rather than another name.
ADDED_ENDINGS = _words("""
    a i an in un na ni ina ini ana ani iana iani ta ti tin tun tina tini tono anto anti ianto ianti
    ma mi man min ima wan wati awan awati iawan iawati da di din ida idi udin la li lin lina sa iansa ia ningsih
""")
# Two names in use that one letter, lost or read otherwise, would make one. One pair a line.
KNOWN_APART = frozenset(
    frozenset(line.split())
    for line in """
    aminah asminah
    nuraini nurani
    nandang nanang
    purnomo purnama
    sarman saman
    titin tintin
    yusnita yunita
    yusniar yuniar
    yusniati yuniati
    suryati suyati
    suryanto suyanto
    suryono suyono
    suryadi suyadi
    sunarti sunari
    samsiah samiah
    mardiah mariah
    marsiah masiah
    rusmiati rumiati
    rosmiati romiati
    yuliana liana
    yulianti lianti
    nurlina nurina
    nurdina nurina
    erlina elina
    """.strip().splitlines()
)
