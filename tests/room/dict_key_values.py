"""Key-value settings without a database."""


class DictKeyValues(dict):
    """Stores texts in a dict, with the methods of KeyValues."""

    def get_or_set(self, name: str, value: str) -> str:
        return self.setdefault(name, value)

    def replace(self, name: str, value: str) -> None:
        self[name] = value
