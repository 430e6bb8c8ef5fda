"""Real PC/SC with a made-up card, and a portal that speaks HTTPS under a certificate of its own."""

import datetime
import fcntl
import ipaddress
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import config
from tests.browser.conftest import chromium
from tests.house import live_portal
from tests.views import card_desk
from tests.views.conftest import release, shared_app
from tests.views.offices import Portal, agencies_of
from virtual_card import service

__all__ = ["chromium", "release", "shared_app"]


@pytest.fixture
def one_at_a_time() -> Iterator[None]:
    """The machine has one smart-card service: tests of other processes wait."""
    with (Path(tempfile.gettempdir()) / "lgo-virtual-card.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture
def pcsc(one_at_a_time) -> Iterator[None]:
    """The smart-card service with the virtual reader."""
    with service.running():
        yield


@pytest.fixture
def bridge_folder(tmp_path, monkeypatch) -> Path:
    """Where the bridge of this test keeps its files."""
    monkeypatch.setenv("LGO_CARD_BRIDGE", str(tmp_path / "bridge"))
    return tmp_path / "bridge"


@dataclass
class Served:
    """A portal on HTTPS: its address, the certificate that vouches for it, and the accounts behind it."""

    origin: str
    ca: Path
    portal: Portal


@pytest.fixture
def https_portal(shared_app, release, new_database, tmp_path) -> Iterator[Served]:
    """A portal in a process of its own, with a registrar, a clerk and an administrator."""
    urls = new_database("sqlite", release).bind()
    portal = Portal(shared_app, agencies=agencies_of())
    card_desk.people(portal)
    port, (certificate, key) = live_portal.free_port(), certified(tmp_path)
    origin = f"https://localhost:{port}"
    env = live_portal.settings(
        tmp_path / "served", DATABASE_URL=urls.url, READS_DATABASE_URL=urls.reads_url, BASE_URL=origin,
        CARD_PEPPER=card_desk.PEPPER,
    )  # fmt: skip
    command = [
        str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1", "--blocking-threads", "1", "--ssl-certificate", str(certificate), "--ssl-keyfile", str(key),
        "app.wsgi:application",
    ]  # fmt: skip
    with (tmp_path / "served.log").open("wb") as log:
        server = subprocess.Popen(command, env=env, cwd=config.BASE_DIR, stdout=log, stderr=log, start_new_session=True)
        try:
            _wait_until_open(port, server)
            yield Served(origin, certificate, portal)
        finally:
            os.killpg(server.pid, 15)
            server.wait()


def _wait_until_open(port: int, server: subprocess.Popen) -> None:
    until = time.monotonic() + live_portal.PATIENCE_SECONDS
    while time.monotonic() < until and server.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    raise AssertionError("the portal does not come up")


def certified(folder: Path) -> tuple[Path, Path]:
    """A certificate for localhost that vouches for itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "test")])
    now = datetime.datetime.now(datetime.UTC)
    names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
    usage = x509.KeyUsage(True, False, False, False, False, True, False, False, False)
    signed = (
        x509.CertificateBuilder(
            name, name, key.public_key(), x509.random_serial_number(), now, now + datetime.timedelta(1)
        )
        .add_extension(x509.SubjectAlternativeName(names), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    certificate, secret = folder / "portal.pem", folder / "portal.key"
    certificate.write_bytes(signed.public_bytes(serialization.Encoding.PEM))
    plain = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    secret.write_bytes(key.private_bytes(*plain))
    return certificate, secret
