"""The key by which the parts of an object store know one another: ``python -m ... FOLDER HOST``.

SeaweedFS's master, volume server and filer know no passwords. Each of their ports asks for this key instead (TLS on
both sides), so that nothing but the store itself gets in, whoever else is on the machine or in the network.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mbats import private_file

CERTIFICATE, KEY = "tls.crt", "tls.key"
# It opens doors on one machine to one program, so a date on which the store stops would protect nobody.
_FROM, _UNTIL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2120, 1, 1, tzinfo=UTC)


def make(folder: Path, host: str) -> None:
    """Write a new key and its certificate, signed by itself: who trusts this one trusts no other.

    Parameters
    ----------
    host
        Address or name under which the store's parts find one another.
    """
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "MBATS object store")])
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), _FROM, _UNTIL)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(x509.SubjectAlternativeName([_place(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private_file.write(folder / CERTIFICATE, certificate.public_bytes(Encoding.PEM).decode())
    private_file.write(folder / KEY, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode())


def _place(host: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ip_address(host))
    except ValueError:
        return x509.DNSName(host)


if __name__ == "__main__":
    make(Path(sys.argv[1]), sys.argv[2])
