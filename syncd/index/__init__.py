"""The local index: what syncd knows, sealed; the queue; the ledger.

It is itself a copy of personal data and holds as little as the job needs (see `tables`).
"""
