"""The simulated Podio: stateful, over real HTTP, with the traps of the real one.

`make_sandbox(world)` is what the plugin offers; `account_table` and `app_account_table` give the account that
fits it, as it would stand in `syncd.toml`.
"""

from .accounts import account_table, app_account_table
from .service import make_sandbox
from .state import PodioState

__all__ = ["PodioState", "account_table", "app_account_table", "make_sandbox"]
