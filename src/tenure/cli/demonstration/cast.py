"""The people of the demonstration and how they sign in."""

from collections.abc import Callable
from dataclasses import dataclass

from tenure.accounts.words import Role, StaffRole, TeamTopic

PASSWORD = "plainly-made-up-2026"  # noqa: S105  (printed for everybody who starts the demonstration)
VENDOR_DOMAIN = "halden.example"


@dataclass(frozen=True, slots=True, kw_only=True)
class Player:
    email: str
    name: str
    role: Role | StaffRole | None
    language: str = "en"
    organisation: str = ""
    zone: str = "Europe/Berlin"
    says: str = ""


CAST: tuple[Player, ...] = (
    Player(email="mira.solberg@aster-pohl.example", name="Mira Solberg", role=None, says="owns the licences of Aster & Pohl"),
    Player(email="jonas.brandt@aster-pohl.example", name="Jonas Brandt", role=None, says="technical contact at Aster & Pohl"),
    Player(email="dana.whitlock@juniperflats.example", name="Dana Whitlock", role=None, zone="America/Boise", says="owns the licences of Juniper Flats Hospital"),
    Player(email="rolf.eisen@ferrum.example", name="Rolf Eisen", role=Role.RESELLER, organisation="Ferrum Licensing", says="reseller in Germany"),
    Player(email=f"ada.keel@{VENDOR_DOMAIN}", name="Ada Keel", role=StaffRole.ENGINEER, says="support engineer"),
    Player(email=f"cass.byrne@{VENDOR_DOMAIN}", name="Cass Byrne", role=StaffRole.CARE_AGENT, says="customer-care agent"),
    Player(email=f"remy.novak@{VENDOR_DOMAIN}", name="Remy Novak", role=StaffRole.RENEWALS, says="renewals representative"),
    Player(email=f"anika.stern@{VENDOR_DOMAIN}", name="Anika Stern", role=StaffRole.ANALYST, says="response analyst"),
    Player(email=f"max.hollis@{VENDOR_DOMAIN}", name="Max Hollis", role=StaffRole.MANAGER, says="manager"),
    Player(email=f"otto.prime@{VENDOR_DOMAIN}", name="Otto Prime", role=StaffRole.OPERATOR, says="operator"),
    Player(email="new.person@stranger.example", name="New Person", role=None, says="signed up, belongs to nobody yet"),
)  # fmt: skip

# more people, so that the desk has colleagues and its cases have callers; not printed, the same password
OTHERS: tuple[Player, ...] = (
    Player(email=f"ivo.brandt@{VENDOR_DOMAIN}", name="Ivo Brandt", role=StaffRole.ENGINEER),
    Player(email=f"lena.okafor@{VENDOR_DOMAIN}", name="Lena Okafor", role=StaffRole.ENGINEER),
    *(
        Player(email=f"{name.lower().replace(' ', '.')}@{domain}.example", name=name, role=None, zone=zone)
        for name, domain, zone in (
            ("Tarek Lindemann", "nordhafen", "Europe/Berlin"),
            ("Bernd Ziegler", "wolkenstein", "Europe/Berlin"),
            ("Hugo Marchand", "verrerie-du-lac", "Europe/Paris"),
            ("Marc Delorme", "tilleuls", "Europe/Paris"),
            ("Paolo Renzi", "valtorta", "Europe/Rome"),
            ("Colin Medlock", "pennine-catering", "Europe/London"),
            ("Priya Nair", "thornbury-vale", "Europe/London"),
            ("Miguel Reyes", "juniperflats", "America/Boise"),
            ("Samir Aziz", "tidewater", "America/New_York"),
            ("Caio Antunes", "rioclaro", "America/Sao_Paulo"),
            ("Kenji Tachibana", "kazehaya", "Asia/Tokyo"),
            ("Min Fang", "lantian", "Asia/Shanghai"),
            ("Ravi Menon", "harbourline", "Australia/Sydney"),
            ("Ilya Sokolov", "severny-mayak", "Europe/Moscow"),
        )
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crew:
    """A team and who is in it, by address.  region: of the policy; empty: everywhere."""

    name: str
    topic: TeamTopic
    region: str
    people: tuple[str, ...]


MAKER_OF_TEAMS = f"otto.prime@{VENDOR_DOMAIN}"
TEAMS: tuple[Crew, ...] = (
    Crew(name="Technical support, Europe", topic=TeamTopic.TECHNICAL, region="EMEA", people=(f"ada.keel@{VENDOR_DOMAIN}", f"ivo.brandt@{VENDOR_DOMAIN}")),
    Crew(name="Technical support, Americas", topic=TeamTopic.TECHNICAL, region="AMS", people=(f"lena.okafor@{VENDOR_DOMAIN}",)),
    Crew(name="Customer care", topic=TeamTopic.ACCOUNT, region="", people=(f"cass.byrne@{VENDOR_DOMAIN}", f"max.hollis@{VENDOR_DOMAIN}")),
    Crew(name="Renewals, Europe", topic=TeamTopic.RENEWALS, region="EMEA", people=(f"remy.novak@{VENDOR_DOMAIN}",)),
    Crew(name="Response", topic=TeamTopic.SAMPLES, region="", people=(f"anika.stern@{VENDOR_DOMAIN}",)),
)  # fmt: skip


def print_cast(write: Callable[[str], object], token: str) -> None:
    """Print who can sign in, and the API token where it is new."""
    width = max(len(player.email) for player in CAST)
    write(f"Sign in as one of these; the password is {PASSWORD}\n")
    for player in CAST:
        write(f"  {player.email:<{width}}  {player.says}")
    write("")
    write(f"API token of {CAST[1].name}: {token}" if token else "The API token was printed at the first start.")
