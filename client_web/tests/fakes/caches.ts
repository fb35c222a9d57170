/** A browser's caches, as far as the worker uses them: by name and address. */

class FakeCache {
  readonly kept = new Map<string, Response>();

  async match(path: string): Promise<Response | undefined> {
    return this.kept.get(path)?.clone();
  }

  async put(path: string, answer: Response): Promise<void> {
    this.kept.set(path, answer);
  }
}

export class FakeCaches {
  private readonly all = new Map<string, FakeCache>();

  async open(name: string): Promise<FakeCache> {
    const cache = this.all.get(name) ?? new FakeCache();
    this.all.set(name, cache);
    return cache;
  }

  async keys(): Promise<string[]> {
    return [...this.all.keys()];
  }

  async delete(name: string): Promise<boolean> {
    return this.all.delete(name);
  }

  /** The addresses in each. */
  get contents(): Readonly<Record<string, readonly string[]>> {
    return Object.fromEntries([...this.all].map(([name, { kept }]) => [name, [...kept.keys()]]));
  }

  /** As the worker takes it. */
  get storage(): CacheStorage {
    return this as unknown as CacheStorage;
  }
}
