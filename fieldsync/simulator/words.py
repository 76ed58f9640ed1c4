"""Names as they are heard in Ogan Komering Ilir, written down for this simulator.

Three naming customs live side by side: Malay and Komering along the rivers, Javanese
and some Balinese in the transmigration districts. Lists run from common to rare, and
picking follows that order, so that names repeat as they do in a village. No list was
taken from real people.
"""

from itertools import accumulate
from random import Random

Words = tuple[tuple[str, ...], tuple[float, ...]]


def _words(text: str) -> Words:
    # An underscore stands for a space inside a word, a hyphen for the underscore of a code.
    listed = tuple(word.replace("_", " ").replace("-", "_") for word in text.split())
    return listed, tuple(accumulate(1 / (place + 4) for place in range(len(listed))))


def pick(rng: Random, words: Words) -> str:
    """Return one word, the earlier ones more often."""
    listed, weights = words
    return rng.choices(listed, cum_weights=weights)[0]


FIRST = {
    ("malay", "male"): _words(
        "Muhammad Ahmad Herman Rusli Edi Andi Hendra Zainal Amran Yusuf Syamsul Iskandar Firdaus Rahmat Ali Rizki Ardi "
        "Sahrul Burhan Fauzi Marwan Sukri Kamal Robi Deni Irwan Rozali Taufik Azwar Nazirin Jauhari Husin Hambali "
        "Makmun Solihin Cik_Ali Mat_Nur Sarkowi Umar Zulkifli Alamsyah Bustomi Darmawan Efendi Gunawan Ilham Junaidi"
    ),
    ("malay", "female"): _words(
        "Siti Nur Sri Yuliana Rohani Nurhayati Maryam Fatimah Aisyah Susilawati Herlina Rosmala Zubaidah Asmawati "
        "Mardiana Ermawati Hartini Khodijah Masitoh Nurbaiti Rusmini Salamah Yusnita Lismawati Suryani Elvina Fitri "
        "Indah Dewi Lestari Mega Novita Puspita Ratna Sulastri Tina Umi_Kalsum Wulandari Yanti Zaleha Nyimas Cik_Nung"
    ),
    ("komering", "male"): _words(
        "Hasan Abdul M. Bahrun Rasyid Zainuddin Marzuki Sobri Anwar Hasanuddin Akhmad Syarif Mursal Tabrani Idham "
        "Ruslan Basri Hamdan Mukhlis Saidina Syahrial Tarmizi Yahya Azhari Johan Komaruddin Lukman Nawawi Pahrul Raden"
    ),
    ("komering", "female"): _words(
        "Siti Nur Halimah Rosidah Maimunah Sakdiah Rukiah Hasnah Kartini Robiah Sumarni Zahara Marlina Nurlela Aminah "
        "Hayati Jamilah Komariah Latifah Murni Nazilah Qomariah Rodiah Sopiah Tasnim Wardiah Yuhana Zuraidah"
    ),
    ("javanese", "male"): _words(
        "Slamet Agus Sutrisno Budi Eko Dwi Joko Suparman Sugeng Wahyu Bambang Sunarto Tri Sukardi Paijo Supriyadi "
        "Heru Giyanto Mulyono Ngadiman Parno Rudi Sarwono Sumadi Suroto Teguh Untung Wagimin Yanto Purwanto Kasiman"
    ),
    ("javanese", "female"): _words(
        "Sri Siti Dwi Tri Sulastri Suparti Wiwik Endang Ningsih Rini Sumiati Tutik Wahyu Yuni Ika Eka Lilik Marsini "
        "Ngatini Partini Rahayu Sarti Sukini Supriyati Tumini Utami Warsini Painem Kasmi Retno Indah Dian Puji"
    ),
    ("balinese", "male"): _words("Wayan Made Nyoman Ketut Putu Kadek Komang Gede"),
    ("balinese", "female"): _words("Wayan Made Nyoman Ketut Putu Kadek Komang Luh"),
}

