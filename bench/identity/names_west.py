"""Batak, Acehnese and Balinese naming: clan names, titles of rank, names by order of birth."""

from bench.identity.customs import custom
from bench.identity.names_shared import CHRIST_F, CHRIST_M, ISLAM_F, ISLAM_M, LAST_F, LAST_M

BATAK = custom(
    "Batak",
    "12.12",
    {
        "m old own": """Jonggi Maruli Saut Tumpal Parlindungan Parulian Pardomuan Hotman Jintar Gomgom Binsar Bonar Barita Bistok
            Buha Hasudungan Haposan Humala Johannes Kasianus Lambok Mangapul Mangasi Mangihut Manumpak Marolop Marihot
            Monang Ojak Oloan Osner Pangihutan Poltak Sabar Sahala Sahat Salomo Sihol Sintong Sudung Tagor Togar Tohap""",
        "f old own": """Tiurma Tiur Tianggur Tioria Tiominar Tiodor Rosmaida Rosmina Rosda Rotua Rumondang Renta Romauli Ramian
            Purnama Nurmala Nursita Nuria Nai Minar Mesta Marsaulina Marolop Marlina Manna Lumongga Lamria Lasma Kartini
            Kamelia Jumintar Jojor Hotmaida Herta Floria Esteria Elfrida Dormauli Dameria Bungaria Berliana Asima Asnita""",
        "m mid own": """Hotman Saut Ganda Rudi Jhon Jonson Jefri Hendra Hasiholan Harapan Horas Guntur Freddy Ferdinand Erwin
            Edison Edward Donal Dedi David Daniel Charles Bernard Benni Bangun Anton Andi Alboin Albert Alex Adi Tigor
            Tumbur Tulus Tohom Togu Swandi Sabam Sanggam Robert Ronald Roy Rikson Ramses Pantas Patar Parasian Oktavianus""",
        "f mid own": """Rosmawati Rosita Roslina Romaida Rismawati Risma Rina Rini Ria Rita Rauli Pesta Nurhaida Norita Netti Nenni
            Merry Mery Melva Masta Martha Marta Maria Mariana Marice Lusiana Lisbet Lina Lidia Lenny Lastri Lamtiar Juliana
            Imelda Ida Hotma Herlina Friska Ester Erni Erika Ernawati Elsa Elly Duma Dorlan Dewi Betty Berliana Asni Anita""",
        "m new own": """Daniel Samuel Kevin Gabriel David Yosua Yohanes Rafael Michael Jonathan Josua Andreas Christian Chandra
            Dimas Egi Elia Ferdi Frans Gilbert Gideon Hizkia Ignatius Immanuel Jeremia Joel Joy Juan Kristian Leonardo Lukas
            Marcel Mario Martin Matius Natanael Nicolas Niko Pebri Petra Raja Reynaldi Rio Risky Rizky Roberto Ruben Theo""",
        "f new own": """Maria Sarah Grace Angel Agnes Anastasia Angelina Aprilia Bella Bunga Cristin Chelsea Christine Clara Dinda
            Dewi Ester Eva Febri Fitri Gita Gracia Hana Intan Jelita Jesika Josephine Juwita Kezia Keisya Laura Lestari Lidya
            Margaretha Mega Melani Mutiara Natalia Naomi Nadia Novita Olivia Patricia Putri Rachel Rebeka Ruth Rut Sinta""",
        "m holy": CHRIST_M,
        "f holy": CHRIST_F,
        "m last": "Parulian Hasiholan Maruli Pardomuan Saputra Pratama Halomoan Partogi Putra Hamonangan Nauli Martua",
        "f last": "Uli Lestari Natalia Oktavia Yolanda Marito Romauli Tiurma Nauli Putri Theresia Boru Veronika Debora",
    },
    {
        "m old": "68 own; 22 own own; 10 holy",
        "f old": "70 own; 18 own own; 12 holy",
        "m mid": "54 own; 24 own last; 12 holy; 10 own holy",
        "f mid": "56 own; 22 own last; 12 holy; 10 own holy",
        "m new": "28 own; 38 own last; 18 own holy; 16 own own",
        "f new": "26 own; 36 own last; 18 own holy; 20 own own",
    },
    clans="""Simanjuntak Siahaan Sitorus Manurung Napitupulu Hutagaol Hutapea Tambunan Pardede Panjaitan Marpaung Butarbutar
        Sirait Simangunsong Silalahi Sinaga Situmorang Pangaribuan Tampubolon Hutabarat Silaen Hutahaean Nababan Siagian
        Sibarani Sibuea Simbolon Gultom Lumbantobing Doloksaribu Samosir Pasaribu Naiborhu Nadapdap Aruan Gurning Rajagukguk""",
)

