"""The vocabulary of the model: target groups, origins, states, offer kinds, destinations and classes of duration.

Order matters: arrays everywhere in the project follow the order of these tuples. Danish and English names are in
``model/data/texts``; what the words mean, in model/README.md.
"""

from __future__ import annotations

from typing import Final

MODEL_VERSION: Final = "0.2.0"

GROUPS: Final = (
    "dagpenge",
    "kontanthjaelp_jobparat",
    "kontanthjaelp_aktivitetsparat",
    "uddannelseshjaelp_uddannelsesparat",
    "uddannelseshjaelp_aktivitetsparat",
    "sho",
    "sygedagpenge",
    "jobafklaring",
    "ressourceforloeb",
    "ledighedsydelse",
    "fleksjob",
    "revalidering",
    "foertidspension",
)
ORIGINS: Final = ("danish", "western", "non_western")
STATES: Final = ("waiting", "in_offer", "after_offer")

FIRM_KINDS: Final = (
    "private_placement",
    "private_wage_subsidy",
    "public_placement",
    "company_centre",
    "paid_hours",
)
OTHER_KINDS: Final = ("utility_job", "guidance", "course", "education")
KINDS: Final = FIRM_KINDS + OTHER_KINDS

SELF_SUPPORT_EXITS: Final = ("job", "education", "other_self_support")
EXITS: Final = SELF_SUPPORT_EXITS + GROUPS

# Permanent support and flex jobs have no offers and no levers.
OFFER_GROUPS: Final = tuple(g for g in GROUPS if g not in ("fleksjob", "foertidspension"))

# Where those go who are new, or come back from a job, to a target group that the rules have closed. An assumption: who
# is far from work and may no longer enter one of these is met in the jobcentre as activity-ready.
INSTEAD_OF_CLOSED: Final = {
    "ressourceforloeb": "kontanthjaelp_aktivitetsparat",
    "revalidering": "kontanthjaelp_aktivitetsparat",
}

N_GROUPS: Final = len(GROUPS)
N_ORIGINS: Final = len(ORIGINS)
N_SEGMENTS: Final = N_GROUPS * N_ORIGINS
N_KINDS: Final = len(KINDS)
N_FIRM: Final = len(FIRM_KINDS)
N_EXITS: Final = len(EXITS)

# Accumulated weeks on public support: 0..104, the last class open.
N_DURATIONS: Final = 105
LAST_DURATION: Final = N_DURATIONS - 1

# Lower bounds in accumulated weeks. Jobindsats publishes durations in the first set; the refund ladder has the second
# (week of support = accumulated weeks + 1, so weeks 1-4 are 0-3).
DURATION_CLASSES: Final = (0, 5, 14, 27, 40, 53, 104)
REFUND_CLASSES: Final = (0, 4, 26, 52)
# Weeks at which the mix of kinds of those in an offer is kept apart, whole vectors of weeks from each other. Among
# those who came lately short offers are many: with one mix for all, offers end too late early on and too soon later.
MIX_CLASSES: Final = (0, 16, 40)

GROUP_INDEX: Final = {name: i for i, name in enumerate(GROUPS)}
ORIGIN_INDEX: Final = {name: i for i, name in enumerate(ORIGINS)}
KIND_INDEX: Final = {name: i for i, name in enumerate(KINDS)}
EXIT_INDEX: Final = {name: i for i, name in enumerate(EXITS)}

WEEKS_PER_YEAR: Final = 52
DEFAULT_WEEKS: Final = 208
MAX_WEEKS: Final = 520
