"""Sasak, Bugis and Timorese naming: titles inside the name, house and clan names, baptismal names."""

from bench.identity.customs import custom
from bench.identity.names_shared import CHRIST_F, CHRIST_M, ISLAM_F, ISLAM_M, LAST_F, LAST_M, NATION_F, NATION_M

SASAK = custom(
    "Sasak",
    "52.03",
    {
        "m old own": """Amaq Sahar Sahirudin Mahnun Mahsun Murdi Kamarudin Kamar Nasrudin Saharudin Seman Senin Sinarep Sumawang
            Suhaili Saparudin Jumahir Jumedan Jamaludin Inaq Sanusi Sahnun Serinah Rusman Remin Muhir Musleh Mustiarep
            Mustamin Nursaid Ramli Rumawi Sadli Sahdan Sainah Salehudin Semah Sirajudin Supardi Unus Zaenudin Badarudin""",
        "f old own": """Inaq Sahnep Sahrum Saknah Salmiah Samiah Semah Senah Serinah Seriah Siah Sinarah Sitiah Sumenep Sumiah
            Suriah Jumenah Jumahar Inah Hurniah Husniah Haeriah Haerani Fatmah Ernah Darmiah Bahriah Bq Atun Aliyah Minah
            Mahni Mahnep Maknah Marwi Marhamah Misnah Munirah Mustiah Naim Nurimah Nuriah Rabiah Raehan Rasidah Rehanah""",
        "m mid own": """Lalu Muhammad Muh Ahmad Agus Azhar Aminullah Amrullah Baharudin Burhanudin Darmawan Fathurrahman
            Hairil Haerudin Haeruman Hamdan Hasbi Herman Hidayat Hulaifi Husni Idham Ihsan Irwan Jumadil Junaidi Khaerul
            Khairil Lukman Mahyudin Mardi Marwan Muzakir Nasri Nuh Nurdin Patoni Rizal Rohadi Rusli Sabarudin Saeful Sahabudin""",
        "f mid own": """Baiq Siti Sri Nurhasanah Nurhidayah Nuraini Nurul Nursim Mariani Mardiah Maisah Maesarah Lale Laili
            Kamariah Jumiati Ismiati Husnul Huriah Hurniati Hikmah Hidayatun Hermawati Helmi Haerunnisa Hadijah Fitriah
            Fathiah Evi Erni Ernawati Eka Dian Dewi Denda Budi Aswati Asmawati Aminah Ayu Rukayah Rohani Rohayati Rauhun""",
        "m new own": """Lalu Muhammad Muh Ahmad Abdul Alfian Alwi Andi Ardi Arya Azmi Dimas Dani Fahmi Fahrul Faiz Farhan Febri
            Gede Hadi Haikal Hafiz Hamdi Hendra Ilham Imam Irfan Iqbal Jayadi Jihad Khairul Lutfi Maulana Nizam Rafli Rama
            Rian Rifki Rizal Rizki Robi Saiful Sahrul Satria Wahyu Wawan Wira Yogi Yusril Zaki Zulhan Zul Zainul Ramdan""",
        "f new own": """Baiq Lale Siti Nurul Nur Dinda Dina Dian Dewi Desi Azizah Azkia Aulia Annisa Anisa Alya Aisyah Yuni Yulia
            Wulan Widia Ulfa Tiara Tia Susi Sri Sintia Sasmita Salsabila Risma Rina Riska Rini Rahma Putri Pipin Nisa Nia
            Naila Nadia Mutia Mira Mila Meli Maya Lina Laila Khaira Intan Ika Hilma Hafizah Fitri Fina Eka Bunga Ayu""",
        "m holy": ISLAM_M,
        "f holy": ISLAM_F,
        "m last": "Hidayatullah Jayadi Wirawan Hadi Azhari Ramdani Gunawan Sasmita Kusuma Mahendra " + LAST_M,
        "f last": "Hidayati Astuti Wahyuni Handayani Aprianti Hasanah Jannah Ningsih Komala Ulandari " + LAST_F,
    },
    {
        "m old": "44 own; 20 Amaq own; 14 holy; 10 Lalu holy; 6 Haji own; 6 Muh holy",
        "f old": "42 own; 22 Inaq own; 14 holy; 12 Baiq holy; 10 Siti holy",
        "m mid": "28 own; 18 own last; 14 Muhammad holy; 12 Lalu own last; 10 Lalu holy; 10 holy; 8 Muh own",
        "f mid": "28 own; 18 own last; 16 Siti holy; 12 Baiq own; 8 Baiq last; 8 holy; 10 Nur holy",
        "m new": "30 own last; 14 Lalu own last; 14 Muhammad own; 10 Muh own last; 10 M holy; 10 own own last; 12 own holy",
        "f new": "34 own last; 14 Baiq own last; 14 Siti holy; 10 own own; 8 Nurul last; 10 own own last; 10 own holy",
    },
)