LAST = {
    ("malay", "male"): _words(
        "Saputra Hidayat Efendi Abidin Rahman Arifin Wijaya Kurniawan Fikri Ramadhan Syahputra Akbar Maulana Pratama "
        "Alfarizi Yunus Ibrahim Saleh Effendi Hakim Asmadi Perdana Jaya Sanusi Romadon Kadir Usman Ismail Anom"
    ),
    ("malay", "female"): _words(
        "Aisyah Aminah Sari Hasanah Lestari Janah Wati Fatimah Safitri Anggraini Puspitasari Oktaria Hayati Komala "
        "Rahmawati Maharani Apriani Kartika Marlena Azizah Yulianti Permata_Sari Handayani Agustina Novianti Laila"
    ),
    ("komering", "male"): _words(
        "Hasan Basri Hamid Muin Ratu_Penghulu Abdullah Sani Gani Jauhari Sulaiman Raja_Niti Karim Latif Mansyur Toha "
        "Wahab Zakaria Halim Bakri Sayuti Munir"
    ),
    ("komering", "female"): _words(
        "Hasanah Hawa Rohmah Suryati Nuraini Astuti Asiah Juwita Khairiyah Mastura Novalia Permai Qoriah Ruaida Saodah"
    ),
    ("javanese", "male"): _words(
        "Riyadi Santoso Prasetyo Wibowo Susanto Setiawan Nugroho Hartono Widodo Utomo Purnomo Haryanto Kuncoro "
        "Suryanto Mulyadi Rahardjo Sudibyo Waluyo Yulianto Prayitno Suwito Pamungkas Cahyono"
    ),
    ("javanese", "female"): _words(
        "Wahyuni Lestari Rahayu Astuti Handayani Ningsih Puji_Astuti Setyowati Mulyani Purwanti Haryati Widayati Utami "
        "Kusumawati Winarsih Susanti Sulistyowati Budiarti Kristanti Nurjanah Fatonah"
    ),
    ("balinese", "male"): _words("Sudarma Suardana Wirawan Artana Sujana Mertayasa Arnawa Budiasa"),
    ("balinese", "female"): _words("Sukerti Suartini Astini Wardani Ariani Rasmini Sutami Pratiwi"),
}

HAMLETS = _words(
    "Dusun_I Dusun_II Dusun_III Dusun_IV Talang_Jaya Tanjung_Baru Suka_Maju Sungai_Ceper Blok_A Blok_B Jalur_5"
)
STREETS = _words(
    "Jl._Lintas_Timur Jl._Desa Jl._Pasar Lorong_Masjid Jl._Sepucuk Lorong_Sekolah Tepi_Sungai Jl._Poros Jl._Kebun_Sawit"
)
BIRTH_PLACES = _words(
    "Ogan_Komering_Ilir Kayu_Agung Palembang Ogan_Ilir Lampung_Tengah Ogan_Komering_Ulu_Timur Banyuasin Sragen Kebumen"
)
# Codes of the person form, common ones first.
EDUCATIONS = _words("primary senior-secondary junior-secondary primary-incomplete bachelor diploma-3 no-school")
WORK = {
    "male": _words(
        "farmer farm-labourer fisher self-employed private-employee driver trader construction civil-servant"
    ),
    "female": _words("household farmer trader private-employee farm-labourer teacher tailor village-staff"),
}
CAUSES = _words("Usia_lanjut Stroke Sesak_napas Demam_berdarah Jantung Kecelakaan Diabetes Sakit_lama")
COMPLAINTS = (
    "KTP elektronik sudah direkam tetapi belum dicetak.",
    "Akta kelahiran anak belum kami terima.",
    "Jembatan menuju posyandu rusak saat air pasang.",
    "Mobil pelayanan datang tidak sesuai jadwal.",
    "Petugas sangat membantu, mohon jadwal ditambah.",
    "Ada yang meminta biaya untuk mengurus kartu keluarga.",
    "Bagaimana cara mengurus KIA untuk anak kami?",
    "Obat penambah darah habis sejak bulan lalu.",
)
COMMENTS = (
    "Pelayanan cepat.",
    "Antre terlalu lama.",
    "Petugas ramah dan jelas.",
    "Mohon datang lebih sering.",
    "Sinyal sering hilang tetapi tetap dilayani.",
)
