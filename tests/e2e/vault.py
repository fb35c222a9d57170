"""What the client keeps on the device: IndexedDB as the page itself can read it."""

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page

READ = """async () => {
  const asked = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const known = await indexedDB.databases();
  if (!known.some(({ name }) => name === "onrecord")) return { keys: 0, rows: {}, opened: {} };
  const database = await asked(indexedDB.open("onrecord"));
  const rows = {}, opened = {};
  const keys = await asked(database.transaction("keys").objectStore("keys").getAll());
  const key = keys[0]?.key;
  let raw = "";
  for (const table of ["outbox", "drafts", "snapshots", "files", "agreements"]) {
    const store = database.transaction(table).objectStore(table);
    const [names, sealed] = await Promise.all([asked(store.getAllKeys()), asked(store.getAll())]);
    rows[table] = names.length;
    for (const [at, row] of sealed.entries()) {
      raw += new TextDecoder("latin1").decode(row.data);
      if (key === undefined) continue;
      const place = new TextEncoder().encode(`${table} ${names[at]}`);
      const algorithm = { name: "AES-GCM", iv: row.iv, additionalData: place };
      const plain = await crypto.subtle.decrypt(algorithm, key, row.data);
      opened[table] = (opened[table] ?? "") + new TextDecoder().decode(plain);
    }
  }
  database.close();
  const extractable = keys.some((row) => row.key.extractable);
  return { keys: keys.length, rows, opened, raw, extractable };
}"""


@dataclass(frozen=True, slots=True)
class Kept:
    """A look into the device's storage.

    `opened` is what the key opens, by table; `raw` all rows as they lie there; `extractable`
    whether anybody could carry the key away.
    """

    keys: int
    rows: dict[str, int]
    opened: dict[str, str]
    raw: str = field(default="", repr=False)
    extractable: bool = False

    @property
    def empty(self) -> bool:
        """Neither a key nor a row is left."""
        return self.keys == 0 and not any(self.rows.values())


def kept(page: Page) -> Kept:
    """Look now."""
    found: dict[str, Any] = page.evaluate(READ)
    return Kept(**found)
