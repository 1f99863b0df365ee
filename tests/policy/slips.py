"""Changes to the standard policy: what is replaced by what, and what is said of it. Slips name the key and the reason."""

# fmt: off
TWELVE = [
    ("contacts = 2\n", "contacts = -2\n", "levels.basic.contacts", "-2 is negative"),
    ("rank = 4\n", "rank = 3\n", "levels.premium.rank", "3 is the rank of business_critical already"),
    ('sample_tier = "fast"', 'sample_tier = "fasst"', "levels.basic.sample_tier", "unknown sample tier fasst; did you mean fast?"),
    ('zone = "Asia/Tokyo"', 'zone = "Asia/Tokio"', "regions.JP.zone", "unknown time zone Asia/Tokio; did you mean Asia/Tokyo?"),
    ('countries = ["CN"]', 'countries = ["CN", "DE"]', "regions.CN.countries[2]", "DE is in EMEA already"),
    ('"WS",\n', '"WS", "XX",\n', "regions.SG.countries[55]", "unknown country XX"),
    ('work = "en"', 'work = "english"', "languages.work", "unknown language english"),
    ('pattern = "M[0-9]{10}"', 'pattern = "M[0-9{10}"', "identifiers.serial_number.pattern", "this regular expression cannot be read: unterminated character set at position 1"),
    ('mon-fri = ["09:00-17:00"]', "mon-fri = []", "hours.language_desk", "never open: no day has a window"),
    ("minimum_months = 12\n", 'minimum_months = "12"\n', "terms.minimum_months", "expected a whole number, found a text"),
    ("grace_days = 0\n", "grace_dais = 0\n", "reinstatement.grace_dais", "unknown key; known here: back_charge, back_charge_percent, cap_days, grace_days, new_term_starts, surcharges"),
    ('resolution = "10 business days"', 'resolution = "10 busy days"', "targets.basic.severity_1.resolution", "10 busy days is no target such as 4 business hours, next business day, or 20 business days or next product update"),
]

SINGLE = [
    ("web = true\n", "web = 1\n", "severities.2.web", "expected true or false, found a whole number"),
    ("contacts = 2\n", "contacts = true\n", "levels.basic.contacts", "expected a whole number, found true or false"),
    ("contacts = 2\n", "contacts = 2.5\n", "levels.basic.contacts", "expected a whole number, found a number with a fraction"),
    ("contacts = 2\n", "", "levels.basic.contacts", "is missing"),
    ('lapsed_fee = "25"', 'lapsed_fee = "-25"', "reinstatement.surcharges[1].percent_of_lapsed_fee", "-25 is negative"),
    ('lapsed_fee = "25"', 'lapsed_fee = "NaN"', "reinstatement.surcharges[1].percent_of_lapsed_fee", 'NaN is not a percentage such as "12.5"'),
    ('phone = "required"', 'phone = "maybe"', "severities.1.phone", "maybe is none of: required, advised, allowed"),
    ("days_before = [120, 60, 30, 7]", "days_before = [7, 30]", "notices[1].days_before", "must be falling"),
    ("days_before = [120, 60, 30, 7]", "days_before = [120, 120]", "notices[1].days_before[2]", "120 is there twice"),
    ('["08:00-18:00"]', '["08:00-25:00"]', "hours.office.mon-fri[1]", '08:00-25:00 is no window such as "08:00-18:00"'),
    ('edited_on = 2026-01-01', 'edited_on = 2026-01-01T00:00:00Z', "policy.edited_on", "expected a date such as 2026-01-31, found a date or time"),
    ('example = "M1234567890"', 'example = "M123"', "identifiers.serial_number.example", "M123 is not accepted by the pattern"),
    ('pattern = "M[0-9]{10}"', 'pattern = "X[0-9]{10}"', "identifiers.serial_number.pattern", "does not accept M0000000000, which it makes"),
    ('sold_for = ["online_service"]', 'sold_for = ["software"]', "levels.cloud.sold_for[1]", "software is not sold as subscription terms"),
    ('"emea.renewals@halden.example"', '"emea.renewals"', "regions.EMEA.renewals_email", "emea.renewals is no e-mail address"),
    ('restoration = "18 business hours"', 'restoration = "next product update"', "targets.basic.severity_1.restoration", "only a resolution can wait for the next product update"),
    ("maximum_months = 60", "maximum_months = 6", "terms.maximum_months", "is less than minimum_months"),
    ("at_percent = 75", "at_percent = 50", "cases.escalation[2].at_percent", "must be more than in the step before"),
    ('example = "CS-12345678"', 'example = "VU-12345678"', "identifiers.case.example", "VU-12345678 is not accepted by the pattern"),
]

CHANGES = [
    (
        'first_response = "next business day"',
        'first_response = "4 business hours"',
        "Basic, severity 3: first response changes from the next business day to 4 business hours.",
    ),
    ('registration = "45 minutes"', 'registration = "1 hour"', "Basic, registration by phone changes from 45 minutes to 1 hour."),
    ("contacts = 2\n", "contacts = 3\n", "Basic, named contacts, at most changes from 2 to 3."),
    ('name = "Premium"', 'name = "Platinum"', "Premium, name changes from Premium to Platinum."),
    ("expert = true", "expert = false", "Business Critical Services, named expert changes from yes to no."),
    ('phone = "advised"', 'phone = "allowed"', "Severity 2, phone changes from advised to allowed."),
    ('mon-fri = ["08:00-18:00"]', 'mon-fri = ["08:00-18:00"]\nsat = ["09:00-12:00"]', "Hours office, opening hours gains Sat 09:00-12:00."),
    ('lapsed_fee = "25"', 'lapsed_fee = "20"', "Reinstatement, surcharges gains 20 % of the lapsed fee from 1 lapsed day on and loses 25 % of the lapsed fee from 1 lapsed day on."),
    ("days_before = [120, 60, 30, 7]", "days_before = [120, 60, 30]", "Renewal notices for software, small customers, EMEA: days before loses 7."),
    ('"+81 3 5550 0142"', '"+81 3 5550 0143"', "Region JP, phones gains JP +81 3 5550 0143 (free within Japan) and loses JP +81 3 5550 0142 (free within Japan)."),
    ("1 = 4\n", "1 = 2\n", "Cases, escalation update hours gains severity 1: 2 and loses severity 1: 4."),
]
