package dev.tandem.graph;

import dev.tandem.schedule.Schedule.Temporary;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Places temporaries in one block so that those that are never needed at the same time share
 * elements. Walks the kernels in order and takes, for each temporary that begins, the smallest free
 * gap that holds it, or extends the block. Time is n log n.
 */
final class MemoryPlan {

  /** Everything starts on a 64-byte boundary. */
  private static final int ALIGNMENT = 16;

  private record Gap(long size, long offset) implements Comparable<Gap> {
    @Override
    public int compareTo(Gap other) {
      return size != other.size
          ? Long.compare(size, other.size)
          : Long.compare(offset, other.offset);
    }
  }

  private final TreeMap<Long, Long> gapsByOffset = new TreeMap<>(); // offset to size
  private final TreeSet<Gap> gapsBySize = new TreeSet<>();
  private long end;
  private final List<Temporary> temporaries;

  /**
   * @param sizes elements of each temporary
   * @param first the first kernel that touches each
   * @param last the last kernel that touches each
   * @param kernels how many kernels there are
   */
  MemoryPlan(int[] sizes, int[] first, int[] last, int kernels) {
    Temporary[] placed = new Temporary[sizes.length];
    List<List<Integer>> beginning = new ArrayList<>();
    List<List<Integer>> ending = new ArrayList<>();
    for (int kernel = 0; kernel < kernels; kernel++) {
      beginning.add(new ArrayList<>(1));
      ending.add(new ArrayList<>(1));
    }
    for (int i = 0; i < sizes.length; i++) {
      beginning.get(first[i]).add(i);
      ending.get(last[i]).add(i);
    }
    for (int kernel = 0; kernel < kernels; kernel++) {
      for (int i : beginning.get(kernel)) {
        placed[i] = new Temporary(take(rounded(sizes[i])), sizes[i]);
      }
      for (int i : ending.get(kernel)) {
        free(placed[i].offset(), rounded(sizes[i]));
      }
    }
    temporaries = Arrays.asList(placed);
  }

  private static long rounded(int elements) {
    return ((long) elements + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  }

  private long take(long size) {
    Gap gap = gapsBySize.ceiling(new Gap(size, 0));
    if (gap == null) {
      var lastGap = gapsByOffset.lastEntry();
      if (lastGap != null && lastGap.getKey() + lastGap.getValue() == end) {
        remove(lastGap.getKey(), lastGap.getValue());
        end = lastGap.getKey() + size;
        return lastGap.getKey();
      }
      end += size;
      return end - size;
    }
    remove(gap.offset, gap.size);
    if (gap.size > size) {
      add(gap.offset + size, gap.size - size);
    }
    return gap.offset;
  }

  private void free(long offset, long size) {
    if (size == 0) {
      return;
    }
    var before = gapsByOffset.lowerEntry(offset);
    if (before != null && before.getKey() + before.getValue() == offset) {
      remove(before.getKey(), before.getValue());
      offset = before.getKey();
      size += before.getValue();
    }
    Long after = gapsByOffset.get(offset + size);
    if (after != null) {
      remove(offset + size, after);
      size += after;
    }
    add(offset, size);
  }

  private void add(long offset, long size) {
    gapsByOffset.put(offset, size);
    gapsBySize.add(new Gap(size, offset));
  }

  private void remove(long offset, long size) {
    gapsByOffset.remove(offset);
    gapsBySize.remove(new Gap(size, offset));
  }

  /** Where each temporary lies. */
  List<Temporary> temporaries() {
    return temporaries;
  }

  /** Elements of the whole block. */
  long block() {
    return end;
  }
}
