"""One operation of Mailchimp's own SDK, pointed at another address. Runs where mailchimp-marketing is installed."""

from __future__ import annotations

import sys
from typing import Any

from mailchimp_marketing import Client


def main(address: str, key: str, operation: str, subject: str) -> Any:
    client = Client({"api_key": key})
    client.api_client.host = f"{address}/3.0"
    place, _, name = subject.partition("/")
    email, _, digest = name.partition(" ")
    lists, shops = client.lists, client.ecommerce
    done = {
        "audiences": lambda: lists.get_all_lists(count=1000),
        "list": lambda: lists.get_list_members_info(place, count=1000, offset=0),
        "list archived": lambda: lists.get_list_members_info(place, count=1000, status="archived"),
        "search": lambda: client.searchMembers.search(email),
        "merge fields": lambda: lists.get_list_merge_fields(place, count=1000),
        "read one": lambda: lists.get_list_member(place, digest),
        "change": lambda: lists.update_list_member(place, digest, {"merge_fields": {"FNAME": "Anna"}}),
        "archive": lambda: lists.delete_list_member(place, digest),
        "erase": lambda: lists.delete_list_member_permanent(place, digest),
        "import again": lambda: lists.add_list_member(
            place, {"email_address": email, "status": "subscribed"}
        ),
        "customers": lambda: shops.get_all_store_customers(place, count=1000),
        "read customer": lambda: shops.get_store_customer(place, name),
        "erase customer": lambda: shops.delete_store_customer(place, name),
    }
    return done[operation]()


if __name__ == "__main__":
    answer = main(*sys.argv[1:5])
    # An error without a body raises nothing in this SDK: it gives the response itself.
    sys.exit(1 if getattr(answer, "status_code", 200) >= 400 else 0)
