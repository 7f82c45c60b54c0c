"""Descriptions of enums about platforms."""

from __future__ import annotations

from jiebang.schema.enums.description import describe
from jiebang.sdk import Category, StepKind

describe(
    Category,
    "The area of daily life a platform belongs to.",
    {
        Category.CLOUD_STORAGE: "Cloud drives and photo storage.",
        Category.COMMUNITY: "Forums and question-and-answer sites.",
        Category.DATING: "Dating. Sensitive.",
        Category.DEVELOPER: "Tools and hosting for programmers.",
        Category.EDUCATION: "Courses and schools.",
        Category.EMAIL: "Email.",
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
        Category.UTILITIES: "Electricity, water, gas and phone bills.",
    },
)
describe(
    StepKind,
    "What the user has to do before the platform continues.",
    {
        StepKind.OTP: "Enter a one-time code that the platform sent.",
        StepKind.WEB: "Continue on the platform's own page.",
        StepKind.ID_CHECK: "Show an identity document.",
        StepKind.CONSENT: "Give consent.",
    },
)
