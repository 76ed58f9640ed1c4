"""What becomes of a name on its way to paper: each function makes one kind of error.

They take and return the words of a name; which happen together is for `errors` to say.
A function that finds nothing to change returns the name as it was.
"""

from random import Random

from bench.identity.customs import Name

_SHORT = {
    "Muhammad": ("Muh.", "Moh.", "M.", "Mhd.", "Muh", "Moh", "M"),
    "Muhamad": ("Muh.", "Moh.", "M."),
    "Mohammad": ("Moh.", "M.", "Moh"),
    "Ahmad": ("A.", "Ach.", "Ahm."),
    "Abdul": ("Abd.", "Abd", "Ab."),
    "Abdullah": ("Abd.", "Abdl"),
    "Siti": ("St.", "St", "S."),
    "Sitti": ("St.", "Sitt", "S."),
    "Baiq": ("Bq.", "Bq", "B."),
    "Lalu": ("L.", "Ll."),
    "Wayan": ("Wyn", "Wyn.", "W."),
    "Nyoman": ("Nym", "Nym.", "N."),
    "Made": ("Md", "Md."),
    "Ketut": ("Kt", "Kt."),
    "Gusti": ("Gst", "Gst."),
    "Gede": ("Gd", "Gd."),
    "Komang": ("Km.", "Kmg"),
    "Teungku": ("Tgk", "Tgk."),
    "Teuku": ("T.", "Tk."),
    "Andi": ("A.", "And."),
    "Nurul": ("Nrl.", "N."),
    "Syarifah": ("Syf.", "Syr."),
    "Yohanes": ("Yoh.", "Y."),
    "Maria": ("M.", "Mar."),
    "Kristian": ("Krist.", "Chr."),
}
_LONG = {
    "M": ("Muhammad", "Muh", "Moh"),
    "Muh": ("Muhammad", "Muhamad", "M"),
    "Moh": ("Muhammad", "Mohammad", "Moch", "M"),
    "Abd": ("Abdul", "Abdur"),
    "Ach": ("Ahmad", "Achmad"),
    "Tgk": ("Teungku",),
    "Bq": ("Baiq",),
    "Kgs": ("Kiagus",),
    "Mgs": ("Masagus",),
    "Hj": ("Hajjah",),
}
_SPELT = {
    "Muhammad": ("Mohammad", "Muhamad", "Mohamad", "Mochamad", "Muhammed", "Mokhamad"),
    "Ahmad": ("Achmad", "Akhmad", "Akmad", "Ahmat"),
    "Siti": ("Sitti", "Sity", "Citi"),
    "Nur": ("Noor", "Noer", "Nor"),
    "Wayan": ("Putu", "Gede"),
    "Made": ("Kadek", "Nengah"),
    "Nyoman": ("Komang",),
    "Yusuf": ("Yusup", "Jusuf", "Yosef"),
    "Dewi": ("Dewy", "Devi"),
    "Sri": ("Srie", "Seri"),
    "Yohanes": ("Johanes", "Yohannes", "Yohanis"),
    "Maria": ("Marya", "Mariah"),
}
OLD = (("u", "oe"), ("j", "dj"), ("y", "j"), ("c", "tj"), ("ny", "nj"), ("sy", "sj"), ("kh", "ch"))
SOUNDS = (
    *(("f", "p"), ("p", "f"), ("v", "f"), ("z", "j"), ("z", "s"), ("j", "z"), ("kh", "h"), ("q", "k"), ("sy", "s")),
    *(("dh", "d"), ("th", "t"), ("gh", "g"), ("ai", "e"), ("au", "o"), ("iya", "ia"), ("ia", "iya"), ("ks", "x")),
    *(
        ("i", "ie"),
        ("kh", "k"),
        ("h", "kh"),
        ("dl", "dh"),
        ("e", "i"),
        ("o", "u"),
        ("d", "dh"),
        ("s", "sy"),
        ("b", "p"),
    ),
)
_NEIGHBOURS = {
    "a": "sqe",
    "b": "vn",
    "c": "xv",
    "d": "sf",
    "e": "wri",
    "f": "dg",
    "g": "fh",
    "h": "gj",
    "i": "uoe",
    "j": "hk",
    "k": "jl",
    "l": "k",
    "m": "n",
    "n": "mb",
    "o": "ipu",
    "p": "o",
    "q": "wa",
    "r": "te",
    "s": "ad",
    "t": "ry",
    "u": "yio",
    "v": "cb",
    "w": "qe",
    "x": "zc",
    "y": "tu",
    "z": "x",
}
_VOWELS = "aeiou"
_PLAY_NAMES = {
    "m": "Bowo Ucok Agam Tole Buyung Gendon Cak Ujang Otong Kacong Gus Tu Bapa Unyil Bagong Kancil Gepeng Boneng",
    "f": "Butet Nok Inong Upik Nduk Neng Cici Eneng Jebbing Gek Noni Dek Mbok Iyem Entin Nining Oneng Mungil",
}


