"""Javanese and Madurese naming: one-word names long were the rule, later two and three words."""

from bench.identity.customs import custom
from bench.identity.names_shared import ISLAM_F, ISLAM_M, LAST_F, LAST_M

JAVANESE = custom(
    "Javanese",
    "34.03",
    {
        "m old own": """Suparman Slamet Sutrisno Supardi Suwarno Sugiyono Sukardi Sumarno Suyatno Wagiman Sarjono Ngadiman
            Mulyono Paimin Parjo Parman Ponimin Poniman Sadiman Sakiman Samidi Saridi Sastro Senen Subari Sudarmo Sugeng
            Suharto Sukiman Sukirman Sumardi Sunardi Suratman Suroto Tukimin Tukiran Tugiman Wakidi Wasidi Warsito Wiryo
            Kasiman Karto Kromo Harjo Darmo Mitro Noto Pawiro Prawiro Sumo Wongso Yatno Giman Ratmin Rebo Legimin""",
        "f old own": """Sutini Suparmi Sumini Wagiyem Sukinem Tukinem Painem Ponirah Rubiyem Sainem Sajinem Sakinem Samirah
            Sarinem Sariyem Satinem Sukarti Sumarni Sumiyati Sunarti Supinah Surati Suratmi Surip Suti Tugiyem Tukiyem
            Tuminah Tumini Wakinem Warsini Wasiyem Kasinem Kasiyem Jumirah Jumiyem Jemirah Karsinem Kartini Lasiyem
            Legiyem Marsiyem Mujinah Mujiyem Ngadiyem Ngatinem Paikem Paini Parinem Poniyem Rusmini Suginem Sulastri""",
        "m mid own": """Agus Bambang Eko Joko Sugeng Suryanto Supriyanto Sutarno Wahyudi Widodo Yulianto Haryanto Heru Budi
            Tri Dwi Purwanto Purnomo Sigit Singgih Sarwono Subagyo Sugiarto Suhartono Sumaryanto Suwanto Teguh Totok
            Untung Wasito Wiyono Yanto Yatin Ari Aris Basuki Danang Didik Edy Endro Gunawan Hartono Imam Iskandar Jumadi
            Kuncoro Marsudi Mujiono Nur Nugroho Paryanto Priyono Rahmad Riyanto Rohmad Rusdi Sapto Setyo Sutopo Tukijo""",
        "f mid own": """Sri Siti Endang Tri Dwi Sulastri Suryati Wahyuni Wiwik Yuni Yatmi Rini Ratna Retno Ning Nanik Nunuk
            Murni Mulyani Lestari Kustini Kusmiyati Ismiyati Indarti Hartini Handayani Eni Dewi Daryanti Budi Astuti Asih
            Ani Sumarsih Suprapti Suwarsih Sutarti Sustini Sugiyanti Suharti Rusmiyati Rumini Purwanti Purwati Puji
            Partini Parsiyem Ngatini Narti Marsini Marni Harini Giyanti Ernawati Titik Tutik Tumiyati Umi Utami Watini""",
        "m new own": """Muhammad Rizky Dimas Bagas Bayu Aditya Galih Fajar Rangga Yoga Wahyu Dwi Tri Eko Arif Ahmad Ilham
            Andika Angga Ardi Aldi Alfian Bagus Bima Catur Damar Danu Dedi Deni Dicky Enggar Fauzan Febri Gilang Gading
            Hanif Ibnu Ikhsan Jati Krisna Kelvin Lutfi Miftah Nanda Naufal Oki Pandu Prima Rafi Raffa Rendra Restu Satria""",
        "f new own": """Dwi Tri Eka Nur Anisa Putri Dewi Ayu Aulia Intan Lestari Lia Maya Mega Nabila Novi Okta Puput Rahma
            Ratna Rika Rina Riska Salma Septi Sekar Sinta Tia Tika Vika Wahyu Widya Wulan Yuli Zahra Kirana Khansa Hasna
            Gita Fitri Fatimah Erlin Erika Diah Desi Della Cindy Citra Bunga Asih Aprilia Anggi Amanda Alma Alya Aisyah""",
        "m holy": ISLAM_M,
        "f holy": ISLAM_F,
        "m last": "Santoso Nugroho Prasetyo Wibowo Widodo Susilo Saputro Utomo Purnomo Setiawan Kurniawan " + LAST_M,
        "f last": "Lestari Rahayu Astuti Wahyuni Ningsih Handayani Setyowati Susilowati Widyastuti " + LAST_F,
        "pre": "su suk wag ngad pon tuk sar sum sut par sam sar was kas",
        "m suf": "iman irin ino iyo imin iran arjo idi",
        "f suf": "iyem inem irah ini iyah iyati arti arni",
    },
    {
        "m old": "62 own; 14 pre+suf; 10 own own; 6 holy; 4 Muh holy; 4 own last",
        "f old": "62 own; 18 pre+suf; 8 Siti holy; 6 holy; 6 Sri own",
        "m mid": "40 own; 26 own last; 8 own own; 8 holy; 6 Muhammad holy; 4 Nur holy; 4 Sri last; 4 own holy",
        "f mid": "34 own; 20 own last; 10 Siti holy; 10 Sri last; 8 Sri own; 6 holy; 6 Nur holy; 6 Tri last",
        "m new": "46 own last; 14 own own last; 12 Muhammad own last; 8 own; 8 Ahmad holy; 6 Muhammad holy; 6 own holy last",
        "f new": "46 own last; 12 own own last; 10 Siti holy; 8 Nur holy; 6 own; 8 own holy; 6 own own own last",
    },
)

