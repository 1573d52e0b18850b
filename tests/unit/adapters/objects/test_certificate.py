import ssl
import stat
from ipaddress import ip_address

import pytest
from cryptography import x509

from mbats.adapters.objects.certificate import CERTIFICATE, KEY, make


@pytest.mark.parametrize(
    ("host", "place"),
    [("127.0.0.1", x509.IPAddress(ip_address("127.0.0.1"))), ("objects", x509.DNSName("objects"))],
)
def test_names_its_host_and_belongs_to_its_owner_alone(tmp_path, host, place):
    make(tmp_path / "store", host)
    assert {stat.S_IMODE((tmp_path / "store" / name).stat().st_mode) for name in (CERTIFICATE, KEY)} == {0o600}
    made = x509.load_pem_x509_certificate((tmp_path / "store" / CERTIFICATE).read_bytes())
    assert list(made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value) == [place]


def test_each_stores_key_is_its_own(tmp_path):
    for store in ("a", "b"):
        make(tmp_path / store, "127.0.0.1")
    context = ssl.create_default_context()
    context.load_cert_chain(tmp_path / "a" / CERTIFICATE, tmp_path / "a" / KEY)
    with pytest.raises(ssl.SSLError, match=r"(?i)mismatch"):
        context.load_cert_chain(tmp_path / "a" / CERTIFICATE, tmp_path / "b" / KEY)