def shortened(rng: Random, name: Name) -> Name:
    """Abbreviate a word that is usually abbreviated, or write out one that is officially short."""
    places = [place for place, word in enumerate(name) if word in _SHORT or word in _LONG]
    if not places:
        return name
    place = rng.choice(places)
    return _with(name, place, rng.choice(_SHORT.get(name[place]) or _LONG[name[place]]))


def respelt(rng: Random, name: Name, rules: tuple[tuple[str, str], ...] = SOUNDS) -> Name:
    """Spell one word by another habit: as before 1972, or as it sounds."""
    place = rng.randrange(len(name))
    word = name[place]
    if word in _SPELT and rng.random() < 0.5:
        return _with(name, place, rng.choice(_SPELT[word]))
    lower = word.lower()
    fitting = [(old, new) for old, new in rules if old in lower]
    if rng.random() < 0.25:
        return _with(name, place, word[:-1] if lower.endswith("h") and len(word) > 3 else _ending_h(word))
    if not fitting:
        return name
    old, new = rng.choice(fitting)
    start = rng.choice([at for at in range(len(lower)) if lower.startswith(old, at)])
    made = lower[:start] + new + lower[start + len(old) :]
    return _with(name, place, made[0].upper() + made[1:])


def _ending_h(word: str) -> str:
    return word + "h" if word[-1] == "a" else word


def old_spelling(rng: Random, name: Name) -> Name:
    """Spell one word as before 1972."""
    return respelt(rng, name, OLD)


def letters(rng: Random, name: Name) -> Name:
    """Double a letter, or lose one."""
    place = _long_word(rng, name)
    word = name[place]
    if len(word) < 4:
        return name
    at = rng.randrange(1, len(word))
    doubles = [spot for spot in range(1, len(word)) if word[spot] == word[spot - 1].lower()]
    if doubles and rng.random() < 0.6:
        at = doubles[0]
        return _with(name, place, word[:at] + word[at + 1 :])
    return _with(name, place, word[:at] + (word[at] + word[at:] if rng.random() < 0.5 else word[at + 1 :]))


def slip(rng: Random, name: Name) -> Name:
    """Hit a key beside the right one, or two in the wrong order."""
    place = _long_word(rng, name)
    word = name[place]
    if len(word) < 4:
        return name
    at = rng.randrange(1, len(word) - 1)
    if rng.random() < 0.4:
        return _with(name, place, word[:at] + word[at + 1] + word[at] + word[at + 2 :])
    return _with(name, place, word[:at] + rng.choice(_NEIGHBOURS.get(word[at], "a")) + word[at + 1 :])


def left_out(rng: Random, name: Name) -> Name:
    """Leave a word out; the first is kept mostly."""
    if len(name) < 2:
        return name
    place = rng.randrange(1, len(name)) if rng.random() < 0.68 else 0
    return (*name[:place], *name[place + 1 :])


