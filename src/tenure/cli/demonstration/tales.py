"""What happened in the demonstration's cases: who asked what, how long ago, and each step since."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Tale:
    """A case.  ago: how long before now it was opened, such as 2d3h or 40m.  about: its summary, then what was written.

    level: of the asset it is about, where the customer has one; severity: None in customer care, where `topic` says what
    it is about.  called: minutes that the call took before it was written down; 0 for the web.
    steps: "ago verb by text"; the verbs are those of `making_cases`; by is ada, ivo, lena, max or cass, or - for the
    customer.
    """

    customer: str
    ago: str
    about: str
    steps: tuple[str, ...] = ()
    severity: int | None = 3
    level: str = "essential"
    called: int = 0
    topic: str = ""


def _tale(customer: str, ago: str, severity: int | None, level: str, about: str, *steps: str, **more: object) -> Tale:
    return Tale(customer=customer, ago=ago, about=about, steps=steps, severity=severity, level=level, **more)  # type: ignore[arg-type]


ASTER, NORD, WOLKE = "Aster & Pohl GmbH", "Nordhafen Spedition", "Stadtwerke Wolkenstein"
LAC, TILLEULS, VALTORTA = "Verrerie du Lac", "Clinique des Tilleuls", "Officine Valtorta"
PENNINE, THORNBURY, JUNIPER = "Pennine Rail Catering", "Thornbury & Vale", "Juniper Flats Hospital"
TIDEWATER, RIO, KAZEHAYA = "Tidewater Credit Union", "Tecelagem Rio Claro", "Kazehaya Optics"
LANTIAN, HARBOUR, MAYAK = "Lantian Instruments", "Harbourline Ferries", "Severny Mayak"

TALES: tuple[Tale, ...] = (
    # closed, some opened again
    _tale(TILLEULS, "19d4h", 3, "essential", "Search ignores accents|Patients called Hélène are not found when the clerk types Helene.",
          "19d2h take lena", "18d22h call lena They use the French collation.", "18d20h ask lena Which collation does the index have? The console shows it under Index, Facts.",
          "17d5h reply - It says “binary”.", "17d3h answer lena Please set it to “fr” and build the index again tonight.", "15d6h propose lena The index was built again; Helene finds Hélène.", "15d1h consent -"),
    _tale(NORD, "16d2h", 2, "essential", "Labels print twice|Since the update every parcel label comes out twice.",
          "16d1h take ivo", "15d23h30m call ivo Two print jobs with the same number.", "15d answer ivo The hot fix 4.1.2 stops it. Please take it from the download page.",
          "14d2h reply - It works, thank you.", "14d1h propose ivo Solved by 4.1.2.", "13d20h consent -"),
    _tale(ASTER, "14d5h", 4, "essential", "Which ports does the agent need?|The firewall people ask for a list.",
          "14d1h take ada", "13d22h answer ada 7443 to the server and nothing inwards; the handbook has it on page 31.", "13d3h close - That was all, thank you."),
    _tale(HARBOUR, "12d3h", 3, "premium", "Report of crossings is a day short|The last day of the month is missing.",
          "12d take ivo", "11d20h answer ivo Which time zone does the report run in?", "11d2h reply - UTC, we are in Sydney.", "10d20h propose ivo Set it to Australia/Sydney; the day was cut at ten in the morning.", "10d consent -"),
    _tale(THORNBURY, "11d6h", 3, "essential", "Snapshots are kept too long|The tidy-up keeps 60 days, we asked for 30.",
          "11d2h take ada", "10d21h call ada The setting is per volume.", "10d propose ada Set per volume; two volumes had 60.", "9d12h consent -",
          "2d4h reopen - One volume still keeps 60 days.", "1d20h answer ada Thank you for telling us, I look at that volume."),
    _tale(LANTIAN, "9d1h", 2, "essential", "Relay stops every morning|At 08:00 local time the relay stops for ten minutes.",
          "8d23h take lena", "8d22h30m call lena Ten thousand jobs begin at eight sharp.", "8d20h answer lena Please spread the jobs over half an hour.", "6d2h close - Works since we spread them."),
    # pending close and awaiting review
    _tale(ASTER, "5d3h", 3, "essential", "Nightly import stops with “catalogue busy”|It stops at 01:40, in three nights of four. Nothing else runs then.",
          "5d take ivo", "4d22h call ivo They start it by cron at 01:30.", "4d20h ask ivo Please send the log of the last three nights.",
          "1d8h reply - Here is the log of the three nights. It happened again on Saturday, not on Sunday.",
          "1d6h note ivo The weekly tidy-up runs every night since 9.4. Asked development whether that is meant.",
          "3h20m propose ivo Two jobs take the catalogue at 01:40: your import and the weekly tidy-up, which 9.4 moved from Sunday to every night. Please set it back to Sunday. The fix of the default comes with 9.4.2."),
    _tale(JUNIPER, "6d2h", 2, "business_critical", "Restore of one mailbox is slow|A single mailbox takes six hours to come back.",
          "6d1h take lena", "6d30m call lena The store is on the slow volume.", "5d2h answer lena Moving the index to the fast volume brings it down to minutes. Shall we do it together tomorrow?", "4d23h reply - Yes please, at ten.", "4d1h propose lena Done together: eleven minutes now."),
    _tale(VALTORTA, "3d5h", 3, "essential", "Console shows the wrong seat count|It says 40, we own 120.",
          "3d1h take ivo", "2d22h answer ivo Which serial numbers does it list under Licences?", "2d6h ask ivo A picture of that page would help."),
    _tale(RIO, "4d1h", 4, "basic", "Where is the Portuguese handbook?|We find the English one only.",
          "3d20h take ada", "3d2h ask ada Do you need the administrator's or the user's handbook?"),
    _tale(MAYAK, "8d2h", 3, "essential", "Licence file refused on new server|We moved the archive to a new machine.",
          "8d take ada", "7d22h call ada The new machine has another host ID.", "7d20h ask ada Please send the host ID that the command licence-id prints."),
    _tale(TIDEWATER, "2d6h", 2, "premium", "Definitions arrive twice|Each update is loaded two times, the second takes the gateway down for a minute.",
          "2d5h take lena", "2d4h45m call lena Two update sources are configured.", "1d22h ask lena May we look at the configuration? Please send it without passwords."),
    # in work
    _tale(PENNINE, "1d4h", 2, "essential", "Orders hang in the outbox|About forty orders an hour stay in the outbox until we restart.",
          "1d3h take ivo", "1d2h30m call ivo It began after the certificate was renewed.", "22h answer ivo The chain lacks one certificate. I prepare the right file.", "20h note ivo Same as last month at another customer."),
    _tale(KAZEHAYA, "20h", 3, "essential", "Report totals differ by one day|The month's total misses the 31st.",
          "19h take lena", "16h answer lena We can see it here as well, and work on it."),
    _tale(NORD, "2d1h", 3, "basic", "Driver app forgets the language|It falls back to English after each start.",
          "1d22h take ada", "1d20h answer ada Which version does the app show under About?", "1d1h reply - 2.3, on twelve devices."),
    _tale(LAC, "3d4h", 3, "business_critical", "Archive job skips shared folders|Only private folders are archived since Monday.",
          "3d3h take lena", "3d1h call lena A right was taken away from the service account.", "2d3h answer lena Please give the account back the right to list shared folders."),
    _tale(WOLKE, "4d3h", 3, "essential", "Meter readings arrive out of order|Readings of the same minute change places.",
          "4d take ivo", "3d22h call ivo Nothing is lost, only the order.", "3d2h leave ivo The order is kept from 4.2 on, which comes out next month. Until then sort by the second column."),
    _tale(JUNIPER, "26h", 3, "essential", "New wards are missing in the list|Two wards opened on Monday are not offered.",
          "25h take ada", "24h answer ada Are they active in the directory?", "5h reply - They are, we checked twice."),
    _tale(ASTER, "2d2h", 3, "basic", "Copy to tape asks for a password|It never did before.",
          "1d23h take ada", "1d22h call ada The tape library was replaced.", "1d20h severity ada 4 There is a second copy on disk, and tapes are made once a month."),
    _tale(HARBOUR, "30h", 2, "essential", "Ticket scans come in late|Scans of the morning arrive at noon.",
          "29h take ivo", "28h30m call ivo The queue on board fills up.", "6h answer ivo A larger buffer is rolled out to three vessels tonight."),
    _tale(THORNBURY, "3d1h", 4, "essential", "Can two sites share one console?|Bristol and Leith would like one view.",
          "2d20h take lena", "2d18h answer lena Yes: add the second site under Console, Places."),
    _tale(LANTIAN, "18h", 3, "basic", "Export has English month names|Our auditors want figures.",
          "17h take lena"),
    _tale(VALTORTA, "9h", 3, "essential", "Backup of the mill's controller fails|Error 118 after four minutes.",
          "8h take ivo"),
    _tale(TILLEULS, "7h", 2, "essential", "Night shift cannot sign in|Twelve people, since two in the morning. They share one station.",
          "6h40m take lena", "6h20m call lena The station's clock is nine minutes slow.", "6h10m answer lena Please set the clock of the station; I stay on the case until the evening."),
    # outages, by phone
    _tale(JUNIPER, "5h30m", 1, "essential", "All backups have failed since 03:00|The whole night's run, every server. The hospital has no backup younger than two days.",
          "5h20m take ada", "5h10m call ada Spoke with the night operator: the store is read-only.", "5h note ada A full volume made it read-only; log volume at 100 %.", "4h30m answer ada Please free ten gigabytes on the log volume and start the first run by hand.", called=11),
    _tale(TIDEWATER, "1h10m", 1, "business_critical", "Mail stands still in both halls|Nothing goes in or out since nine. Forty branches wait.",
          "62m take lena", "55m call lena Both gateways wait for one database lock.", called=8),
    _tale(PENNINE, "3d2h", 1, "essential", "Tills are offline on all trains|No sale is possible.",
          "3d1h50m take ivo", "3d1h45m call ivo A certificate ran out at midnight.", "3d1h restored ivo A new certificate is in place, sales run again.", "2d22h note ivo Watch the renewal job.", called=9),
    # new, some of them late
    _tale(KAZEHAYA, "2h35m", 2, "essential", "Appliance does not start after a power cut|The front panel stays dark, the fans run."),
    _tale(NORD, "1h18m", 2, "essential", "Mail queue grows, nothing is delivered|Since the reboot at noon the queue only grows: 4,100 messages by now. No error in the log. We have restarted the relay twice."),
    _tale(LAC, "50m", 2, "premium", "Half of the scans are rejected|The furnace cameras send fine pictures, the archive says “format”."),
    _tale(WOLKE, "3h", 3, "essential", "Dashboard is empty in the morning|It fills up at ten, then it is complete."),
    _tale(RIO, "90m", 3, "basic", "Looms report the wrong shift|Shift C is called A since the clocks changed."),
    _tale(MAYAK, "25m", 3, "essential", "Search ignores the letter ё|Words with ё are not found when typed with е."),
    _tale(ASTER, "35m", 4, "essential", "How do we move the archive?|A new storage comes in January; is there a guide?"),
    # customer care
    _tale(ASTER, "4h", None, "", "Certificate shows the old company name|We are a GmbH since March; the certificate still says KG.", topic="licences"),
    _tale(JUNIPER, "2d3h", None, "", "Who receives our renewal quotes?|The person who got them has left.",
          "2d take cass", "1d22h ask cass Whom shall we write to instead?", topic="support_contract"),
    _tale(TIDEWATER, "27h", None, "", "Please merge two accounts|I registered twice, with two addresses.",
          "25h take cass", "24h answer cass Which of the two would you like to keep?", "3h reply - The one that ends in .example.", topic="account"),
    _tale(PENNINE, "7d2h", None, "", "Copy of an invoice|Number 26000231, for our auditors.",
          "7d take cass", "6d20h propose cass The copy went to the address on the account.", "6d2h consent -", topic="other"),
    _tale(THORNBURY, "100m", None, "", "Add Leith to our support contract|The office opened on the first.", topic="support_contract", called=4),
)  # fmt: skip
