"""Sundanese naming, fond of doubled sounds, and the Malay naming of Palembang and Komering."""

from bench.identity.customs import custom
from bench.identity.names_shared import ISLAM_F, ISLAM_M, LAST_F, LAST_M

SUNDANESE = custom(
    "Sundanese",
    "32.05",
    {
        "m old own": """Asep Ujang Encep Endang Cecep Entis Oman Omay Otong Uju Undang Unang Usep Wahyu Wawan Yayat Yaya Engkos
            Enjang Ence Emen Elon Didin Dayat Dadang Dadan Ajat Ade Aceng Adang Ajang Amat Amin Ano Apip Aripin Atang Atep
            Atip Aup Ayi Engkus Eman Eme Enang Enjum Idi Ikin Iking Iyan Iyus Karna Karta Komar Maman Mamat Nana Nanang""",
        "f old own": """Euis Entin Enok Encum Eneng Enung Eti Iis Ikah Imas Inah Icih Iyoh Kokom Kokoy Lilis Mimin Mumun Nani
            Neneng Nenah Nining Nyai Odah Oom Popon Rokayah Rumsiti Sasih Siti Suhaenah Tati Tarsih Tarmi Tini Titi Titin
            Uar Uun Wiwin Wiwi Yayah Yoyoh Aan Ai Aminah Anah Apong Arum Cucu Cicih Dedeh Didah Edah Ecin Elah Emah Epon""",
        "m mid own": """Asep Dadang Dedi Deden Cecep Agus Ujang Wawan Iwan Dede Yayan Yana Yanto Ade Aep Agung Ahmad Aji Andi
            Ari Asep Ayi Budi Cucu Dani Dian Didi Dodi Edi Elan Endang Eri Eris Galih Gugun Hendra Heri Irfan Irwan Jajang
            Jaja Jujun Kurnia Lili Maman Nandang Nana Opik Pipin Rahmat Rudi Rohman Solihin Tatang Tedi Toto Udin Usep""",
        "f mid own": """Neneng Euis Lilis Imas Iis Yati Yeni Yanti Wiwin Titin Tati Susi Siti Rina Rini Rohaeti Rosita Reni
            Popi Pipit Nurhayati Nunung Nur Nining Nia Neng Mimin Mira Lina Lia Lela Kokom Komariah Iyet Ida Heni Hani Haneli
            Eti Erna Enung Elis Eha Dewi Dede Cucu Cicih Aisah Ani Atik Ai Apong Dedeh Ela Ema Entin Evi Fitri Ipah Ike""",
        "m new own": """Muhammad Rizki Fajar Fauzi Ilham Dede Agung Aldi Adi Ahmad Asep Dimas Dandi Deni Fahmi Ferdi Gilang
            Gina Ginanjar Hilman Hendi Indra Irfan Iqbal Jajang Kiki Lukman Muhamad Nanda Nugraha Opik Pahmi Rangga Reza
            Rian Ridwan Rifki Ripki Riki Rama Rehan Salman Septian Soni Taufik Tegar Wildan Wahyu Yogi Yusup Zaki Zidan""",
        "f new own": """Siti Neng Nur Putri Rina Risma Resa Rahma Rani Sinta Silvi Sri Syifa Tiara Tasya Wulan Widia Yulia Zahra
            Ai Alya Amelia Anisa Aulia Ayu Delia Dea Dini Dinda Eka Elsa Fitri Fitria Gina Hani Hilda Ica Imas Indri Intan
            Kania Keysa Lala Lestari Lina Lisna Mela Melani Mita Nabila Nadia Naila Nazwa Neneng Nisa Novi Nurul Pitri""",
        "m holy": ISLAM_M,
        "f holy": ISLAM_F,
        "m last": "Hidayat Nugraha Permana Suryana Sutisna Sopandi Kurnia Mulyana Setiawan Rohman Supriatna Gunawan "
        + LAST_M,
        "f last": "Nurhayati Rohaeti Rosmiati Suryani Sumiati Nuraeni Nurjanah Kurniasih Lestari Rahmawati " + LAST_F,
    },
    {
        "m old": "66 own; 12 own own; 8 holy; 8 own last; 6 own holy",
        "f old": "68 own; 8 Siti holy; 8 holy; 8 own holy; 8 own last",
        "m mid": "24 own; 34 own last; 12 own holy; 10 own own; 8 Ahmad holy; 6 holy; 6 Muhamad holy",
        "f mid": "28 own; 28 own last; 14 Siti holy; 10 own holy; 8 Nur holy; 6 holy; 6 own own",
        "m new": "34 own last; 14 Muhammad own; 12 own own last; 12 Muhammad own last; 10 own; 10 own holy; 8 Muhamad holy",
        "f new": "36 own last; 14 Siti holy; 12 own own; 10 own own last; 10 own holy; 8 Neng own; 6 Siti own last; 4 own",
    },
)

