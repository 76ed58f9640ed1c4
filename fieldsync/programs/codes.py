"""Code lists that record types of several programs share.

Codes are for ever: a code once used keeps its meaning. Labels follow the words of the
Indonesian forms. Lists of one type only stand beside that type.
"""

from fieldsync.programs.declare import coded, shape

SEX = coded("""
male | laki-laki | male
female | perempuan | female
""")

PLACE = coded("""
van | mobil pelayanan | outreach van
posyandu | posyandu | village health post
puskesmas | puskesmas | health centre
hospital | rumah sakit | hospital
home | rumah | home
practice | praktik mandiri | private practice
""")

BIRTH_PLACE = coded("""
hospital | rumah sakit | hospital
puskesmas | puskesmas | health centre
midwife_practice | praktik bidan | midwife's practice
home | rumah | home
on_the_way | dalam perjalanan | on the way
""")

ATTENDANT = coded("""
doctor | dokter | doctor
midwife | bidan | midwife
nurse | perawat | nurse
traditional | dukun bayi | traditional birth attendant
family | keluarga | family
alone | tidak ada penolong | nobody
""")

BLOOD_TYPE = coded("""
A | A | A
B | B | B
AB | AB | AB
O | O | O
unknown | belum diketahui | not known
""")

RHESUS = coded("""
positive | positif | positive
negative | negatif | negative
""")

# The six religions and the belief in God Almighty, as on the family card (F-1.01).
RELIGION = coded("""
islam | Islam | Islam
kristen | Kristen | Protestant
katolik | Katolik | Catholic
hindu | Hindu | Hindu
buddha | Buddha | Buddhist
khonghucu | Khonghucu | Confucian
kepercayaan | Kepercayaan terhadap Tuhan YME | traditional belief
""")

RELATION = coded("""
head | kepala keluarga | head of the family
spouse | suami/istri | husband or wife
child | anak | child
son_in_law | menantu | son- or daughter-in-law
grandchild | cucu | grandchild
parent | orang tua | parent
in_law | mertua | parent-in-law
other_family | famili lain | other relative
helper | pembantu | domestic helper
other | lainnya | other
""")

INFORMANT = coded("""
father | ayah | father
mother | ibu | mother
spouse | suami/istri | husband or wife
child | anak | child
grandparent | kakek/nenek | grandparent
sibling | saudara kandung | brother or sister
other_family | famili lain | other relative
guardian | wali | guardian
village_head | kepala desa/lurah | village head
neighbourhood_head | ketua RT | head of the neighbourhood
health_worker | tenaga kesehatan | health worker
institution | lembaga | institution
other | lainnya | other
""")

# Levels of education of form F-1.01.
EDUCATION = coded("""
no_school | tidak/belum sekolah | no school, or not yet
primary_incomplete | belum tamat SD/sederajat | primary school not finished
primary | tamat SD/sederajat | primary school
junior_secondary | SLTP/sederajat | junior secondary school
senior_secondary | SLTA/sederajat | senior secondary school
diploma_1_2 | Diploma I/II | one- or two-year diploma
diploma_3 | Akademi/Diploma III/Sarjana Muda | three-year diploma
bachelor | Diploma IV/Strata I | bachelor's degree
master | Strata II | master's degree
doctorate | Strata III | doctorate
""")

# Occupations of form F-1.01: those met in the villages, the rest as other.
OCCUPATION = coded("""
none | belum/tidak bekerja | not working, or not yet
household | mengurus rumah tangga | keeping house
student | pelajar/mahasiswa | pupil or student
retired | pensiunan | retired
civil_servant | pegawai negeri sipil | civil servant
army | Tentara Nasional Indonesia | armed forces
police | Kepolisian RI | police
trade | perdagangan | trade
farmer | petani/pekebun | farmer or planter
livestock | peternak | livestock keeper
fisher | nelayan/perikanan | fisher
industry | industri | industry
construction | konstruksi | construction
transport | transportasi | transport
private_employee | karyawan swasta | private employee
state_company_employee | karyawan BUMN | employee of a state company
district_company_employee | karyawan BUMD | employee of a district company
contract_worker | karyawan honorer | contract worker in an office
day_labourer | buruh harian lepas | day labourer
farm_labourer | buruh tani/perkebunan | farm or plantation labourer
fishing_labourer | buruh nelayan/perikanan | fishing labourer
livestock_labourer | buruh peternakan | livestock labourer
domestic_helper | pembantu rumah tangga | domestic helper
barber | tukang cukur | barber
electrician | tukang listrik | electrician
mason | tukang batu | mason
carpenter | tukang kayu | carpenter
shoemaker | tukang sol sepatu | shoemaker
blacksmith | tukang las/pandai besi | welder or blacksmith
tailor | tukang jahit | tailor
hairdresser | penata rambut | hairdresser
artist | seniman | artist
traditional_healer | tabib | traditional healer
mechanic | mekanik | mechanic
religious_leader | imam/pendeta/pastor/ustadz | religious leader
journalist | wartawan | journalist
village_head | kepala desa | village head
village_staff | perangkat desa | village staff
lecturer | dosen | lecturer
teacher | guru | teacher
lawyer | pengacara/notaris | lawyer or notary
doctor | dokter | doctor
midwife | bidan | midwife
nurse | perawat | nurse
pharmacist | apoteker | pharmacist
driver | sopir | driver
trader | pedagang | market trader
self_employed | wiraswasta | self-employed
other | lainnya | other
""")

# The way of a civil registration through the office.
APPLICATION_STATUS = coded("""
draft | draf | draft
submitted | diajukan | submitted
verifying | diverifikasi | being verified
registered | tercatat | registered
issued | akta terbit | certificate issued
rejected | ditolak | rejected
""")

OUTCOME = coded("""
reached | terhubungi/ditemui | reached
not_found | tidak ditemukan | not found
refused | menolak | refused
moved | pindah | moved away
died | meninggal | died
solved | selesai | solved
referred_arrived | rujukan tiba | referred, arrived
referred_not_arrived | rujukan tidak tiba | referred, did not arrive
""")

TEST_RESULT = coded("""
nonreactive | nonreaktif | non-reactive
reactive | reaktif | reactive
inconclusive | tidak dapat disimpulkan | inconclusive
refused | menolak diperiksa | refused
""")

PHONE = shape(
    r"\+?(?:[ .\-]*[0-9]){8,15}[ .\-]*",
    "8 sampai 15 angka, boleh diawali +, dengan spasi, titik atau tanda hubung",
    "8 to 15 digits, a + in front, spaces, dots and dashes allowed",
)
ANY_AREA = shape(
    r"\d\d(?:\.\d\d(?:\.\d\d(?:\.\d{4})?)?)?",
    "kode wilayah nn, nn.nn, nn.nn.nn atau nn.nn.nn.nnnn",
    "a region code nn, nn.nn, nn.nn.nn or nn.nn.nn.nnnn",
)
