"""Words about platforms."""

from __future__ import annotations

from jiebang.schema.enums.description import describe
from jiebang.sdk import Category, StepKind

describe(
    Category,
    "The part of daily life a platform belongs to.",
    {
        Category.CLOUD_STORAGE: "Net disks and photo stores.",
        Category.COMMUNITY: "Forums and question-and-answer sites.",
        Category.DATING: "Dating. Sensitive.",
        Category.DEVELOPER: "Tools and hosts for programmers.",
        Category.EDUCATION: "Courses and schools.",
        Category.EMAIL: "Mail.",
        Category.FINANCE: "Banks, payments, investments. Sensitive.",
        Category.GAMES: "Games.",
        Category.GOVERNMENT: "Public services.",
        Category.HEALTH: "Doctors, pharmacies, health records. Sensitive.",
        Category.HOUSING: "Renting and buying homes.",
        Category.LENDING: "Loans and credit. Sensitive.",
        Category.MEDIA: "News, video and music.",
        Category.MEMBERSHIP: "Loyalty and member cards.",
        Category.RECRUITING: "Jobs.",
        Category.SHOPPING: "Shops and deliveries.",
        Category.SOCIAL: "Social networks and messengers.",
        Category.TOOLS: "Everyday tools.",
        Category.TRANSPORT: "Rides and tickets in town.",
        Category.TRAVEL: "Trips and hotels.",
        Category.UTILITIES: "Power, water, gas, phone bills.",
    },
)
describe(
    StepKind,
    "What a person has to do before the platform goes on.",
    {
        StepKind.OTP: "Enter a code that the platform sent.",
        StepKind.WEB: "Finish on the platform's own page.",
        StepKind.ID_CHECK: "Show an identity document.",
        StepKind.CONSENT: "Agree to something.",
    },
)