BUGIS = custom(
    "Bugis",
    "73.08",
    {
        "m old own": """Andi Ambo La Baco Beddu Becce Dahlan Dg Hamma Jufri Kaseng Kulle Laba Lahamuddin Lasse Mappa Mappiasse
            Mappeasse Massere Mustamin Nonci Nure Palinrungi Page Pammusu Parakkasi Patta Rappe Sakka Sale Samallangi
            Semmang Sulo Sikki Tahang Tahir Takko Tang Tuo Ukkas Umar Wahe Yammang Yunus Zainuddin Ambe Bolong Cambang""",
        "f old own": """Indo Becce I Tenri Besse Cabe Cinnong Daeng Dalle Hadera Hafsa Halija Hamsiah Hasnah Isa Itakko Jinne
            Kamisa Kanang Lemmang Maemunah Mare Massiara Nadira Najemiah Nannu Nurung Panne Rabia Ramlah Ratu Rosmi Sabbe
            Saenab Sanawiah Sitti Suri Tahira Tappa Tasse Timang Ummi Wahida Walennae Welle Wenne Yabe Ati Bunga Darasia""",
        "m mid own": """Andi Muhammad Abdul Agus Akbar Amiruddin Ambo Anwar Ardi Arman Asdar Asri Aswar Awaluddin Baharuddin
            Bahtiar Burhan Darwis Dedi Edi Fadli Faisal Firman Hamka Harianto Hasanuddin Haeruddin Herman Hendra Ilham Irfan
            Irwan Iskandar Jamaluddin Jumardi Jusman Kaharuddin Kamaruddin Mansyur Mappasessu Mustari Nasruddin Rusli Rustam""",
        "f mid own": """Andi Sitti Hj Nur Nurhayati Nurlina Nurmi Nurbaya Nurjannah Murni Mulyani Marwah Marlina Megawati Maryam
            Kasmawati Kartini Jumriati Jumiati Jusmiati Irmawati Indo Ida Husnah Herlina Herawati Hasriani Hasnawati Hasmi
            Haslinda Harnidah Hamsinah Hamidah Halijah Hajrah Fitriani Fatmawati Ernawati Erni Eka Darmawati Besse Asriani""",
        "m new own": """Muhammad Muh Andi Ahmad Abd Adnan Aidil Akbar Alif Alfian Arya Aswar Ardiansyah Asrul Bayu Dandi Dirga
            Fahri Faisal Farhan Fajar Fadhil Gilang Haikal Hendra Ichsan Ikhsan Ilham Imran Irsyad Iqbal Jusril Khaidir Lutfi
            Nabil Naufal Raihan Rahmat Reski Resky Rifal Rifaldi Riswan Rizal Sahrul Sulthan Syahrul Takdir Wahyu Yusril""",
        "f new own": """Andi Nur Nurul Sitti Ainun Aisyah Alya Amelia Andini Aqila Asmaul Aulia Ayu Besse Citra Dewi Dian Dinda
            Elsa Fitri Fitriani Hikma Husnul Iin Indah Intan Jumriani Kiki Mutiara Mutmainnah Nabila Nadia Naila Nayla Nisa
            Putri Rahma Rahmi Rani Reski Resky Rezky Risma Riska Sartika Selvi Sinta Sri Suci Tenri Tiara Ummu Wahyuni""",
        "m holy": ISLAM_M,
        "f holy": ISLAM_F,
        "m last": "Amiruddin Saputra Pratama Ramadhan Syahputra Alamsyah Maulana Fadillah Mappanganro Mappatunru "
        + LAST_M,
        "f last": "Amaliah Ramadhani Safitri Anugrah Azzahra Wahyuni Rahmadani Hasanah Khumairah Tenriawaru " + LAST_F,
    },
    {
        "m old": "46 own; 18 La own; 14 holy; 10 Ambo own; 6 Andi own; 6 own own",
        "f old": "46 own; 16 I own; 14 Indo own; 12 holy; 8 Sitti holy; 4 Andi own",
        "m mid": "36 own; 14 holy; 12 Andi own; 12 Muhammad holy; 10 Abdul holy; 8 own last; 8 Muh own",
        "f mid": "40 own; 12 holy; 14 Sitti holy; 10 Andi own; 8 Nur holy; 10 own last; 6 Andi holy",
        "m new": "24 Muh own; 18 own last; 12 Muhammad own last; 10 Andi own last; 10 own; 10 Ahmad holy; 8 Muh own last; 8 own father",
        "f new": "30 own last; 14 Nur holy; 12 Andi own last; 10 Sitti holy; 10 own own; 10 own own last; 8 own; 6 Besse own",
    },
)

