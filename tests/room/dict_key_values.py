"""Key-value settings without a database."""


class DictKeyValues(dict):
    """Keeps texts as a room's database does."""

    def keep(self, name: str, value: str) -> str:
        return self.setdefault(name, value)

    def replace(self, name: str, value: str) -> None:
        self[name] = value
