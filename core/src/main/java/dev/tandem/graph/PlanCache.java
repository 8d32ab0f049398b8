package dev.tandem.graph;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The plans of one engine by structure: a hash table with open addressing, so that a look-up
 * creates no objects. Bounded: when it is full, the half that was used least recently is closed.
 */
final class PlanCache {

  private static final int CAPACITY = 512;
  private static final int TABLE = 4 * CAPACITY;

  private record Entry(int hash, int[] key, Plan plan, long[] lastUse) {}

  private final @Nullable Entry[] table = new Entry[TABLE];
  private int size;
  private long clock;

  /** The plan for a structure, or null. */
  @Nullable Plan find(StructureKey key, int hash) {
    for (int i = slot(hash); ; i = i + 1 & TABLE - 1) {
      Entry entry = table[i];
      if (entry == null) {
        return null;
      }
      if (entry.hash == hash && key.matches(entry.key)) {
        entry.lastUse[0] = ++clock;
        return entry.plan;
      }
    }
  }

  void put(StructureKey key, int hash, Plan plan) {
    if (size == CAPACITY) {
      keepNewest(CAPACITY / 2);
    }
    insert(new Entry(hash, key.copy(), plan, new long[] {++clock}));
  }

  /** Closes all plans but the {@code count} used last. */
  void keepNewest(int count) {
    Entry[] entries =
        Arrays.stream(table)
            .filter(entry -> entry != null)
            .sorted((a, b) -> Long.compare(b.lastUse[0], a.lastUse[0]))
            .toArray(Entry[]::new);
    Arrays.fill(table, null);
    size = 0;
    for (int i = 0; i < entries.length; i++) {
      if (i < count) {
        insert(entries[i]);
      } else {
        entries[i].plan.close();
      }
    }
  }

  int size() {
    return size;
  }

  private void insert(Entry entry) {
    int i = slot(entry.hash);
    while (table[i] != null) {
      i = i + 1 & TABLE - 1;
    }
    table[i] = entry;
    size++;
  }

  private static int slot(int hash) {
    return hash & TABLE - 1;
  }
}
