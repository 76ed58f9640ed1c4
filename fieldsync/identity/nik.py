"""The NIK: 16 digits of which twelve mean something (Indonesian population administration; structure as in S19)."""

FEMALE_DAY = 40
LENGTH = 16


def is_valid_nik(nik: object) -> bool:
    """Tell whether a NIK can be one person's own: 16 ASCII digits, a possible date, a region, a serial above 0000.

    The date part counts 01..31, for women 41..71; its year has two digits. Whether the
    region exists is not asked: it is the one of first registration, perhaps dissolved since.
    """
    if not (isinstance(nik, str) and len(nik) == LENGTH and nik.isascii() and nik.isdigit()):
        return False
    day, month = int(nik[6:8]), int(nik[8:10])
    a_day = 1 <= day <= 31 or FEMALE_DAY < day <= FEMALE_DAY + 31  # noqa: PLR2004 # days of a month
    a_month = 1 <= month <= 12  # noqa: PLR2004
    return a_day and a_month and nik[:2] != "00" and nik[12:] != "0000"
