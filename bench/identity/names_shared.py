"""Words that many peoples of the country share: Islamic, Christian and national ones, by popularity."""

ISLAM_M = """
Ahmad Abdul Hasan Ibrahim Yusuf Umar Ali Ismail Idris Usman Abdullah Rahman Hamzah Husin Zainal Syamsul Ridwan
Rahmat Zulkifli Fauzi Hidayat Iskandar Sulaiman Ilyas Anwar Arifin Lukman Mahmud Mansur Bahar Jafar Jamal Kamal
Karim Latif Malik Mukhtar Munir Mustafa Nasir Nurdin Qasim Rasyid Sabri Saleh Salim Syafii Syukur Taufik Toha
Wahid Yahya Yunus Zakaria Zubair Khairul Faisal Farid Habib Hakim Hamid Haris Hafiz Imran Jalal Junaidi Khalid
Makmur Marzuki Masrur Muhsin Mursalin Muslim Muttaqin Nawawi Rusdi Saiful Samsudin Sofyan Syahrul Syarif Tamrin
Usamah Wahyu Yazid Zaini Zuhri Burhan Basri Bakri Badrun Asnawi Amir Amin Akbar Azhar Aziz Fadli Fathur Ghazali
"""
ISLAM_F = """
Aminah Fatimah Aisyah Khadijah Maryam Halimah Zainab Hasanah Hajar Rahmah Salamah Zubaidah Rohani Maimunah Nurjanah
Nurhayati Aisah Jamilah Latifah Mariani Marwah Masitah Muslimah Mutmainah Nafisah Nuraini Nurlaila Nursiah Qomariyah
Rabiah Rafiah Rahmawati Raudah Rodiah Rohmah Ruqayah Sabariah Sadiah Safiah Sakinah Salbiah Salmah Saodah Sarah
Sauda Sofiah Sumiati Suraidah Syarifah Umayah Wahidah Yusriah Zahara Zahrah Zakiah Zulaikha Zuriah Asiah Asmah
Badriah Fadilah Faridah Fauziah Habibah Hafsah Hamidah Hanifah Hayati Husna Huzaimah Inayah Istiqomah Kamariah
Karimah Khairiyah Kholifah Lailatul Luthfiah Mahmudah Mukarromah Munawaroh Musyarofah Nadhifah Najwa Nasriah
"""
NATION_M = """
Agus Rudi Hendra Andi Budi Dedi Eko Irwan Yudi Rizki Deni Heri Iwan Joni Roni Toni Hari Indra Aris Adi Doni Edi Feri
Hadi Jefri Rian Rio Robi Romi Sandi Surya Tedi Wawan Wisnu Yanto Yoga Yogi Zaki Arif Bayu Bima Candra Dani Dimas
Dika Fajar Galih Gilang Ilham Irfan Kevin Nanda Nugraha Oki Panji Putra Raka Ramadhan Reza Rangga Satria Teguh Tri
Vino Wahyudi Yusril Aditya Aldi Alfian Alif Ananda Anggara Arya Azka Bagas Daffa Dafa Fadhil Farhan Gibran Hafizh
"""
NATION_F = """
Dewi Sri Rina Yuni Ayu Fitri Wulan Ratna Indah Mega Putri Eka Dian Novi Rika Yanti Lina Maya Desi Tuti Ida Intan Sari
Rosita Kartini Melati Yuliana Wati Lestari Rini Nita Nia Mira Mila Lia Leni Kiki Ika Heni Fina Evi Erna Elsa Dina
Cici Citra Bunga Anita Anisa Amelia Alya Aulia Bella Cahya Cinta Dinda Febi Gita Hana Keisha Kirana Laras Nabila
Nadia Nayla Naura Olivia Rahma Rani Salsabila Shinta Siska Susi Tasya Tiara Vina Widya Winda Yulia Zahra Zaskia
"""
LAST_M = """
Hidayat Saputra Setiawan Kurniawan Pratama Wijaya Gunawan Susanto Santoso Nugroho Firmansyah Maulana Ramadhan Wahyudi
Purnomo Permana Prasetyo Irawan Hermawan Darmawan Suryadi Mulyadi Supriyadi Hariyanto Kusuma Utomo Perdana Alfarizi
Syahputra Alamsyah Effendi Fadillah Nurhadi Rahardjo Suherman Suhendar Efendi Sanjaya Mahendra Ardiansyah Febrian
"""
LAST_F = """
Wahyuni Handayani Susanti Marlina Oktaviani Permata Anggraini Puspita Utami Safitri Maharani Pratiwi Hidayati
Rahmawati Kurniasih Mulyani Suryani Purnamasari Agustina Febriani Juliana Aprilia Septiani Kartika Cahyani Damayanti
Yuliani Yulianti Astuti Budiarti Ningsih Rahayu Kurniawati Novitasari Wulandari Andriani Apriani Ramadhani Azzahra
"""
CHRIST_M = """
Yohanes Petrus Paulus Markus Yosef Daniel Samuel Benyamin Simon Andreas Matius Lukas Yakobus Filipus Stefanus Thomas
Marthen Melkianus Yonas Yeremias Ruben Natan Musa Maksi Lorens Leonardus Kornelis Yulius Hendrik Gabriel Frans Fransiskus
Ferdinan Eliaser Edison Dominggus David Anton Antonius Alfons Agustinus Adrianus Abraham Barnabas Bernadus Bertolomeus
Viktor Wilhelmus Zakarias Yusak Yulianus Yanuarius Titus Timotius Soleman Silas Set Robert Rafael Pieter Oktovianus
"""
CHRIST_F = """
Maria Marta Yuliana Margaretha Yohana Agustina Kristina Elisabet Ester Rut Debora Sara Rahel Lidia Hana Naomi Yosefina
Yublina Wilhelmina Welmince Veronika Theresia Susana Sofia Selfiana Selfina Rosina Rosalia Ribka Regina Paulina Orpa
Oktaviana Novita Nofliana Natalia Monika Mince Merlin Melkiana Marselina Magdalena Lusia Lorensia Katarina Juliana
Helena Ferderika Fransina Febriana Emilia Dorkas Dominika Dina Dorce Delviana Damaris Bertha Bernadeta Antonia Anastasia
"""
