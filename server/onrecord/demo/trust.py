"""How to make each system trust the development CA, in words to follow."""

from pathlib import Path

TRUST = """\
Your own browser does not know who signed the certificate: a development CA of this folder alone.
To make it known:

  Debian, Ubuntu   sudo cp {ca} /usr/local/share/ca-certificates/onrecord-development.crt \\
                   && sudo update-ca-certificates
  Fedora, RHEL     sudo cp {ca} /etc/pki/ca-trust/source/anchors/onrecord-development.pem \\
                   && sudo update-ca-trust
  Chromium, Chrome on Linux (they have a store of their own; package libnss3-tools)
                   certutil -d sql:$HOME/.pki/nssdb -A -t C,, -n "OnRecord development" -i {ca}
  macOS            sudo security add-trusted-cert -d -r trustRoot \\
                   -k /Library/Keychains/System.keychain {ca}
  Windows          certutil -addstore -user Root {ca}
  Firefox          Settings > Privacy & Security > Certificates > View Certificates > Authorities
                   > Import, choose {ca}, "Trust this CA to identify websites"

The CA may only speak for localhost and 127.0.0.0/8 (a name constraint), whoever gets its key.
Remove it when you are done."""


def trust_advice(ca: Path) -> str:
    """Return what to type on each system."""
    return TRUST.format(ca=ca)
