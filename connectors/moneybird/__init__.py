"""The connector for Moneybird, a bookkeeping service (API version 2)."""

from connectors.moneybird.connector import Moneybird
from connectors.moneybird.doctor import OPEN_QUESTIONS
from connectors.moneybird.fields import fields_of
from connectors.moneybird.limits import RATE
from connectors.moneybird.sandbox import account_table, make_sandbox
from connectors.moneybird.settings import MoneybirdSettings, base_url
from syncd.contract import Plugin

__all__ = ["plugin"]

plugin = Plugin(
    name="moneybird",
    settings=MoneybirdSettings,
    connect=Moneybird,
    base_url=base_url,
    sandbox=make_sandbox,
    sandbox_account=account_table,
    rate=RATE,
    open_questions=OPEN_QUESTIONS,
    fields=fields_of,
    texts="connectors.moneybird.texts",
)
