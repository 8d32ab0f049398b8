package dev.tandem.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.backend.Backend;
import dev.tandem.backend.BackendOptions;
import dev.tandem.backend.Buffer;
import dev.tandem.backend.MemoryLimitException;
import dev.tandem.reference.ReferenceBackend;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Storage: what goes in comes out, is counted, is limited and is given back. */
public interface BufferContract extends Subject {

  int MEBIBYTE = 1 << 20;

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 207, 4099, 100_003})
  default void valuesSurviveARoundTrip(int elements) {
    float[] values = new Values(elements).anything(elements);
    try (Buffer buffer = Buffers.of(backend(), values)) {
      assertThat(buffer.elements()).isEqualTo(elements);
      assertThat(buffer.backend()).isSameAs(backend());
      assertThat(Buffers.contents(buffer)).isEqualTo(values);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 17, 4099})
  default void nativeMemoryAndSlicesAreCopiedToo(int elements) {
    float[] values = new Values(elements).uniform(elements);
    try (Arena arena = Arena.ofConfined();
        Buffer buffer = backend().allocate(elements)) {
      // one byte off, so that no alignment can be taken for granted
      MemorySegment odd = arena.allocate(4L * elements + 1).asSlice(1);
      MemorySegment.copy(values, 0, odd, ValueLayout.JAVA_FLOAT_UNALIGNED, 0, elements);
      backend().upload(odd, buffer);
      float[] around = new float[elements + 2];
      backend().download(buffer, MemorySegment.ofArray(around).asSlice(4, 4L * elements));
      assertThat(around).startsWith(0f).endsWith(0f);
      for (int i = 0; i < elements; i++) {
        assertThat(around[i + 1]).isEqualTo(values[i]);
      }
    }
  }

  @Test
  default void buffersDoNotDisturbEachOther() {
    Values values = new Values(5);
    Buffer[] buffers = new Buffer[50];
    float[][] contents = new float[buffers.length][];
    for (int i = 0; i < buffers.length; i++) {
      contents[i] = values.uniform(1 + values.integer(100));
      buffers[i] = Buffers.of(backend(), contents[i]);
    }
    for (int i = 0; i < buffers.length; i++) {
      assertThat(Buffers.contents(buffers[i])).isEqualTo(contents[i]);
      buffers[i].close();
    }
  }

  @Test
  default void segmentsOfAnotherSizeAreRefused() {
    try (Buffer buffer = backend().allocate(5)) {
      for (int elements : new int[] {0, 4, 6}) {
        MemorySegment segment = MemorySegment.ofArray(new float[elements]);
        assertThatThrownBy(() -> backend().upload(segment, buffer))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("upload")
            .hasMessageContaining("5");
        assertThatThrownBy(() -> backend().download(buffer, segment))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessageContaining("download")
            .hasMessageContaining("5");
      }
    }
  }

  @Test
  default void negativeSizesAreRefused() {
    assertThatThrownBy(() -> backend().allocate(-1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  default void buffersOfAnotherBackendAreRefused() {
    float[] values = new float[3];
    try (Backend other = ReferenceBackend.inFloatPrecision();
        Buffer foreign = other.allocate(3)) {
      assertThatThrownBy(() -> backend().upload(MemorySegment.ofArray(values), foreign))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("another backend");
      assertThatThrownBy(() -> backend().download(foreign, MemorySegment.ofArray(values)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("another backend");
    }
  }

  @Test
  default void closedBuffersAreRefused() {
    Buffer buffer = Buffers.of(backend(), 1, 2, 3);
    assertThat(buffer.isClosed()).isFalse();
    buffer.close();
    buffer.close();
    assertThat(buffer.isClosed()).isTrue();
    MemorySegment segment = MemorySegment.ofArray(new float[3]);
    assertThatThrownBy(() -> backend().upload(segment, buffer))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
    assertThatThrownBy(() -> backend().download(buffer, segment))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("closed");
  }

  @Test
  default void sharedMemoryIsReadWhereItIs() {
    float[] values = new Values(6).uniform(17);
    MemorySegment segment = Arena.ofAuto().allocate(32 * 4, 64);
    MemorySegment.copy(values, 0, segment, ValueLayout.JAVA_FLOAT, 0, 17);
    Buffer shared = backend().share(segment, 17);
    if (shared != null) {
      segment.setAtIndex(ValueLayout.JAVA_FLOAT, 3, 99);
      values[3] = 99;
      assertThat(Buffers.contents(shared)).isEqualTo(values);
      shared.close();
      assertThat(segment.getAtIndex(ValueLayout.JAVA_FLOAT, 3)).isEqualTo(99);
    }
  }

  @Test
  default void memoryThatCannotBeSharedIsLeftToACopy() {
    assertThat(backend().share(MemorySegment.ofArray(new float[32]), 17)).isNull();
    try (Arena confined = Arena.ofConfined()) {
      assertThat(backend().share(confined.allocate(128, 64), 17)).isNull();
    }
    MemorySegment odd = Arena.ofAuto().allocate(132, 64).asSlice(4);
    assertThat(backend().share(odd, 17)).isNull();
    assertThat(backend().share(Arena.ofAuto().allocate(17 * 4, 64), 17)).isNull();
  }

  @Test
  default void liveBytesFollowBuffers() {
    try (Backend fresh = open(BackendOptions.DEFAULT)) {
      long before = fresh.memory().live();
      Buffer buffer = fresh.allocate(MEBIBYTE);
      assertThat(fresh.memory().live()).isGreaterThanOrEqualTo(before + 4L * MEBIBYTE);
      buffer.close();
      assertThat(fresh.memory().live()).isEqualTo(before);
      buffer.close();
      assertThat(fresh.memory().live()).isEqualTo(before);
    }
  }

  @Test
  default void unreachableBuffersAreGivenBack() throws InterruptedException {
    try (Backend fresh = open(BackendOptions.DEFAULT)) {
      long before = fresh.memory().live();
      for (int i = 0; i < 10; i++) {
        fresh.allocate(MEBIBYTE);
      }
      // as long as it takes; a backend that forgets them fails here after half a minute
      for (int tries = 0; tries < 3000 && fresh.memory().live() > before; tries++) {
        System.gc();
        Thread.sleep(10);
      }
      assertThat(fresh.memory().live()).isEqualTo(before);
    }
  }

  @Test
  default void moreThanTheLimitIsRefusedAndLessStillServed() {
    long limit = 64L * MEBIBYTE;
    try (Backend limited = open(BackendOptions.DEFAULT.withMemoryLimit(limit))) {
      assertThat(limited.memory().limit()).isEqualTo(limit);
      Buffer held = limited.allocate(4 * MEBIBYTE);
      assertThatThrownBy(() -> limited.allocate(15 * MEBIBYTE))
          .isInstanceOf(MemoryLimitException.class)
          .hasMessageContaining("limit");
      assertThatThrownBy(() -> limited.allocate(Integer.MAX_VALUE - 63))
          .isInstanceOf(MemoryLimitException.class);
      held.close();
      float[] values = {1, 2, 3};
      try (Buffer small = Buffers.of(limited, values)) {
        assertThat(Buffers.contents(small)).isEqualTo(values);
      }
      assertThat(limited.memory().live() + limited.memory().cached()).isLessThanOrEqualTo(limit);
    }
  }

  @Test
  default void whatWasClosedMakesRoomBelowTheLimit() {
    long limit = 64L * MEBIBYTE;
    try (Backend limited = open(BackendOptions.DEFAULT.withMemoryLimit(limit))) {
      for (int elements = MEBIBYTE / 2; elements < 5 * MEBIBYTE; elements += MEBIBYTE / 2 + 1) {
        for (int i = 0; i < 20; i++) {
          limited.allocate(elements).close();
        }
      }
      assertThat(limited.memory().live()).isZero();
    }
  }
}