MALAY = custom(
    "Malay",
    "16.02",
    {
        "m old own": """Abdullah Hasan Ibrahim Ismail Cik Matnur Mat Zainal Zawawi Sohar Sudin Jamhari Jauhari Kailani Komar
            Lakoni Madani Marzuki Matcik Muhtar Nangcik Nanguning Nawi Ngadenan Rozali Rusli Saidina Saropi Senen Syarkowi
            Tabrani Tamrin Umar Usman Yahya Yahuza Zubir Zulkarnain Abas Amancik Anang Arpan Baharudin Burhanudin Denan""",
        "f old own": """Cik Nyimas Masayu Rogaya Rohima Rusmala Saleha Salma Samsiah Sarinah Sawiyah Sayuna Siti Sopiah Sukiyah
            Suryani Tamsiyah Yuhana Yusnah Zaleha Zaubah Zubaidah Asmara Asna Asnah Cekmah Dahlia Darmawati Hadijah Halipah
            Hasna Hoiriyah Hustia Jamila Jumaiyah Kartini Kasiah Komala Laila Maimuna Makmunah Marhama Marwiyah Masnun""",
        "m mid own": """Rusdi Rudi Hendri Herman Iskandar Edi Erwin Dedi Darwin Alamsyah Ali Amrullah Andi Anwar Ardi Ari Asri
            Azwar Bambang Budi Chandra Efendi Effran Fauzi Firdaus Hairul Hamdani Harun Heriyanto Idris Ilham Irwan Jauhari
            Juanda Junaidi Kgs Komarudin Kurnia Lukman M Mgs Mulyadi Nopri Nurdin Ridwan Robinson Romli Rozi Sairul Supri""",
        "f mid own": """Siti Sri Susi Yeni Yanti Yusni Yuli Wati Tuti Sumiati Sulastri Rosmala Rosita Rosmini Rusdiana Rohana
            Rika Ria Rita Nurlela Nurbaiti Nuraini Nila Nelly Mega Masnun Mastura Maryani Maryam Mardiana Linda Lisa Leni
            Lela Kartini Kurnia Ida Herawati Helmi Hera Hartati Fitri Fatmawati Evi Erni Erna Elly Elvi Eka Dewi Desi""",
        "m new own": """Muhammad Rizki Rio Rian Riski Rendi Reza Refan Rahmat Raffi Putra Pebri Oka Nopri Nanda Melki Kevin Jodi
            Indra Ilham Ikbal Heru Hendra Hafiz Gilang Galang Firman Ferdi Febri Fajar Fahri Erik Eko Dodi Dimas Dika Deri
            Dapa Bima Bayu Ari Apriansyah Anggi Andre Ali Aldo Aldi Akbar Ahmad Aditya Adit Abdi Yoga Wahyu Tegar Tedi""",
        "f new own": """Siti Putri Dewi Ayu Nur Intan Indah Anisa Aulia Amelia Bela Bunga Cantika Cici Citra Dea Desi Dina Dinda
            Dwi Eka Elsa Fitri Gita Icha Ira Jihan Keyla Kiki Lia Lisa Maya Meli Mira Monica Nabila Nadia Naura Niken Nia
            Nova Novi Olivia Pita Puja Rara Reni Ria Rini Salsa Sela Selvi Sinta Siska Tasya Tiara Tria Ulan Vina Wulan""",
        "m holy": ISLAM_M,
        "f holy": ISLAM_F,
        "m last": "Saputra Pratama Wijaya Alamsyah Syahputra Irawan Kurniawan Hidayat Apriansyah Juliansyah " + LAST_M,
        "f last": "Lestari Oktavia Safitri Sari Agustina Marlina Apriani Anggraini Mayasari Novitasari " + LAST_F,
    },
    {
        "m old": "40 own; 26 holy; 14 M holy; 10 own holy; 6 Mat holy; 4 Kgs holy",
        "f old": "40 own; 24 holy; 22 Siti holy; 8 Cik own; 6 Nyimas own",
        "m mid": "30 own; 18 own last; 14 holy; 12 M holy; 10 Muhammad holy; 8 own holy; 4 Kgs holy; 4 own own",
        "f mid": "34 own; 18 own last; 18 Siti holy; 8 holy; 8 Nur holy; 6 own own; 4 Nyimas holy; 4 Sri own",
        "m new": "42 own last; 12 Muhammad own; 12 M own last; 10 own own; 8 own own last; 8 Muhammad holy; 8 own",
        "f new": "46 own last; 12 Siti holy; 12 own own; 10 own own last; 8 own holy; 6 Nur holy; 6 own",
    },
)
