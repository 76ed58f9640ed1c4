"""Where a webhook may go: every kind of address that is not the public internet is refused, however it is written."""

import pytest

from fieldsync.notices.addresses import AddressError, check_addresses, is_public, look_up, read_url

NOBODY = frozenset()


@pytest.mark.parametrize("address", ["8.8.8.8", "103.10.66.1", "2001:4860:4860::8888", "2a03:2880:f12f::1"])
def test_public_addresses(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.254"),  # noqa: S104 # refused
        *("127.0.0.1", "127.255.255.254"),
        *("169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.1.1"),
        *("198.18.0.1", "198.19.255.255", "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.255.255.250"),
        *("240.0.0.1", "255.255.255.255"),
        *("::", "::1", "::7f00:1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:8.8.8.8"),
        *("64:ff9b::7f00:1", "64:ff9b::808:808", "64:ff9b:1::1", "100::1", "2001::1", "2001:0:4136:e378::1"),
        *("2001:db8::1", "2002:7f00:1::", "2002:0808:0808::1", "3fff::1", "5f00::1", "fc00::1", "fd12:3456::1"),
        *("fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "not an address", ""),
    ],
)
def test_addresses_that_lead_inside_or_nowhere(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://hooks.example.com/x", "not_https"),
        ("ftp://hooks.example.com/x", "not_https"),
        ("json://hooks.example.com", "not_https"),
        ("https://", "bad_url"),
        ("https:///path", "bad_url"),
        ("https://user:secret@hooks.example.com/", "bad_url"),
        ("https://hooks.example.com@127.0.0.1/", "bad_url"),
        ("https://hooks.example.com\\@127.0.0.1/", "bad_url"),
        ("https://hooks.example.com:0/", "bad_url"),
        ("https://hooks.example.com:99999/", "bad_url"),
        ("https://hooks.example.com/a b", "bad_url"),
        ("https://hooks.example.com/\r\nHost: other", "bad_url"),
        ("https://hooks.exämple.com/", "bad_url"),
        ("https://[::1", "bad_url"),
        ("https://[fe80::1%25eth0]/", "bad_url"),
        ("https://" + "a" * 2000 + ".com/", "bad_url"),
        ("https://127.0.0.1/", "inside"),
        ("https://169.254.169.254/latest/meta-data", "inside"),
        ("https://[::1]/", "inside"),
        ("https://[::ffff:10.0.0.1]/", "inside"),
        ("https://10.1.2.3:8443/", "inside"),
    ],
)
def test_urls_that_are_refused_unseen(url, code):
    with pytest.raises(AddressError) as refused:
        read_url(url, NOBODY)
    assert refused.value.code == code


@pytest.mark.parametrize("host", ["localhost", "2130706433", "0x7f.1", "127.1", "0"])
def test_names_and_odd_spellings_of_loopback_are_looked_up_before_they_are_believed(host):
    place = read_url(f"https://{host}/", NOBODY)
    with pytest.raises(AddressError) as refused:
        check_addresses(place.host, look_up(place.host, place.port), NOBODY)
    assert refused.value.code == "inside"


def test_one_bad_address_among_good_ones_is_enough():
    check_addresses("hooks.example.com", ["8.8.8.8", "2a03:2880:f12f::1"], NOBODY)
    with pytest.raises(AddressError, match="FIELDSYNC_NOTICE_INSIDE"):
        check_addresses("hooks.example.com", ["8.8.8.8", "10.0.0.1"], NOBODY)


def test_a_name_that_nobody_has_is_not_found():
    with pytest.raises(AddressError) as refused:
        look_up("there-is-none.invalid", 443)
    assert refused.value.code == "unresolved"


def test_what_the_operator_names_may_be_inside_and_without_tls():
    inside = frozenset({"hooks.dinkes.lan", "10.0.0.5"})
    place = read_url("http://Hooks.Dinkes.lan./a?b=c#d", inside)
    assert (place.secure, place.host, place.port, place.path) == (False, "hooks.dinkes.lan", 80, "/a?b=c")
    check_addresses(place.host, ["10.0.0.5"], inside)
    assert read_url("http://10.0.0.5:8080", inside).port == 8080
    with pytest.raises(AddressError):
        read_url("http://10.0.0.6", inside)


def test_a_url_is_read_whole():
    place = read_url("https://hooks.example.com:8443/in/x?token=1", NOBODY)
    assert (place.secure, place.host, place.port, place.path) == (True, "hooks.example.com", 8443, "/in/x?token=1")