def reordered(rng: Random, name: Name) -> Name:
    """Put the words in another order."""
    at = rng.randrange(len(name))
    return (*name[at:], *name[:at])


def joined(rng: Random, name: Name) -> Name:
    """Write two words as one, or one as two."""
    if len(name) > 1:
        at = rng.randrange(len(name) - 1)
        return (*name[:at], name[at] + name[at + 1].lower(), *name[at + 2 :])
    word = name[0]
    for start in ("Nur", "Siti", "Sri", "Abdul", "Muh", "Khairul", "Syamsul"):
        if word.startswith(start) and len(word) > len(start) + 2:
            return (start, word[len(start) :].capitalize())
    return name


def initial(rng: Random, name: Name) -> Name:
    """Write one word by its first letter; never all."""
    if len(name) < 2:
        return name
    place = rng.randrange(len(name)) if rng.random() < 0.4 else len(name) - 1
    return _with(name, place, name[place][0] + rng.choice((".", "")))


def nickname(rng: Random, name: Name, clan: str, sex: str) -> str:
    """Return what somebody is called: an end or beginning of a word, at times something else."""
    own = [word for word in name if word != clan and len(word) > 2] or list(name)
    word = rng.choice(own[-2:]) if rng.random() < 0.75 else own[0]
    way = rng.random()
    if way < 0.12:
        return rng.choice(_PLAY_NAMES[sex].split())
    cuts = [at for at in range(1, len(word) - 2) if word[at].lower() not in _VOWELS and word[at + 1].lower() in _VOWELS]
    if len(word) <= 4 or way < 0.3 or not cuts:
        return word
    if way < 0.7:
        return word[cuts[-1] if len(word) - cuts[-1] > 2 else cuts[0] :].capitalize()
    return word[: min(cuts[0] + 2, len(word))]


def titled(rng: Random, name: Name, sex: str, age: float) -> Name:
    """Add a title before or after."""
    if age < 17:
        return ("An.", *name)
    if age > 40 and rng.random() < 0.5:
        return (("H." if sex == "m" else "Hj."), *name)
    if age > 22 and rng.random() < 0.22:
        return (
            *name[:-1],
            name[-1] + ",",
            rng.choice(("S.Pd", "S.E.", "S.H.", "A.Md.Keb", "S.Kom", "S.Pd.I", "S.Sos")),
        )
    before = (
        ("Tn.", "Bpk.", "Sdr.", "Bp", "Pak", "Drs.", "Ir.", "dr.")
        if sex == "m"
        else ("Ny.", "Ibu", "Sdri.", "Bu", "Ny", "Dra.")
    )
    return (rng.choice(before), *name)


def child_of(name: Name, sex: str, father: Name) -> Name:
    """Add ``bin`` or ``binti`` and the father."""
    return (*name, "bin" if sex == "m" else "binti", father[0]) if father else name


def wife_of(rng: Random, husband: Name) -> Name:
    """Name a wife by her husband."""
    words = husband if rng.random() < 0.5 else husband[:1]
    return (*((rng.choice(("Ny.", "Ny", "Ibu", "Bu", "Istri")),) if rng.random() < 0.9 else ()), *words)


def baby_of(rng: Random, mother: Name, place: int) -> Name:
    """Name a newborn by its mother; a twin (`place` 1, 2) at times with its number."""
    words = mother if rng.random() < 0.6 else mother[:1]
    start = rng.choice((("By.", "Ny."), ("By.", "Ny."), ("By", "Ny"), ("Bayi", "Ny."), ("By.",), ("Bayi", "Ibu")))
    number = (rng.choice(("I II", "1 2")).split()[place - 1],) if place and rng.random() < 0.6 else ()
    return (*start, *words, *number)


def _long_word(rng: Random, name: Name) -> int:
    long = [place for place, word in enumerate(name) if len(word) > 3]
    return rng.choice(long) if long else 0


def _with(name: Name, place: int, word: str) -> Name:
    return (*name[:place], word, *name[place + 1 :])