ACEHNESE = custom(
    "Acehnese",
    "11.07",
    {
        "m old own": """Abdullah Ibrahim Teungku Teuku Tgk Usman Ismail Hasballah Hanafiah Hamid Muhammad Mahmud Abubakar Ali Amin
            Ahmad Ben Bintang Cut Daud Gade Harun Ishak Jalil Juned Kaoy Kasem Latief Leman M Mak Nago Nyak Puteh Rasyid
            Raden Saleh Sulaiman Syamaun Syam Thaleb Umar Yahya Yakob Yusuf Yunus Zainun Itam Apa Banta Budiman Pang""",
        "f old own": """Cut Nyak Ti Po Aisyah Fatimah Ainsyah Asiah Aminah Hendon Hamidah Hafsah Halimah Jariah Jamaliah Khatijah
            Khadijah Maimunah Mariah Maryam Manyak Maneh Mawar Nuraini Nurma Nurhayati Puteh Ramlah Rohana Rukiah Rabumah
            Safiah Sakdiah Salamah Salbiah Syarifah Sapiah Tihawa Tijarah Ubit Umi Wahidah Zainabon Zainab Zubaidah Bungsu""",
        "m mid own": """Muhammad M Teuku Zulkifli Zulfikar Zainal Zainuddin Yusri Yusmadi Umar Tarmizi Syukri Syarbaini Syahrul
            Sulaiman Saifuddin Saiful Safrizal Rusli Ridwan Razali Nurdin Nasruddin Nazaruddin Munir Mukhtar Mukhlis Muzakkir
            Mahdi Marzuki Mansur Lukman Khairuddin Kamaruddin Junaidi Jamaluddin Iskandar Irwan Ilyas Husaini Herman Hasbi""",
        "f mid own": """Cut Nur Nurhayati Nurjannah Nuraini Nurlaila Nurmala Nursiah Nurasiah Nuriah Mariana Mariani Maryati Marlina
            Murniati Mutia Yusnidar Yusniar Yusra Yulidar Yusnita Wardiah Wahyuni Suryani Suriati Syamsiah Salmiah Salawati
            Rosmiati Rosnidar Rosna Rohani Rahmah Rahmawati Raihan Khairani Juwairiah Jamilah Irawati Ida Husna Herawati""",
        "m new own": """Muhammad M Teuku Muhammad Ahmad Akbar Al Aulia Agus Aris Azhari Arif Bayhaqi Chairul Dedi Fadhil Fahmi
            Fahrul Fajri Farhan Fauzan Firdaus Furqan Haikal Hafidh Ikram Ikhsan Ilham Iqbal Irfan Khalil Khairul Maulana
            Mirza Muammar Mukhsin Munawir Mujibur Nabil Nazar Naufal Rahmat Raja Reza Riski Rizki Riza Safwan Saifullah Said""",
        "f new own": """Cut Siti Nur Nurul Putri Intan Aisyah Alya Amelia Asyifa Aulia Ayu Azizah Balqis Cahaya Dara Dewi Dina Eva
            Fadhila Farah Fitri Fitria Ghina Haura Humaira Husnul Ika Inas Jihan Khaira Khairunnisa Laila Liza Luthfia Maulida
            Mauliza Mutia Nabila Nadia Naila Najwa Nisa Nova Nuri Qonita Rahmi Raihan Raisa Rauzatul Riska Safira Sarah Shafira""",
        "m holy": ISLAM_M,
        "f holy": ISLAM_F,
        "m last": "Maulana Fadhillah Akbar Ramadhan Saputra Ridha Syahputra Mubarak Rizki Rahman " + LAST_M,
        "f last": "Maulida Zahra Humaira Ulfa Rahmah Zuhra Syifa Mutia Phonna Salsabila Ulya " + LAST_F,
    },
    {
        "m old": "34 own; 24 holy; 14 M holy; 10 Teuku holy; 8 Abdul holy; 6 own father; 4 Nyak own",
        "f old": "40 own; 20 holy; 14 Cut holy; 10 Nyak own; 10 Siti holy; 6 Cut own",
        "m mid": "34 own; 18 M holy; 14 holy; 10 Muhammad holy; 8 Teuku own; 8 own father; 8 own last",
        "f mid": "44 own; 14 Cut own; 12 Nur holy; 10 Siti holy; 10 holy; 10 own last",
        "m new": "30 Muhammad own; 14 M own; 12 own last; 12 Muhammad own last; 8 Teuku own last; 12 own holy; 12 own father",
        "f new": "26 own last; 16 Cut own last; 12 Siti holy; 12 own own; 10 Nurul last; 8 own; 10 own holy; 6 own own last",
    },
)

