"""``ocpp-inspector ca``."""

import click

from inspector.cli.options import JSON
from inspector.cli.output import print_json
from inspector.errors import InspectorError


@click.command("ca")
@JSON
def command(as_json: bool) -> None:
    """Print the authority that a station must trust to reach the proxy by wss://, as PEM.

    It is made when it is first needed, and signs what `proxy` shows to stations without --cert. Install it in the
    station as its CSMS root certificate; standard error says how.
    """
    from inspector.proxy.authority import Authority, usual_folder

    try:
        authority = Authority(usual_folder())
    except RuntimeError as error:
        raise InspectorError("there is no home to keep the authority in: say where with XDG_DATA_HOME") from error
    except OSError as error:
        place = f"{usual_folder()}: can't be made: {error.strerror}"
        raise InspectorError(f"{place}; say with XDG_DATA_HOME where the authority is to be kept") from error
    pem = authority.file.read_text("ascii")
    ends = f"{authority.ends:%Y-%m-%d}"
    if as_json:
        facts = {"file": str(authority.file), "sha256": authority.fingerprint, "expires": ends, "pem": pem}
        print_json(facts)
        return
    click.echo(pem, nl=False)
    click.echo(
        f"{authority.file}\n"
        f"SHA-256 {authority.fingerprint}\n"
        f"expires {ends}\n"
        "Install it in the station as CSMS root certificate (InstallCertificate: CentralSystemRootCertificate in 1.6,\n"
        "CSMSRootCertificate in 2.x; or its web page). The station must connect to wss:// by a host name or an IP\n"
        "address of this machine: the proxy makes a certificate for the name that the station asks for.",
        err=True,
    )