TIMORESE = custom(
    "Timorese",
    "53.02",
    {
        "m old own": """Be'a Naf Neon Sole Tafin Tobe Kolo Lasa Loit Meo Moen Nahak Nuban Oba Po'e Sufa Sanam Sete Silak Tae Tasi
            Timo Toh Ulu Usfal Atoni Banu Bene Biak Fai Fanu Feni Hun Kefi Koli Lake Leu Liuk Manek Mau Naif Nitu Nokas""",
        "f old own": """Bano Bi Bete Funan Fuka Hoar Kolo Lete Muni Neno Nesi Oki Poni Sani Soli Tain Uk Abuk Balok Bikan Buik
            Dahu Ela Feto Fetu Haki Ika Kaba Kiak Kolan Lawa Luruk Muti Namo Nai Noni Olo Rika Seuk Telik Usan Wati Yuki""",
        "m last": "Yulianus Melki Kristian Aprianus Marthinus Jon Deni Nius Rinto Roni Jefri Nimrot Semi Yosua Yoram Yunus Soni Frengki",
        "f last": "Yanti Yuliana Melinda Marlin Novita Apriana Desi Rince Yanse Mersi Merry Santi Sepriana Serli Irna Ice Femi Erna Elen",
        "m holy": CHRIST_M,
        "f holy": CHRIST_F,
        "m nation": NATION_M,
        "f nation": NATION_F,
    },
    {
        "m old": "64 holy; 22 own; 14 holy own",
        "f old": "66 holy; 20 own; 14 holy own",
        "m mid": "62 holy; 22 holy holy; 10 last; 6 holy last",
        "f mid": "62 holy; 18 holy holy; 12 last; 8 holy last",
        "m new": "34 holy; 20 holy holy; 16 holy last; 14 nation; 10 holy nation; 6 last nation",
        "f new": "30 holy; 18 holy holy; 18 holy last; 12 nation; 14 holy nation; 8 last nation",
    },
    clans="""Nubatonis Selan Benu Banunaek Tefa Liunokas Nope Fallo Kase Tse Neno Sanam Taneo Boimau Nabuasa Oematan Isu Mella
        Tanono Babis Lakapu Fay Nenabu Tafuli Sopaba Snae Asbanu Tamonob Ataupah Bees Leo Manao Nome Sae Sakan Baun Tino""",
)
