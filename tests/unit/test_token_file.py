"""A token file belongs to whoever owns its folder, whoever wrote it."""

import os
import stat
from pathlib import Path

import pytest

from syncd.http.tokens import TokenFile


@pytest.mark.parametrize("owner", [0, 12345] if os.geteuid() == 0 else [os.geteuid()])
def test_a_token_file_and_its_lock_belong_to_the_owner_of_the_folder(tmp_path: Path, owner: int) -> None:
    os.chown(tmp_path, owner, -1)
    tokens = TokenFile(tmp_path / "crm.json", account="crm")

    with tokens.locked():
        tokens.save({"refresh": "planted"})

    made = sorted(tmp_path.iterdir())
    assert [path.name for path in made] == ["crm.json", "crm.json.lock"]
    assert {(path.stat().st_uid, stat.S_IMODE(path.stat().st_mode)) for path in made} == {(owner, 0o600)}