BALINESE = custom(
    "Balinese",
    "51.08",
    {
        "m old own": """Rai Gede Sudana Suarta Sukarta Sudarma Suparta Sutama Suwitra Rentang Renteg Reta Ripeg Ridet Rauh Pageh
            Nyeneng Nuada Nesa Mudita Murda Merta Mangku Lanus Landra Kerti Kerta Karya Kari Jaya Gunung Gelgel Geria
            Dana Darma Darsana Degeng Cenik Candra Budiasa Budarsana Astawa Arta Arsa Aryana Wenten Widana Wirata Yasa""",
        "f old own": """Rai Sari Suki Sukerti Suci Sudiani Sukasih Sulatri Sumerti Suryani Suwati Rentet Renes Remi Resi Ritin Ribek
            Puspa Putri Purni Nyambrag Nuri Ngasti Murni Mudri Merti Manis Luh Loka Kerti Kari Jingga Jero Gunung Gemuh
            Darmi Dani Cemplung Candri Budi Armini Asti Arini Ariati Wati Warsiki Widi Wirati Wiri Yasti Sugi Simpen""",
        "m mid own": """Sudiarta Suardana Suarjana Sukadana Sukarya Sumerta Sunarta Suryawan Sutarya Suyasa Swastika Artawan Ardana
            Ariawan Aryawan Astika Budiarta Budiana Budiasa Darmawan Dharma Gunawan Juliana Jaya Karyawan Kariasa Mahardika
            Mertayasa Mariana Murdana Nuarta Oka Parwata Purnawan Putra Rediana Sadia Sedana Semadi Setiawan Sentana Wiarta""",
        "f mid own": """Suartini Sukarini Sumiati Sunarti Suryaningsih Sutarmi Suwartini Swandewi Ariani Armini Astini Astuti Ayu
            Budiani Budiasih Darmayanti Dewi Ekawati Erawati Handayani Kartini Karmini Juniari Lestari Mariani Mariati
            Marniti Muliani Murtini Nadi Ningsih Padmi Parwati Purnami Puspawati Puspayani Ratnawati Resmini Rusmini Sariani""",
        "m new own": """Adi Aditya Agus Andika Angga Anom Arya Bagus Bayu Budi Candra Darma Dede Dika Dwipayana Eka Febri Gita Galang
            Indra Jaya Juni Kevin Krisna Laksana Mahendra Nanda Oka Paramartha Pasek Pradnyana Putra Raditya Rai Rama Riski
            Satria Satya Septian Surya Suta Teguh Tirta Wahyu Widi Wira Wiguna Wisnu Yoga Yogi Yudi Yuda Dharma Mahardika""",
        "f new own": """Ayu Dewi Putri Sari Sinta Sri Tri Dwi Eka Dian Diah Desi Citra Cahya Bintang Bulan Anggun Anggi Ari Aprilia
            Yuni Yulia Widya Widi Wulan Utami Tika Tiara Suci Septi Savitri Ratih Ratna Rika Rina Ria Puspa Pebri Pramesti
            Padma Oktavia Novi Nita Nia Mirah Mita Mega Maya Mas Lestari Laksmi Lia Kirana Kania Juni Intan Indah Gita""",
        "m last": "Putra Saputra Wijaya Pratama Mahendra Darmawan Wiguna Permana Kusuma Adnyana Suputra Mahaputra Artha Jaya",
        "f last": "Dewi Putri Lestari Sari Pratiwi Handayani Wahyuni Cahyani Maharani Utami Anggreni Astuti Puspita Damayanti",
    },
    {
        "m old": "62 I order own; 14 order own; 10 I Gede own; 8 I Gusti own; 6 Ketut own",
        "f old": "62 Ni order own; 12 order own; 10 Ni Luh own; 8 Luh own; 8 Gusti own",
        "m mid": "60 I order own; 14 order own; 8 I Gede own; 6 Gede own; 6 I Gusti own; 6 I order own last",
        "f mid": "58 Ni order own; 12 order own; 12 Ni Luh own; 6 Luh own; 6 Gusti own; 6 Ni order own last",
        "m new": "30 I order own last; 26 order own last; 18 I order own; 14 order own; 8 Gede own last; 4 I Gusti own last",
        "f new": "30 Ni order own last; 22 order own last; 16 Ni order own; 12 order own; 10 Ni Luh own last; 6 Komang own last; 4 Gusti own",
    },
    orders="Wayan Made Nyoman Ketut",
)
