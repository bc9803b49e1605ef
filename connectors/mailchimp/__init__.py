"""Mailchimp: the newsletter. Reads the members of audiences and the customers of shops; erases both for good."""

from __future__ import annotations

from connectors.mailchimp.connector import MailchimpConnector
from connectors.mailchimp.doctor import OPEN_QUESTIONS
from connectors.mailchimp.fields import fields_of
from connectors.mailchimp.sandbox import make_sandbox
from connectors.mailchimp.settings import MailchimpSettings, address
from syncd.contract import Plugin

# No `rate`: Mailchimp has no quota per minute, only a ceiling of ten simultaneous calls; syncd makes one.
plugin = Plugin(
    name="mailchimp",
    settings=MailchimpSettings,
    connect=MailchimpConnector,
    base_url=address,
    sandbox=make_sandbox,
    open_questions=OPEN_QUESTIONS,
    fields=fields_of,
    texts="connectors.mailchimp.texts",
)

__all__ = ["MailchimpConnector", "MailchimpSettings", "plugin"]
