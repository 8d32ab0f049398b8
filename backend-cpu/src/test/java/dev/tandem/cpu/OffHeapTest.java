package dev.tandem.cpu;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.junit.jupiter.api.Test;

class OffHeapTest {

  @Test
  void memoryOutsideTheHeapIsKnown() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(64);
      assertThat(OffHeap.known(memory)).isSameAs(memory);
      assertThat(OffHeap.isKnown(memory.asSlice(4))).isTrue();
      assertThat(OffHeap.isKnown(MemorySegment.NULL)).isTrue();
    }
  }

  @Test
  void arraysAreNot() {
    MemorySegment array = MemorySegment.ofArray(new float[16]);
    assertThat(OffHeap.isKnown(array)).isFalse();
    assertThatThrownBy(() -> OffHeap.known(array))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("not memory of this engine");
  }
}