MADURESE = custom(
    "Madurese",
    "35.27",
    {
        "m old own": """Matsari Sahri Sahrawi Durahman Durasid Misnadin Misnawi Mattali Marsuki Mudakkir Munawi Nidin Niman
            Sahid Sadimin Saniman Satuman Sumaji Supandi Suja'i Sidik Sulam Tayib Tohir Tola'i Hosen Halil Hasin Jumali
            Jumadin Kasim Kusnadi Legirin Madrawi Marhawi Mastuki Mattasan Moderin Nasiruddin Niwan Rasidi Rawi Sinal""",
        "f old own": """Maryama Misnati Mutmaina Muna'ah Nipa Niti Painah Rukmini Rumiya Sa'diyah Sahriya Saniya Sarimah
            Satiya Satima Sumiya Suhriya Supiya Suryati Sutiya Tima Tohira Tumina Hotija Hosniya Hamiya Halima Jatima
            Jumaati Juma'ati Kamariya Karimah Marsuna Masruna Mukminah Munira Musri'ah Nasuha Nawiya Ramlah Rukayya""",
        "m mid own": """Moh Abd Ach Hosnan Holil Hayat Jazuli Kholil Mahrus Masduki Mat Misbahul Mistar Munir Mukhlis Nawawi
            Rofi'i Romli Rosi Sahlan Samsul Samhadi Sholeh Subaidi Suhri Sukri Supriadi Syaiful Taufik Umar Wardi Zainal
            Zainuri Zaini Fathor Fausi Hanafi Hairul Imam Iksan Juhari Jamal Khoirul Lutfi Mannan Mukarrom Rahem Sugianto""",
        "f mid own": """Siti Sumiati Suhartini Sulastri Suliha Sunarya Supiyati Syarifah Ummi Uswatun Wasilah Yatimah Yuliana
            Zainab Zubaidah Fatimatus Hotimah Hosnol Hosniyah Holifah Homsatun Ismiyati Istianah Jumriyah Khotimah
            Kholifah Lailatul Maimuna Maisaroh Marwiyah Masruroh Mutmainnah Nur Nurul Qibtiyah Rofiqoh Romlah Ruhana""",
        "m new own": """Moh Muhammad Ahmad Abdul Fajar Fathur Firman Hasbi Ilham Irfan Khairul Maulana Misbahul Mohammad Nurul
            Rifqi Riski Rofiqi Sahrul Saiful Syahrul Taufiqur Ubaidillah Wildan Yusril Zainul Zaki Alfin Ainul Bahrul Dafa
            Faisal Faris Ferdi Habib Haikal Hafid Imam Izzul Jefri Lukman Mahfud Miftahul Naufal Rafi Rendi Rizal""",
        "f new own": """Siti Nur Nurul Ainun Alfiyah Anisatul Aulia Dewi Diana Faizah Farah Fina Fitriyatul Hilmiyah Himmatul
            Imamatul Inayatul Intan Jamilatul Khoirun Kamilia Lailatul Lutfiyah Maulidia Mamluatul Nabila Nadia Naila
            Putri Qurrotul Rahmatul Rofiatul Riska Robiatul Sofiyatul Suci Ulfatul Uswatun Wardatul Wilda Yuni Zahrotul""",
        "m holy": ISLAM_M,
        "f holy": ISLAM_F,
        "m last": "Rahman Rohman Arifin Hasan Bahri Anam Hidayatullah Fadli Umam Huda " + LAST_M,
        "f last": "Hasanah Jannah Khotimah Rohmah Fitriyah Aini Hidayah Maghfiroh Laili Ulum " + LAST_F,
    },
    {
        "m old": "56 own; 16 holy; 10 Abd holy; 8 Mat holy; 10 Moh own",
        "f old": "58 own; 16 holy; 18 Siti holy; 8 Siti own",
        "m mid": "30 Moh own; 16 own; 14 Abd holy; 14 own holy; 10 holy; 8 Ach holy; 8 own last",
        "f mid": "26 Siti holy; 20 own; 16 own last; 12 Siti own; 10 holy; 8 Nur holy; 8 own holy",
        "m new": "34 Moh own; 14 own last; 12 Moh own last; 12 Abdul holy; 12 Ahmad holy; 8 own holy; 8 own own last",
        "f new": "26 Siti holy; 22 own last; 14 Nurul last; 14 own holy; 10 Nur holy; 8 Siti own last; 6 own own last",
    },
)
